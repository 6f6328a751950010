import { setImmediate as turn } from 'node:timers/promises';
import { laneOf, pacerOf, type Answer, type LaneOptions } from '../../test/support/run-lanes.js';
import { credentialsError, inDoubtError, refusedError, RevokeError } from '../contract/errors.js';
import type { Outcome, Target, Verdict } from '../contract/provider.js';
import type { Batch, Entry } from './batcher.js';
import type { CheckHooks, LaneActivity } from './check-state.js';
import type { LaneChecks } from './lane-checks.js';
import {
  addEntry,
  createLaneRun,
  giveUp,
  isLaneIdle,
  pumpLane,
  type RunContext,
} from './lane-run.js';
import { createStops, stopError } from './stop-reasons.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const all: Answer = async (ids) => ids.map((target): Verdict => ({ target, status: 'revoked' }));

interface Given {
  readonly lane?: LaneOptions;
  readonly context?: Partial<RunContext>;
  readonly checks?: Partial<LaneChecks>;
  readonly interrupt?: AbortController;
}

/** One lane with a writer in memory: what it sent, and what came of it. */
function start(answer: Answer, { lane: options, context, checks, interrupt }: Given = {}) {
  const lane = laneOf(answer, options);
  const { signal } = interrupt ?? new AbortController();
  const stops = createStops(signal, [lane]);
  const outcomes: Outcome[] = [];
  const keys: string[] = [];
  const errors: unknown[] = [];
  const freed: number[] = [];
  let changes = 0;
  let hooks: CheckHooks | undefined;
  const run = createLaneRun(
    lane,
    {
      clock: { now: () => NOW },
      signal,
      stops,
      writer: {
        add: (outcome, key) => void (outcomes.push(outcome), keys.push(key)),
        answered(slots, width) {
          freed.push(width);
          for (const each of slots) each.busy -= 1;
        },
      },
      onError: (error) => void errors.push(error),
      onChange: () => void (changes += 1),
      ...context,
    },
    checks &&
      ((_lane, given) => {
        hooks = given;
        return checks as LaneChecks;
      }),
  );
  return {
    run,
    lane,
    stops,
    outcomes,
    keys,
    errors,
    freed,
    changes: () => changes,
    hooks: () => hooks as CheckHooks,
    /** As `target status code`, in their order. */
    found: () =>
      outcomes.map(({ target, status, error }) => [target, status, error?.code].join(' ').trim()),
    /** Hands targets on as one batch whose intent is durable. */
    ready: (...entries: readonly Entry[]) => void run.ready.push(batchOf(entries)),
  };
}

const batchOf = (entries: readonly Entry[], firstTriedAt?: number): Batch => ({
  entries,
  firstTriedAt,
});
const entryOf = (id: string, more: Partial<Target> = {}): Entry => ({
  target: { id, ...more },
  key: `key of ${id}`,
});
const entriesOf = (...ids: readonly string[]) => ids.map((id) => entryOf(id));
const throws =
  (error: unknown): Answer =>
  () =>
    Promise.reject(error as Error);

describe('a target that is added', () => {
  test('waits for its batch', () => {
    const { run, outcomes } = start(all);
    addEntry(run, entryOf('a'));
    expect([run.batcher.isWaiting, outcomes]).toEqual([true, []]);
  });

  test('is checked first, where the lane checks', () => {
    const add = jest.fn();
    const { run } = start(all, { checks: { add } });
    addEntry(run, entryOf('a'));
    expect(add).toHaveBeenCalledWith(entryOf('a'));
    expect(run.batcher.isWaiting).toBe(false);
  });

  test('is skipped where the lane has stopped, and is not checked', () => {
    const add = jest.fn();
    const { run, lane, stops, found, keys } = start(all, { checks: { add } });
    stops.stop(lane, stopError('credentials_rejected', 'no'));
    addEntry(run, entryOf('a'));
    expect([found(), keys, add.mock.calls]).toEqual([
      ['a skipped stopped_early'],
      ['key of a'],
      [],
    ]);
  });

  test('is planned in a dry run, with the facts of a plan, but where its lane sends nothing anyway', () => {
    const revoker = { plannedFacts: ({ id }: Target) => ({ cost: `of ${id}` }) };
    const context = { dryRun: true };
    const { run, outcomes } = start(all, { lane: { revoker }, context });
    addEntry(run, entryOf('a'));
    expect(outcomes).toMatchObject([{ target: 'a', status: 'planned', cost: 'of a' }]);
    const sendsNothing = start(all, { lane: { more: { sendsNothing: true } }, context });
    addEntry(sendsNothing.run, entryOf('a'));
    expect([sendsNothing.outcomes, sendsNothing.run.batcher.isWaiting]).toEqual([[], true]);
  });
});

describe('sending', () => {
  test('gives each target the outcome of its place, with its facts and its key, and frees the slots', async () => {
    const seen: unknown[] = [];
    const answer: Answer = async (ids, attempt) => {
      seen.push([ids, attempt]);
      return all(ids, attempt);
    };
    const lane = { revoker: { targetFacts: ({ id }: Target) => ({ jti: id }) }, width: 3 };
    const { run, outcomes, keys, freed, ready } = start(answer, { lane });
    ready(...entriesOf('a', 'b'));
    pumpLane(run);
    expect([run.ready.length, run.inFlight.length, run.slots]).toMatchObject([
      0,
      1,
      [{ busy: 1 }, { busy: 1 }],
    ]);
    expect(isLaneIdle(run)).toBe(false);
    await turn();
    expect(outcomes).toMatchObject([
      {
        provider: 'memory',
        target: 'a',
        status: 'revoked',
        jti: 'a',
        at: '2026-11-28T12:00:00.000Z',
      },
      { target: 'b', status: 'revoked', jti: 'b' },
    ]);
    expect(keys).toEqual(['key of a', 'key of b']);
    expect([freed, run.slots]).toMatchObject([[3], [{ busy: 0 }, { busy: 0 }]]);
    expect(seen).toStrictEqual([[['a', 'b'], { http: run.lane.http }]]);
    expect(isLaneIdle(run)).toBe(true);
  });

  test('says when targets of a resumed run were first tried', async () => {
    const seen: unknown[] = [];
    const { run } = start(async (ids, { firstTriedAt }) => {
      seen.push(firstTriedAt);
      return all(ids, {} as Parameters<Answer>[1]);
    });
    run.ready.push(
      batchOf(entriesOf('a'), 0),
      batchOf(entriesOf('b'), 1234),
      batchOf(entriesOf('c')),
    );
    pumpLane(run);
    await turn();
    expect(seen).toEqual([0, 1234, undefined]);
  });

  test.each([
    ['its own width', { width: 2 }, Infinity],
    ['what its provider may have in flight', { width: 9 }, 2],
  ])('has no more in flight than %s', (_what, lane, limit) => {
    const { run, ready } = start(() => new Promise(() => undefined), { lane });
    Object.assign(run.lane.shared, { limit });
    for (const id of ['a', 'b', 'c']) ready(entryOf(id));
    pumpLane(run);
    expect([run.inFlight.length, run.ready.length]).toEqual([2, 1]);
  });

  test('waits for the pace of the lane, asks for it once for each request, and goes on when it may', async () => {
    const waits: (() => void)[] = [];
    const pacer = {
      ...pacerOf(4),
      reserve: () => new Promise<void>((resolve) => void waits.push(resolve)),
    };
    const { run, ready, changes } = start(all, { lane: { pacer } });
    for (const id of ['a', 'b']) ready(entryOf(id));
    pumpLane(run);
    pumpLane(run);
    expect([run.inFlight.length, waits.length, changes()]).toEqual([0, 1, 0]);
    waits[0]?.();
    await turn();
    expect([run.inFlight.length, changes()]).toEqual([0, 1]);
    pumpLane(run);
    expect([run.inFlight.length, run.ready.length, waits.length]).toEqual([1, 1, 2]);
  });

  test('keeps the place that the pace gave, where a slot is free only later', () => {
    let asked = 0;
    const pacer = { ...pacerOf(1), reserve: () => void (asked += 1) };
    const { run, ready } = start(() => new Promise(() => undefined), { lane: { pacer } });
    run.pace = 'reserved';
    ready(entryOf('a'));
    pumpLane(run);
    expect([run.inFlight.length, asked]).toEqual([1, 0]);
  });

  test('hands what was seen too long ago back to be checked, with all that waits behind it', () => {
    const added: string[] = [];
    const stale = ({ entries }: Batch) => entries[0]?.target.id !== 'a';
    const checks = {
      isStale: stale,
      add: ({ target }: Entry) => void added.push(target.id),
      pump: () => undefined,
    };
    const { run, ready } = start(() => new Promise(() => undefined), { checks });
    for (const ids of [['a'], ['b', 'c'], ['d']]) ready(...entriesOf(...ids));
    pumpLane(run);
    expect([added, run.ready, run.inFlight.length]).toEqual([['b', 'c', 'd'], [], 1]);
  });
});

describe('what a lane tells its checks', () => {
  function told(prepare: (made: ReturnType<typeof start>) => void, pacer = pacerOf(1)) {
    const activities: LaneActivity[] = [];
    const checks = { pump: (one: LaneActivity) => void activities.push(one), isStale: () => false };
    const made = start(() => new Promise(() => undefined), {
      checks,
      lane: { batch: 1, pacer },
    });
    prepare(made);
    pumpLane(made.run);
    return activities[0];
  }

  test.each<[string, (made: ReturnType<typeof start>) => void, LaneActivity]>([
    ['nothing waits', () => undefined, { isDraining: false, queued: 0, isQuiet: true }],
    [
      'no more come',
      ({ run }) => (run.isDraining = true),
      { isDraining: true, queued: 0, isQuiet: true },
    ],
    [
      'a batch is in flight',
      ({ ready }) => ready(entryOf('a')),
      { isDraining: false, queued: 0, isQuiet: false },
    ],
    [
      'a batch waits for a slot',
      ({ ready }) => (ready(entryOf('a')), ready(entryOf('b'))),
      { isDraining: false, queued: 1, isQuiet: false },
    ],
    [
      'a batch waits for its intent',
      ({ run }) => run.batcher.add(entryOf('a')),
      { isDraining: false, queued: 1, isQuiet: false },
    ],
  ])('where %s', (_when, prepare, expected) => {
    expect(told(prepare)).toEqual(expected);
  });

  test('where a batch waits for the pace: it is not quiet', () => {
    const pacer = { ...pacerOf(1), reserve: () => new Promise<void>(() => undefined) };
    expect(told(({ ready }) => ready(entryOf('a')), pacer)).toMatchObject({ isQuiet: false });
  });

  test('that what a check lets through is sent, settled or planned, and takes and frees a slot', () => {
    const checks = { pump: () => undefined };
    const lane = { width: 1, revoker: { plannedFacts: () => ({ cost: 1 }) } };
    const { run, hooks, outcomes, changes } = start(all, { checks, lane });
    hooks().send(entryOf('a'));
    expect(run.batcher.isWaiting).toBe(true);
    hooks().settle(entryOf('b'), { target: 'b', status: 'alive' });
    hooks().plan(entryOf('c'), { target: 'c', status: 'planned' });
    expect(outcomes).toMatchObject([
      { target: 'b', status: 'alive' },
      { target: 'c', status: 'planned', cost: 1 },
    ]);
    expect(outcomes[0]).not.toHaveProperty('cost');
    expect([hooks().takeSlot(), hooks().takeSlot(), run.slots]).toMatchObject([
      true,
      false,
      [{ busy: 1 }, { busy: 1 }],
    ]);
    hooks().freeSlot();
    expect([run.slots, changes()]).toMatchObject([[{ busy: 0 }, { busy: 0 }], 1]);
  });

  test('that a target was answered, with what was said of it', async () => {
    const answered = jest.fn();
    const checks = { answered, pump: () => undefined, isStale: () => false };
    const { run, ready, outcomes } = start(all, { checks });
    ready(entryOf('a'));
    pumpLane(run);
    await turn();
    expect(answered).toHaveBeenCalledWith(entryOf('a'), { target: 'a', status: 'revoked' });
    expect(outcomes).toEqual([]);
  });
});

/** Sends one batch that is refused like this. */
async function refused(error: unknown, given: Given & { readonly ids?: readonly string[] } = {}) {
  const made = start(throws(error), given);
  made.ready(...entriesOf(...(given.ids ?? ['a', 'b'])));
  pumpLane(made.run);
  await turn();
  return made;
}
const error = (more: Partial<RevokeError>) =>
  new RevokeError({ kind: 'refused', code: 'x', message: 'no', ...more });

describe('a request that is refused', () => {
  test.each<[string, unknown, readonly string[], boolean, boolean]>([
    ['for a target', error({}), ['a failed x', 'b failed x'], false, false],
    [
      'in doubt',
      inDoubtError({ code: 'lost', message: '' }),
      ['a unknown lost', 'b unknown lost'],
      false,
      false,
    ],
    ['for the whole run', error({ affects: 'run' }), ['a failed x', 'b failed x'], true, false],
    [
      'for its login',
      credentialsError('no', undefined, 'rejected'),
      ['a failed rejected', 'b failed rejected'],
      true,
      true,
    ],
    [
      'for the login of one target',
      credentialsError('no').with({ affects: 'target' }),
      ['a failed no_credentials', 'b failed no_credentials'],
      false,
      false,
    ],
    [
      'before it left',
      error({ code: 'interrupted' }),
      ['a skipped interrupted', 'b skipped interrupted'],
      false,
      false,
    ],
    [
      'by a limit',
      error({ code: 'rate_limited' }),
      ['a failed rate_limited', 'b failed rate_limited'],
      false,
      false,
    ],
  ])('%s', async (_why, thrown, expected, isStopped, isLoginRefused) => {
    const { run, lane, stops, found, errors } = await refused(thrown);
    expect(found()).toEqual(expected);
    expect([stops.reason(lane) !== undefined, run.isLoginRefused]).toEqual([
      isStopped,
      isLoginRefused,
    ]);
    expect(errors).toEqual([]);
  });

  test('by a limit after an interrupt was not sent: it is skipped', async () => {
    const interrupt = new AbortController();
    const made = start(
      () => {
        interrupt.abort();
        return Promise.reject(error({ code: 'rate_limited' }));
      },
      { interrupt },
    );
    made.ready(entryOf('a'));
    pumpLane(made.run);
    await turn();
    expect(made.found()).toEqual(['a skipped stopped_early']);
  });

  test('for itself after an interrupt was sent: it is failed', async () => {
    const interrupt = new AbortController();
    const made = start(
      () => {
        interrupt.abort();
        return Promise.reject(error({ code: 'cannot_revoke' }));
      },
      { interrupt },
    );
    made.ready(entryOf('a'));
    pumpLane(made.run);
    await turn();
    expect(made.found()).toEqual(['a failed cannot_revoke']);
  });

  test('by a bug is unknown, and the bug is reported', async () => {
    const bug = new TypeError('a bug');
    const { found, errors } = await refused(bug);
    expect([found(), errors]).toEqual([['a unknown internal', 'b unknown internal'], [bug]]);
  });

  test('says nothing of the secrets of its targets where it stops the lane', async () => {
    const secret = 'tok_0123456789';
    const made = start(throws(error({ affects: 'run', message: `not ${secret}`, hint: secret })));
    made.ready(entryOf('a', { secret }));
    pumpLane(made.run);
    await turn();
    expect(made.stops.reason(made.lane)).toMatchObject({
      code: 'x',
      message: 'not [secret]',
      hint: '[secret]',
    });
  });
});

describe('a login that is refused for single targets', () => {
  const forbidden = credentialsError('no', undefined, 'forbidden').with({ affects: 'target' });

  /** Answers one request after the other: true is a success. */
  async function after(answers: readonly (boolean | Error)[]) {
    const left = [...answers];
    const made = start(async (ids, attempt) => {
      const next = left.shift();
      if (next === true) return all(ids, attempt);
      throw next instanceof Error ? next : forbidden;
    });
    for (let index = 0; index < answers.length; index++) {
      made.ready(entryOf(`t${index}`));
      pumpLane(made.run);
      await turn();
    }
    return made;
  }
  const nine = Array<boolean>(9).fill(false);

  test('nine times stops nothing yet, and ten times its lane', async () => {
    const some = await after(nine);
    expect([some.stops.reason(some.lane), some.run.isLoginRefused, some.run.refusals]).toEqual([
      undefined,
      false,
      9,
    ]);
    const most = await after([...nine, false]);
    expect([most.stops.reason(most.lane)?.code, most.run.isLoginRefused]).toEqual([
      'forbidden',
      true,
    ]);
  });

  test.each<[string, boolean | Error]>([
    ['a success', true],
    ['a refusal for another reason', error({})],
  ])('stops nothing after %s: the login is good for something', async (_what, first) => {
    const made = await after([first, ...nine, ...nine]);
    expect([made.stops.reason(made.lane), made.run.isLoginRefused]).toEqual([undefined, false]);
  });
});

describe('a batch that is refused as a whole', () => {
  const whole = error({ affects: 'batch' });

  test('is sent again in halves', async () => {
    const { run, outcomes } = await refused(whole, { ids: ['a', 'b', 'c'] });
    expect(run.ready.map(({ entries }) => entries.map(({ target }) => target.id))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect([outcomes, isLaneIdle(run)]).toEqual([[], false]);
  });

  test('and has one target is failed', async () => {
    expect((await refused(whole, { ids: ['a'] })).found()).toEqual(['a failed x']);
  });

  test('more often than its lane may halve it is unknown', async () => {
    const { run, found } = await refused(whole, { lane: { more: { maxSplits: 1 } } });
    expect(run.splitsLeft).toBe(0);
    run.ready.splice(0, 2, batchOf(entriesOf('a', 'b')));
    pumpLane(run);
    await turn();
    expect(found()).toEqual(['a unknown x', 'b unknown x']);
  });
});

test('a lane without checks gives up what is in flight, and plans without facts of a plan', () => {
  const { run, found, ready } = start(() => new Promise(() => undefined));
  ready(entryOf('a'));
  pumpLane(run);
  giveUp(run);
  expect(found()).toEqual(['a unknown internal']);
  const dry = start(all, { context: { dryRun: true } });
  addEntry(dry.run, entryOf('a'));
  expect([dry.found(), dry.errors]).toEqual([['a planned'], []]);
});

test('a lane without checks that has stopped skips all that waits', () => {
  const { run, lane, stops, found, ready } = start(all);
  ready(entryOf('a'));
  stops.stop(lane, stopError('stopped_early', 'enough'));
  pumpLane(run);
  expect(found()).toEqual(['a skipped stopped_early']);
});

test('a provider that throws before it has a promise to give leaves its targets unknown', async () => {
  const bug = new TypeError('a bug');
  const { run, found, errors, ready } = start(() => {
    throw bug;
  });
  ready(entryOf('a'));
  pumpLane(run);
  await turn();
  expect([found(), errors, run.inFlight]).toEqual([['a unknown internal'], [bug], []]);
});

test('a lane that has stopped skips all that waits, each target once', () => {
  const drain = () => [entryOf('c')];
  const { run, lane, stops, found, ready } = start(all, {
    checks: { drain, pump: () => undefined },
  });
  ready(entryOf('a'));
  run.batcher.add(entryOf('b'));
  stops.stop(lane, stopError('stopped_early', 'enough'));
  pumpLane(run);
  expect(found()).toEqual(['a', 'b', 'c'].map((id) => `${id} skipped stopped_early`));
  expect([run.ready, run.inFlight, run.batcher.isWaiting]).toEqual([[], [], false]);
});

test('what is never answered is unknown, its lane stops, and an answer that comes later says nothing', async () => {
  let answerNow: () => void = () => undefined;
  const stall = jest.fn();
  const late: Answer = (ids, attempt) =>
    new Promise((resolve) => (answerNow = () => resolve(all(ids, attempt))));
  const checks = { giveUp: stall, pump: () => undefined, isStale: () => false };
  const { run, lane, stops, outcomes, ready } = start(late, { checks });
  ready(...entriesOf('a', 'b'));
  ready(entryOf('c'));
  pumpLane(run);
  giveUp(run);
  const expected = ['a', 'b', 'c'].map((target) => ({
    target,
    status: 'unknown',
    error: { code: 'internal', message: 'the request was never answered' },
  }));
  expect(outcomes).toMatchObject(expected);
  expect(stops.reason(lane)).toMatchObject({
    code: 'stopped_early',
    message: 'a request was never answered',
  });
  expect([stall.mock.calls.length, run.inFlight]).toEqual([1, []]);
  answerNow();
  await turn();
  expect(outcomes).toHaveLength(3);
});

test('with --ignore-not-found a target that is not known is ignored, and without it is not', async () => {
  const notFound = refusedError({ code: 'not_found', message: 'no' });
  for (const ignoreNotFound of [true, false]) {
    const { outcomes } = await refused(notFound, { context: { ignoreNotFound }, ids: ['a'] });
    expect(outcomes[0]?.ignored).toBe(ignoreNotFound ? true : undefined);
  }
});

test('facts that a provider fails to give are left out and reported, and the outcome stands', async () => {
  const bug = new TypeError('a bug');
  const targetFacts = () => {
    throw bug;
  };
  const { run, found, errors, ready } = start(all, { lane: { revoker: { targetFacts } } });
  ready(entryOf('a'));
  pumpLane(run);
  await turn();
  expect([found(), errors]).toEqual([['a revoked'], [bug]]);
});

test.each<
  [string, (made: ReturnType<typeof start>) => void, Partial<LaneChecks> | undefined, boolean]
>([
  ['nothing waits', () => undefined, undefined, true],
  ['a batch is full', ({ run }) => run.batcher.add(entryOf('a')), undefined, false],
  ['a batch is ready', ({ ready }) => ready(entryOf('a')), undefined, false],
  ['its checks are idle', () => undefined, { isIdle: true }, true],
  ['its checks are not', () => undefined, { isIdle: false }, false],
])('a lane where %s is idle: %s', (_what, prepare, checks, expected) => {
  const made = start(all, { lane: { batch: 1 }, ...(checks && { checks }) });
  prepare(made);
  expect(isLaneIdle(made.run)).toBe(expected);
});
