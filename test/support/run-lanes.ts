/** Lanes in memory, for tests of the engine that need no network. */
import type { Http } from '../../src/contract/http.js';
import type { Attempt, Lane } from '../../src/contract/lane.js';
import type { Revoker, Target, Verdict } from '../../src/contract/provider.js';
import type { TargetOrBadLine } from '../../src/engine/target-stream.js';
import type { RunLane } from '../../src/engine/run-lane.js';
import type { Pacer } from '../../src/network/pacer.js';

export type Answer = (ids: readonly string[], attempt: Attempt) => Promise<readonly Verdict[]>;

export interface LaneOptions {
  readonly name?: string;
  readonly provider?: string;
  readonly batch?: number;
  readonly width?: number;
  readonly pacer?: Pacer;
  readonly check?: Lane['check'];
  readonly more?: Partial<Lane>;
  readonly revoker?: Partial<Revoker>;
}

export const NO_HTTP: Http = {
  send: () => Promise.reject(new Error('nothing is sent here')),
  close: async () => undefined,
};

export function pacerOf(width: number): Pacer {
  return {
    admit: () => undefined,
    reserve: () => undefined,
    throttled: () => undefined,
    succeeded: () => undefined,
    width: () => width,
  };
}

/** One lane of a revoker of its own, whose requests are answered by a function. */
export function laneOf(answer: Answer, options: LaneOptions = {}): RunLane {
  const { name = '', provider = 'memory', batch = 10, width = 4, check } = options;
  const lane: Lane = {
    name,
    endpoint: 'https://nowhere.example',
    scope: { app_id: 'app', ...(name !== '' && { key_name: name }) },
    ...(check && { check }),
    revoke: (targets, attempt) =>
      answer(
        targets.map(({ id }) => id),
        attempt,
      ),
    ...options.more,
  };
  const revoker: Revoker = {
    lanes: [lane],
    promptDetails: [],
    consequences: () => [],
    ...options.revoker,
  };
  const pacer = options.pacer ?? pacerOf(width);
  const paced = { http: NO_HTTP, pacer };
  const shared = { busy: 0, limit: Infinity };
  return { provider, revoker, lane, batch, ...paced, checks: paced, shared };
}

/** Several lanes of one revoker, down each of which every target goes. */
export function lanesOf(
  answer: (ids: readonly string[], attempt: Attempt, name: string) => ReturnType<Answer>,
  names: readonly string[],
  options: LaneOptions = {},
): readonly RunLane[] {
  const { width = 4 } = options;
  const lanes = names.map((name) =>
    laneOf((ids, attempt) => answer(ids, attempt, name), { ...options, name }),
  );
  const [first, ...others] = lanes.map(({ lane }) => lane);
  if (!first) throw new Error('no lane');
  const revoker: Revoker = {
    lanes: [first, ...others],
    promptDetails: [],
    consequences: () => [],
    ...options.revoker,
  };
  const shared = { busy: 0, limit: width };
  return lanes.map((lane) => ({ ...lane, revoker, shared }));
}

export function sourceOf(chunks: readonly (readonly TargetOrBadLine[])[]) {
  const left = [...chunks];
  let read = 0;
  return {
    next: async () => {
      const items = left.shift();
      read += items?.length ?? 0;
      return items;
    },
    read: () => read,
  };
}

export const targets = (count: number, prefix = 't'): Target[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }));

export function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
