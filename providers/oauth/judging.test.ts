/** What a run of an authorization server is opened with, and what it asks, without a server. */
import { makeContext, type MadeReply } from '../../test/support/made-context.js';
import { optionsOf } from '../../src/context/option-values.js';
import { isRevokeError, type Outcome, type Target } from '../../src/contract/index.js';
import { openOauth } from './revoker.js';

const AS = 'https://as.example';
const REVOKE = `${AS}/revoke`;
const CLIENT = { client_id: 'cli', client_secret: 's3cr3t' };
const BASIC = `Basic ${Buffer.from('cli:s3cr3t').toString('base64')}`;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
const target = (secret = 'opaque', more: Partial<Target> = {}): Target => ({
  id: 'sha256:1',
  secret,
  ...more,
});

async function open(
  options: Readonly<Record<string, unknown>> = {},
  settings: Readonly<Record<string, string>> = CLIENT,
  replies: readonly MadeReply[] = [],
) {
  const world = makeContext({ settings });
  world.answer(...replies);
  const given = { revocationEndpoint: REVOKE, ...options };
  const revoker = await openOauth(world.context, optionsOf(given));
  const [lane] = revoker.lanes;
  const { http, answer, requests } = world;
  const bodies = () => requests.flatMap((request) => request.bodies);
  const send = async (one: Target, ...more: readonly MadeReply[]) => {
    answer(...more);
    return (await lane.revoke([one], { http }))[0];
  };
  return { ...world, revoker, lane, bodies, send };
}

async function refusal(...of: Parameters<typeof open>) {
  const thrown = await open(...of).catch((error: unknown) => error);
  if (!isRevokeError(thrown)) throw thrown;
  return thrown;
}

const metadata = (more: object = {}): MadeReply => ({
  status: 200,
  body: { issuer: AS, revocation_endpoint: REVOKE, ...more },
});
const outcome = (more: object): Outcome => ({
  provider: 'oauth',
  target: 'sha256:1',
  status: 'accepted',
  at: '',
  ...more,
});

describe('an endpoint by option', () => {
  test('is a lane without a name, for this endpoint and client; nothing is asked before', async () => {
    const { revoker, lane, requests, details } = await open();
    expect(revoker.lanes).toHaveLength(1);
    expect(lane).toMatchObject({
      name: '',
      endpoint: REVOKE,
      scope: { revocation_endpoint: REVOKE, client_id: 'cli' },
    });
    expect(lane.check).toBeUndefined();
    expect(revoker.promptDetails).toEqual([
      ['Endpoint', REVOKE],
      ['Client', 'cli'],
      ['Login', 'client_secret_basic: client secret from client_secret'],
    ]);
    expect(requests).toEqual([]);
    expect(details.join()).toContain(REVOKE);
    expect(details.join()).not.toContain('s3cr3t');
  });

  test('takes a public client, with an ID and without', async () => {
    const named = await open({ clientAuth: 'none' }, { client_id: 'app' });
    expect(named.lane.scope).toEqual({ revocation_endpoint: REVOKE, client_id: 'app' });
    await named.send(target(), { status: 200 });
    expect(named.bodies()).toEqual(['token=opaque&client_id=app']);
    const nobody = await open({ clientAuth: 'none' }, {});
    expect(nobody.lane.scope).toEqual({ revocation_endpoint: REVOKE });
    expect(nobody.revoker.promptDetails).toContainEqual(['Client', '(none)']);
  });

  test('gets each token of a batch once, as the client', async () => {
    const { lane, http, answer, requests } = await open();
    answer({ status: 200 }, { status: 200 });
    const two = [target('one'), target('two', { id: 'sha256:2', typeHint: 'pct' })];
    expect(await lane.revoke(two, { http })).toMatchObject([
      { target: 'sha256:1', status: 'accepted' },
      { target: 'sha256:2', status: 'accepted' },
    ]);
    expect(requests).toMatchObject([
      { origin: AS, path: '/revoke', headers: { authorization: BASIC }, bodies: ['token=one'] },
      { bodies: ['token=two&token_type_hint=pct'] },
    ]);
  });
});

describe('the kind of a token', () => {
  const sent = async (one: Target, options = {}) => {
    const { send, bodies, revoker } = await open(options);
    await send(one, { status: 200 });
    return [bodies()[0]?.split('&')[1], revoker.targetFacts?.(one)];
  };
  const REFRESH = jwt({ typ: 'Refresh' });

  test('is what its line says, then what the run says, then what a refresh token says itself', async () => {
    const both = { tokenTypeHint: 'access_token' };
    expect(await sent(target('x', { typeHint: 'pct' }), both)).toEqual([
      'token_type_hint=pct',
      { fingerprint: 'sha256:1', token_type_hint: 'pct' },
    ]);
    expect((await sent(target(REFRESH), both))[0]).toBe('token_type_hint=access_token');
    expect(await sent(target(REFRESH))).toEqual([
      'token_type_hint=refresh_token',
      { fingerprint: 'sha256:1', token_type_hint: 'refresh_token', token_format: 'jwt' },
    ]);
    expect((await sent(target(jwt({ typ: 'Bearer' }))))[0]).toBeUndefined();
    expect((await sent(target()))[0]).toBeUndefined();
  });

  test('that can be none is refused, and so is --endpoint', async () => {
    expect(await refusal({ tokenTypeHint: 'two words' })).toMatchObject({ kind: 'usage' });
    expect(await refusal({ endpoint: AS })).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('--endpoint'),
      hint: expect.stringContaining('--revocation-endpoint'),
    });
  });
});

describe('an issuer', () => {
  const issued = { ...CLIENT, issuer: AS };
  const none = { revocationEndpoint: undefined };

  test('is the scope and the first detail, and its metadata names the endpoint', async () => {
    const { revoker, lane, requests } = await open(none, issued, [metadata()]);
    expect(requests).toMatchObject([
      { method: 'GET', origin: AS, path: '/.well-known/oauth-authorization-server' },
    ]);
    expect(lane).toMatchObject({ endpoint: REVOKE, scope: { issuer: AS, client_id: 'cli' } });
    expect(lane.scope).not.toHaveProperty('revocation_endpoint');
    expect(revoker.promptDetails[0]).toEqual(['Issuer', AS]);
  });

  test('that names introspection has its tokens checked there, by the same client', async () => {
    const more = { introspection_endpoint: `${AS}/introspect` };
    const { lane, http, answer, requests } = await open(none, issued, [metadata(more)]);
    answer({ status: 200, body: { active: true } });
    expect(await lane.check?.check([target()], { http })).toMatchObject([{ state: 'active' }]);
    expect(requests[1]).toMatchObject({ path: '/introspect', headers: { authorization: BASIC } });
  });

  test('whose endpoints demand other ways to log in gets each as it demands', async () => {
    const more = {
      introspection_endpoint: `${AS}/introspect`,
      revocation_endpoint_auth_methods_supported: ['client_secret_post'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    };
    const { lane, send, http, answer, requests } = await open(none, issued, [metadata(more)]);
    await send(target(), { status: 200 });
    answer({ status: 200, body: { active: true } });
    await lane.check?.check([target()], { http });
    expect(requests[1]?.bodies).toEqual(['token=opaque&client_id=cli&client_secret=s3cr3t']);
    expect(requests[2]).toMatchObject({
      headers: { authorization: BASIC },
      bodies: ['token=opaque'],
    });
  });

  test('that rejects a way to log in at one endpoint is asked the other way at both', async () => {
    const methods = ['client_secret_basic', 'client_secret_post'];
    const more = {
      introspection_endpoint: `${AS}/introspect`,
      token_endpoint_auth_methods_supported: methods,
    };
    const { lane, send, http, answer, requests } = await open(none, issued, [metadata(more)]);
    answer({ status: 401 }, { status: 200, body: { active: true } });
    await lane.check?.check([target()], { http });
    await send(target(), { status: 200 });
    expect(
      requests.slice(1).map(({ path, headers }) => [path, headers?.['authorization']]),
    ).toEqual([
      ['/introspect', BASIC],
      ['/introspect', undefined],
      ['/revoke', undefined],
    ]);
  });

  test('whose other endpoints are elsewhere is said why they are not used', async () => {
    const more = { userinfo_endpoint: 'https://elsewhere.example/me' };
    const { details, lane } = await open(none, issued, [metadata(more)]);
    expect(lane.check).toBeUndefined();
    expect(details.join('\n')).toContain('https://elsewhere.example');
    const refused = await refusal({ ...none, verify: true }, issued, [metadata(more)]);
    expect(refused).toMatchObject({ kind: 'usage', code: 'cannot_verify' });
    expect(refused.message).toContain('https://elsewhere.example');
  });
});

describe('a client of its own for introspection', () => {
  const own = {
    ...CLIENT,
    introspection_client_id: 'other',
    introspection_client_secret: 'other-s3cr3t',
  };
  const introspection = { introspectionEndpoint: `${AS}/introspect` };
  const OTHER = `Basic ${Buffer.from('other:other-s3cr3t').toString('base64')}`;

  test('asks there alone, is named, and says nothing of the login', async () => {
    const { revoker, lane, send, http, answer, requests } = await open(introspection, own);
    await send(target(), { status: 200 });
    answer({ status: 401 }, { status: 200 });
    expect(await lane.check?.check([target()], { http })).toMatchObject([{ state: 'unclear' }]);
    await send(target());
    expect(requests.map(({ path, headers }) => [path, headers?.['authorization']])).toEqual([
      ['/revoke', BASIC],
      ['/introspect', OTHER],
      ['/revoke', BASIC],
    ]);
    expect(revoker.promptDetails).toContainEqual(['Introspection client', 'other']);
    expect(await revoker.tryLogin?.()).toBe(false);
    expect(requests).toHaveLength(3);
  });

  test('is not asked for where the client that revokes introspects', async () => {
    const { revoker, answer } = await open(introspection);
    expect(revoker.promptDetails.map(([label]) => label)).not.toContain('Introspection client');
    answer({ status: 200, body: { active: false } });
    expect(await revoker.tryLogin?.()).toBe(true);
    answer({ status: 401, body: { error: 'invalid_client' } });
    await expect(Promise.resolve(revoker.tryLogin?.())).rejects.toMatchObject({
      code: 'credentials_rejected',
    });
  });

  test('is what a token that stays open asks for, unless there is one', async () => {
    const hintOf = async (settings: Readonly<Record<string, string>>) => {
      const { lane, http, answer } = await open(introspection, settings);
      answer({ status: 500 });
      const [result] = (await lane.check?.check([target('x', { typeHint: 'refresh_token' })], {
        http,
      })) ?? [undefined];
      return result?.hint;
    };
    expect(await hintOf(CLIENT)).toContain('OAUTH_INTROSPECTION_CLIENT_ID');
    expect(await hintOf(own)).not.toContain('OAUTH_INTROSPECTION_CLIENT_ID');
  });
});

describe('what a run says of its checks', () => {
  const access = { tokenTypeHint: 'access_token' };

  test('without introspection nothing tells whether the login is taken', async () => {
    expect(await (await open()).revoker.tryLogin?.()).toBe(false);
  });

  test('--verify is refused where nothing can be checked, and names what would', async () => {
    expect(await refusal({ verify: true })).toMatchObject({
      kind: 'usage',
      code: 'cannot_verify',
      message: 'there is no way to check tokens of this server',
      hint: expect.stringMatching(/--probe-url .*--introspection-endpoint, --userinfo-endpoint/),
    });
  });

  test('a resource that is named is shown, and checks access tokens', async () => {
    const probe = { ...access, verify: true, probeUrl: `${AS}/api` };
    const { revoker, lane, http, answer, requests } = await open(probe);
    expect(revoker.promptDetails).toContainEqual(['Probe URL', `${AS}/api`]);
    answer({ status: 401 }, { status: 200 });
    expect(await lane.check?.check([target()], { http })).toMatchObject([{ state: 'active' }]);
    expect(requests.map(({ path }) => path)).toEqual(['/api', '/api']);
  });

  test('with --verify the question says which tokens cannot be checked, and only then', async () => {
    const options = { probeUrl: `${AS}/api` };
    const refresh = [target('x', { typeHint: 'refresh_token' })];
    const lines = async (more: object) =>
      (await open({ ...options, ...more })).revoker.consequences(refresh, 1);
    const plain = await lines({});
    const proven = await lines({ verify: true });
    expect(proven).toHaveLength(plain.length + 1);
    expect(proven[0]).toMatch(/cannot be checked here/);
    expect(proven.slice(1)).toEqual(plain);
  });

  test('what is missing is told apart: introspection, userinfo, a resource', async () => {
    const hintOf = async (options: object, ...replies: MadeReply[]) => {
      const { lane, http, answer } = await open({ ...access, ...options });
      answer(...replies);
      const [result] = (await lane.check?.check([target()], { http })) ?? [];
      return result?.hint;
    };
    const at = (name: string) => ({ [name]: `${AS}/x` });
    const down = { status: 500 };
    const introspected = await hintOf(at('introspectionEndpoint'), down);
    expect(introspected).toMatch(/--probe-url.*--userinfo-endpoint/);
    expect(introspected).not.toContain('--introspection-endpoint');
    const userinfo = await hintOf(at('userinfoEndpoint'), down);
    expect(userinfo).toMatch(/--introspection-endpoint.*--probe-url/);
    expect(userinfo).not.toContain('--userinfo-endpoint');
    const probed = await hintOf(at('probeUrl'), { status: 401 }, down);
    expect(probed).toMatch(/--introspection-endpoint/);
    expect(probed).not.toMatch(/--probe-url|--userinfo-endpoint/);
  });

  test('a server that is known to have no introspection is not asked for it', async () => {
    const auth0 = {
      ...access,
      revocationEndpoint: 'https://acme.auth0.com/oauth/revoke',
      probeUrl: `${AS}/api`,
    };
    const { lane, http, answer } = await open(auth0);
    answer({ status: 401 }, { status: 500 });
    const [result] = (await lane.check?.check([target()], { http })) ?? [];
    expect(result?.hint).toBe('this server shows nobody whether such a token is active');
  });

  test('what its maker documents stands in the question and in the outcome', async () => {
    const okta = { revocationEndpoint: 'https://acme.okta.com/oauth2/v1/revoke' };
    const refresh = target('x', { typeHint: 'refresh_token' });
    const ends = /This server ends the access tokens of a refresh token with it/;
    expect((await open(okta)).revoker.consequences([refresh], 1).join()).toMatch(ends);
    expect((await open()).revoker.consequences([refresh], 1).join()).not.toMatch(ends);
    const { send } = await open({ revocationEndpoint: 'https://acme.auth0.com/oauth/revoke' });
    expect(await send(refresh, { status: 200 })).toMatchObject({ may_live_on: ['access_tokens'] });
  });

  test('an outcome that was not checked says whether --verify can', async () => {
    const { revoker } = await open({ introspectionEndpoint: `${AS}/introspect` });
    expect(revoker.nextStep?.(outcome({}))).toMatch(/--verify checks it/);
    expect((await open()).revoker.nextStep?.(outcome({}))).toMatch(/no way to check it/);
    expect(revoker.nextStep?.(outcome({ status: 'failed' }))).toBeUndefined();
  });
});
