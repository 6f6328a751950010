/** Targets that a program hands in, one or many at a time, as the engine takes them. */
import type { TargetOrBadLine, TargetStream } from '../engine/target-stream.js';
import type { TargetSpec } from '../contract/provider.js';
import { itemsOf } from '../input/parse-targets.js';

/** Text as it would be typed, or an object with one of the provider's keys. */
export type RawTarget = string | Readonly<Record<string, unknown>>;

export interface CloseableTargetStream extends TargetStream {
  /** Lets go of what the targets come from. */
  close(): Promise<void>;
}

export interface TargetStreamOptions {
  readonly spec: TargetSpec;
  /** How bare text is read. */
  readonly kind?: string | undefined;
  /** Once aborted nothing more is read. */
  readonly signal: AbortSignal;
  /** Resolves when more targets are wanted. */
  readonly wanted: () => Promise<void>;
}

/** Read ahead of the requests, at most. */
const MOST_AT_ONCE = 256;

export function targetStream(
  targets: Iterable<RawTarget> | AsyncIterable<RawTarget>,
  { signal, wanted, ...parsing }: TargetStreamOptions,
): CloseableTargetStream {
  const isAsync = Symbol.asyncIterator in targets;
  const iterator = isAsync ? targets[Symbol.asyncIterator]() : targets[Symbol.iterator]();
  let giveUp: (() => void) | undefined;
  signal.addEventListener('abort', () => giveUp?.(), { once: true });
  let line = 0;
  let isDone = false;
  let isPending = false;

  /** A race would hold on to every promise that ever took part in it. */
  function unlessAborted<T>(promise: T | PromiseLike<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve(undefined);
      giveUp = () => resolve(undefined);
      Promise.resolve(promise).then(resolve, reject);
    });
  }

  /** The next one, whatever it is: undefined in it is a target that cannot be read. */
  async function take(): Promise<{ readonly input: unknown } | undefined> {
    isPending = true;
    const next = isAsync ? await unlessAborted(iterator.next()) : await iterator.next();
    if (!next) return undefined;
    isPending = false;
    if (!next.done) return { input: next.value };
    isDone = true;
    return undefined;
  }

  return {
    async next() {
      await unlessAborted(wanted());
      const items: TargetOrBadLine[] = [];
      const most = isAsync ? 1 : MOST_AT_ONCE;
      while (items.length < most && !isDone && !signal.aborted) {
        const taken = await take();
        if (!taken) break;
        line += 1;
        items.push(...itemsOf(recordOf(taken.input, line), `targets:${line}`, parsing));
      }
      return items.length > 0 ? items : undefined;
    },
    async close() {
      // A source that never answered cannot be stopped: do not wait for it.
      if (isDone || isPending) return;
      await iterator.return?.();
    },
  };
}

function recordOf(input: unknown, line: number) {
  return typeof input === 'string' ? { line, text: input.trim() } : { line, value: input };
}
