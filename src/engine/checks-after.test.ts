import { setImmediate as turn } from 'node:timers/promises';
import {
  BUSY,
  checkStateOf,
  entryOf,
  NOW,
  seen,
  type Given,
} from '../../test/support/check-states.js';
import { active, inactive, unclear, type CheckResult } from '../contract/lane.js';
import type { Status, Verdict } from '../contract/provider.js';
import { pumpAfter, watch } from './checks-after.js';

const QUIET = { ...BUSY, isQuiet: true };
const accepted = (target: string, more: object = {}): Verdict => ({
  target,
  status: 'accepted',
  ...more,
});
const failed = (code: string): Verdict => ({
  target: 'a',
  status: 'failed',
  error: { code, message: 'no' },
});
const before = seen(active());

describe('a target that was sent', () => {
  test('and not checked before is settled with its note', () => {
    const { state, verdicts } = checkStateOf();
    watch(state, entryOf('a', { notChecked: 'limit' }), accepted('a'));
    expect(verdicts.get('a')).toEqual({ ...accepted('a'), not_checked: 'limit' });
    expect([state.watched, state.after]).toEqual([0, []]);
  });

  test.each<[string, Verdict]>([
    ['could not be reached', failed('unreachable')],
    ['was refused by TLS', failed('tls_failed')],
    ['was interrupted before it left', failed('interrupted')],
    ['was skipped', { target: 'a', status: 'skipped' }],
  ])('but %s is settled with what was seen before: there is nothing to see', (_what, verdict) => {
    const { state, verdicts } = checkStateOf();
    watch(state, entryOf('a', { before }), verdict);
    expect(verdicts.get('a')).toMatchObject({ ...verdict, verification: { before: 'active' } });
    expect(verdicts.get('a')?.verification).not.toHaveProperty('after');
    expect(state.watched).toBe(0);
  });

  test.each<[string, Verdict]>([
    ['accepted', accepted('a')],
    ['refused', failed('refused')],
    ['refused without a reason', { target: 'a', status: 'failed' }],
    ['left in doubt without a connection', { ...failed('unreachable'), status: 'unknown' }],
  ])('and %s is watched from then on', async (_what, verdict) => {
    const { state, log, pass } = checkStateOf();
    await pass(700);
    const entry = entryOf('a', { before });
    watch(state, entry, verdict);
    expect(state.after).toEqual([{ entry, verdict, since: 700, pause: 100 }]);
    expect([state.watched, log]).toEqual([1, []]);
  });
});

describe('the first check after', () => {
  /** Watches so many targets of a lane whose calls answer for three. */
  function start(count: number, given: Given = {}) {
    const made = checkStateOf({ ...given, verifier: { batch: 3, ...given.verifier } });
    for (const id of ['a', 'b', 'c', 'd'].slice(0, count))
      watch(made.state, entryOf(id, { before }), accepted(id));
    return made;
  }

  test.each([3, 4])('of %i is made for three at once: a call is full, and others wait', (count) => {
    const { state, log } = start(count);
    pumpAfter(state, BUSY);
    expect(log).toEqual(['check a,b,c']);
    expect(state.after).toHaveLength(count - 3);
  });

  test('is made at once where nothing else is under way', () => {
    const { state, log } = start(2);
    pumpAfter(state, QUIET);
    expect(log).toEqual(['check a,b']);
  });

  test.each<[string, Given['state']]>([
    ['targets wait for their check before', { before: [entryOf('x')] }],
    ['a check before is in flight', { checkingBefore: 1 }],
  ])('waits for others while %s', (_what, state) => {
    const made = start(2, { ...(state && { state }) });
    pumpAfter(made.state, QUIET);
    expect([made.log, made.sleeps()]).toEqual([[], [2000]]);
  });

  test('waits for others for two seconds from the first answer on, by one timer', async () => {
    const { state, log, pass, sleeps } = start(1);
    await pass(500);
    watch(state, entryOf('b', { before }), accepted('b'));
    pumpAfter(state, BUSY);
    pumpAfter(state, BUSY);
    expect([log, sleeps()]).toEqual([[], [1500]]);
    await pass(1500);
    expect([log, state.isGathering]).toEqual([['change'], false]);
    pumpAfter(state, BUSY);
    expect(log).toEqual(['change', 'check a,b']);
  });

  test('is not made without a slot, and of nothing never', () => {
    const { state, log } = start(3, { width: 0 });
    pumpAfter(state, BUSY);
    expect([log, state.after.length]).toEqual([[], 3]);
    const empty = checkStateOf();
    pumpAfter(empty.state, QUIET);
    expect(empty.log).toEqual([]);
  });

  test('is not made where checks have ended: all that wait are settled as they were', () => {
    const { state, log, verdicts } = start(4, { width: 0, state: { ended: 'too many' } });
    pumpAfter(state, QUIET);
    expect(log).toEqual(['a', 'b', 'c', 'd'].map((id) => `settle ${id} unknown`));
    expect(verdicts.get('a')?.error?.message).toContain('could not be checked after: too many');
    expect([state.watched, state.after]).toEqual([0, []]);
  });
});

interface Watched {
  readonly before?: CheckResult;
  readonly verdict?: Verdict;
  /** What the checks after say, the last of them for all that follow. */
  readonly after: readonly CheckResult[];
  readonly given?: Given;
  /** Ms from its answer to its first check. */
  readonly delay?: number;
}

/** Watches one target until it is settled; the pauses between its checks, and what became of it. */
async function watched({
  before: first = active(),
  verdict = accepted('a'),
  after,
  given,
  delay = 0,
}: Watched) {
  let count = 0;
  const made = checkStateOf({
    ...given,
    verifier: {
      check: async () => [after[Math.min(count++, after.length - 1)] as CheckResult],
      ...given?.verifier,
    },
  });
  watch(made.state, entryOf('a', { before: seen(first) }), verdict);
  await made.pass(delay);
  const pauses: number[] = [];
  for (let steps = 0; steps < 50 && !made.verdicts.has('a'); steps++) {
    pumpAfter(made.state, QUIET);
    await turn();
    const [pause] = made.sleeps();
    if (pause === undefined) continue;
    pauses.push(pause);
    await made.pass(pause);
  }
  return { pauses, status: made.verdicts.get('a')?.status, ...made };
}

const [GONE, UNCLEAR] = [inactive(), unclear('it broke')];

test('a target that stays active is checked in longer and longer pauses, to the end of its time', async () => {
  const { pauses, status, state, free } = await watched({
    after: [active()],
    given: { terms: { timeoutMs: 9000 } },
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 1900]);
  expect([status, state.watched, free()]).toEqual(['alive', 0, 4]);
});

test.each<[string, Watched, number, Status]>([
  ['is inactive', { after: [GONE] }, 0, 'revoked'],
  ['is inactive at last', { after: [active(), active(), GONE] }, 2, 'revoked'],
  ['is unclear, and was active, is asked for again and', { after: [UNCLEAR, GONE] }, 1, 'revoked'],
  [
    'is unclear, and was unclear, is asked for once and',
    { before: UNCLEAR, after: [UNCLEAR, GONE] },
    0,
    'unknown',
  ],
  [
    'is active, and was unclear, is asked for again and',
    { before: UNCLEAR, after: [active(), GONE] },
    1,
    'unknown',
  ],
  [
    'is active after a refusal',
    { verdict: failed('refused'), after: [active(), GONE] },
    0,
    'alive',
  ],
  ['is inactive after a refusal', { verdict: failed('refused'), after: [GONE] }, 0, 'revoked'],
])('a target that %s is settled', async (_what, given, count, expected) => {
  const { pauses, status } = await watched(given);
  expect([pauses.length, status]).toEqual([count, expected]);
});

describe('where a service has replicas', () => {
  const given = { verifier: { confirms: true } };

  test.each<[string, readonly CheckResult[], number, Status]>([
    ['inactive twice is inactive', [GONE, GONE, active()], 1, 'revoked'],
    ['inactive and active in turn is active', [GONE, active(), GONE, active()], 6, 'alive'],
    ['inactive after active is asked for again', [active(), GONE, GONE], 2, 'revoked'],
  ])('%s', async (_what, after, count, expected) => {
    const last = after.at(-1) as CheckResult;
    const turns =
      expected === 'alive' ? Array.from({ length: 8 }, () => [GONE, last]).flat() : after;
    const { pauses, status } = await watched({ after: turns, given });
    expect(status).toBe(expected);
    expect(pauses.length).toBeGreaterThanOrEqual(count);
    if (expected !== 'alive') expect(pauses).toHaveLength(count);
  });

  test('inactive is asked for no second time where it was not active before', async () => {
    const { pauses } = await watched({ before: GONE, after: [GONE], given });
    expect(pauses).toEqual([]);
  });

  test('inactive after active is asked for again after a tenth of a second, however long the pauses are', async () => {
    const { pauses } = await watched({ after: [active(), active(), active(), GONE, GONE], given });
    expect(pauses).toEqual([100, 200, 400, 100]);
  });
});

test.each<[string, string | undefined, number]>([
  ['now', undefined, 3000],
  ['in ten seconds', new Date(NOW + 10_000).toISOString(), 13_000],
  ['at a moment that is none', 'soon', 3000],
])(
  'a revocation that is in force %s has its time from then on',
  async (_when, applies_at, expected) => {
    const verdict = accepted('a', applies_at === undefined ? {} : { applies_at });
    const { pauses } = await watched({ verdict, after: [active()] });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(expected);
  },
);

test('the time of a target begins with its first check, and not with its answer', async () => {
  const { pauses } = await watched({ after: [active()], delay: 10_000 });
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(3000);
});

test('a target that has been checked waits for no others to be checked again', async () => {
  const made = checkStateOf({ verifier: { batch: 9, check: async () => [active()] } });
  watch(made.state, entryOf('a', { before }), accepted('a'));
  pumpAfter(made.state, QUIET);
  await turn();
  await made.pass(100);
  expect([made.log, made.state.after.length]).toEqual([['change'], 1]);
  pumpAfter(made.state, BUSY);
  expect(made.state.after).toHaveLength(0);
});

test('an interrupt ends the checks of a target with what was seen last', async () => {
  const stop = new AbortController();
  stop.abort();
  const { pauses, status } = await watched({
    after: [active()],
    given: { terms: { signal: stop.signal } },
  });
  expect([pauses, status]).toEqual([[], 'alive']);
});

test('where checks end while a target is watched, it is settled by what was seen last', async () => {
  const ending = { ...unclear('403'), endsChecks: true } as const;
  const { pauses, verdicts } = await watched({ after: [active(), ending] });
  expect(pauses).toEqual([100]);
  expect(verdicts.get('a')).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
});

test('without a request for proof a target that was unclear before stays accepted', async () => {
  const given = { terms: { asked: false } };
  expect((await watched({ before: UNCLEAR, after: [UNCLEAR], given })).status).toBe('accepted');
});
