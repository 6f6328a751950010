/** The engine with checks: what a run asks, sends and says of each target. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  chunked,
  laneOf,
  sourceOf,
  targets,
  type LaneOptions,
} from '../../test/support/run-lanes.js';
import {
  absent,
  active,
  inactive,
  unclear,
  type CheckResult,
  type Verifier,
} from '../contract/lane.js';
import type { Clock, Outcome, Target, Verdict } from '../contract/provider.js';
import { runEngine, type EngineInput } from './engine.js';
import { createLaneChecks } from './lane-checks.js';

/** A clock that goes on by each sleep, and by no more. */
function fakeClock() {
  let time = Date.parse('2026-11-28T12:00:00Z');
  let setBy = 0;
  const clock: Clock = {
    now: () => time + setBy,
    monotonic: () => time,
    async sleep(ms, signal) {
      await turn();
      if (!signal?.aborted) time += ms;
    },
  };
  return {
    clock,
    pass: (ms: number) => void (time += ms),
    /** Somebody sets the clock of the day. */
    set: (ms: number) => void (setBy += ms),
  };
}

interface Given {
  readonly verifier?: Partial<Verifier>;
  readonly lane?: LaneOptions;
  readonly asked?: boolean;
  readonly dryRun?: boolean;
  readonly input?: Partial<EngineInput>;
  /** What a request does, and answers. */
  revoke?(ids: readonly string[]): void | Verdict['status'];
}

/** A service in memory: its log has one line for each call. */
async function play(
  list: readonly Target[],
  check: (id: string, ask: number) => CheckResult,
  { verifier, lane, asked = true, dryRun = false, input, revoke }: Given = {},
) {
  const { clock, pass } = fakeClock();
  const log: string[] = [];
  const asks = new Map<string, number>();
  const outcomes: Outcome[] = [];
  const { signal } = new AbortController();
  const one = laneOf(
    async (ids) => {
      log.push(`revoke ${ids.join()}`);
      const status = revoke?.(ids) ?? 'accepted';
      return ids.map((target) => ({ target, status }));
    },
    {
      ...lane,
      check: {
        method: 'list',
        batch: Infinity,
        async check(some) {
          log.push(`check ${some.map(({ id }) => id).join()}`);
          return some.map(({ id }) => {
            asks.set(id, (asks.get(id) ?? 0) + 1);
            return check(id, asks.get(id) ?? 0);
          });
        },
        ...verifier,
      },
    },
  );
  await runEngine({
    lanes: [one],
    source: sourceOf([list]),
    clock,
    signal,
    dryRun,
    checks: createLaneChecks({ clock, signal, timeoutMs: 3000, asked, dryRun }),
    serialize: (outcome) => JSON.stringify(outcome),
    onOutcomes: (some) => void outcomes.push(...some),
    ...input,
  });
  return { log, outcomes, asks, pass };
}

const onceActive = (_id: string, ask: number) => (ask === 1 ? active() : inactive('revoked'));

test('one list answers for all targets before, and one for all after', async () => {
  const { log, outcomes } = await play(targets(500), onceActive, { lane: { batch: 50 } });
  expect(outcomes.map(({ status }) => status)).toEqual(Array(500).fill('revoked'));
  expect(log.filter((line) => line.startsWith('check'))).toHaveLength(2);
  expect(log.filter((line) => line.startsWith('revoke'))).toHaveLength(10);
});

test('checks of one target each are as many as targets, and every target has one outcome', async () => {
  const { outcomes, asks } = await play(targets(40), onceActive, { verifier: { batch: 1 } });
  expect(outcomes.map(({ target }) => target).sort()).toEqual(
    targets(40)
      .map(({ id }) => id)
      .sort(),
  );
  expect(new Set(asks.values())).toEqual(new Set([2]));
});

test('a target that stays active is checked until its time is up, and is alive', async () => {
  const { outcomes, asks } = await play(targets(1), () => active());
  expect(outcomes[0]).toMatchObject({ status: 'alive', error: { code: 'still_active' } });
  // Before, then after 0, 100, 300, 700, 1500, 3000 ms.
  expect(asks.get('t0')).toBe(7);
});

test('a target that takes a while to become inactive is revoked', async () => {
  const { outcomes } = await play(targets(3), (_id, ask) => (ask < 5 ? active() : absent()));
  expect(outcomes.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked']);
});

test('a refused request is checked once more, and not waited for', async () => {
  const { outcomes, asks } = await play(targets(1), () => active(), { revoke: () => 'failed' });
  expect([outcomes[0]?.status, asks.get('t0')]).toEqual(['alive', 2]);
});

test('two replicas that answer active and inactive in turn prove nothing', async () => {
  const inTurn = (_id: string, ask: number) => (ask % 2 === 1 ? active() : inactive());
  const { outcomes } = await play(targets(1), inTurn, { verifier: { confirms: true } });
  expect(outcomes[0]?.status).toBe('alive');
});

test('an error of a check leaves its targets unclear, and they are sent all the same', async () => {
  const { log, outcomes } = await play(targets(2), () => {
    throw new Error('the list broke');
  });
  expect(log).toContain('revoke t0,t1');
  for (const { status, error } of outcomes) {
    expect([status, error?.code]).toEqual(['unknown', 'cannot_verify']);
    expect(error?.message).toContain('the list broke');
  }
});

test('a check that answers for too few targets leaves the rest unclear', async () => {
  const { outcomes } = await play(targets(2), onceActive, {
    verifier: { check: async (some) => some.slice(0, 1).map(() => active()) },
  });
  const found = outcomes.map(({ target, status }) => `${target} ${status}`).sort();
  expect(found).toEqual(['t0 alive', 't1 unknown']);
});

/** Three targets of one request each; the first of them takes as long as `pass` makes it. */
async function playSlowly(late: (clock: ReturnType<typeof fakeClock>) => void) {
  const time = fakeClock();
  const { clock } = time;
  let isLate = false;
  const log: string[] = [];
  const outcomes: Outcome[] = [];
  const { signal } = new AbortController();
  const lane = laneOf(
    async (ids) => {
      log.push(`revoke ${ids.join()}`);
      if (!isLate) late(time);
      isLate = true;
      return ids.map((target) => ({ target, status: 'accepted' }));
    },
    {
      batch: 1,
      width: 1,
      check: {
        method: 'list',
        batch: Infinity,
        async check(some) {
          log.push(`check ${some.map(({ id }) => id).join()}`);
          return some.map(({ id }) => (log.includes(`revoke ${id}`) ? inactive() : active()));
        },
      },
    },
  );
  await runEngine({
    lanes: [lane],
    source: sourceOf([targets(3)]),
    clock,
    signal,
    checks: createLaneChecks({ clock, signal, timeoutMs: 3000, asked: true, dryRun: false }),
    serialize: (outcome) => JSON.stringify(outcome),
    onOutcomes: (some) => void outcomes.push(...some),
  });
  expect(outcomes.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked']);
  return log;
}

test('what was seen more than 30 s before its request is checked again', async () => {
  const log = await playSlowly(({ pass }) => pass(31_000));
  expect(log.slice(0, 3)).toEqual(['check t0,t1,t2', 'revoke t0', 'check t1,t2']);
});

test('a clock that is set back hides no age: what was seen too long ago is checked again', async () => {
  const log = await playSlowly(({ pass, set }) => {
    pass(31_000);
    set(-3_600_000);
  });
  expect(log.slice(0, 3)).toEqual(['check t0,t1,t2', 'revoke t0', 'check t1,t2']);
});

test('a clock that is set forward makes nothing old', async () => {
  const log = await playSlowly(({ set }) => set(3_600_000));
  expect(log.slice(0, 4)).toEqual(['check t0,t1,t2', 'revoke t0', 'revoke t1', 'revoke t2']);
});

test('targets that end together are all checked before the first of them is sent', async () => {
  const list = targets(4).map((target) => ({ ...target, group: 'grant' }));
  const { log } = await play(list, onceActive, {
    verifier: { batch: 1 },
    lane: { batch: 1, width: 1 },
  });
  expect(log.slice(0, 4)).toEqual(['check t0', 'check t1', 'check t2', 'check t3']);
  expect(log[4]).toMatch(/^revoke/);
});

test('where inactive targets are skipped, nothing is sent for them', async () => {
  const { log, outcomes } = await play(targets(2), () => inactive('revoked'), {
    verifier: { skipsInactive: true, byDefault: true },
    asked: false,
  });
  expect(log).toEqual(['check t0,t1']);
  expect(outcomes.map(({ status }) => status)).toEqual(['already_revoked', 'already_revoked']);
});

test('without --verify only the usual number is checked, and the others are sent unchecked', async () => {
  const verifier = { byDefault: true, batch: 1, usualTargets: 2 };
  const { outcomes, asks } = await play(targets(5), onceActive, { verifier, asked: false });
  expect([...asks.keys()].sort()).toEqual(['t0', 't1']);
  const byLimit = outcomes.filter((one) => one['not_checked'] === 'limit');
  expect(byLimit.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
  expect((await play(targets(5), onceActive, { verifier })).asks.size).toBe(5);
});

test('targets beyond the usual number go out in whole batches again, those that were checked in small ones', async () => {
  const verifier = { byDefault: true, batch: 1, usualTargets: 4 };
  const lane = { batch: 2, more: { batch: 10 } };
  const { log } = await play(targets(24), onceActive, { verifier, lane, asked: false });
  const sizes = log
    .filter((line) => line.startsWith('revoke'))
    .map((line) => line.split(',').length);
  expect(sizes.sort((a, b) => a - b)).toEqual([2, 2, 10, 10]);
});

test('checks that end leave the rest unchecked: accepted, or unknown where proof was asked for', async () => {
  const ending = (id: string, ask: number): CheckResult =>
    id === 't1' ? { ...unclear('403'), endsChecks: true } : onceActive(id, ask);
  const verifier = { byDefault: true, batch: 1 };
  const lane = { width: 1, batch: 1 };
  const by = async (asked: boolean) => {
    const { outcomes } = await play(targets(4), ending, { verifier, lane, asked });
    return Object.fromEntries(outcomes.map(({ target, status }) => [target, status]));
  };
  expect(await by(false)).toMatchObject({ t1: 'accepted', t2: 'accepted', t3: 'accepted' });
  expect(await by(true)).toMatchObject({ t1: 'unknown', t2: 'unknown', t3: 'unknown' });
});

test('a dry run checks, sends nothing, and plans only what would be sent', async () => {
  const seen = (id: string) => (id === 't0' ? active({ owner: 'octocat' }) : inactive());
  const { log, outcomes } = await play(targets(2), seen, {
    verifier: { skipsInactive: true },
    dryRun: true,
  });
  expect(log).toEqual(['check t0,t1']);
  expect(outcomes).toMatchObject([
    { status: 'planned', owner: 'octocat', verification: { before: 'active' } },
    { status: 'failed', error: { code: 'not_active' } },
  ]);
});

test('a resumed target that was seen active and is inactive now is revoked, and not sent again', async () => {
  const before = { result: active(), at: Date.parse('2026-11-28T11:59:00Z') };
  const { log, outcomes } = await play(targets(1), () => absent(), {
    input: {
      journal: {
        writeIntents: async () => undefined,
        writeOutcomes: () => undefined,
        priorState: () => ({ triedAt: before.at, before }),
      },
    },
  });
  expect(log).toEqual(['check t0']);
  expect(outcomes[0]?.status).toBe('revoked');
});

test('a check that never answers is given up when nothing can happen any more', async () => {
  let stall: () => void = () => undefined;
  const never = () => {
    setImmediate(() => stall());
    return new Promise<never>(() => undefined);
  };
  const { outcomes } = await play(targets(2), onceActive, {
    verifier: { check: never },
    input: {
      onStall: (act) => {
        stall = act;
        return () => undefined;
      },
    },
  });
  expect(outcomes.map(({ status }) => status)).toEqual(['skipped', 'skipped']);
});

test('many targets are no reason for a list each: groups are as large as they can be', async () => {
  const { log, outcomes } = await play(targets(12_000), onceActive, {
    lane: { batch: 100, width: 8 },
  });
  expect(outcomes).toHaveLength(12_000);
  expect(log.filter((line) => line.startsWith('check')).length).toBeLessThanOrEqual(8);
  expect(chunked(outcomes, 4000)).toHaveLength(3);
});

test('no later group is sent once the run has stopped, by a failure or by an interrupt', async () => {
  const stop = new AbortController();
  const lane = { batch: 100, width: 1 };
  const verifier = { batch: 1000 };
  const failed = await play(targets(3000), () => active(), {
    lane,
    verifier,
    revoke: () => 'failed',
    input: { maxFailures: 1 },
  });
  const interrupted = await play(targets(3000), onceActive, {
    lane,
    verifier,
    revoke: () => stop.abort(),
    input: { signal: stop.signal },
  });
  for (const { log, outcomes } of [failed, interrupted]) {
    const sent = log.filter((line) => line.startsWith('revoke'));
    // What was in flight, and what had its check behind it, is the most that may leave.
    expect(sent.length).toBeLessThanOrEqual(10);
    expect(outcomes).toHaveLength(3000);
    const skipped = outcomes.filter(({ status }) => status === 'skipped');
    expect(skipped.length).toBeGreaterThanOrEqual(2000);
  }
});

test('a target whose last check is unclear is unknown, and never said to be active', async () => {
  const { outcomes } = await play(targets(1), (_id, ask) =>
    ask === 1 ? active() : unclear('the list broke'),
  );
  expect(outcomes[0]).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
});

test('a target that is inactive at its very last check is revoked, and not said to be active', async () => {
  // Before, then after 0, 100, 300, 700, 1500, 3000 ms.
  const { outcomes } = await play(targets(1), (_id, ask) => (ask < 7 ? active() : inactive()));
  expect(outcomes[0]?.status).toBe('revoked');
});
