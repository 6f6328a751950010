import { laneOf, NO_HTTP, pacerOf, sourceOf, targets } from '../../test/support/run-lanes.js';
import { active, type Lane, type Verifier } from '../contract/lane.js';
import type { Outcome, Provider } from '../contract/provider.js';
import type { LaneLimits } from '../network/lane-network.js';
import { prepareRun, type OpenProvider, type RunTerms } from './prepare-run.js';

const clock = { now: Date.now, monotonic: Date.now, sleep: async () => undefined };
const TERMS: RunTerms = {
  clock,
  signal: new AbortController().signal,
  verify: 'default',
  verifyMs: 0,
  dryRun: false,
};
const check = (more: Partial<Verifier> = {}): Verifier => ({
  method: 'list',
  batch: Infinity,
  check: async (some) => some.map(() => active()),
  ...more,
});

/** A provider that is logged in, with lanes like these, and what its network was asked for. */
function open(...lanes: readonly Partial<Lane>[]) {
  const asked: LaneLimits[] = [];
  const common = { http: NO_HTTP, pacer: pacerOf(1) };
  const made = laneOf(async (ids) => ids.map((target) => ({ target, status: 'revoked' })));
  const opened = {
    provider: {
      id: 'toy',
      limits: { batch: 100, concurrency: 8 },
      verifyHelp: 'ask Toy',
    } as unknown as Provider,
    revoker: {
      ...made.revoker,
      lanes: lanes.map((more) => ({ ...made.lane, ...more })),
    } as unknown as OpenProvider['revoker'],
    network: {
      concurrency: 8,
      common,
      paced(limits: LaneLimits) {
        asked.push(limits);
        return { http: NO_HTTP, pacer: pacerOf(2) };
      },
    },
  };
  return { opened, asked, common };
}

test('the only lane of a provider, without limits of its own, sends by the provider’s network', async () => {
  const { opened, asked, common } = open({});
  const { lanes } = await prepareRun([opened], TERMS);
  expect(asked).toEqual([]);
  expect(lanes).toHaveLength(1);
  expect(lanes[0]).toMatchObject({ provider: 'toy', batch: 100, shared: { busy: 0, limit: 8 } });
  expect([lanes[0]?.pacer, lanes[0]?.checks.pacer]).toEqual([common.pacer, common.pacer]);
  expect(lanes[0]?.lane).toBe(opened.revoker.lanes[0]);
});

test.each<[string, Partial<Lane>, readonly LaneLimits[]]>([
  ['a concurrency of its own', { concurrency: 3 }, [{ concurrency: 3 }]],
  [
    'a pace of its own, which its checks keep too',
    { pace: { requests: 5, seconds: 60 } },
    [{ pace: { requests: 5, seconds: 60 } }, {}],
  ],
  ['checks with a rate of their own', { check: check({ perSecond: 4 }) }, [{ rate: 4 }]],
])('a lane with %s has its own way to send', async (_what, lane, limits) => {
  const { opened, asked } = open(lane);
  await prepareRun([opened], TERMS);
  expect(asked).toEqual(limits);
});

test('several lanes of a provider have a pace each, and share the most requests in flight', async () => {
  const { opened, asked } = open({ name: 'a' }, { name: 'b' });
  const { lanes } = await prepareRun([opened], TERMS);
  expect(asked).toHaveLength(2);
  expect(lanes[0]?.shared).toBe(lanes[1]?.shared);
});

test.each<[number, Partial<Lane>, RunTerms['verify']]>([
  [100, {}, 'default'],
  [7, { batch: 7 }, 'default'],
  [50, { check: check({ perSecond: 2 }) }, 'default'],
  [100, { check: check({ perSecond: 200 }) }, 'default'],
  [1, { check: check({ perSecond: 0.01 }) }, 'default'],
  [100, { check: check({ perSecond: 2 }) }, 'never'],
])(
  '%i targets go in one request, so that what was checked first is still fresh',
  async (batch, lane, verify) => {
    const { lanes } = await prepareRun([open(lane).opened], { ...TERMS, verify });
    expect(lanes[0]?.batch).toBe(batch);
  },
);

async function outcomesOf(opened: OpenProvider, terms: Partial<RunTerms>) {
  const outcomes: Outcome[] = [];
  const { run } = await prepareRun([opened], { ...TERMS, ...terms });
  const stop = await run({
    source: sourceOf([targets(1)]),
    serialize: (outcome) => JSON.stringify(outcome),
    onOutcomes: (some) => void outcomes.push(...some),
  });
  expect(stop).toBeUndefined();
  return outcomes;
}

test.each<[RunTerms['verify'], boolean, string, boolean]>([
  ['default', true, 'alive', true],
  ['default', false, 'revoked', false],
  ['always', false, 'alive', true],
  ['never', true, 'revoked', false],
])(
  'with checks: %s, a lane that checks by default: %s, a target that stays active is %s',
  async (verify, byDefault, status, isSeen) => {
    const { opened } = open({ check: check({ byDefault }) });
    const [outcome] = await outcomesOf(opened, { verify });
    expect(outcome?.status).toBe(status);
    expect(outcome?.verification !== undefined).toBe(isSeen);
  },
);

test('without checks the outcomes of a lane that has them say so, beside its own facts', async () => {
  const facts = { plan: 'free' };
  const usual = open({ facts, check: check({ byDefault: true }) }).opened;
  expect(await outcomesOf(usual, { verify: 'never' })).toMatchObject([
    { ...facts, not_checked: 'off' },
  ]);
  for (const lane of [{ facts }, { facts, check: check() }]) {
    const [outcome] = await outcomesOf(open(lane).opened, { verify: 'never' });
    expect(outcome).toMatchObject(facts);
    expect(outcome).not.toHaveProperty('not_checked');
  }
});

test('a dry run sends nothing, with checks and without', async () => {
  for (const verify of ['default', 'always'] as const) {
    const { opened } = open({ check: check({ byDefault: true }) });
    expect(await outcomesOf(opened, { verify, dryRun: true })).toMatchObject([
      { status: 'planned' },
    ]);
  }
});

test('proof that no provider of the run can give is refused before anything is sent', async () => {
  await expect(prepareRun([open({}).opened], { ...TERMS, verify: 'always' })).rejects.toMatchObject(
    {
      kind: 'usage',
      code: 'cannot_verify',
      message: 'revoke toy has no way to verify this',
      hint: 'ask Toy',
    },
  );
  const both = [open({}).opened, open({ check: check() }).opened];
  await expect(prepareRun(both, { ...TERMS, verify: 'always' })).resolves.toBeDefined();
});

test.each<[number | undefined, boolean]>([
  [1, true],
  [2, false],
  [undefined, false],
])(
  'proof of %p targets, where one can be checked, may be asked for: %s',
  async (count, isTaken) => {
    const { opened } = open({ check: check({ method: 'probe', maxTargets: 1 }) });
    const prepared = prepareRun([opened], { ...TERMS, verify: 'always', count });
    if (isTaken) await expect(prepared).resolves.toBeDefined();
    else
      await expect(prepared).rejects.toMatchObject({
        kind: 'usage',
        code: 'cannot_verify',
        message: '--verify by probe can check 1 target in a run',
        hint: 'give one target',
      });
  },
);
