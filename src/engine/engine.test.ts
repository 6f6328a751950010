import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Batch } from './batcher.js';
import { runEngine, type EngineInput } from './engine.js';
import type { RunJournal } from './run-journal.js';
import type { TargetOrBadLine } from './target-stream.js';
import {
  credentialsError,
  refusedError,
  inDoubtError,
  type RevokeError,
} from '../contract/errors.js';
import {
  chunked,
  laneOf,
  lanesOf,
  sourceOf,
  targets,
  type Answer,
} from '../../test/support/run-lanes.js';
import type { Attempt } from '../contract/lane.js';
import type { Outcome, Status, Verdict } from '../contract/provider.js';
import { systemClock } from '../runtime/system-clock.js';

interface Request {
  readonly ids: readonly string[];
  readonly attempt: Attempt;
  readonly lane: string;
}

interface Played {
  readonly outcomes: Outcome[];
  /** Every request, as it left. */
  readonly sent: Request[];
  readonly most: number;
  readonly stop: RevokeError | undefined;
  readonly error: unknown;
}

type LaneAnswer = (ids: readonly string[], attempt: Attempt, lane: string) => ReturnType<Answer>;

const revoked = (id: string): Verdict => ({ target: id, status: 'revoked' });
const allRevoked: LaneAnswer = async (ids) => ids.map(revoked);

interface Given extends Partial<EngineInput> {
  /** The names of several lanes, down each of which every target goes. */
  readonly names?: readonly string[] | undefined;
  readonly width?: number;
  readonly batch?: number;
}

/** Runs the engine in memory and gives everything that came of it. */
async function play(
  answer: LaneAnswer,
  items: readonly (readonly TargetOrBadLine[])[],
  { names, width = 4, batch = 10, ...rest }: Given = {},
): Promise<Played> {
  const outcomes: Outcome[] = [];
  const sent: Request[] = [];
  let inFlight = 0;
  let most = 0;
  let stop: RevokeError | undefined;
  let error: unknown;
  const seen: LaneAnswer = async (ids, attempt, lane) => {
    sent.push({ ids, attempt, lane });
    most = Math.max(most, (inFlight += 1));
    try {
      return await answer(ids, attempt, lane);
    } finally {
      inFlight -= 1;
    }
  };
  try {
    stop = await runEngine({
      lanes: names
        ? lanesOf(seen, names, { batch, width })
        : [laneOf((ids, attempt) => seen(ids, attempt, ''), { batch, width })],
      source: sourceOf(items),
      clock: systemClock,
      signal: new AbortController().signal,
      serialize: (outcome) => JSON.stringify(outcome),
      onOutcomes: (some) => {
        outcomes.push(...some);
        return undefined;
      },
      ...rest,
    });
  } catch (thrown) {
    error = thrown;
  }
  return { outcomes, sent, most, stop, error };
}

function statuses(told: Played): Record<string, Status> {
  return Object.fromEntries(told.outcomes.map(({ target, status }) => [target, status]));
}

function tally(told: Played): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of told.outcomes) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const keysOf = (told: Played) =>
  told.outcomes.map((one) => `${String(one['key_name'] ?? '')}|${one.target}`).sort();

const batchError = () =>
  refusedError({ code: 'refused', message: 'refused as a whole (400)', affects: 'batch' });

describe('exactly one outcome for each target', () => {
  type Mishap = 'fine' | 'none' | 'extra' | 'shuffled' | 'batch' | 'target' | 'maybe';
  const mishap = fc.constantFrom<Mishap>(
    'fine',
    'fine',
    'fine',
    'none',
    'extra',
    'shuffled',
    'batch',
    'target',
    'maybe',
  );

  test('whatever the batches, the answers and their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 0, max: 120 }),
          duplicates: fc.integer({ min: 0, max: 30 }),
          batch: fc.integer({ min: 1, max: 20 }),
          width: fc.integer({ min: 1, max: 8 }),
          chunk: fc.integer({ min: 1, max: 50 }),
          names: fc.constantFrom(undefined, ['a', 'b', 'c']),
          mishaps: fc.array(mishap, { minLength: 1, maxLength: 20 }),
          delays: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 7 }),
          slow: fc.boolean(),
          abortAfter: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
          runFaultAt: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
          maxFailures: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        }),
        async (plan) => {
          const list = targets(plan.count);
          const items = [...list, ...list.slice(0, plan.duplicates)];
          const stop = new AbortController();
          let call = 0;
          const told = await play(
            async (ids) => {
              const mine = call++;
              if (mine === plan.abortAfter) stop.abort();
              for (let wait = plan.delays[mine % plan.delays.length] ?? 0; wait > 0; wait--)
                await turn();
              if (mine === plan.runFaultAt) throw credentialsError('rejected');
              const all = ids.map(revoked);
              switch (plan.mishaps[mine % plan.mishaps.length] ?? 'fine') {
                case 'none':
                  return all.slice(1);
                case 'extra':
                  return [...all, revoked('foreign'), revoked('foreigner')];
                case 'shuffled':
                  return all.reverse();
                case 'batch':
                  throw batchError();
                case 'target':
                  throw refusedError({ code: 'refused', message: 'no' });
                case 'maybe':
                  throw inDoubtError({ code: 'no_answer', message: 'lost' });
                case 'fine':
                  return all;
              }
            },
            chunked(items, plan.chunk),
            {
              batch: plan.batch,
              width: plan.width,
              signal: stop.signal,
              maxFailures: plan.maxFailures,
              names: plan.names,
            },
          );
          const wanted = (plan.names ?? ['']).flatMap((name) =>
            list.map(({ id }) => `${name}|${id}`),
          );
          expect(told.error).toBeUndefined();
          expect(keysOf(told)).toEqual(wanted.sort());
          expect(told.most).toBeLessThanOrEqual(plan.width);
          // What is told as skipped was in no request, and what was in one is not.
          const requested = new Set(
            told.sent.flatMap(({ ids, lane }) => ids.map((id) => `${lane}|${id}`)),
          );
          for (const one of told.outcomes) {
            const key = `${String(one['key_name'] ?? '')}|${one.target}`;
            if (!requested.has(key)) expect(one.status).toBe('skipped');
            else if (one.status === 'skipped') expect(plan.mishaps).toContain('batch');
          }
          for (const { ids } of told.sent) expect(ids.length).toBeLessThanOrEqual(plan.batch);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a target without a verdict is unknown, and a foreign verdict is nobody’s', async () => {
    const told = await play(async () => [revoked('t0'), revoked('x')], [targets(3)]);
    expect(statuses(told)).toEqual({ t0: 'revoked', t1: 'unknown', t2: 'unknown' });
    expect(told.outcomes[1]?.error?.code).toBe('no_result');
  });

  test('a verdict that stands at the place of another target says nothing of either', async () => {
    const told = await play(
      async (ids) =>
        [...ids].reverse().map((id) => ({ target: id, status: id === 't1' ? 'alive' : 'revoked' })),
      [targets(3)],
    );
    expect(statuses(told)).toEqual({ t0: 'unknown', t1: 'alive', t2: 'unknown' });
  });

  test('one bad target does not fail its 99 neighbours', async () => {
    const told = await play(
      async (ids) => {
        if (ids.includes('t57')) throw batchError();
        return ids.map(revoked);
      },
      [targets(100)],
      { batch: 100 },
    );
    expect(tally(told)).toEqual({ revoked: 99, failed: 1 });
    expect(statuses(told)['t57']).toBe('failed');
    // The one bad half is halved again: two requests for each of the 7 times that 100 halves.
    expect(told.sent.length).toBeLessThanOrEqual(15);
  });

  test('a split while the output is slow goes on afterwards', async () => {
    const outcomes: Outcome[] = [];
    let call = 0;
    await play(
      async (ids) => {
        call += 1;
        await turn();
        if (ids.length > 1) throw batchError();
        return ids.map(revoked);
      },
      [targets(9)],
      {
        batch: 4,
        width: 1,
        onOutcomes: (some) => {
          outcomes.push(...some);
          return sleep(5);
        },
      },
    );
    expect(outcomes.map(({ target }) => target).sort()).toEqual(targets(9).map(({ id }) => id));
    expect(call).toBe(15);
  });

  test('a bad line is failed, once, and the run goes on', async () => {
    const bad = { at: 'stdin:2', reason: 'not a JTI' };
    const told = await play(allRevoked, [[{ id: 'a' }, bad, { id: 'b' }]]);
    expect(statuses(told)).toEqual({ a: 'revoked', b: 'revoked', 'stdin:2': 'failed' });
    expect(told.outcomes.find(({ target }) => target === 'stdin:2')?.error).toEqual({
      code: 'bad_input',
      message: 'not a JTI',
      hint: 'fix the line and give it again',
    });
  });

  test('a target that failed in an unforeseen way is unknown, the rest is skipped, and the error is thrown', async () => {
    const bug = new TypeError('a bug');
    const told = await play(
      async (ids) => {
        if (ids.includes('t3')) throw bug;
        return ids.map(revoked);
      },
      [targets(40)],
      { batch: 1, width: 2 },
    );
    expect(told.error).toBe(bug);
    expect(told.outcomes).toHaveLength(40);
    expect(statuses(told)['t3']).toBe('unknown');
    expect(statuses(told)['t39']).toBe('skipped');
    const last = told.outcomes.find(({ target }) => target === 't39');
    expect(last?.error?.message).toContain('the run was stopped by an error');
  });

  test('an unforeseen failure of one lane leaves the others as they are, and the error is thrown', async () => {
    const bug = new TypeError('a bug');
    const told = await play(
      async (ids, _attempt, lane) => {
        if (lane === 'a') throw bug;
        return ids.map(revoked);
      },
      [targets(20)],
      { batch: 1, width: 1, names: ['a', 'b'] },
    );
    expect(told.error).toBe(bug);
    expect(tally(told)).toEqual({ unknown: 1, skipped: 19, revoked: 20 });
  });
});

describe('stopping', () => {
  test('an error that all would meet skips the rest, one for each target', async () => {
    let call = 0;
    const told = await play(
      async (ids) => {
        if (++call === 3) throw credentialsError('rejected', 'log in', 'credentials_rejected');
        return ids.map(revoked);
      },
      chunked(targets(500), 7),
      { batch: 1, width: 1 },
    );
    expect(tally(told)).toEqual({ revoked: 2, failed: 1, skipped: 497 });
    expect(told.sent).toHaveLength(3);
    expect(told.stop?.code).toBe('credentials_rejected');
    expect(told.outcomes.at(-1)?.error?.code).toBe('stopped_early');
  });

  test('a key that is refused does not stop the other keys', async () => {
    const told = await play(
      async (ids, _attempt, lane) => {
        if (lane === 'a') throw credentialsError('rejected');
        return ids.map(revoked);
      },
      chunked(targets(30), 30),
      { batch: 1, width: 1, names: ['a', 'b'] },
    );
    expect(tally(told)).toEqual({ failed: 1, skipped: 29, revoked: 30 });
    expect(told.stop).toBeUndefined();
  });

  test.each([1, 3])('after %i failures nothing more is sent', async (maxFailures) => {
    const told = await play(
      async () => {
        throw refusedError({ code: 'refused', message: 'no' });
      },
      [targets(50)],
      { batch: 1, width: 1, maxFailures },
    );
    expect(tally(told)).toEqual({ failed: maxFailures, skipped: 50 - maxFailures });
    expect(told.sent).toHaveLength(maxFailures);
    const message = `stopped after ${maxFailures} failed`;
    expect(told.stop).toMatchObject({ code: 'stopped_early', message });
  });

  test.each([
    [1, 'the login', credentialsError('rejected')],
    [0, 'a target', refusedError({ code: 'refused', message: 'no' })],
  ])('a refused login is told %i times where %s was refused', async (count, _what, error) => {
    const told: number[] = [];
    const onLoginRefused = () => void told.push(1);
    await play(async () => Promise.reject(error), [targets(3)], { batch: 1, onLoginRefused });
    expect(told).toHaveLength(count);
  });

  test('what is in flight when nothing can happen any more is unknown, and nobody listens for that after the end', async () => {
    let isListening = false;
    const told = await play(() => new Promise<never>(() => undefined), [targets(2)], {
      onStall(act) {
        isListening = true;
        setImmediate(() => setImmediate(act));
        return () => void (isListening = false);
      },
    });
    expect(tally(told)).toEqual({ unknown: 2 });
    expect(isListening).toBe(false);
  });

  test('an unknown is no failure for --max-failures', async () => {
    const told = await play(
      async () => {
        throw inDoubtError({ code: 'no_answer', message: 'lost' });
      },
      [targets(5)],
      { batch: 1, width: 1, maxFailures: 1 },
    );
    expect(tally(told)).toEqual({ unknown: 5 });
  });

  test('an interrupt waits for what is in flight and starts nothing', async () => {
    const stop = new AbortController();
    const told = await play(
      async (ids) => {
        stop.abort();
        await sleep(20);
        return ids.map(revoked);
      },
      [targets(100)],
      { batch: 1, width: 3, signal: stop.signal },
    );
    // All of the first three were started before the first of them could be interrupted or not.
    expect(told.sent.length).toBeLessThanOrEqual(3);
    expect(tally(told)).toEqual({ revoked: told.sent.length, skipped: 100 - told.sent.length });
    expect(told.outcomes.find(({ status }) => status === 'skipped')?.error?.code).toBe(
      'interrupted',
    );
  });

  test('an input that fails on its way: what was read has its outcome, what is in flight is told', async () => {
    const broken = new Error('input/output error');
    const left = [targets(25), targets(7, 'u')];
    let answered = 0;
    const told = await play(
      async (ids) => {
        await sleep(10);
        answered += ids.length;
        return ids.map(revoked);
      },
      [],
      {
        batch: 10,
        source: {
          next: async () => {
            const items = left.shift();
            if (!items) throw broken;
            return items;
          },
        },
      },
    );
    expect(told.error).toBe(broken);
    expect(told.outcomes).toHaveLength(32);
    expect(tally(told)).toEqual({ revoked: answered, skipped: 32 - answered });
    expect(answered).toBe(told.sent.flatMap(({ ids }) => ids).length);
  });
});

describe('the record', () => {
  function recorder(given: Partial<RunJournal> = {}): RunJournal & { log: string[] } {
    const log: string[] = [];
    return {
      log,
      async writeIntents(batches: readonly Batch[]) {
        await turn();
        for (const { entries } of batches)
          for (const { target } of entries) log.push(`intent ${target.id}`);
      },
      writeOutcomes: (outcomes) => {
        for (const { target } of outcomes) log.push(`outcome ${target}`);
      },
      priorState: () => undefined,
      ...given,
    };
  }

  test('nothing is sent before its intent is durable', async () => {
    const record = recorder();
    await play(
      async (ids) => {
        for (const id of ids) {
          expect(record.log).toContain(`intent ${id}`);
          record.log.push(`sent ${id}`);
        }
        return ids.map(revoked);
      },
      chunked(targets(95), 13),
      { journal: record, batch: 4 },
    );
    expect(record.log.filter((line) => line.startsWith('sent'))).toHaveLength(95);
    expect(record.log.filter((line) => line.startsWith('outcome'))).toHaveLength(95);
  });

  test('an outcome is on record before another request takes its place', async () => {
    let open = 0;
    let most = 0;
    const record = recorder({
      writeOutcomes: (outcomes) => void (open -= outcomes.length),
      writeIntents: async () => undefined,
    });
    const left = chunked(targets(600), 6);
    await play(
      async (ids) => {
        open += ids.length;
        most = Math.max(most, open);
        await sleep(0);
        for (let turns = Number(ids[0]?.slice(1)) % 3; turns > 0; turns--) await null;
        return ids.map(revoked);
      },
      [],
      {
        ...{ journal: record, batch: 1, width: 5 },
        // The input comes in drops, so that some of it arrives between an answer and its record.
        source: {
          next: async () => {
            await sleep(0);
            for (let turns = left.length % 7; turns > 0; turns--) await null;
            return left.shift();
          },
        },
      },
    );
    expect(most).toBeLessThanOrEqual(5);
    expect(open).toBe(0);
  });

  test('intents that cannot be written are never sent', async () => {
    const full = new Error('disk full');
    let writes = 0;
    const record = recorder({
      writeIntents: async () => {
        if (++writes > 2) throw full;
      },
    });
    const told = await play(allRevoked, chunked(targets(100), 10), { journal: record, batch: 5 });
    expect(told.error).toBe(full);
    expect(told.outcomes).toHaveLength(100);
    expect(tally(told)).toEqual({ revoked: 20, skipped: 80 });
    expect(told.sent.flatMap(({ ids }) => ids)).toHaveLength(20);
  });

  test('outcomes that cannot be written are told, and nothing new is sent', async () => {
    const full = new Error('disk full');
    const record = recorder({
      writeOutcomes: () => {
        throw full;
      },
    });
    const told = await play(allRevoked, [targets(50)], { journal: record, batch: 1, width: 2 });
    expect(told.error).toBe(full);
    expect(told.outcomes).toHaveLength(50);
    expect(tally(told)).toEqual({ revoked: 2, skipped: 48 });
  });

  test('what an earlier run settled is not sent, and what it tried keeps its moment', async () => {
    const priorState = (key: string) =>
      key === 't0'
        ? ('done' as const)
        : key === 't1' || key === 't2'
          ? { triedAt: 1000 }
          : undefined;
    const told = await play(allRevoked, [targets(5)], { journal: recorder({ priorState }) });
    const sent = told.sent.map(({ ids, attempt }) => [attempt.firstTriedAt, ...ids]);
    expect(sent).toHaveLength(2);
    expect(sent).toEqual(
      expect.arrayContaining([
        [1000, 't1', 't2'],
        [undefined, 't3', 't4'],
      ]),
    );
    expect(Object.keys(statuses(told)).sort()).toEqual(['t1', 't2', 't3', 't4']);
  });

  test('a dry run plans everything, and neither sends nor records an intent', async () => {
    const record = recorder();
    const told = await play(allRevoked, [targets(5)], { journal: record, dryRun: true });
    expect(tally(told)).toEqual({ planned: 5 });
    expect(told.sent).toEqual([]);
    expect(record.log.filter((line) => line.startsWith('intent'))).toEqual([]);
  });
});

describe('back-pressure', () => {
  test('a provider that fails to plan costs no target its outcome, and the error is thrown', async () => {
    const bug = new TypeError('a bug');
    const lane = laneOf((ids, attempt) => allRevoked(ids, attempt, ''), {
      revoker: {
        plannedFacts: ({ id }) => {
          if (id === 't1') throw bug;
          return { cost: 1 };
        },
      },
    });
    const told = await play(allRevoked, [targets(3)], { lanes: [lane], dryRun: true });
    expect(told.error).toBe(bug);
    expect(statuses(told)).toMatchObject({ t0: 'planned', t1: 'planned' });
    expect(told.outcomes).toHaveLength(3);
  });

  test('a reader that does not read stops the input', async () => {
    const chunks = chunked(targets(100_000), 100);
    const source = sourceOf(chunks);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const delivered: Outcome[] = [];
    const running = play(allRevoked, [], {
      source,
      batch: 1,
      width: 8,
      onOutcomes: (some) => {
        delivered.push(...some);
        return held;
      },
    });
    let before = -1;
    while (source.read() > before) {
      before = source.read();
      for (let turns = 0; turns < 200; turns++) await turn();
    }
    expect(source.read()).toBeLessThanOrEqual(5000);
    expect(delivered.length).toBeLessThanOrEqual(8);
    letGo();
    await running;
    expect(delivered).toHaveLength(100_000);
  });

  test('requests that do not come back stop the input', async () => {
    const source = sourceOf(chunked(targets(50_000), 100));
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const running = play(
      async (ids) => {
        await held;
        return ids.map(revoked);
      },
      [],
      { source, batch: 100, width: 2 },
    );
    let before = -1;
    while (source.read() > before) {
      before = source.read();
      for (let turns = 0; turns < 200; turns++) await turn();
    }
    expect(source.read()).toBeLessThanOrEqual(10_000);
    letGo();
    expect(tally(await running)).toEqual({ revoked: 50_000 });
  });

  test('a pipe that falls silent does not hold back what it gave', async () => {
    let say: (items: readonly TargetOrBadLine[] | undefined) => void = () => undefined;
    const next = () =>
      new Promise<readonly TargetOrBadLine[] | undefined>((resolve) => (say = resolve));
    const seen: string[][] = [];
    let arrived: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (arrived = resolve));
    const running = play(
      async (ids) => {
        seen.push([...ids]);
        arrived();
        return ids.map(revoked);
      },
      [],
      { source: { next }, batch: 100 },
    );
    await turn();
    say([{ id: 'a' }, { id: 'b' }]);
    // Nothing more is said until these two were sent.
    await first;
    expect(seen).toEqual([['a', 'b']]);
    say([{ id: 'c' }]);
    await turn();
    say(undefined);
    expect(tally(await running)).toEqual({ revoked: 3 });
    expect(seen).toEqual([['a', 'b'], ['c']]);
  });
});
