import { laneOf } from '../../test/support/run-lanes.js';
import { inDoubtError, refusedError } from '../contract/errors.js';
import type { Status, Target, Verdict } from '../contract/provider.js';
import type { Batch } from './batcher.js';
import {
  ignoringNotFound,
  internalError,
  outcomeMaker,
  outcomeOfNoLane,
  skipped,
  verdictsFor,
  verdictsFromError,
} from './outcomes.js';
import type { RunLane } from './run-lane.js';

const clock = { now: () => Date.parse('2026-11-28T12:00:00Z') };
const AT = '2026-11-28T12:00:00.000Z';
const nobody = async () => [];
const batchOf = (...targets: Target[]): Batch => ({
  entries: targets.map((target) => ({ target, key: target.id })),
  firstTriedAt: undefined,
});

function laneIn(provider: string, scope: RunLane['lane']['scope']): RunLane {
  return laneOf(nobody, { provider, more: { scope, facts: { plan: 'free' } } });
}

test('an outcome has the provider, the target, its place, the facts and the verdict, in that order', () => {
  const toOutcome = outcomeMaker(laneIn('toy', { app_id: 'a', keys: ['k1', 'k2'] }), clock);
  const verdict: Verdict = {
    target: 't',
    status: 'failed',
    error: { code: 'refused', message: 'no' },
    verification: { method: 'list', before: 'active', checked_at: AT },
    owner: 'octocat',
  };
  expect(JSON.stringify(toOutcome(verdict, { token_type: 'pat' }))).toBe(
    JSON.stringify({
      provider: 'toy',
      target: 't',
      status: 'failed',
      at: AT,
      app_id: 'a',
      plan: 'free',
      token_type: 'pat',
      owner: 'octocat',
      error: verdict.error,
      verification: verdict.verification,
    }),
  );
});

test('an outcome has no field for what nobody said', () => {
  const toOutcome = outcomeMaker(laneIn('toy', {}), clock);
  expect(toOutcome({ target: 't', status: 'revoked' })).toEqual({
    provider: 'toy',
    target: 't',
    status: 'revoked',
    at: AT,
    plan: 'free',
  });
  expect(Object.keys(toOutcome({ target: 't', status: 'revoked' }))).not.toContain('error');
  expect(Object.keys(toOutcome({ target: 't', status: 'revoked' }))).not.toContain('verification');
});

test('an outcome of no lane carries what all lanes share, and names each provider once', () => {
  const lanes = [
    laneIn('a', { app_id: 'same', key_name: 'one' }),
    laneIn('a', { app_id: 'same', key_name: 'two' }),
    laneIn('b', { app_id: 'same' }),
  ];
  expect(outcomeOfNoLane(lanes, clock)({ target: 't', status: 'failed' })).toEqual({
    provider: 'a,b',
    target: 't',
    status: 'failed',
    at: AT,
    app_id: 'same',
  });
  expect(outcomeOfNoLane([], clock)({ target: 't', status: 'failed' }).provider).toBe('');
});

test.each<Status>([
  'revoked',
  'already_revoked',
  'accepted',
  'alive',
  'failed',
  'unknown',
  'skipped',
])('a verdict of %s about its own target is taken as it is', (status) => {
  const [verdict] = verdictsFor(batchOf({ id: 't' }), [{ target: 't', status, owner: 'o' }]);
  expect(verdict).toEqual({ target: 't', status, owner: 'o' });
});

test.each<[what: string, answered: unknown]>([
  ['nothing', undefined],
  ['a text', 'revoked'],
  ['an object that is no list', { 0: { target: 't', status: 'revoked' } }],
  ['null', [null]],
  ['no object', ['revoked']],
  ['another target', [{ target: 'u', status: 'revoked' }]],
  ['a status that is not known', [{ target: 't', status: 'melted' }]],
  ['a planned target', [{ target: 't', status: 'planned' }]],
])(
  'a target that is answered with %s is unknown, and the hint says what to do',
  (_what, answered) => {
    expect(verdictsFor(batchOf({ id: 't' }), answered)).toEqual([
      {
        target: 't',
        status: 'unknown',
        error: {
          code: 'no_result',
          message: 'the answer says nothing about this target',
          hint: 'it may have taken effect: run this again',
        },
      },
    ]);
  },
);

test('an answer that repeats the secret of another target of its request is shown without it', () => {
  const batch = batchOf(
    { id: 't', secret: 'first-secret-value' },
    { id: 'u', secret: 'second-secret-value' },
  );
  const error = { code: 'refused', message: 'not first-secret-value, nor second-secret-value' };
  const verdicts = verdictsFor(batch, [
    { target: 't', status: 'failed', error },
    { target: 'u', status: 'failed', error },
  ]);
  expect(JSON.stringify(verdicts)).not.toMatch(/secret-value/);
});

test('an error that speaks for a request leaves its targets failed, or unknown where it may have acted', () => {
  const batch = batchOf({ id: 't', secret: 'some-secret-value' }, { id: 'u' });
  const details = { code: 'c', message: 'not some-secret-value', hint: 'ask', providerCode: 40 };
  const statusesOf = (error: ReturnType<typeof refusedError>) =>
    verdictsFromError(error, batch).map(({ target, status }) => [target, status]);
  expect(statusesOf(refusedError(details))).toEqual([
    ['t', 'failed'],
    ['u', 'failed'],
  ]);
  expect(statusesOf(inDoubtError(details))).toEqual([
    ['t', 'unknown'],
    ['u', 'unknown'],
  ]);
  const [verdict] = verdictsFromError(refusedError(details), batch);
  expect(verdict?.error).toMatchObject({ code: 'c', hint: 'ask', provider_code: 40 });
  expect(verdict?.error?.message).not.toContain('some-secret-value');
});

test('a target that was not attempted says why: an interrupt, or what stopped the run', () => {
  const stop = refusedError({ code: 'credentials_rejected', message: 'rejected', hint: 'log in' });
  expect(skipped({ id: 't' }, stop)).toEqual({
    target: 't',
    status: 'skipped',
    error: { code: 'stopped_early', message: 'rejected', hint: 'log in' },
  });
  const { error } = skipped({ id: 't' }, refusedError({ code: 'interrupted', message: 'Ctrl-C' }));
  expect(error).toEqual({ code: 'interrupted', message: 'Ctrl-C' });
  expect(Object.keys(error ?? {})).not.toContain('hint');
});

test.each<[status: Status, code: string | undefined, isDefaultInstance: boolean, ignored: boolean]>(
  [
    ['failed', 'not_found', false, true],
    ['failed', 'not_found', true, true],
    ['failed', 'not_active', false, true],
    ['failed', 'not_active', true, false],
    ['failed', 'refused', false, false],
    ['failed', undefined, false, false],
    ['unknown', 'not_found', false, false],
    ['unknown', 'not_active', false, false],
  ],
)(
  'with --ignore-not-found, %s with code %s (a default instance: %s) counts as done: %s',
  (status, code, isDefaultInstance, ignored) => {
    const lane = laneOf(nobody, { more: { isDefaultInstance } });
    const verdict: Verdict = {
      target: 't',
      status,
      ...(code !== undefined && { error: { code, message: 'no' } }),
    };
    const expected = ignored ? { ...verdict, ignored: true } : verdict;
    expect(ignoringNotFound(verdict, lane)).toEqual(expected);
  },
);

test('an error that nobody foresaw leaves its target in doubt, and says so in a sentence of ours', () => {
  const { kind, code, message, hint } = internalError();
  expect({ kind, code, message, hint }).toEqual({
    kind: 'in_doubt',
    code: 'internal',
    message: 'revoking failed because of an unexpected error',
    hint: 'it may have taken effect: run this again',
  });
});
