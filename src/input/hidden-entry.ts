/**
 * Secrets typed or pasted at a terminal, one a line, never shown: raw mode keeps the terminal from
 * echoing them, and it is put back on every way out. What comes too early or too late is dropped,
 * so that it neither answers a question nor reaches the shell.
 */
import { StringDecoder } from 'node:string_decoder';
import type { SignalName, World } from '../runtime/world.js';
import { createKeyReader } from './hidden-keys.js';

export interface HiddenEntryOptions {
  /** Shown before the first line is read. */
  readonly prompt: string;
  /** What a line is, or why it is refused: shown in place of it. */
  readonly answer: (line: string) => string;
  /** The terminal understands nothing but text: no brackets around what is pasted. */
  readonly isDumb?: boolean;
}

/** How the entry ended: all lines were given, or a person or a signal broke it off. */
export type EntryEnd = 'done' | SignalName;

type Keyboard = Pick<World, 'stdin' | 'stderr' | 'onSignal'>;

const BRACKETS_ON = '\u001b[?2004h';
const BRACKETS_OFF = '\u001b[?2004l';
/** A pause as long as this means that nothing more was typed ahead. */
const QUIET_MS = 100;
const CTRL_C = 3;
/** Keys that never stop are dropped for as long as this. */
const MOST_MS = 2000;

/** Asks for secret lines until an empty one. Each is handed to `answer`; nothing else keeps it. */
export async function readHidden(world: Keyboard, options: HiddenEntryOptions): Promise<EntryEnd> {
  const { stdin, stderr } = world;
  let end: SignalName | undefined;
  const signals = new AbortController();
  const off = world.onSignal((name) => {
    end ??= name;
    signals.abort();
  });
  stdin.setRawMode(true);
  try {
    const early = await dropTypedAhead(stdin);
    if (early.isInterrupted) return 'SIGINT';
    void stderr.write(`${options.prompt}\n${options.isDumb ? '' : BRACKETS_ON}`);
    const { how, left } = await readLines(world, options.answer, signals.signal);
    const late = await dropTypedAhead(stdin);
    if (end !== undefined || how !== 'done') return end ?? how;
    if (late.isInterrupted) return 'SIGINT';
    if (left + late.bytes > 0) void stderr.write('What was typed after the end was dropped.\n');
    return how;
  } finally {
    if (!options.isDumb) void stderr.write(BRACKETS_OFF);
    stdin.setRawMode(false);
    stdin.pause();
    off();
  }
}

function readLines(
  { stdin, stderr }: Keyboard,
  answer: (line: string) => string,
  signal: AbortSignal,
): Promise<{ readonly how: EntryEnd; readonly left: number }> {
  const read = createKeyReader();
  const decoder = new StringDecoder('utf8');
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      stdin.off('data', onData).off('end', onEnd).off('error', onError);
      signal.removeEventListener('abort', onEnd);
      act();
    };
    const onEnd = () => finish(() => resolve({ how: 'SIGHUP', left: 0 }));
    const onError = (error: Error) => finish(() => reject(error));
    const onData = (bytes: Buffer) => {
      try {
        const characters = [...decoder.write(bytes)];
        for (const [index, character] of characters.entries()) {
          const entry = read(character);
          if (entry?.kind === 'line') void stderr.write(`${answer(entry.text)}\n`);
          else if (entry) {
            const how = entry.kind === 'end' ? 'done' : 'SIGINT';
            return finish(() => resolve({ how, left: characters.length - index - 1 }));
          }
        }
      } catch (error) {
        finish(() => reject(error));
      }
    };
    stdin.on('data', onData).on('end', onEnd).on('error', onError);
    signal.addEventListener('abort', onEnd);
    if (signal.aborted) onEnd();
    stdin.resume();
  });
}

export interface TypedAhead {
  readonly bytes: number;
  /** Ctrl-C was among it: a wish to end counts, however early it comes. */
  readonly isInterrupted: boolean;
}

/** Drops what waits to be read, until nothing comes for a moment. Needs raw mode. */
export async function dropTypedAhead(stdin: NodeJS.ReadStream): Promise<TypedAhead> {
  let bytes = 0;
  let isInterrupted = false;
  let isQuiet = false;
  const drop = (chunk: Buffer) => {
    bytes += chunk.length;
    isInterrupted ||= chunk.includes(CTRL_C);
    isQuiet = false;
  };
  stdin.on('data', drop);
  stdin.resume();
  const until = performance.now() + MOST_MS;
  while (!isQuiet && performance.now() < until) {
    isQuiet = true;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
  stdin.off('data', drop);
  return { bytes, isInterrupted };
}
