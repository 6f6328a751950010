/** What the outcome of one token says, without a server. */
import { isRevokeError, type Http, type Target } from '../../src/contract/index.js';
import type { Found } from './checks.js';
import { revokeOne } from './revoke-one.js';
import type { Run } from './run.js';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;

interface Given {
  readonly token?: string;
  readonly hint?: string;
  readonly found?: Found;
  readonly known?: object;
  readonly used?: object;
  readonly rejected?: readonly string[];
  readonly group?: string;
}

/** One token, for which the server answers these in turn. */
async function outcomeOf(
  answers: readonly (readonly [status: number, error?: string])[],
  { token = 'opaque', hint, found, known, used, rejected = [], group }: Given = {},
) {
  const asked: string[] = [];
  const presentation = { method: 'none', headers: {}, ...used };
  const presenter = {
    ask: async (_http: Http, requestAs: (one: object) => { body: () => string }) => {
      const encode = (all: Record<string, string>) => new URLSearchParams(all).toString();
      asked.push(requestAs({ ...presentation, encode }).body());
      const [status = 0, error] = answers[asked.length - 1] ?? [];
      const body = error === undefined ? '' : JSON.stringify({ error });
      const response = { status, body, headers: {}, tries: 1, inDoubt: false };
      return { response, used: presentation, rejected };
    },
  };
  const run = {
    context: { clock: { now: () => 0 } },
    revocation: { url: new URL('https://as.example/revoke'), presenter },
    checks: { foundOf: () => found },
    known,
    hintOf: () => hint,
  } as unknown as Run;
  const target: Target = { id: 'sha256:1', secret: token, ...(group !== undefined && { group }) };
  const verdict = await revokeOne(run, target, {} as Http).catch((error: unknown) => {
    if (!isRevokeError(error)) throw error;
    return { thrown: error.code };
  });
  return { verdict, asked };
}

const active = (hint?: string): Found => ({ state: 'active', hint });
const hidden: Found = { state: 'inactive', hint: undefined };
const accepted = { target: 'sha256:1', status: 'accepted', client_auth: 'none' };

test('a token that was taken is accepted, and how its client was presented is said', async () => {
  const used = { method: 'client_secret_basic', form: 'raw' };
  const given = { used, rejected: ['client_secret_post'], hint: 'refresh_token' };
  expect((await outcomeOf([[200]], given)).verdict).toEqual({
    ...accepted,
    client_auth: 'client_secret_basic',
    client_auth_form: 'raw',
    client_auth_rejected: ['client_secret_post'],
  });
});

test.each<[string, Given, string, object]>([
  ['of no kind', {}, 'token=opaque', {}],
  ['whose kind was said', { hint: 'pct' }, 'token=opaque&token_type_hint=pct', {}],
  [
    'whose kind a check showed',
    { found: active('refresh_token') },
    'token=opaque&token_type_hint=refresh_token',
    { token_type_hint: 'refresh_token' },
  ],
  [
    'whose said kind a check did not show',
    { hint: 'pct', found: active('refresh_token') },
    'token=opaque&token_type_hint=pct',
    {},
  ],
  ['that a check showed active, of no kind', { found: active() }, 'token=opaque', {}],
])('a token %s is sent once', async (_what, given, body, more) => {
  const { verdict, asked } = await outcomeOf([[200]], given);
  expect(asked).toEqual([body]);
  expect(verdict).toEqual({ ...accepted, ...more });
});

test('a token that no check showed is sent a second time, as a refresh token', async () => {
  const { verdict, asked } = await outcomeOf([[200], [200]], { found: hidden });
  expect(asked).toEqual(['token=opaque', 'token=opaque&token_type_hint=refresh_token']);
  expect(verdict).toEqual({ ...accepted, sent_again_as: 'refresh_token' });
});

test.each<[string, Given, number]>([
  ['whose kind was said', { found: hidden, hint: 'access_token' }, 200],
  ['that was refused', { found: hidden }, 400],
])('a token %s is not sent a second time', async (_what, given, status) => {
  expect(
    (await outcomeOf([[status, status === 200 ? undefined : 'invalid_token'] as never], given))
      .asked,
  ).toHaveLength(1);
});

test.each<[number, string, object]>([
  [400, 'invalid_token', { status: 'failed', error: { code: 'invalid_token' } }],
  [403, '', { status: 'thrown' }],
  [500, 'odd', { status: 'unknown', error: { code: 'server_error' } }],
  [503, 'odd', { status: 'failed', error: { code: 'unavailable', provider_code: 503 } }],
])(
  '%i %s comes to its outcome, and claims nothing that lives on',
  async (status, error, expected) => {
    const { verdict } = await outcomeOf([[status, error || undefined] as never], {
      hint: 'access_token',
    });
    if ('thrown' in verdict) return expect(verdict).toEqual({ thrown: 'forbidden' });
    expect(verdict).toMatchObject(expected);
    expect(verdict).not.toHaveProperty('may_live_on');
  },
);

test.each([401, 400])(
  'a client that is rejected with %i is thrown: it is so for every token',
  async (status) => {
    const { verdict } = await outcomeOf([[status, 'invalid_client']]);
    expect(verdict).toEqual({ thrown: 'credentials_rejected' });
  },
);

test('a redirect is thrown: every token would meet it', async () => {
  expect((await outcomeOf([[302]])).verdict).toEqual({ thrown: 'redirected' });
});

const END =
  'it is active until 2030-03-17T17:46:40Z; revoke the refresh token of its grant, or end the session at the server';
test.each<[string, string, string, string]>([
  ['a JWT', jwt({ exp: 1.9e9 }), 'unsupported_token_type', END],
  ['a JWT without an end', jwt({}), 'unsupported_token_type', END.slice(41)],
  ['no JWT', 'opaque', 'unsupported_token_type', END.slice(41)],
  [
    'a JWT that is not known',
    jwt({ exp: 1.9e9 }),
    'invalid_token',
    'check that it is complete and of this server; it may also be inactive already',
  ],
])(
  'the refusal of %s says how long it is active where that is known',
  async (_what, token, error, hint) => {
    expect((await outcomeOf([[400, error]], { token })).verdict).toMatchObject({
      status: 'failed',
      error: { code: error, hint },
    });
  },
);

const OKTA = { refreshEndsAccess: true, accessEndsRefresh: false };
const AUTH0 = { refreshEndsAccess: false, accessEndsRefresh: false };
const GOOGLE = { refreshEndsAccess: true, accessEndsRefresh: true };
test.each<[string, Given, readonly string[] | undefined]>([
  ['a refresh token of any server', { hint: 'refresh_token' }, undefined],
  [
    'a refresh token that ends its access tokens',
    { hint: 'refresh_token', known: OKTA },
    undefined,
  ],
  ['a refresh token that does not', { hint: 'refresh_token', known: AUTH0 }, ['access_tokens']],
  ['an access token of any server', { hint: 'access_token' }, ['refresh_token']],
  ['an access token that ends its grant', { hint: 'access_token', known: GOOGLE }, undefined],
  [
    'an access token whose refresh token is a target',
    { hint: 'access_token', group: 'g' },
    undefined,
  ],
  ['a JWT of no kind', { token: jwt({}) }, ['refresh_token']],
  ['a token of no kind', {}, undefined],
])('what may live on after %s is said', async (_what, given, kinds) => {
  const { verdict } = await outcomeOf([[200]], given);
  expect('may_live_on' in verdict ? verdict['may_live_on'] : undefined).toEqual(kinds);
});
