/** The fenced blocks of a page, and how a shell runs them inside the sandbox. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BIN, bareEnv, onTerminal, run } from './cli.js';

export const ROOT = resolve(__dirname, '../..');

export interface Block {
  readonly page: string;
  /** The line of its first row, from 1. */
  readonly line: number;
  /** All that stands behind the fence: `console tty`. */
  readonly language: string;
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; rows: string[] } | undefined;
  for (const [index, row] of readFileSync(join(ROOT, page), 'utf8').split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(row);
    if (!fence) open?.rows.push(row);
    else if (!open) open = { line: index + 2, language: (fence[1] ?? '').trim(), rows: [] };
    else {
      const { line, language, rows } = open;
      blocks.push({ page, line, language, text: rows.join('\n') });
      open = undefined;
    }
  }
  if (open) throw new Error(`${page}:${open.line}: a block without an end`);
  return blocks;
}

export interface Step {
  readonly command: string;
  readonly expected: readonly string[];
}

/** A `console` block: `$ command`, rows that go on with `> `, and what is printed below. */
export function stepsOf({ page, line, text }: Block): readonly Step[] {
  const steps: { command: string; expected: string[] }[] = [];
  for (const row of text.split('\n')) {
    const last = steps.at(-1);
    if (row.startsWith('$ ')) steps.push({ command: row.slice(2), expected: [] });
    else if (!last) throw new Error(`${page}:${line}: output before a command`);
    else if (row.startsWith('> ') && last.expected.length === 0)
      last.command += `\n${row.slice(2)}`;
    else last.expected.push(row);
  }
  return steps;
}

export interface Told {
  readonly code: number;
  readonly output: string;
}

/** A folder to work in, a home, and `revoke` on the PATH. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'revoke-docs-'));
  for (const name of ['bin', 'home', 'work']) mkdirSync(join(folder, name));
  const wrapper = join(folder, 'bin/revoke');
  writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  const env = bareEnv(join(folder, 'home'));
  return {
    cwd: join(folder, 'work'),
    env: { ...env, PATH: `${join(folder, 'bin')}:${env.PATH}` },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const MARK = '\u0001';

/**
 * Runs commands one after the other in one bash inside one sandbox: each with its exit code and what
 * it wrote to both streams.
 */
export async function runInSandbox(
  commands: readonly string[],
  timeoutMs = 30_000,
): Promise<readonly Told[]> {
  const place = workplace();
  try {
    const script = join(place.cwd, '../script.sh');
    const steps = commands.map(
      (command) =>
        `(exit "\${told:-0}")\n{ ${command}\n} 2>&1\ntold=$?\nprintf '${MARK}%s${MARK}' "$told"`,
    );
    writeFileSync(script, `set -o pipefail\n${steps.join('\n')}\n`);
    const { stdout, stderr } = await run(process.execPath, [BIN, 'sandbox', '--', 'bash', script], {
      ...place,
      timeoutMs,
    });
    const parts = stdout.split(MARK);
    const told = commands.map((_command, index) => ({
      output: parts[index * 2] ?? '',
      code: Number(parts[index * 2 + 1] ?? NaN),
    }));
    if (stderr !== '') throw new Error(`the shell itself complains: ${stderr}`);
    return told;
  } finally {
    place.remove();
  }
}

/** One command on a terminal, inside a sandbox. The answer is typed when the question is drawn. */
export async function runOnTerminal(command: string, answer: string): Promise<Told> {
  const place = workplace();
  try {
    // The shell stays until all that was written is read: at its end a terminal may drop the rest.
    const script = `${command}\nprintf '${MARK}%s${MARK}' "$?"; read -r _`;
    const words = [BIN, 'sandbox', '--', 'bash', '-c', script];
    const terminal = onTerminal(process.execPath, words, { ...place, columns: 200 });
    await terminal.see('Are you sure? (y/N)');
    terminal.type(`${answer}\r`);
    await terminal.see(new RegExp(`${MARK}\\d+${MARK}`));
    const [drawn = '', code] = terminal.screen().split(MARK);
    terminal.type('\r');
    await terminal.ended;
    const output = drawn
      .replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|[78])/g, '')
      .replaceAll('\r', '')
      // What the sandbox says of itself at a terminal is no part of the command's output.
      .replace(/^This is a sandbox: .*\n/, '')
      .replace(/^.*✔ (Are you sure\? \(y\/N\)) … /m, '$1 ');
    return { code: Number(code), output };
  } finally {
    place.remove();
  }
}

/** What differs from run to run, by its kind. */
export function normalised(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<table time>')
    .replace(/\b\d\d:\d\d:\d\dZ/g, '<clock>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/jti_[0-9a-f]{16}\b/g, '<new jti>')
    .replace(/sha256:[0-9a-f]{12}\b/g, '<fingerprint>')
    .replace(/\b[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}\b/g, '<jwt>')
    .replace(/(?:\/[\w.-]+)+\/revoke\/config\.json/g, '<config>')
    .replace(/…\/revoke\/config\.json/g, '<config>')
    .replace(/[ \t]+$/gm, '')
    .replace(/^\n+|\n+$/g, '');
}

/** A row `…` stands for any rows, a `…` inside a row for any part of it. */
export function patternOf(expected: readonly string[]): RegExp {
  const source = normalised(expected.join('\n'))
    .split('\n')
    .map((row) =>
      row.trim() === '…'
        ? '(?:.*\\n?)*?.*'
        : row
            .split('…')
            .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
            .join('.*'),
    )
    .join('\n');
  return new RegExp(`^${source}$`);
}
