import type { Outcome, Status } from '../contract/provider.js';
import { createTally } from './tally.js';

const TOLD: Outcome = {
  provider: 'toy',
  target: 'tok_1',
  status: 'revoked',
  at: '2026-11-28T12:00:00.000Z',
};

function endingOf(...outcomes: readonly Partial<Outcome>[]) {
  const tally = createTally();
  for (const outcome of outcomes) {
    tally.count({ provider: 'toy', target: 'tok_1', status: 'revoked', at: '', ...outcome });
  }
  return tally.ending();
}

test.each<[Status, string]>([
  ['revoked', 'done'],
  ['already_revoked', 'done'],
  ['accepted', 'done'],
  ['planned', 'done'],
  ['alive', 'failed'],
  ['failed', 'failed'],
  ['skipped', 'failed'],
  ['unknown', 'unknown'],
])('a run whose only target is %s ends as %s', (status, ending) => {
  expect(endingOf({ status })).toBe(ending);
  expect(endingOf({}, { status }, {})).toBe(ending);
});

test('a target that is still active outweighs one that is unknown', () => {
  expect(endingOf({ status: 'unknown' }, { status: 'alive' })).toBe('failed');
});

const SKIPPED: Partial<Outcome> = { status: 'skipped' };
const BAD: Partial<Outcome> = { status: 'failed', error: { code: 'bad_input', message: 'bad' } };

test.each<[string, string]>([
  ['revoked', 'done'],
  ['already_revoked', 'done'],
  ['accepted', 'done'],
  ['failed', 'failed'],
  ['alive', 'failed'],
  ['unknown', 'failed'],
])('a resume that skips what was %s before ends as %s', (before, ending) => {
  expect(endingOf({ ...SKIPPED, journaled_status: before })).toBe(ending);
});

test('a resume knows of each target what both runs know together', () => {
  const tally = createTally();
  const count = (outcome: Partial<Outcome>) => tally.count({ ...TOLD, ...outcome });
  count({});
  count({ ...SKIPPED, journaled_status: 'revoked' });
  count({ ...SKIPPED, journaled_status: 'failed' });
  count({ ...SKIPPED, journaled_status: 'failed' });
  count({ status: 'unknown' });
  expect(tally.known()).toEqual({ revoked: 2, failed: 2, unknown: 1 });
  expect(tally.journaled).toEqual({ revoked: 1, failed: 2 });
  expect(tally.counts).toMatchObject({ revoked: 1, skipped: 3, unknown: 1, failed: 0 });
  expect(tally.total).toBe(5);
});

test.each<[string, Partial<Outcome>, number]>([
  ['what is revoked', {}, 0],
  ['what the provider does not know', { status: 'failed', error: ofCode('not_found') }, 0],
  ['what never left', { status: 'failed', error: ofCode('unreachable') }, 1],
  ['what is unknown', { status: 'unknown' }, 1],
  ['what is still active', { status: 'alive' }, 1],
  ['what was skipped', SKIPPED, 1],
  ['what is of another owner', { ...SKIPPED, error: ofCode('other_owner') }, 0],
  ['what no provider here takes', { status: 'failed', error: ofCode('no_provider') }, 0],
  ['what a dry run plans', { status: 'planned' }, 0],
  ['what was final before', { ...SKIPPED, journaled_status: 'failed' }, 0],
  [
    'what was not given again',
    { ...SKIPPED, journaled_status: 'unknown', error: ofCode('not_given') },
    1,
  ],
])('a resume would send %s again: %#', (_name, outcome, unsettled) => {
  const tally = createTally();
  tally.count({ ...TOLD, ...outcome });
  expect(tally.unsettled).toBe(unsettled);
});

test('what is ignored, or is of another owner, makes no failure; its neighbours still do', () => {
  const ignored = { status: 'failed', ignored: true, error: ofCode('not_found') } as const;
  const others = { ...SKIPPED, error: ofCode('other_owner') };
  expect(endingOf(ignored)).toBe('done');
  expect(endingOf(others)).toBe('done');
  expect(endingOf(ignored, others, { status: 'failed' })).toBe('failed');
  expect(endingOf(ignored, others, SKIPPED)).toBe('failed');
  expect(endingOf(others, others, { status: 'unknown' })).toBe('unknown');
});

test('a login that was refused for all outweighs everything', () => {
  const tally = createTally();
  tally.count({ ...TOLD, status: 'failed' });
  tally.loginRefused();
  expect(tally.ending()).toBe('credentials');
});

test.each<[string, boolean, ...Partial<Outcome>[]]>([
  ['no line', false],
  ['bad lines alone', true, BAD, BAD],
  ['a bad line beside a token', false, BAD, {}],
  ['a bad line beside a refused token', false, { status: 'failed' }, BAD],
  [
    'a bad line beside what was done before',
    false,
    { ...SKIPPED, journaled_status: 'revoked' },
    BAD,
  ],
])('%s: whether no line of the input can be used', (_name, expected, ...outcomes) => {
  const tally = createTally();
  for (const outcome of outcomes) tally.count({ ...TOLD, ...outcome });
  expect(tally.isAllBad).toBe(expected);
});

function ofCode(code: string) {
  return { code, message: code };
}
