/** A made-up world for the whole program: buffers for streams, a clock that never waits. */
import { PassThrough, Writable } from 'node:stream';
import type { Clock } from '../contract/provider.js';
import { createRedactor } from '../contract/redact.js';
import { NO_HOME, type OutputStream, type SignalName, type World } from '../runtime/world.js';

export interface FakeWorldOptions {
  /** The words after `revoke`. */
  readonly argv: readonly string[];
  /** The whole environment; empty without it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** An absolute folder; one that does not exist without it. */
  readonly home?: string;
  /** What is piped in; nothing without it. */
  readonly stdin?: string;
  /** What a person types at the question: stdin and stderr are terminals then. */
  readonly typed?: string;
  /** Columns of a terminal: stdout and stderr are one then, of which `typed` needs only stderr. */
  readonly columns?: number;
  /** Milliseconds since the epoch; the time of this machine without it. */
  readonly now?: number;
  /** Called when a sleep has moved the clock on, with the milliseconds. */
  readonly onElapse?: ((ms: number) => void) | undefined;
}

export interface FakeWorld extends World {
  /** Everything that was written so far. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  /** Each wait that was asked for, milliseconds, in the order in which they began. */
  readonly sleeps: readonly number[];
  /** The signals that ended the program on the spot. */
  readonly deaths: readonly SignalName[];
  /** Sends the program a signal. */
  raise(name: SignalName): void;
}

/**
 * Waiting takes no time here: a sleep ends at once and the clock has gone on by as much. Requests
 * and their time-outs are real.
 */
export function fakeWorld(options: FakeWorldOptions): FakeWorld {
  const { columns = 100 } = options;
  const isTTY = { stdout: options.columns !== undefined, stderr: hasTerminal(options) };
  const text = { stdout: '', stderr: '' };
  const stdin = fakeStdin(options);
  const out = (name: keyof typeof text): OutputStream => ({
    write(more) {
      text[name] += more;
      stdin.answer(text.stderr);
      return undefined;
    },
    failed: undefined,
    isTTY: isTTY[name],
    columns,
  });
  const { clock, sleeps } = fakeClock(options);
  const listeners = new Set<(name: SignalName) => void>();
  const deaths: SignalName[] = [];
  return {
    folder: '',
    program: ['node', 'revoke'],
    argv: options.argv,
    env: options.env ?? {},
    home: options.home ?? NO_HOME,
    stdin: stdin.stream,
    stdout: out('stdout'),
    stderr: out('stderr'),
    terminal: fakeTerminal((more) => {
      text.stderr += more;
      stdin.answer(text.stderr);
    }, columns),
    clock,
    self: { pid: 0, isAlive: () => false },
    uid: undefined,
    redactor: createRedactor(),
    onSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onStall: () => () => undefined,
    killSelf: (name) => void deaths.push(name),
    useBaselineCompiler: async () => undefined,
    boundHeap: async () => undefined,
    written: text,
    sleeps,
    deaths,
    raise(name) {
      for (const listener of [...listeners]) listener(name);
    },
  };
}

function hasTerminal({ typed, columns }: FakeWorldOptions): boolean {
  return typed !== undefined || columns !== undefined;
}

function fakeClock({ now: start, onElapse }: FakeWorldOptions): {
  clock: Clock;
  sleeps: number[];
} {
  const sleeps: number[] = [];
  const began = Date.now();
  const origin = start ?? began;
  let ahead = 0;
  const now = () => origin + (Date.now() - began) + ahead;
  return {
    sleeps,
    clock: {
      now,
      monotonic: now,
      async sleep(ms, signal) {
        if (signal?.aborted) return;
        const until = now() + ms;
        sleeps.push(ms);
        await new Promise((resolve) => setImmediate(resolve));
        // Sleepers that overlap wake at their own times: the clock goes on to the latest of them.
        const passed = until - now();
        if (signal?.aborted || passed <= 0) return;
        ahead += passed;
        onElapse?.(passed);
      },
    },
  };
}

/** The text that ends every question. */
const QUESTION = 'Are you sure?';

/** A person answers a question that is there: what is typed before it is no answer. */
function fakeStdin({ typed, stdin = '' }: FakeWorldOptions) {
  const isTTY = typed !== undefined;
  const stream = new PassThrough();
  let isAnswered = false;
  if (!isTTY) stream.end(stdin);
  return {
    stream: Object.assign(stream, {
      isTTY,
      setRawMode: () => stream,
    }) as unknown as NodeJS.ReadStream,
    answer(seen: string): void {
      if (isAnswered || !isTTY || !seen.includes(QUESTION)) return;
      isAnswered = true;
      setImmediate(() => stream.write(typed));
    },
  };
}

function fakeTerminal(write: (text: string) => void, columns: number): NodeJS.WriteStream {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      write(chunk.toString('utf8'));
      done();
    },
  });
  return Object.assign(stream, { columns, rows: 30 }) as unknown as NodeJS.WriteStream;
}
