/** What a token is seen as, without a server: each way is a made-up answer. */
import { isRevokeError, type Http, type Target } from '../../src/contract/index.js';
import type { Missing } from './check-hints.js';
import { createChecks } from './checks.js';
import type { ClientEndpoint } from './client.js';
import type { Presentation } from './client-auth.js';

type Made = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];
type Way = 'introspection' | 'userinfo' | 'probe';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
const NOTHING: Missing = {
  introspection: false,
  lacksIntrospection: false,
  hasOwnClient: false,
  userinfo: false,
  probe: false,
  notUsed: [],
};
const ACTIVE: Made = [200, { active: true }];
const INACTIVE: Made = [200, { active: false }];
const NO_TOKEN: Made = [401, '', { 'www-authenticate': 'Bearer error="invalid_token"' }];

interface Given {
  readonly token?: string;
  readonly hint?: string | undefined;
  readonly boundTo?: string;
  readonly missing?: Partial<Missing>;
  /** What a probe answers to what is no token. */
  readonly junk?: Made;
}

/** A server with these ways, of which each answers its answers in turn, the last one again. */
function place(ways: Partial<Record<Way, readonly Made[]>>, given: Given = {}) {
  const { token = 'opaque', hint, boundTo, missing, junk = [401] } = given;
  const asked: string[] = [];
  const left = new Map(Object.entries(ways).map(([way, answers]) => [way, [...answers]]));
  const http = {
    async send({ method, path, headers, body }: Parameters<Http['send']>[0]) {
      const way = path.slice(1);
      const bearer = headers?.['authorization'];
      const isJunk = way === 'probe' && bearer !== `Bearer ${token}`;
      const text = typeof body === 'function' ? await body(1, false) : (body ?? bearer);
      asked.push(`${method} ${way} ${isJunk ? 'junk' : String(text)}`);
      const answers = left.get(way) ?? [];
      const [status, said = '', own = {}] =
        (isJunk ? junk : answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      if (status === undefined) throw new Error(`nothing is at ${way}`);
      const written = typeof said === 'string' ? said : JSON.stringify(said);
      return { status, body: written, headers: own, tries: 1, inDoubt: false };
    },
  } as unknown as Http;
  const presentation = {
    method: 'none',
    headers: {},
    encode: (parameters: Record<string, string>) => new URLSearchParams(parameters).toString(),
  } as unknown as Presentation;
  const presenter = {
    ask: async (by: Http, requestAs: (one: Presentation) => Parameters<Http['send']>[0]) => ({
      response: await by.send(requestAs(presentation)),
      used: presentation,
      rejected: [],
    }),
  } as unknown as ClientEndpoint['presenter'];
  const urlOf = (way: Way) => (ways[way] ? new URL(`https://as.example/${way}`) : undefined);
  const url = urlOf('introspection');
  const checks = createChecks(
    {
      introspection: url && { url, presenter },
      userinfo: urlOf('userinfo'),
      probe: urlOf('probe'),
    },
    () => hint,
    {
      ...NOTHING,
      introspection: !ways.introspection,
      userinfo: !ways.userinfo,
      probe: !ways.probe,
      ...missing,
    },
  );
  const target: Target = { id: 'sha256:1', secret: token, ...(boundTo && { boundTo }) };
  const look = async () => (await checks.verifier?.check([target], { http }))?.[0];
  return { checks, target, look, asked };
}

const access = { hint: 'access_token' };
const BASIC = { state: 'active', expiresAt: undefined };

describe('what introspection answers', () => {
  test.each<[string, Made, object]>([
    ['active', ACTIVE, { ...BASIC, method: 'introspection' }],
    ['active, with its end', [200, { active: true, exp: 2e9 }], { expiresAt: 2e12 }],
    ['active, with its end as a text', [200, { active: true, exp: '2e9' }], { expiresAt: 2e12 }],
    ['active without an end', [200, { active: true, exp: 0 }], { expiresAt: undefined }],
    ['inactive', INACTIVE, { state: 'inactive', isAbsent: true }],
    [
      'nothing of it',
      [200, {}],
      {
        state: 'unclear',
        reason: 'introspection answered 200, and not whether it is active',
        method: 'introspection',
      },
    ],
    ['active with 201', [201, { active: true }], { reason: 'introspection answered 201' }],
    [
      'an error',
      [403, { error: 'odd' }],
      { state: 'unclear', reason: 'introspection answered 403 (odd)' },
    ],
    [
      'that the client is rejected',
      [401, { error: 'invalid_client' }],
      {
        reason: 'introspection answered 401 (invalid_client)',
        hint: expect.stringMatching(
          /^check the client ID and its secret, which introspection does not accept; /,
        ),
      },
    ],
  ])('%s', async (_what, answer, expected) => {
    expect(await place({ introspection: [answer] }, access).look()).toMatchObject(expected);
  });

  test('a JWT ends when it says so itself, where that is earlier', async () => {
    const given = { ...access, token: jwt({ exp: 1.9e9 }) };
    const answers: Made[] = [[200, { active: true, exp: 2e9 }]];
    expect(await place({ introspection: answers }, given).look()).toMatchObject({
      expiresAt: 1.9e12,
    });
  });

  test('a token of no kind that is inactive is asked for as a refresh token too', async () => {
    const { look, asked, checks, target } = place({ introspection: [INACTIVE, ACTIVE] });
    expect(await look()).toEqual({ ...BASIC, method: 'introspection' });
    expect(asked).toEqual([
      'POST introspection token=opaque',
      'POST introspection token=opaque&token_type_hint=refresh_token',
    ]);
    expect(checks.foundOf(target)).toMatchObject({ state: 'active', hint: 'refresh_token' });
  });

  test.each<[string, Made, Given]>([
    ['with a kind', INACTIVE, { hint: 'refresh_token' }],
    ['that is active', ACTIVE, {}],
    ['that stays open', [500], {}],
  ])('a token %s is asked for once', async (_what, answer, given) => {
    const { look, asked } = place({ introspection: [answer] }, given);
    await look();
    expect(asked).toHaveLength(1);
  });

  test('a refresh token that became inactive may still work', async () => {
    const { look } = place({ introspection: [ACTIVE, INACTIVE] }, { hint: 'refresh_token' });
    await look();
    expect(await look()).toEqual({
      state: 'inactive',
      isAbsent: true,
      method: 'introspection',
      hint: 'some servers show a refresh token as inactive when its access token expires: it may still work',
    });
  });

  test.each<[string, readonly Made[], Given]>([
    ['an access token that became inactive', [ACTIVE, INACTIVE], access],
    ['a refresh token that is still active', [ACTIVE, ACTIVE], { hint: 'refresh_token' }],
  ])('%s has no such hint', async (_what, answers, given) => {
    const { look } = place({ introspection: answers }, given);
    await look();
    expect(await look()).not.toHaveProperty('hint');
  });
});

describe('what userinfo answers to an access token', () => {
  const DPOP: Made = [401, '', { 'www-authenticate': 'DPoP algs="ES256"' }];
  const bound = /^it is bound to a DPoP key \(RFC 9449\), which only its client has$/;
  test.each<[string, Made, object]>([
    ['claims', [200, { sub: 'a' }], { ...BASIC, method: 'userinfo' }],
    ['claims with an error of their own', [200, { sub: 'a', error: 'x' }], { state: 'active' }],
    ['claims without a subject', [200, {}], { state: 'active' }],
    ['a JWT', [200, 'e30', { 'content-type': 'application/jwt' }], { state: 'active' }],
    [
      'an error',
      [200, { error: 'x' }],
      { state: 'unclear', reason: 'userinfo answered 200, and no claims' },
    ],
    ['a list', [200, []], { state: 'unclear' }],
    ['null', [200, 'null'], { state: 'unclear' }],
    ['a web page', [200, '<html>'], { state: 'unclear' }],
    ['claims with 203', [203, { sub: 'a' }], { reason: 'userinfo answered 203' }],
    ['invalid_token in its challenge', NO_TOKEN, { state: 'inactive', isAbsent: true }],
    ['invalid_token in its body', [401, { error: 'invalid_token' }], { state: 'inactive' }],
    ['invalid_token with 403', [403, { error: 'invalid_token' }], { state: 'unclear' }],
    ['401 alone', [401], { state: 'unclear', reason: 'userinfo answered 401' }],
    ['another error', [401, { error: 'odd' }], { state: 'unclear' }],
    ['that a proof is needed', DPOP, { state: 'unclear', reason: expect.stringMatching(bound) }],
  ])('%s', async (_what, answer, expected) => {
    expect(await place({ userinfo: [answer] }, access).look()).toMatchObject(expected);
  });
});

describe('what a resource answers to an access token', () => {
  test.each<[string, Made, object]>([
    ['200', [200], { ...BASIC, method: 'probe' }],
    ['299', [299], { state: 'active' }],
    ['300', [300], { state: 'unclear', reason: '--probe-url answered 300' }],
    ['199', [199], { state: 'unclear' }],
    ['401', [401], { state: 'inactive', isAbsent: true, method: 'probe' }],
    ['403', [403], { state: 'unclear', reason: '--probe-url answered 403' }],
    [
      '401 for a proof',
      [401, '', { 'www-authenticate': 'Basic, DPoP' }],
      { state: 'unclear', reason: expect.stringContaining('DPoP') },
    ],
    [
      '401 for a bearer or a proof',
      [401, '', { 'www-authenticate': 'Bearer, DPoP' }],
      { state: 'inactive' },
    ],
    [
      '403 for a proof',
      [403, '', { 'www-authenticate': 'DPoP' }],
      { reason: '--probe-url answered 403' },
    ],
    ['401 for another scheme', [401, '', { 'www-authenticate': 'xDPoP' }], { state: 'inactive' }],
  ])('%s', async (_what, answer, expected) => {
    expect(await place({ probe: [answer] }, access).look()).toMatchObject(expected);
  });

  test('it says nothing of a token where it accepts what is no token, and is asked that once', async () => {
    const { look, asked } = place({ probe: [[200]] }, { ...access, junk: [200] });
    for (const _again of [1, 2])
      expect(await look()).toMatchObject({
        state: 'unclear',
        reason: '--probe-url also accepts a text that is not a token',
      });
    expect(asked).toEqual(['GET probe junk']);
  });

  test('where it cannot be asked for what is no token, it is asked again', async () => {
    const { look, asked } = place({ probe: [[200]] }, { ...access, junk: [] as never });
    for (const _again of [1, 2]) await expect(look()).rejects.toThrow('nothing is at probe');
    expect(asked).toEqual(['GET probe junk', 'GET probe junk']);
  });

  test('the end of a JWT is its own', async () => {
    const given = { ...access, token: jwt({ exp: 1.9e9 }) };
    expect(await place({ probe: [[200]] }, given).look()).toMatchObject({ expiresAt: 1.9e12 });
    const { look } = place({ userinfo: [[200, {}]] }, given);
    expect(await look()).toMatchObject({ expiresAt: 1.9e12 });
  });
});

describe('the ways of one token', () => {
  test('are introspection, the probe, userinfo; the first that shows it active is the last', async () => {
    const ways = {
      introspection: [INACTIVE],
      probe: [[401]] as Made[],
      userinfo: [[200, {}]] as Made[],
    };
    const { look, asked, checks, target } = place(ways, access);
    expect(await look()).toEqual({ ...BASIC, method: 'userinfo' });
    await look();
    const order = ['POST introspection', 'GET probe', 'GET probe', 'GET userinfo', 'GET userinfo'];
    expect(asked.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual(order);
    expect(asked[3]).toBe('GET userinfo Bearer opaque');
    expect(checks.foundOf(target)).toMatchObject({ state: 'active', hint: undefined });
  });

  test.each<[string, Given]>([
    ['of no kind', {}],
    ['that is a refresh token', { hint: 'refresh_token' }],
    ['that says itself that it is a refresh token', { ...access, token: jwt({ typ: 'Refresh' }) }],
    ['that is bound to a key', { ...access, boundTo: 'a key' }],
    ['that says itself that it is bound', { ...access, token: jwt({ cnf: { jkt: 'x' } }) }],
  ])('a token %s is presented to nobody as a bearer', async (_what, given) => {
    const { look, asked } = place(
      { introspection: [[500]], probe: [[200]], userinfo: [[200]] },
      given,
    );
    await look();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^POST introspection/);
  });

  test('a token that only a later way refuses is inactive where it is no JWT', async () => {
    const ways: Parameters<typeof place>[0] = { introspection: [[500]], probe: [[401]] };
    expect(await place(ways, access).look()).toMatchObject({ state: 'inactive', method: 'probe' });
    expect(await place(ways, { ...access, token: jwt({}) }).look()).toMatchObject({
      state: 'unclear',
      method: 'probe',
      reason:
        'introspection answered 500; probe does not accept it, which may be so for an active JWT, too',
    });
    const first = place(
      { introspection: [INACTIVE], probe: [[401]] },
      { ...access, token: jwt({}) },
    );
    expect(await first.look()).toMatchObject({ state: 'inactive', method: 'introspection' });
  });

  test('a later check asks the first way again where none showed it active', async () => {
    const { look, checks, target } = place({ introspection: [INACTIVE, ACTIVE] }, access);
    expect(await look()).toMatchObject({ state: 'inactive' });
    expect(checks.foundOf(target)).toEqual({ state: 'inactive', hint: undefined });
    expect(await look()).toMatchObject({ state: 'active' });
  });
});

describe('why nothing shows a token, and what would', () => {
  const none = (given: Given, ways: Parameters<typeof place>[0] = { probe: [[200]] }) =>
    place(ways, given).look();
  const SAY = 'say that it is an access token, if it is one (--token-type-hint access_token)';
  const NAME = 'name the introspection endpoint, if there is one (--introspection-endpoint <url>)';
  const CLIENT =
    'introspect as a client that may (OAUTH_INTROSPECTION_CLIENT_ID, OAUTH_INTROSPECTION_CLIENT_SECRET)';

  test.each<[string, Given, string, string]>([
    [
      'nobody said its kind',
      {},
      'nobody said whether it is an access token, and no other token is sent as a bearer',
      `to prove it: ${NAME}; or ${SAY}`,
    ],
    [
      'it is a refresh token',
      { hint: 'refresh_token' },
      'only introspection can check a refresh token, and the server has none that is known: to use the token would make new ones',
      `to prove it: ${NAME}`,
    ],
    [
      'it is a refresh token of a server that has no introspection',
      { hint: 'refresh_token', missing: { lacksIntrospection: true } },
      'only introspection can check a refresh token, and the server has none that is known: to use the token would make new ones',
      'this server shows nobody whether such a token is active',
    ],
    [
      'its key is missing',
      { ...access, boundTo: 'a key' },
      'it is bound to a key, which only its client has',
      `to prove it: ${NAME}`,
    ],
    [
      'an endpoint is not used',
      { hint: 'refresh_token', missing: { notUsed: ['userinfo is elsewhere'] } },
      expect.any(String) as unknown as string,
      `to prove it: userinfo is elsewhere; or ${NAME}`,
    ],
  ])('%s', async (_what, given, reason, hint) => {
    const result = await none(given);
    expect(result).toEqual({ state: 'unclear', reason, hint });
    expect(result).not.toHaveProperty('method');
  });

  const OPEN: Parameters<typeof place>[0] = { introspection: [[500]] };
  test.each<[string, Given, string]>([
    ['another client may introspect it', { hint: 'refresh_token' }, `to prove it: ${CLIENT}`],
    [
      'its own client may not introspect it',
      { hint: 'refresh_token', missing: { hasOwnClient: true } },
      'the server shows this client nothing of such a token',
    ],
    [
      'a resource or userinfo takes it',
      access,
      `to prove it: ${CLIENT}; or name a resource that takes the token (--probe-url <url>); or name the userinfo endpoint (--userinfo-endpoint <url>)`,
    ],
    [
      'a resource takes it where userinfo is known',
      { ...access, missing: { userinfo: false } },
      `to prove it: ${CLIENT}; or name a resource that takes the token (--probe-url <url>)`,
    ],
    [
      'nothing more takes it',
      { ...access, missing: { userinfo: false, probe: false } },
      `to prove it: ${CLIENT}`,
    ],
    [
      'its server names no endpoint of the kind',
      { ...access, missing: { lacksIntrospection: true } },
      `to prove it: ${CLIENT}; or name a resource that takes the token (--probe-url <url>)`,
    ],
    [
      'nobody said its kind, and no bearer way is known',
      {},
      `to prove it: ${CLIENT}; or name a resource that takes the token (--probe-url <url> with --token-type-hint access_token); or name the userinfo endpoint (--userinfo-endpoint <url> with --token-type-hint access_token)`,
    ],
    [
      'nobody said its kind, and a resource is known',
      { missing: { probe: false } },
      `to prove it: ${CLIENT}; or ${SAY}`,
    ],
  ])('it stays open, and %s', async (_what, given, hint) => {
    expect(await none(given, OPEN)).toMatchObject({ state: 'unclear', hint });
  });

  const CAUSES = 'it may be mistyped, expired, revoked earlier, or not visible to this client';
  const SAID = `${CAUSES}; if it is an access token, --token-type-hint access_token has it checked in another way, too`;
  test.each<[string, Given, string]>([
    ['of a kind that is known', access, CAUSES],
    ['of no kind, with no other way', {}, CAUSES],
    ['of no kind, where a resource is known', { missing: { probe: false } }, SAID],
    ['of no kind, where userinfo is known', { missing: { userinfo: false } }, SAID],
  ])('it is inactive, %s', async (_what, given, hint) => {
    expect(await none(given, { introspection: [INACTIVE] })).toMatchObject({
      state: 'inactive',
      hint,
    });
  });

  test('a resource that does not accept it may be the wrong one', async () => {
    expect(await none(access, { probe: [[401]] })).toMatchObject({
      hint: 'it may be mistyped, expired, revoked earlier, or not accepted by that resource',
    });
  });
});

describe('which tokens can be checked at all', () => {
  test.each<[string, Parameters<typeof place>[0], string | undefined, boolean[]]>([
    ['introspection', { introspection: [ACTIVE] }, 'introspection', [true, true, true]],
    ['a probe', { probe: [ACTIVE] }, 'probe', [true, false, false]],
    ['userinfo', { userinfo: [ACTIVE] }, 'userinfo', [true, false, false]],
    [
      'a probe and userinfo',
      { probe: [ACTIVE], userinfo: [ACTIVE] },
      'probe',
      [true, false, false],
    ],
    ['nothing', {}, undefined, [false, false, false]],
  ])('by %s', (_what, ways, method, expected) => {
    const { checks } = place(ways);
    expect(checks.verifier?.method).toBe(method);
    const kinds = ['access_token', 'refresh_token', undefined];
    expect(kinds.map((kind) => checks.canCheck(kind))).toEqual(expected);
  });

  test('a target without its token is a usage error', async () => {
    const { checks } = place({ introspection: [ACTIVE] });
    const error = await checks.verifier?.check([{ id: 'x' }], {} as never).catch((e: unknown) => e);
    expect(isRevokeError(error) && error.kind).toBe('usage');
  });
});
