import type { Outcome, Status } from '../contract/provider.js';
import { createTally } from './tally.js';

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
