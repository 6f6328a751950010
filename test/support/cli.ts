/** Drives the real, built program: as a child process on pipes, or on a pseudo-terminal. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawn as spawnPty } from '@lydell/node-pty';

/** The built program; REVOKE_BIN names another build, to see what a test says of it. */
export const BIN = process.env['REVOKE_BIN'] ?? resolve(__dirname, '../../dist/bin.cjs');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin; without it stdin is closed at once. */
  readonly input?: string | Buffer;
  readonly cwd?: string;
  /** Called with the child as soon as it runs: to signal it, to read it slowly. */
  readonly onStart?: (child: ChildProcessWithoutNullStreams) => void;
  readonly timeoutMs?: number;
}

/** A home of its own for every test, so that nobody's login or journal is met. */
export function temporaryHome(): { home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'revoke-test-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** An environment with nothing of this machine in it but PATH, and the zone and language of the test. */
export function bareEnv(home: string, env: Readonly<Record<string, string>> = {}) {
  const place = Object.fromEntries(
    ['TZ', 'LANG', 'LC_ALL'].flatMap((name) =>
      process.env[name] ? [[name, process.env[name]]] : [],
    ),
  ) as Readonly<Record<string, string>>;
  return { PATH: process.env['PATH'] ?? '', HOME: home, ...place, ...env };
}

/** Runs `revoke <args>` and resolves when it ended. */
export function revoke(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [BIN, ...args], options);
}

export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(program, [...args], {
      env: { ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolvePromise({
        code,
        signal,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
    options.onStart?.(child);
    child.stdin.end(options.input ?? '');
  });
}

export interface Terminal {
  /** Everything that was drawn so far. */
  screen(): string;
  /** Resolves when the screen holds the text. */
  see(text: string | RegExp): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<{ code: number; signal: number | undefined }>;
}

/** Less than a test may take, so that it says what was drawn; a slow machine may need most of it. */
const SEE_MS = 45_000;

/** Runs a program on a pseudo-terminal of its own. */
export function onTerminal(
  program: string,
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; columns?: number; cwd?: string } = {},
): Terminal {
  const pty = spawnPty(program, [...args], {
    cols: options.columns ?? 100,
    rows: 40,
    env: { TERM: 'xterm', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let drawn = '';
  const watchers = new Set<() => void>();
  pty.onData((data) => {
    drawn += data;
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<{ code: number; signal: number | undefined }>((resolvePromise) => {
    pty.onExit(({ exitCode, signal }) => resolvePromise({ code: exitCode, signal }));
  });
  return {
    screen: () => drawn,
    see(text) {
      const seen = () => (typeof text === 'string' ? drawn.includes(text) : text.test(drawn));
      return new Promise((resolvePromise, reject) => {
        const fail = () => {
          clearTimeout(timer);
          watchers.delete(check);
          reject(new Error(`never drawn: ${String(text)}; the screen has:\n${drawn}`));
        };
        const timer = setTimeout(fail, SEE_MS);
        void ended.then(fail);
        const check = () => {
          if (!seen()) return;
          clearTimeout(timer);
          watchers.delete(check);
          resolvePromise();
        };
        watchers.add(check);
        check();
      });
    },
    type: (text) => pty.write(text),
    ended,
  };
}

/** `revoke <args>` on a pseudo-terminal. */
export function revokeOnTerminal(
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; columns?: number } = {},
): Terminal {
  return onTerminal(process.execPath, [BIN, ...args], options);
}

/** Standard output as JSON Lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
