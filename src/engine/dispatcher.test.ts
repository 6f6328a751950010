import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { laneOf, pacerOf, sourceOf, targets, type Answer } from '../../test/support/run-lanes.js';
import type { Outcome, Target, Verdict } from '../contract/provider.js';
import { credentialsError, refusedError } from '../contract/errors.js';
import { systemClock } from '../runtime/system-clock.js';
import { runEngine, type EngineInput } from './engine.js';
import type { Batch } from './batcher.js';
import { createDispatcher, type DispatcherOptions } from './dispatcher.js';
import type { RunLane } from './run-lane.js';
import { createStops } from './stop-reasons.js';

const revoked = (id: string): Verdict => ({ target: id, status: 'revoked' });
const all: Answer = async (ids) => ids.map(revoked);

async function run(
  lanes: readonly RunLane[],
  list: readonly Target[],
  given: Partial<EngineInput> = {},
) {
  const outcomes: Outcome[] = [];
  let error: unknown;
  try {
    await runEngine({
      lanes,
      source: sourceOf([list]),
      clock: systemClock,
      signal: new AbortController().signal,
      serialize: (outcome) => JSON.stringify(outcome),
      onOutcomes: (some) => void outcomes.push(...some),
      ...given,
    });
  } catch (thrown) {
    error = thrown;
  }
  const found = outcomes.map(({ provider, target, status }) => `${provider} ${target} ${status}`);
  return { outcomes, found: found.sort(), error };
}

const of = (provider: string, count: number): Target[] =>
  targets(count, provider).map((target) => ({ ...target, provider }));

test('a target goes to its own provider, and only there', async () => {
  const lanes = [laneOf(all, { provider: 'a' }), laneOf(all, { provider: 'b' })];
  const { found } = await run(lanes, [...of('a', 2), ...of('b', 1)]);
  expect(found).toEqual(['a a0 revoked', 'a a1 revoked', 'b b0 revoked']);
});

test('a target of a provider that is not in the run is failed', async () => {
  const lanes = [laneOf(all, { provider: 'a' }), laneOf(all, { provider: 'b' })];
  const { outcomes } = await run(lanes, of('c', 1));
  expect(outcomes[0]).toMatchObject({ status: 'failed', error: { code: 'no_provider' } });
});

test('a login that is rejected stops its own lane, and no other', async () => {
  const rejects: Answer = async () => {
    throw credentialsError('rejected', 'log in', 'credentials_rejected');
  };
  const lanes = [
    laneOf(rejects, { provider: 'a', batch: 1, width: 1 }),
    laneOf(all, { provider: 'b', batch: 1, width: 1 }),
  ];
  const { found } = await run(lanes, [...of('a', 3), ...of('b', 3)]);
  expect(found).toEqual([
    'a a0 failed',
    'a a1 skipped',
    'a a2 skipped',
    'b b0 revoked',
    'b b1 revoked',
    'b b2 revoked',
  ]);
});

test('a lane that waits for its pace holds back no other', async () => {
  let goOn: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  const slow = { ...pacerOf(4), reserve: () => waits };
  const seen: string[] = [];
  const lanes = [
    laneOf(all, { provider: 'a', batch: 1, pacer: slow }),
    laneOf(all, { provider: 'b', batch: 1 }),
  ];
  const running = run(lanes, [...of('a', 50), ...of('b', 50)], {
    onOutcomes: (some) => {
      seen.push(...some.map(({ provider }) => provider));
      if (seen.length === 50) setTimeout(goOn, 5);
      return undefined;
    },
  });
  await running;
  expect(new Set(seen.slice(0, 50))).toEqual(new Set(['b']));
  expect(seen).toHaveLength(100);
});

test('lanes that share a limit never have more in flight than that', async () => {
  const shared = { busy: 0, limit: 3 };
  let inFlight = 0;
  let most = 0;
  const busy: Answer = async (ids) => {
    most = Math.max(most, (inFlight += 1));
    await sleep(1);
    inFlight -= 1;
    return ids.map(revoked);
  };
  const lanes = ['a', 'b'].map((provider) => ({
    ...laneOf(busy, { provider, batch: 1, width: 8 }),
    shared,
  }));
  const { outcomes } = await run(lanes, [...of('a', 20), ...of('b', 20)]);
  expect([outcomes.length, most, shared.busy]).toEqual([40, 3, 0]);
});

test('a 403 about one target stops nothing, and ten of them before any success do', async () => {
  const forbids =
    (which: (id: string) => boolean): Answer =>
    async (ids) => {
      if (which(ids[0] ?? ''))
        throw credentialsError('refused', undefined, 'forbidden').with({ affects: 'target' });
      return ids.map(revoked);
    };
  const counts = async (which: (id: string) => boolean) => {
    const { outcomes } = await run([laneOf(forbids(which), { batch: 1, width: 1 })], targets(30));
    const count = (status: string) => outcomes.filter((one) => one.status === status).length;
    return [count('revoked'), count('failed'), count('skipped')];
  };
  expect(await counts((id) => id === 't0')).toEqual([29, 1, 0]);
  expect(await counts((id) => id !== 't0')).toEqual([1, 29, 0]);
  expect(await counts(() => true)).toEqual([0, 10, 20]);
});

test('a batch is halved as often as its lane allows, and what is left is unknown', async () => {
  const refuses: Answer = async () => {
    throw refusedError({ code: 'refused', message: '422', affects: 'batch' });
  };
  const lane = laneOf(refuses, { batch: 100, more: { maxSplits: 2 } });
  const { outcomes } = await run([lane], targets(100));
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['unknown']));
  expect(outcomes).toHaveLength(100);
});

describe('whatever a provider does, a target has exactly one outcome', () => {
  test('two targets that look the same keep their own fates', async () => {
    const twins = ['one', 'two'].map((dedupKey) => ({
      id: 'sha256:00',
      secret: dedupKey,
      dedupKey,
    }));
    const answer: Answer = async (ids) =>
      ids.map((target, index) => ({ target, status: index === 0 ? 'revoked' : 'failed' }));
    const { found } = await run([laneOf(answer)], twins);
    expect(found).toEqual(['memory sha256:00 failed', 'memory sha256:00 revoked']);
  });

  test.each<[what: string, answer: unknown]>([
    ['nothing', undefined],
    ['a text', 'revoked'],
    ['null for each', [null, null]],
    ['a verdict without a status', [{ target: 't0' }, { target: 't1' }]],
    [
      'a status that is not known',
      [
        { target: 't0', status: 'melted' },
        { target: 't1', status: 1 },
      ],
    ],
    ['a planned target', [{ target: 't0', status: 'planned' }]],
  ])('%s for an answer is unknown', async (_what, answer) => {
    const { found, error } = await run([laneOf(async () => answer as Verdict[])], targets(2));
    expect([found, error]).toEqual([['memory t0 unknown', 'memory t1 unknown'], undefined]);
  });

  test('an error that is thrown at once is unknown, and ends the run', async () => {
    const bug = new TypeError('a bug');
    const throws = (() => {
      throw bug;
    }) as unknown as Answer;
    const { found, error } = await run([laneOf(throws, { batch: 1, width: 1 })], targets(2));
    expect(found).toEqual(['memory t0 unknown', 'memory t1 skipped']);
    expect(error).toBe(bug);
  });

  test('a promise that never settles is unknown once nothing else can happen', async () => {
    let stall: () => void = () => undefined;
    const never: Answer = () => {
      setImmediate(() => stall());
      return new Promise(() => undefined);
    };
    const { found } = await run([laneOf(never, { batch: 1, width: 1 })], targets(3), {
      onStall: (act) => {
        stall = act;
        return () => undefined;
      },
    });
    expect(found).toEqual(['memory t0 unknown', 'memory t1 skipped', 'memory t2 skipped']);
  });

  test('facts that a provider fails to give are left out, and the outcome stands', async () => {
    const targetFacts = () => {
      throw new Error('a bug');
    };
    const { found, error } = await run([laneOf(all, { revoker: { targetFacts } })], targets(1));
    expect(found).toEqual(['memory t0 revoked']);
    expect(error).toBeInstanceOf(Error);
  });
});

describe('a dispatcher by itself', () => {
  /** A dispatcher whose requests are never answered, and what its writer was given. */
  function start(lanes: readonly RunLane[], given: Partial<DispatcherOptions> = {}) {
    const { signal } = new AbortController();
    const outcomes: Outcome[] = [];
    const writer = { isBackedUp: false, isIdle: true };
    const dispatcher = createDispatcher({
      lanes,
      clock: systemClock,
      signal,
      stops: createStops(signal, lanes),
      writer: {
        add: (outcome) => void outcomes.push(outcome),
        answered: (slots) => slots.forEach((each) => (each.busy -= 1)),
        get isBackedUp() {
          return writer.isBackedUp;
        },
        get isIdle() {
          return writer.isIdle;
        },
      },
      onError: (error) => {
        throw error;
      },
      ...given,
    });
    const add = (lane: RunLane, ...ids: readonly string[]) => {
      for (const id of ids) dispatcher.add(lane, { target: { id }, key: id });
    };
    return { dispatcher, outcomes, writer, add };
  }
  const never: Answer = () => new Promise(() => undefined);
  const numbered = (count: number) => targets(count).map(({ id }) => id);
  const isSettled = async (promise: Promise<unknown>) => {
    let settled = false;
    void promise.then(() => (settled = true));
    await turn();
    return settled;
  };

  test('sends full batches when they are admitted, and the rest when the input is silent or at its end', () => {
    for (const end of ['flush', 'close'] as const) {
      const lane = laneOf(never, { batch: 2 });
      const { dispatcher, add } = start([lane]);
      add(lane, 'a', 'b', 'c');
      expect([dispatcher.inFlight(), dispatcher.isWaiting]).toEqual([0, true]);
      dispatcher.admit();
      expect([dispatcher.inFlight(), dispatcher.isWaiting]).toEqual([2, true]);
      dispatcher[end]();
      expect([dispatcher.inFlight(), dispatcher.isWaiting]).toEqual([3, false]);
    }
  });

  test('holds a partial batch again once more targets come after a silence', () => {
    const lane = laneOf(never, { batch: 2 });
    const { dispatcher, add } = start([lane]);
    dispatcher.flush();
    add(lane, 'a');
    dispatcher.admit();
    expect(dispatcher.inFlight()).toBe(0);
  });

  test('makes intents durable one window at a time, and sends none before', async () => {
    const lane = laneOf(never, { batch: 1, width: 9 });
    const written: string[][] = [];
    const done: (() => void)[] = [];
    const { dispatcher, add } = start([lane], {
      journal: {
        writeIntents(batches: readonly Batch[]) {
          written.push(batches.flatMap(({ entries }) => entries.map(({ key }) => key)));
          return new Promise((resolve) => void done.push(resolve));
        },
        writeOutcomes: () => undefined,
        priorState: () => undefined,
      },
    });
    add(lane, 'a', 'b');
    dispatcher.admit();
    add(lane, 'c');
    dispatcher.admit();
    expect([written, dispatcher.inFlight()]).toEqual([[['a', 'b']], 0]);
    done[0]?.();
    await turn();
    expect([written, dispatcher.inFlight()]).toEqual([[['a', 'b'], ['c']], 2]);
    done[1]?.();
    await turn();
    expect(dispatcher.inFlight()).toBe(3);
  });

  test.each<[string, number, number, number, number]>([
    ['of one target each', 1, 4, 1, 256],
    ['of 256 targets', 256, 4, 1, 16],
    ['of a wide lane', 1, 200, 1, 400],
    ['of two lanes', 1, 4, 2, 4096],
  ])(
    'lets so many batches %s wait before the input does',
    async (_what, batch, width, count, most) => {
      const lanes = Array.from({ length: count }, (_, at) =>
        laneOf(never, { provider: `p${at}`, batch, width }),
      );
      const { dispatcher, add } = start(lanes);
      const [lane] = lanes as [RunLane];
      add(lane, ...numbered(batch * (most - 1)));
      expect(dispatcher.isCrowded).toBe(false);
      expect(await isSettled(dispatcher.room())).toBe(true);
      add(lane, ...numbered(batch));
      expect(dispatcher.isCrowded).toBe(true);
      const room = dispatcher.room();
      expect(await isSettled(room)).toBe(false);
      // As many leave as the lane is wide: the next ones have room.
      dispatcher.admit();
      expect(await isSettled(room)).toBe(true);
    },
  );

  test('lets the input wait while the output is slow', async () => {
    const { dispatcher, writer } = start([laneOf(never)]);
    writer.isBackedUp = true;
    expect(dispatcher.isCrowded).toBe(true);
    const room = dispatcher.room();
    dispatcher.pump();
    expect(await isSettled(room)).toBe(false);
    writer.isBackedUp = false;
    dispatcher.pump();
    expect(await isSettled(room)).toBe(true);
  });

  test('is done when it is closed, and every lane and the output are idle', async () => {
    const lane = laneOf(all, { batch: 1 });
    const { dispatcher, writer, add } = start([lane]);
    dispatcher.pump();
    expect(await isSettled(dispatcher.done)).toBe(false);
    writer.isIdle = false;
    dispatcher.close();
    expect(await isSettled(dispatcher.done)).toBe(false);
    writer.isIdle = true;
    dispatcher.pump();
    expect(await isSettled(dispatcher.done)).toBe(true);
    const other = start([lane]);
    add(lane, 'a');
    other.add(lane, 'b');
    other.dispatcher.close();
    expect(await isSettled(other.dispatcher.done)).toBe(false);
  });

  test('says whether a login was refused, while it is refused for the first targets too', async () => {
    const forbidden = credentialsError('no').with({ affects: 'target' });
    const cases: [Answer, boolean][] = [
      [all, false],
      [() => Promise.reject(forbidden), true],
      [() => Promise.reject(credentialsError('no')), true],
      [() => Promise.reject(refusedError({ code: 'x', message: 'no' })), false],
    ];
    for (const [answer, expected] of cases) {
      const lane = laneOf(answer, { batch: 1 });
      const { dispatcher, add } = start([lane]);
      expect(dispatcher.isLoginRefused).toBe(false);
      add(lane, 'a');
      dispatcher.close();
      await turn();
      expect(dispatcher.isLoginRefused).toBe(expected);
    }
  });

  test('that gives up settles what is in flight', () => {
    const lane = laneOf(never, { batch: 1 });
    const { dispatcher, outcomes, add } = start([lane]);
    add(lane, 'a');
    dispatcher.close();
    dispatcher.giveUp();
    expect(outcomes).toMatchObject([{ target: 'a', status: 'unknown' }]);
    expect(dispatcher.inFlight()).toBe(0);
  });
});
