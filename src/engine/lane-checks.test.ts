import { setImmediate as turn } from 'node:timers/promises';
import { BUSY, checkStateOf, entryOf, seen, type Given } from '../../test/support/check-states.js';
import { active, type Lane, type Verifier } from '../contract/lane.js';
import { createLaneChecks } from './lane-checks.js';

const DRAINING = { ...BUSY, isDraining: true };
const ANSWER = { target: 'a', status: 'accepted' } as const;

/** The checks of a lane, with everything around them in memory. */
function start({ verifier, asked = true, lane, ...given }: Given & Checked = {}) {
  const made = checkStateOf({ ...given, terms: { asked, ...given.terms } });
  const { terms, hooks, verifier: usual, lane: own } = made.state;
  const check = verifier === null ? undefined : { ...usual, ...verifier };
  const { check: _none, ...rest } = own.lane;
  const whole: Lane = { ...rest, ...(check && { check }), ...lane };
  return { ...made, checks: createLaneChecks(terms)({ ...own, lane: whole }, hooks) };
}

interface Checked {
  /** Null: the lane has no check. */
  readonly verifier?: Partial<Verifier> | null;
  readonly asked?: boolean;
  readonly lane?: Partial<Lane>;
}
type Some = Omit<Given, 'verifier'> & Checked;

/** The same, where there are checks. */
function started(given: Some = {}) {
  const { checks, ...made } = start(given as Given & Checked);
  if (!checks) throw new Error('there are no checks');
  return { ...made, checks };
}

test.each<[string, Checked]>([
  ['that can check, where proof is asked for', {}],
  ['that cannot check, where proof is asked for', { verifier: null }],
  ['that checks by default', { asked: false, verifier: { byDefault: true } }],
])('a lane %s has checks', (_which, given) => {
  expect(start(given as Given & Checked).checks).toBeDefined();
});

test.each<[string, Checked]>([
  ['that can check, and does not by default', { asked: false }],
  ['that cannot check', { asked: false, verifier: null }],
  ['that sends nothing', { lane: { sendsNothing: true } }],
])('a lane %s has no checks', (_which, given) => {
  expect(start(given as Given & Checked).checks).toBeUndefined();
});

test('a lane that cannot check sends what is to be proven, and says that there is no way to check it', async () => {
  const { checks, log, verdicts, pass } = started({ verifier: null });
  const entry = entryOf('a');
  checks.add(entry);
  checks.pump(DRAINING);
  await turn();
  expect(log).toContain('send a');
  checks.answered(entry, ANSWER);
  await pass(5000);
  checks.pump(DRAINING);
  await turn();
  expect(verdicts.get('a')).toMatchObject({ status: 'unknown', verification: { method: 'none' } });
  expect(JSON.stringify(verdicts.get('a'))).toContain('there is no way to check it');
});

test('targets wait for others until they fill a call', () => {
  const { checks } = started({ verifier: { batch: 2 }, width: 0 });
  const waiting = () => [checks.isWaiting, checks.isBusyBefore, checks.isIdle];
  expect(waiting()).toEqual([false, false, true]);
  checks.add(entryOf('a'));
  expect(waiting()).toEqual([true, true, false]);
  checks.add(entryOf('b'));
  expect(waiting()).toEqual([false, true, false]);
  checks.add(entryOf('c'));
  expect(waiting()).toEqual([false, true, false]);
});

test('checks are full of five thousand that wait, and no call is asked about more', () => {
  const { checks, log } = started({ verifier: { batch: Infinity }, width: 1 });
  for (let index = 0; index < 4999; index++) checks.add(entryOf(`t${index}`));
  expect([checks.isFull, checks.isWaiting]).toEqual([false, true]);
  checks.add(entryOf('last'));
  expect([checks.isFull, checks.isWaiting]).toEqual([true, false]);
  checks.add(entryOf('beyond'));
  expect(checks.isFull).toBe(true);
  checks.pump(BUSY);
  expect([checks.isFull, checks.isWaiting]).toEqual([false, true]);
  expect(log[0]?.split(',')).toHaveLength(5000);
});

test('checks are busy while a call is in flight, and idle once it is answered', async () => {
  const { checks, log } = started();
  checks.add(entryOf('a'));
  checks.pump(BUSY);
  expect([checks.isBusyBefore, checks.isIdle]).toEqual([true, false]);
  await turn();
  expect(log).toContain('send a');
  expect([checks.isBusyBefore, checks.isIdle]).toEqual([false, true]);
});

test('a target that was sent is watched until it has its outcome', async () => {
  const { checks, pass } = started();
  checks.answered(entryOf('a', { before: seen(active()) }), ANSWER);
  expect([checks.watched, checks.isIdle, checks.isBusyBefore]).toEqual([1, false, false]);
  await pass(5000);
  for (let count = 0; count < 9; count++) {
    checks.pump(DRAINING);
    await pass(5000);
  }
  expect([checks.watched, checks.isIdle]).toEqual([0, true]);
});

test('a lane that has stopped hands back what was not checked, once', () => {
  const { checks } = started({ width: 0 });
  const entries = [entryOf('a'), entryOf('b')];
  for (const entry of entries) checks.add(entry);
  expect(checks.drain()).toEqual(entries);
  expect(checks.drain()).toEqual([]);
  expect(checks.isIdle).toBe(true);
});

test('checks that are given up leave their targets unclear', async () => {
  const never = () => new Promise<never>(() => undefined);
  const { checks, log } = started({ verifier: { check: never } });
  checks.add(entryOf('a'));
  checks.pump(BUSY);
  await turn();
  expect(log).toEqual([]);
  checks.giveUp();
  await turn();
  expect(log).toContain('send a');
});

test.each([
  [30_000, false],
  [30_001, true],
])('what was seen %i ms ago is too old: %s', async (ms, isOld) => {
  const { checks, pass } = started();
  const entry = entryOf('a');
  checks.add(entry);
  checks.pump(BUSY);
  await turn();
  await pass(ms);
  expect(checks.isStale({ entries: [entry], firstTriedAt: undefined })).toBe(isOld);
});

test.each([
  ['where proof is asked for all are', true, ['a', 'b', 'c']],
  ['else as many as usual are', false, ['a', 'b']],
])('of a lane that usually checks two targets, %s checked', async (_which, asked, ids) => {
  const { checks, log } = started({ asked, verifier: { usualTargets: 2, byDefault: true } });
  for (const id of ['a', 'b', 'c']) checks.add(entryOf(id));
  checks.pump(DRAINING);
  await turn();
  const checked = log.filter((line) => line.startsWith('check'));
  expect(checked).toEqual(ids.map((id) => `check ${id}`));
});
