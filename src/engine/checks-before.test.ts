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
import type { Verdict } from '../contract/provider.js';
import { addBefore, isStale, pumpBefore } from './checks-before.js';

const ids = (...names: readonly string[]) => names.map((id) => entryOf(id));
const DRAINING = { ...BUSY, isDraining: true };

function start(given: Given, ...names: readonly string[]) {
  const made = checkStateOf(given);
  for (const entry of ids(...names)) addBefore(made.state, entry);
  return made;
}

describe('when targets are checked before they are sent', () => {
  test.each<[string, Given, object, readonly string[]]>([
    ['as soon as they fill a call', { verifier: { batch: 2 } }, BUSY, ['check a,b']],
    [
      'with too few for a call, once no more come',
      { verifier: { batch: 4 } },
      DRAINING,
      ['check a,b,c'],
    ],
    ['with too few for a call, not before that', { verifier: { batch: 4 } }, BUSY, []],
    ['while enough is ready to be sent, not at all', {}, { ...DRAINING, queued: 8 }, []],
    [
      'while less than that is ready, as far as slots go',
      {},
      { ...DRAINING, queued: 7 },
      ['check a', 'check b', 'check c'],
    ],
    ['by fewer slots, one after the other', { width: 1 }, BUSY, ['check a']],
    [
      'while thousands are still to be seen after, not at all',
      { state: { watched: 5000 } },
      DRAINING,
      [],
    ],
    ['while fewer are, they are', { width: 1, state: { watched: 4999 } }, DRAINING, ['check a']],
  ])('%s', (_when, given, activity, log) => {
    const made = start(given, 'a', 'b', 'c');
    pumpBefore(made.state, { ...BUSY, ...activity });
    expect(made.log).toEqual(log);
  });

  test('those that end together are checked in one call, with those before them', () => {
    const { state, log } = checkStateOf({ verifier: { batch: 2 }, state: { group: 2 }, width: 1 });
    addBefore(state, entryOf('a'));
    for (const id of ['b', 'c', 'd']) addBefore(state, entryOf(id, { group: 'g' }));
    addBefore(state, entryOf('e', { group: 'h' }));
    pumpBefore(state, DRAINING);
    expect(state.before.map(({ target }) => target.id)).toEqual(['e']);
    expect(state.checkingBefore).toBe(4);
    expect(log).toEqual(['check a,b']);
  });

  test('those that end alone are checked by the number of a call', () => {
    const { state } = start({ verifier: { batch: 2 }, width: 1 }, 'a', 'b', 'c');
    pumpBefore(state, BUSY);
    expect([state.before.length, state.checkingBefore]).toEqual([1, 2]);
  });
});

/** What becomes of one target whose check says this. */
async function afterCheck(
  result: CheckResult,
  given: Given = {},
  more: Parameters<typeof entryOf>[1] = {},
) {
  const made = checkStateOf({
    ...given,
    verifier: { check: async () => [result], ...given.verifier },
  });
  const entry = entryOf('a', more);
  addBefore(made.state, entry);
  await made.pass(500);
  pumpBefore(made.state, BUSY);
  await turn();
  return { ...made, entry };
}

test('a target is sent with what was seen of it and when that was asked for, and its slot is free', async () => {
  const { entry, log, state, free } = await afterCheck(active());
  expect(log).toEqual(['send a']);
  expect(entry).toMatchObject({ before: { result: active(), at: NOW + 500 }, checkedAt: 500 });
  expect([state.checkingBefore, free()]).toEqual([0, 4]);
});

const REFUSAL: Verdict = {
  target: 'a',
  status: 'skipped',
  error: { code: 'other_owner', message: '' },
};
const prior = { triedAt: NOW - 1000 };

test.each<[string, CheckResult, Given, object, string]>([
  ['unclear', unclear('who knows'), { verifier: { skipsInactive: true } }, {}, 'send a'],
  ['inactive, where such are sent', inactive(), {}, {}, 'send a'],
  [
    'inactive, where such are not sent',
    inactive('revoked'),
    { verifier: { skipsInactive: true } },
    {},
    'settle a already_revoked',
  ],
  ['inactive after an earlier try', inactive(), {}, { prior }, 'settle a unknown'],
  ['active after an earlier try', active(), {}, { prior }, 'send a'],
  ['another’s', active(), { verifier: { refuses: () => REFUSAL } }, {}, 'settle a skipped'],
  ['active, in a dry run', active(), { terms: { dryRun: true } }, {}, 'plan a planned'],
])('a target that is %s goes on as that', async (_what, result, given, more, expected) => {
  expect((await afterCheck(result, given, more)).log).toEqual([expected]);
});

test('a target that is refused shows what was seen of it', async () => {
  const { verdicts } = await afterCheck(active(), { verifier: { refuses: () => REFUSAL } });
  expect(verdicts.get('a')).toMatchObject({ ...REFUSAL, verification: { before: 'active' } });
});

test.each<[CheckResult, object]>([
  [active(), { before: 'active' }],
  [inactive(), { before: 'dead' }],
  [inactive('expired'), { before: 'dead', said: 'expired' }],
  [unclear('no list'), { before: 'unknown', reason: 'no list' }],
])('a dry run shows of %j what was seen, and why nothing was', async (result, expected) => {
  const { verdicts } = await afterCheck(result, { terms: { dryRun: true } });
  expect(verdicts.get('a')?.verification).toStrictEqual({
    method: 'list',
    checked_at: '2026-11-28T12:00:00.500Z',
    ...expected,
  });
});

describe('where no more are checked', () => {
  test('the first ones are, each once, and the others are sent with a note', () => {
    const { state, log } = start({ terms: { asked: false }, state: { left: 1 } }, 'a', 'b');
    expect(state.before.map(({ target }) => target.id)).toEqual(['a']);
    expect([state.left, log]).toEqual([0, ['send b']]);
    // What was checked and has waited too long is checked again, and counts no second time.
    addBefore(state, entryOf('c', { before: seen(active()) }));
    expect([state.left, state.before.length]).toEqual([0, 2]);
  });

  test('a target without proof is sent with a note, and where proof was asked for it is unclear', () => {
    for (const asked of [true, false]) {
      const { state, log } = checkStateOf({ terms: { asked }, state: { ended: 'too many' } });
      const entry = entryOf('a', { before: seen(active()), checkedAt: 7 });
      addBefore(state, entry);
      pumpBefore(state, DRAINING);
      expect(log).toEqual(['send a']);
      expect(entry).not.toHaveProperty('checkedAt');
      expect([entry.before, entry.notChecked]).toEqual(
        asked ? [{ result: unclear('too many'), at: NOW }, undefined] : [undefined, 'limit'],
      );
    }
  });

  test('all that wait go on at once, whatever slots there are', () => {
    const { state, log } = start({ width: 0, state: { ended: 'too many' } }, 'a', 'b');
    // No slot is a width of nothing: enough would be ready to be sent.
    pumpBefore(state, { ...DRAINING, queued: -1 });
    expect([log, state.before]).toEqual([['send a', 'send b'], []]);
  });

  test('a target that is refused unseen is not sent', () => {
    const reasons: unknown[] = [];
    const refuses = (_target: object, result: CheckResult) => {
      reasons.push(result);
      return REFUSAL;
    };
    const { verdicts } = start({ verifier: { refuses }, state: { left: 0 } }, 'a');
    expect(verdicts.get('a')).toBe(REFUSAL);
    expect(reasons).toEqual([unclear('it was not checked')]);
  });
});

test('what was seen more than 30 s ago is too old to be sent', async () => {
  const { state, pass } = checkStateOf();
  await pass(40_000);
  const at = (checkedAt: number) => entryOf('a', { checkedAt });
  expect(isStale(state, [at(10_000), at(20_000), entryOf('b')])).toBe(false);
  expect(isStale(state, [at(20_000), at(9_999)])).toBe(true);
  expect(isStale(state, [])).toBe(false);
});
