import { absent, active, inactive, unclear, type CheckResult } from '../contract/lane.js';
import type { Status, Verdict } from '../contract/provider.js';
import type { Sighting } from './batcher.js';
import { judge, judgeUnsent, withBefore, withoutCheck } from './verification.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const target = { id: 'jti_1' };
const seen = (result: CheckResult, at = NOW): Sighting => ({ result, at });
const STATES: Readonly<Record<string, CheckResult>> = {
  active: active(),
  revoked: inactive('revoked'),
  inactive: inactive(),
  expired: inactive('expired'),
  absent: absent(),
  unclear: unclear('no answer'),
};

function conclude(said: Status, before: string, after: string, asked = true) {
  const error = { code: 'code', message: 'what was answered' };
  return judge({
    entry: { target, before: seen(STATES[before] as CheckResult) },
    verdict: { target: 'jti_1', status: said, ...(said === 'failed' && { error }) },
    after: seen(STATES[after] as CheckResult),
    method: 'list',
    asked,
  });
}

test.each<[said: Status, before: string, after: string, status: Status, code?: string]>([
  ['revoked', 'active', 'revoked', 'revoked'],
  ['revoked', 'active', 'expired', 'revoked'],
  ['accepted', 'active', 'absent', 'revoked'],
  ['accepted', 'active', 'expired', 'unknown', 'expired_meanwhile'],
  ['unknown', 'active', 'inactive', 'revoked'],
  ['failed', 'active', 'inactive', 'revoked'],
  ['already_revoked', 'active', 'inactive', 'revoked'],
  ['revoked', 'active', 'active', 'alive', 'still_active'],
  ['accepted', 'active', 'active', 'alive', 'still_active'],
  ['unknown', 'active', 'active', 'alive', 'still_active'],
  ['failed', 'active', 'active', 'alive', 'still_active'],
  ['already_revoked', 'unclear', 'active', 'alive', 'still_active'],
  ['revoked', 'inactive', 'active', 'alive', 'still_active'],
  ['revoked', 'active', 'unclear', 'unknown', 'cannot_verify'],
  ['accepted', 'active', 'unclear', 'unknown', 'cannot_verify'],
  ['failed', 'active', 'unclear', 'failed', 'code'],
  ['revoked', 'unclear', 'inactive', 'unknown', 'cannot_verify'],
  ['accepted', 'unclear', 'unclear', 'unknown', 'cannot_verify'],
  ['already_revoked', 'unclear', 'inactive', 'already_revoked'],
  ['accepted', 'absent', 'absent', 'unknown', 'inactive_before'],
  ['unknown', 'inactive', 'inactive', 'unknown', 'inactive_before'],
  ['revoked', 'absent', 'absent', 'unknown', 'inactive_before'],
  ['revoked', 'inactive', 'inactive', 'unknown', 'inactive_before'],
  ['revoked', 'revoked', 'revoked', 'already_revoked'],
  ['already_revoked', 'absent', 'absent', 'already_revoked'],
  ['failed', 'absent', 'absent', 'failed', 'code'],
])(
  'what is said to be %s, seen %s before and %s after, is %s',
  (said, before, after, status, ...[code]) => {
    const verdict = conclude(said, before, after);
    expect([verdict.status, verdict.error?.code]).toEqual([status, code]);
    expect(verdict.verification).toMatchObject({
      method: 'list',
      checked_at: '2026-11-28T12:00:00.000Z',
    });
  },
);

test.each<[Status, Status]>([
  ['revoked', 'accepted'],
  ['accepted', 'accepted'],
  ['unknown', 'unknown'],
  ['failed', 'failed'],
])('where nobody asked for proof, %s and unclear before is %s', (said, status) => {
  expect(conclude(said, 'unclear', 'unclear', false).status).toBe(status);
});

test('a refusal of what went from active to inactive stands beside the outcome', () => {
  const verdict = conclude('failed', 'active', 'inactive');
  expect(verdict.error).toBeUndefined();
  expect(verdict['refusal']).toMatchObject({ code: 'code' });
});

test('the hint of what was inactive before never says to run it again', () => {
  expect(conclude('accepted', 'absent', 'absent').error?.hint).not.toMatch(/again/);
});

test.each<[name: string, after: Sighting, status: Status]>([
  ['61 s before its expiry', seen(inactive(), NOW), 'revoked'],
  ['59 s before its expiry by our clock', seen(inactive(), NOW + 2000), 'unknown'],
  [
    '59 s before its expiry by the server’s clock',
    seen({ ...inactive(), serverTime: NOW + 2000 }, NOW - 60_000),
    'unknown',
  ],
  ['after its expiry', seen(inactive(), NOW + 100_000), 'unknown'],
])('a token that is gone %s', (_name, after, status) => {
  const before = seen(active({ expiresAt: NOW + 61_000 }), NOW - 1000);
  const verdict = judge({
    entry: { target, before },
    verdict: { target: 'jti_1', status: 'accepted' },
    after,
    method: 'introspection',
    asked: true,
  });
  expect(verdict.status).toBe(status);
  if (status === 'unknown') expect(verdict.error?.code).toBe('expired_meanwhile');
});

test('what an active check says of a token stands in its outcome', () => {
  const before = seen(
    active({ owner: 'octocat', scopes: ['repo'], expiresAt: NOW + 9e6, facts: { team: 'x' } }),
  );
  const verdict = judge({
    entry: { target, before },
    verdict: { target: 'jti_1', status: 'accepted' },
    after: seen(inactive()),
    method: 'token',
    asked: false,
  });
  expect(verdict).toMatchObject({
    status: 'revoked',
    owner: 'octocat',
    scopes: ['repo'],
    expires_at: '2026-11-28T14:30:00Z',
    team: 'x',
  });
});

describe('a target that is inactive before anything is sent', () => {
  const prior = { triedAt: NOW - 9000 };
  const wasActive = { ...prior, before: seen(active(), NOW - 10_000) };
  const endedSoon = { ...prior, before: seen(active({ expiresAt: NOW }), NOW - 10_000) };

  test.each<[string, object, CheckResult, Status, string?]>([
    ['and said to be revoked', {}, inactive('revoked'), 'already_revoked'],
    ['and said to be expired', {}, inactive('expired'), 'failed', 'not_active'],
    ['without a word', {}, inactive(), 'failed', 'not_active'],
    ['and was seen active by an earlier run', { prior: wasActive }, absent(), 'revoked'],
    [
      'and would have expired by now',
      { prior: endedSoon },
      absent(),
      'unknown',
      'expired_meanwhile',
    ],
    ['and was tried by an earlier run', { prior }, absent(), 'unknown', 'inactive_before'],
    ['tried, and said to be revoked', { prior }, inactive('revoked'), 'already_revoked'],
  ])('%s', (_name, more, result, status, ...[code]) => {
    const now = seen(result);
    const verdict = judgeUnsent({ target, ...more }, now, 'list');
    expect([verdict.status, verdict.error?.code]).toEqual([status, code]);
  });
});

test('what was seen active in one way and inactive in another is not proven to be revoked', () => {
  const verdict = judge({
    entry: { target, before: seen({ ...active(), method: 'introspection' }) },
    verdict: { target: 'jti_1', status: 'accepted' },
    after: seen({ ...absent(), method: 'userinfo' }),
    method: 'introspection',
    asked: true,
  });
  expect(verdict).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
});

test('a resume that sees a target inactive in another way than the first run saw it does not call it revoked', () => {
  const prior = { triedAt: NOW, before: seen({ ...active(), method: 'introspection' }) };
  const after = seen({ ...inactive(), method: 'userinfo' });
  expect(judgeUnsent({ target, prior }, after, 'introspection')).toMatchObject({
    status: 'unknown',
    error: { code: 'cannot_verify' },
  });
});

test('the way in which a target was checked and what would make it clear stand in its outcome', () => {
  const verdict = judge({
    entry: { target, before: seen({ ...unclear('refused', 'give more'), method: 'userinfo' }) },
    verdict: { target: 'jti_1', status: 'accepted' },
    after: seen({ ...unclear('refused'), method: 'userinfo' }),
    method: 'introspection',
    asked: true,
  });
  expect(verdict).toMatchObject({
    error: { code: 'cannot_verify', hint: 'give more' },
    verification: { method: 'userinfo' },
  });
});

test('a target that is still active after a refusal says what was refused and why', () => {
  const verdict = judge({
    entry: { target, before: seen(active()) },
    verdict: {
      target: 'jti_1',
      status: 'failed',
      error: { code: 'refused', message: 'the server refused it', hint: 'check the client' },
    },
    after: seen(active()),
    method: 'list',
    asked: true,
  });
  expect(verdict).toMatchObject({
    status: 'alive',
    error: { code: 'still_active', message: 'the server refused it', hint: 'check the client' },
    refusal: { code: 'refused' },
  });
});

describe('the whole of a verdict', () => {
  const at = '2026-11-28T12:00:00.000Z';
  const sent = (before: CheckResult, after: CheckResult, status: Status = 'accepted') =>
    judge({
      entry: { target, before: seen(before) },
      verdict: { target: 'jti_1', status },
      after: seen(after),
      method: 'list',
      asked: true,
    });

  test.each<[CheckResult, CheckResult, string, string]>([
    [active(), inactive(), 'active', 'dead'],
    [active(), absent(), 'active', 'absent'],
    [unclear('no'), unclear('no'), 'unknown', 'unknown'],
    [absent(), active(), 'absent', 'active'],
  ])('%j before and %j after is written as %s and %s', (before, after, first, second) => {
    expect(sent(before, after).verification).toEqual({
      method: 'list',
      before: first,
      after: second,
      checked_at: at,
    });
  });

  test('of a revoked target has nothing that was not said', () => {
    expect(sent(active(), inactive())).toStrictEqual({
      target: 'jti_1',
      status: 'revoked',
      verification: { method: 'list', before: 'active', after: 'dead', checked_at: at },
    });
  });

  test.each<[string, Verdict, object]>([
    [
      'active',
      sent(active(), active()),
      {
        code: 'still_active',
        message: 'it was still active when it was last checked',
        hint: 'check again later, then ask the provider',
      },
    ],
    [
      'not to be seen after',
      sent(active(), unclear('it broke')),
      {
        code: 'cannot_verify',
        message: 'it was active before, and could not be checked after: it broke',
        hint: 'check it at the provider, or continue this run with --resume',
      },
    ],
    [
      'not to be seen after, with a hint',
      sent(active(), unclear('it broke', 'give more')),
      {
        code: 'cannot_verify',
        message: 'it was active before, and could not be checked after: it broke',
        hint: 'give more',
      },
    ],
    [
      'not to be seen before',
      sent(unclear('it broke'), inactive()),
      {
        code: 'cannot_verify',
        message: 'it could not be checked before: it broke',
        hint: 'without a check before, nothing can be proven: check it at the provider',
      },
    ],
    [
      'inactive before',
      sent(inactive(), inactive()),
      {
        code: 'inactive_before',
        message: 'it was not active before either, so nothing shows that it was revoked',
        hint: 'it may be mistyped, expired, revoked earlier, or not visible to this login',
      },
    ],
    [
      'inactive before, with a hint',
      sent({ ...inactive(), hint: 'ask' }, inactive()),
      {
        code: 'inactive_before',
        message: 'it was not active before either, so nothing shows that it was revoked',
        hint: 'ask',
      },
    ],
    [
      'expired meanwhile',
      sent(active(), inactive('expired')),
      {
        code: 'expired_meanwhile',
        message: 'it is inactive now, and it may have expired instead of being revoked',
        hint: 'it can no longer be used',
      },
    ],
    [
      'expired meanwhile, with a hint',
      sent(active(), { ...inactive('expired'), hint: 'wait' }),
      {
        code: 'expired_meanwhile',
        message: 'it is inactive now, and it may have expired instead of being revoked',
        hint: 'wait',
      },
    ],
  ])('of a target that is %s says what, why and what to do', (_what, { error }, expected) => {
    expect(error).toEqual(expected);
  });

  test('of a revocation that was said to be done before it was, where nobody said revoked, is no word', () => {
    expect(sent(inactive('revoked'), inactive('revoked'), 'accepted').status).toBe('unknown');
  });

  test('exactly 60 s before its expiry a token that is gone may have expired', () => {
    const before = active({ expiresAt: NOW + 60_000 });
    expect(sent(before, inactive()).status).toBe('unknown');
    expect(sent(active({ expiresAt: NOW + 60_001 }), inactive()).status).toBe('revoked');
  });

  test.each<[CheckResult, string, string]>([
    [inactive('expired'), 'it has expired', 'it can no longer be used'],
    [
      inactive(),
      'it is not active, so nothing was sent',
      'it was revoked, has expired, is incomplete, or belongs to another instance',
    ],
  ])('of a target that is not sent, since it is %j', (result, message, hint) => {
    const now = seen(result);
    expect(judgeUnsent({ target }, now, 'list')).toEqual({
      target: 'jti_1',
      status: 'failed',
      error: { code: 'not_active', message, hint },
      verification: { method: 'list', before: 'dead', checked_at: at },
    });
  });

  test('of a target that an earlier run saw active is proven by the two checks', () => {
    const prior = { triedAt: NOW, before: seen(active()) };
    const now = seen(absent());
    expect(judgeUnsent({ target, prior }, now, 'list')).toEqual({
      target: 'jti_1',
      status: 'revoked',
      verification: { method: 'list', before: 'active', after: 'absent', checked_at: at },
    });
  });

  test('of a target that was checked before alone, or not at all', () => {
    const verdict: Verdict = { target: 'jti_1', status: 'failed' };
    const entry = { target, key: 'jti_1', prior: undefined };
    expect(withBefore(verdict, entry, 'list')).toBe(verdict);
    const before = seen(active({ owner: 'octocat' }));
    expect(withBefore(verdict, { ...entry, before }, 'list')).toEqual({
      ...verdict,
      owner: 'octocat',
      verification: { method: 'list', before: 'active', checked_at: at },
    });
    expect(withoutCheck(verdict, entry)).toBe(verdict);
    expect(withoutCheck(verdict, { ...entry, notChecked: 'limit' })).toEqual({
      ...verdict,
      not_checked: 'limit',
    });
  });

  test('of a refusal keeps it beside an expiry and an unfinished check', () => {
    const error = { code: 'refused', message: 'no' };
    const refusedAnd = (before: CheckResult, after: CheckResult) =>
      judge({
        entry: { target, before: seen(before) },
        verdict: { target: 'jti_1', status: 'failed', error },
        after: seen(after),
        method: 'list',
        asked: true,
      });
    const expired = refusedAnd(active(), inactive('expired'));
    expect(expired).toMatchObject({ error: { code: 'expired_meanwhile' }, refusal: error });
    expect(refusedAnd(active(), unclear('no'))).toMatchObject({ status: 'failed', error });
    expect('refusal' in sent(active(), active())).toBe(false);
  });

  test.each<[string, CheckResult, string]>([
    ['inactive after is revoked, without a refusal', inactive(), 'revoked'],
    ['still active says what was answered, too', active(), 'alive'],
    ['not to be seen after keeps what was answered', unclear('it broke'), 'unknown'],
  ])('of an answer that was lost where the target is %s', (_what, after, status) => {
    const error = { code: 'no_answer', message: 'the answer was lost' };
    const verdict = judge({
      entry: { target, before: seen(active()) },
      verdict: { target: 'jti_1', status: 'unknown', error },
      after: seen(after),
      method: 'list',
      asked: true,
    });
    expect(verdict.status).toBe(status);
    expect('refusal' in verdict).toBe(false);
    if (status === 'unknown') expect(verdict.error).toEqual(error);
    if (status === 'alive')
      expect(verdict.error?.message).toBe(
        'the answer was lost; it was still active when it was last checked',
      );
  });

  test('of a refusal without a reason stays failed where it cannot be seen after, and names none', () => {
    expect(sent(active(), unclear('it broke'), 'failed').status).toBe('failed');
    expect('refusal' in sent(active(), inactive(), 'failed')).toBe(false);
  });
});
