/** What a person sees: a command on a pseudo-terminal, its output drawn by a terminal emulator. */
import { spawn as spawnPty } from '@lydell/node-pty';
import { Terminal as Emulator } from '@xterm/headless';

type Env = Readonly<Record<string, string>>;

export interface ScreenOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly env?: Env;
  readonly cwd?: string;
  /** The command is killed when it runs longer. */
  readonly timeoutMs?: number;
}

export interface Ended {
  readonly code: number;
  readonly signal: number | undefined;
}

export interface Screen {
  readonly columns: number;
  /** Resolves when a row of the screen, or of what scrolled off it, holds the text. */
  see(text: string | RegExp): Promise<void>;
  /** Types all of the text in one write. */
  type(text: string): void;
  /** Types the text key by key. */
  typeSlowly(text: string): Promise<void>;
  /** Pastes as a terminal does: lines end in CR, and brackets stand around them where asked for. */
  paste(text: string): void;
  /** The id of the process that was started. */
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  resize(columns: number): void;
  /** Resolves when the command has ended and everything that it wrote is drawn. */
  readonly ended: Promise<Ended>;
  /** What is seen now. */
  look(): Promise<Seen>;
  /** Kills the command if it still runs. */
  close(): void;
}

export interface Seen {
  /** The rows of the screen, without the empty ones at its end. */
  readonly rows: readonly string[];
  /** The rows that scrolled off the screen, then those on it. */
  readonly all: readonly string[];
  /** Rows that the terminal broke off in the middle, because the line before did not fit. */
  readonly broken: readonly string[];
  /** `all` with broken lines joined. */
  readonly text: string;
  readonly isCursorShown: boolean;
  readonly wraps: boolean;
  readonly bracketsPastes: boolean;
  /** Every byte that the command wrote. */
  readonly raw: string;
}

const ROWS = 24;
const KILL_MS = 50_000;
/** Less than a test may take, so that it says what was seen; a slow machine may need most of it. */
const SEE_MS = 45_000;

/** Runs a script in bash on a terminal of the given size. */
export function showScreen(script: string, options: ScreenOptions): Screen {
  return openScreen('bash', ['--norc', '--noprofile', '-c', script], options);
}

/** Runs a program on a terminal of the given size. */
export function openScreen(
  program: string,
  args: readonly string[],
  options: ScreenOptions,
): Screen {
  const size = { cols: options.columns, rows: options.rows ?? ROWS };
  const emulator = new Emulator({ ...size, scrollback: 100_000, allowProposedApi: true });
  const pty = spawnPty(program, [...args], {
    ...size,
    env: { TERM: 'xterm-256color', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let raw = '';
  let isOver = false;
  const watchers = new Set<() => void>();
  pty.onData((data) => {
    raw += data;
    emulator.write(data, () => watchers.forEach((watch) => watch()));
  });
  emulator.onData((reply) => (isOver ? undefined : pty.write(reply)));
  const kill = (name: string) => (isOver ? undefined : pty.kill(name));
  const timer = setTimeout(() => kill('SIGKILL'), options.timeoutMs ?? KILL_MS);
  const drawn = () => new Promise<void>((resolve) => emulator.write('', resolve));
  const ended = new Promise<Ended>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      isOver = true;
      clearTimeout(timer);
      // The last bytes may still be on their way from the terminal to this process.
      setTimeout(() => void drawn().then(() => resolve({ code: exitCode, signal })), 30);
    });
  });
  return {
    columns: options.columns,
    see: (text) => waitFor(() => seen(emulator, raw), { watchers, ended }, text),
    type: (text) => pty.write(text),
    async typeSlowly(text) {
      for (const key of text) {
        pty.write(key);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    paste(text) {
      const typed = text.replace(/\r?\n/g, '\r');
      pty.write(emulator.modes.bracketedPasteMode ? `\u001b[200~${typed}\u001b[201~` : typed);
    },
    pid: pty.pid,
    signal: kill,
    resize(columns) {
      pty.resize(columns, size.rows);
      emulator.resize(columns, size.rows);
    },
    ended,
    async look() {
      await drawn();
      return seen(emulator, raw);
    },
    close: () => kill('SIGKILL'),
  };
}

/** What is seen of a text on a terminal of so many columns. */
export async function drawText(text: string, columns: number): Promise<Seen> {
  const emulator = new Emulator({
    ...{ cols: columns, rows: ROWS, scrollback: 100_000 },
    ...{ allowProposedApi: true, convertEol: true },
  });
  await new Promise<void>((resolve) => emulator.write(text, resolve));
  const drawn = seen(emulator, text);
  emulator.dispose();
  return drawn;
}

function waitFor(
  look: () => Seen,
  { watchers, ended }: { readonly watchers: Set<() => void>; readonly ended: Promise<Ended> },
  text: string | RegExp,
): Promise<void> {
  const isThere = ({ text: all }: Seen) =>
    typeof text === 'string' ? all.includes(text) : text.test(all);
  return new Promise((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer);
      watchers.delete(check);
      reject(new Error(`never seen: ${String(text)}; the screen has:\n${look().text}`));
    };
    const timer = setTimeout(fail, SEE_MS);
    void ended.then(fail);
    const check = () => {
      if (!isThere(look())) return;
      clearTimeout(timer);
      watchers.delete(check);
      resolve();
    };
    watchers.add(check);
    check();
  });
}

function seen(emulator: Emulator, raw: string): Seen {
  const buffer = emulator.buffer.active;
  const lines = Array.from({ length: buffer.length }, (_, index) => {
    const line = buffer.getLine(index);
    return { row: line?.translateToString(true) ?? '', isBroken: line?.isWrapped ?? false };
  });
  const last = lines.findLastIndex(({ row }) => row !== '');
  const filled = lines.slice(0, last + 1);
  const all = filled.map(({ row }) => row);
  return {
    rows: all.slice(buffer.baseY),
    all,
    broken: filled.filter(({ isBroken }) => isBroken).map(({ row }) => row),
    text: filled
      .map(({ row, isBroken }, index) => (index === 0 ? row : `${isBroken ? '' : '\n'}${row}`))
      .join(''),
    isCursorShown: !/\u001b\[\?25l(?![^]*\u001b\[\?25h)/.test(raw),
    wraps: emulator.modes.wraparoundMode,
    bracketsPastes: emulator.modes.bracketedPasteMode,
    raw,
  };
}
