import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { decodeJwt, jwtVerify } from 'jose';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from './emulator.js';

const DEMO = '74e4f895-5c8a-4222-ac86-ae0885506202';
const CURRENT = 'jti_abc123def456';
const OTHER = 'jti_old789xyz012';
const LIVE = 'jti_live345mno678';
const UUID_JTI = 'abc343a5-604c-4b1e-9d27-5f0a8e6c7b31';
const EXPIRED = 'jti_gone901pqr234';
const REVOKED = 'jti_dead567stu890';
const ENDLESS = 'jti_ever123vwx456';
const NOW = Date.UTC(2025, 7, 7, 12, 30, 0, 250);
const DAY = 24 * 3600 * 1000;
const YEAR_S = 31_536_000;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

interface Ask {
  /** undefined: the seeded login; null: no Authorization at all. */
  readonly bearer?: string | null;
  readonly body?: unknown;
  /** Sent as it is in the place of `body`. */
  readonly raw?: string;
}

let emulator: WorkspaceEmulator;
let now = NOW;

async function start(options: WorkspaceEmulatorOptions = {}): Promise<void> {
  now = NOW;
  emulator = await startWorkspaceEmulator({ now: () => now, ...options });
}

afterEach(() => emulator.close());

/** Sends the path byte for byte: fetch and URL would resolve its dot segments. */
function ask(method: string, path: string, options: Ask = {}): Promise<Answer> {
  const bearer =
    options.bearer === undefined ? emulator.environment['WORKSPACE_USER_TOKEN'] : options.bearer;
  const payload =
    options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return new Promise((resolve, reject) => {
    const headers = {
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
    };
    const { port } = emulator.server;
    const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    outgoing.end(payload);
  });
}

function tokensPath(suffix = '', workspace = DEMO): string {
  return `/v1/workspaces/${workspace}/tokens${suffix}`;
}

async function detailOf(answer: Promise<Answer>): Promise<[number, unknown]> {
  const { status, body } = await answer;
  return [status, (body as { detail: unknown }).detail];
}

function statusIn(jti: string): string | undefined {
  return emulator.snapshot().tokens.find((token) => token.jti === jti)?.status;
}

function workspaceNames(): string[] {
  return emulator.snapshot().workspaces.map(({ workspace_name: name }) => name);
}

async function createdToken(body: unknown): Promise<Record<string, unknown>> {
  const answer = await ask('POST', tokensPath(), { body });
  expect(answer.status).toBe(200);
  return answer.body as Record<string, unknown>;
}

describe('the seed', () => {
  test('holds two workspaces, their servers and a token of every status', async () => {
    await start();
    const { workspaces, tokens, servers, revocations } = emulator.snapshot();
    const stagingId = emulator.samples['WORKSPACE_STAGING_ID'];
    expect(workspaces).toEqual([
      { workspace_id: DEMO, workspace_name: 'demo', owner: 'user_1' },
      { workspace_id: stagingId, workspace_name: 'staging', owner: 'user_1' },
    ]);
    expect(tokens).toEqual([
      { workspace_id: DEMO, jti: CURRENT, status: 'active' },
      { workspace_id: DEMO, jti: OTHER, status: 'active' },
      { workspace_id: DEMO, jti: LIVE, status: 'active' },
      { workspace_id: DEMO, jti: UUID_JTI, status: 'active' },
      { workspace_id: DEMO, jti: EXPIRED, status: 'expired' },
      { workspace_id: DEMO, jti: REVOKED, status: 'revoked' },
      { workspace_id: DEMO, jti: ENDLESS, status: 'active' },
      { workspace_id: stagingId, jti: 'jti_stag789yza012', status: 'active' },
    ]);
    expect(servers).toEqual([
      { workspace_id: DEMO, name: 'echo' },
      { workspace_id: DEMO, name: 'files' },
      { workspace_id: stagingId, name: 'echo' },
    ]);
    expect(revocations).toEqual({});
  });

  test('environment and samples point at the demo workspace and its tokens', async () => {
    await start();
    expect(emulator.environment).toEqual({
      WORKSPACE_USER_TOKEN: expect.stringMatching(/^eyJ/),
      WORKSPACE_ID: DEMO,
      WORKSPACE_API_URL: emulator.server.url,
    });
    expect(emulator.samples).toMatchObject({
      WORKSPACE_CURRENT_JTI: CURRENT,
      WORKSPACE_OTHER_JTI: OTHER,
      WORKSPACE_MCP_URL: `${emulator.server.url}/${DEMO}/echo/mcp`,
    });
    expect(decodeJwt(emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '').jti).toBe(CURRENT);
    expect(decodeJwt(emulator.samples['WORKSPACE_OTHER_TOKEN'] ?? '').jti).toBe(OTHER);
  });

  test('lists the workspaces of the caller, equal names included, and no others', async () => {
    await start();
    const twin = emulator.addWorkspace({ name: 'demo' });
    emulator.addWorkspace({ name: 'foreign', owner: 'user_2' });
    const { status, body } = await ask('GET', '/v1/workspaces');
    expect(status).toBe(200);
    expect(body).toMatchObject({ user_id: 'user_1', total: 3 });
    const created = '2025-08-07T12:30:00.250Z';
    expect((body as { workspaces: unknown[] }).workspaces[0]).toEqual({
      workspace_id: DEMO,
      workspace_name: 'demo',
      namespace: `ws-demo-${DEMO}`,
      created,
    });
    expect((body as { workspaces: unknown[] }).workspaces[2]).toMatchObject({
      workspace_id: twin,
      workspace_name: 'demo',
    });
  });
});

describe('credentials', () => {
  test('a workspace token is a JWT signed with HS256', async () => {
    await start();
    const [issued] = await emulator.issue(1);
    const currentDate = new Date(NOW);
    const { payload, protectedHeader } = await jwtVerify(issued?.token ?? '', emulator.secret, {
      currentDate,
    });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    const iat = Math.floor(NOW / 1000);
    expect(payload).toEqual({
      iss: 'workspace-emulator',
      sub: 'user_1',
      type: 'workspace',
      workspace_id: DEMO,
      scope: ['workspace:read', 'servers:read'],
      jti: issued?.target,
      iat,
      exp: iat + YEAR_S,
    });
    expect(issued?.id).toBe(issued?.target);
  });

  test('a token without an end has no exp', async () => {
    await start();
    const { token } = await emulator.addToken({ expiresAt: null });
    expect(decodeJwt(token)).not.toHaveProperty('exp');
  });

  test('a login is a JWT of another type, with the organization', async () => {
    await start();
    const bearer = await emulator.login({ userId: 'user_9', organizationId: 'org_9' });
    const currentDate = new Date(NOW);
    const { payload } = await jwtVerify(bearer, emulator.secret, { currentDate });
    expect(payload).toMatchObject({
      iss: 'workspace-emulator',
      sub: 'user_9',
      type: 'user',
      nb_organization_id: 'org_9',
      exp: Math.floor(NOW / 1000) + YEAR_S,
    });
    expect(payload).not.toHaveProperty('workspace_id');
  });

  test('opaque values are accepted and revoked like JWTs', async () => {
    await start({ opaque: true });
    const bearer = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
    expect(bearer).toMatch(/^wst_[0-9a-f]{48}$/);
    expect((await ask('GET', `/${DEMO}/echo/mcp`, { bearer })).status).toBe(200);
    expect((await ask('DELETE', tokensPath(`/${CURRENT}`))).status).toBe(200);
    expect((await ask('GET', `/${DEMO}/echo/mcp`, { bearer })).status).toBe(401);
  });

  test('thousands are issued, each alive, with a target of its own', async () => {
    await start();
    const issued = await emulator.issue(5000);
    expect(new Set(issued.map(({ target }) => target)).size).toBe(5000);
    expect(issued.every(({ token, target }) => decodeJwt(token).jti === target)).toBe(true);
    expect(issued.every(({ token }) => emulator.isAlive(token))).toBe(true);
  });

  test('bare tokens are listed and revoked without ever having a value', async () => {
    await start();
    const jtis = emulator.issueBare(100_000, 'bench_');
    expect(jtis).toHaveLength(100_000);
    expect([jtis[0], jtis[99_999]]).toEqual(['bench_0', 'bench_99999']);
    expect(emulator.isAlive('bench_99999')).toBe(true);
    expect((await ask('DELETE', tokensPath('/bench_99999'))).status).toBe(200);
    expect(emulator.isAlive('bench_99999')).toBe(false);
    expect(emulator.isAlive('bench_99998')).toBe(true);
    expect(() => emulator.issueBare(1, 'x', 'no-such')).toThrow('no workspace no-such');
  });
});

describe('who may call the control plane', () => {
  const calls = [
    ['GET', '/v1/workspaces'],
    ['GET', tokensPath()],
    ['POST', tokensPath()],
    ['DELETE', tokensPath(`/${CURRENT}`)],
    ['DELETE', `/v1/workspaces/${DEMO}`],
    ['DELETE', `/v1/workspaces/${DEMO}/servers/echo`],
  ] as const;

  test.each(calls)('%s %s needs a login, and a workspace token is none', async (method, path) => {
    await start();
    const before = emulator.snapshot();
    const bearer = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
    const none = [401, 'Authentication required'];
    expect(await detailOf(ask(method, path, { bearer: null }))).toEqual(none);
    expect(await detailOf(ask(method, path, { bearer: 'nonsense' }))).toEqual(none);
    const refused = [403, 'Clerk authentication required'];
    expect(await detailOf(ask(method, path, { bearer }))).toEqual(refused);
    expect(emulator.snapshot()).toEqual(before);
  });

  test.each(calls.slice(1))('%s %s is for its owner only', async (method, path) => {
    await start();
    const before = emulator.snapshot();
    const bearer = await emulator.login({ userId: 'user_2' });
    const refused = [403, 'Access denied to workspace'];
    expect(await detailOf(ask(method, path, { bearer }))).toEqual(refused);
    const missing = await detailOf(ask(method, path.replace(DEMO, 'ffff')));
    expect(missing).toEqual([404, 'Workspace ffff not found']);
    expect(emulator.snapshot()).toEqual(before);
  });

  test('a login ends at its exp', async () => {
    await start();
    const bearer = await emulator.login({ expiresAt: NOW + 1000 });
    expect((await ask('GET', '/v1/workspaces', { bearer })).status).toBe(200);
    now = NOW + 1000;
    expect((await ask('GET', '/v1/workspaces', { bearer })).status).toBe(401);
  });
});

describe('revocation', () => {
  const receipt = { workspace_id: DEMO, token_jti: OTHER, status: 'revoked' };
  test.each([
    ['legacy', undefined, { message: `Token ${OTHER} revoked successfully` }],
    ['openapi', undefined, { ...receipt, revoked_at: '2025-08-07T12:30:00+00:00' }],
    ['models', undefined, { version: 'v1', ...receipt, revoked_at: '2025-08-07T12:30:00+00:00' }],
    ['docs', undefined, { jti: OTHER, revoked_at: '2025-08-07T12:30:00Z', status: 'revoked' }],
    ['docs', 'seconds', { jti: OTHER, revoked_at: Math.floor(NOW / 1000), status: 'revoked' }],
    ['models', 'milliseconds', { version: 'v1', ...receipt, revoked_at: NOW }],
    ['openapi', 'iso', { ...receipt, revoked_at: '2025-08-07T12:30:00Z' }],
  ] as const)('%s with times as %s', async (contract, times, expected) => {
    await start({ contract, ...(times && { times }) });
    const { status, body } =
      contract === 'legacy'
        ? await ask('POST', tokensPath(`/${OTHER}/revoke`))
        : await ask('DELETE', tokensPath(`/${OTHER}`));
    expect([status, body]).toEqual([200, expected]);
    expect(statusIn(OTHER)).toBe('revoked');
    expect(emulator.isAlive(OTHER)).toBe(false);
    expect(emulator.isAlive(CURRENT)).toBe(true);
    expect(emulator.snapshot().revocations).toEqual({ [OTHER]: 1 });
    const last = emulator.server.requests.at(-1);
    expect(`${last?.method} ${last?.path}`).toMatch(emulator.revokes);
  });

  test('`revokes` leaves everything else alone', async () => {
    await start();
    for (const line of [
      `GET ${tokensPath()}`,
      `POST ${tokensPath()}`,
      `DELETE /v1/workspaces/${DEMO}`,
      `DELETE /v1/workspaces/${DEMO}/servers/echo`,
    ]) {
      expect(line).not.toMatch(emulator.revokes);
    }
  });

  test.each([EXPIRED, UUID_JTI, ENDLESS])('%s can be revoked', async (jti) => {
    await start();
    expect((await ask('DELETE', tokensPath(`/${jti}`))).body).toMatchObject({ token_jti: jti });
    expect(statusIn(jti)).toBe('revoked');
  });

  test('an unknown token, and one of another workspace, is not found', async () => {
    await start();
    const unknown = [404, "Token with JTI 'jti_nope' not found"];
    expect(await detailOf(ask('DELETE', tokensPath('/jti_nope')))).toEqual(unknown);
    const foreign = [404, "Token with JTI 'jti_stag789yza012' not found"];
    expect(await detailOf(ask('DELETE', tokensPath('/jti_stag789yza012')))).toEqual(foreign);
    expect(statusIn('jti_stag789yza012')).toBe('active');
  });

  test.each([undefined, 409, 400] as const)(
    'a second one is refused (%s)',
    async (alreadyRevoked) => {
      await start(alreadyRevoked && { alreadyRevoked });
      const refused = [alreadyRevoked ?? 409, 'Token is already revoked'];
      expect(await detailOf(ask('DELETE', tokensPath(`/${REVOKED}`)))).toEqual(refused);
      expect(await detailOf(ask('DELETE', tokensPath(`/${REVOKED}`)))).toEqual(refused);
      expect(emulator.snapshot().revocations).toEqual({ [REVOKED]: 2 });
    },
  );

  test('a second one can repeat the first answer, its time included', async () => {
    await start({ alreadyRevoked: 200, contract: 'docs' });
    const expected = { jti: OTHER, revoked_at: '2025-08-07T12:30:00Z', status: 'revoked' };
    expect((await ask('DELETE', tokensPath(`/${OTHER}`))).body).toEqual(expected);
    now = NOW + DAY;
    expect((await ask('DELETE', tokensPath(`/${OTHER}`))).body).toEqual(expected);
  });

  test('the legacy contract knows no DELETE, and the others no POST', async () => {
    await start({ contract: 'legacy' });
    const missing = [404, 'Not Found'];
    expect(await detailOf(ask('DELETE', tokensPath(`/${OTHER}`)))).toEqual(missing);
    expect(statusIn(OTHER)).toBe('active');
    await emulator.close();
    await start({ contract: 'openapi' });
    expect(await detailOf(ask('POST', tokensPath(`/${OTHER}/revoke`)))).toEqual(missing);
    expect(statusIn(OTHER)).toBe('active');
  });

  test('the legacy contract can refuse the method and not the path', async () => {
    await start({ contract: 'legacy', legacyDelete: 405 });
    const refused = [405, 'Method Not Allowed'];
    expect(await detailOf(ask('DELETE', tokensPath(`/${OTHER}`)))).toEqual(refused);
    expect(statusIn(OTHER)).toBe('active');
  });
});

describe('the list', () => {
  const live = [CURRENT, OTHER, LIVE, UUID_JTI, ENDLESS];
  const all = [CURRENT, OTHER, LIVE, UUID_JTI, EXPIRED, REVOKED, ENDLESS];

  async function list(options: WorkspaceEmulatorOptions) {
    await start(options);
    const { status, body } = await ask('GET', tokensPath());
    expect(status).toBe(200);
    const answer = body as { tokens: { jti: string; status?: string }[] };
    return { ...answer, jtis: answer.tokens.map(({ jti }) => jti) };
  }

  test.each(['legacy', 'openapi'] as const)('%s names live tokens only', async (contract) => {
    const { jtis, tokens, ...rest } = await list({ contract });
    expect(jtis).toEqual(live);
    const created = Math.floor((NOW - 30 * DAY) / 1000);
    expect(tokens[0]).toEqual({ jti: CURRENT, created_at: created });
    expect(rest).toEqual({ ...(contract === 'openapi' && { workspace_id: DEMO }), count: 5 });
    const path = tokensPath(contract === 'legacy' ? `/${OTHER}/revoke` : `/${OTHER}`);
    await ask(contract === 'legacy' ? 'POST' : 'DELETE', path);
    const after = (await ask('GET', tokensPath())).body as typeof rest & { tokens: unknown[] };
    expect(after.tokens).toHaveLength(4);
    expect(JSON.stringify(after)).not.toContain(OTHER);
  });

  test('models names all with text dates; that one has expired shows in its date', async () => {
    const { jtis, tokens, ...rest } = await list({ contract: 'models' });
    expect(jtis).toEqual(all);
    expect(rest).toEqual({ version: 'v1', workspace_id: DEMO, count: 7 });
    expect(tokens[0]).toEqual({
      jti: CURRENT,
      user_id: 'user_1',
      created_at: '2025-07-08T12:30:00+00:00',
      expires_at: '2026-07-08T12:30:00+00:00',
      scope: ['workspace:read', 'servers:read'],
      status: 'active',
    });
    expect(tokens[4]).toMatchObject({
      jti: EXPIRED,
      expires_at: '2025-07-08T12:30:00+00:00',
      status: 'active',
    });
    expect(tokens[5]).toMatchObject({ jti: REVOKED, status: 'revoked' });
    expect(tokens[6]).toMatchObject({ jti: ENDLESS, expires_at: null, status: 'active' });
  });

  test('docs names all, with every status and the current token', async () => {
    const { jtis, tokens, ...rest } = await list({ contract: 'docs' });
    expect(jtis).toEqual(all);
    expect(rest).toEqual({ total_active: 5, current_token_jti: CURRENT });
    expect(tokens[0]).toEqual({
      jti: CURRENT,
      created_at: '2025-07-08T12:30:00Z',
      expires_at: '2026-07-08T12:30:00Z',
      is_current: true,
      status: 'active',
    });
    expect(tokens[4]).toMatchObject({ jti: EXPIRED, is_current: false, status: 'expired' });
    expect(tokens[5]).toMatchObject({ jti: REVOKED, status: 'revoked' });
    expect(tokens[6]).toMatchObject({ jti: ENDLESS, expires_at: null });
  });

  test('times can be numbers where the contract has text, and the reverse', async () => {
    const models = await list({ contract: 'models', times: 'seconds' });
    const created_at = Math.floor((NOW - 30 * DAY) / 1000);
    expect(models.tokens[0]).toMatchObject({ created_at });
    await emulator.close();
    const openapi = await list({ contract: 'openapi', times: 'iso' });
    expect(openapi.tokens[0]).toMatchObject({ created_at: '2025-07-08T12:30:00Z' });
  });
});

describe('creation', () => {
  const bearer = { token_type: 'Bearer', expires_in: 60, scope: ['workspace:read'] };
  test.each([
    ['legacy', { ...bearer, message: 'Token created', jti: expect.stringMatching(/^jti_/) }],
    ['openapi', { ...bearer, workspace_id: DEMO }],
    ['models', { version: 'v1', ...bearer, workspace_id: DEMO }],
    ['docs', { jti: expect.stringMatching(/^jti_/), expires_at: '2025-08-07T12:31:00Z' }],
  ] as const)('%s', async (contract, expected) => {
    await start({ contract });
    const { access_token, token, ...rest } = await createdToken({
      expires_in: 60,
      scope: ['workspace:read'],
    });
    expect(rest).toEqual(expected);
    const value = String(contract === 'docs' ? token : access_token);
    const { jti, exp, scope } = decodeJwt(value);
    expect([exp, scope]).toEqual([Math.floor(NOW / 1000) + 60, ['workspace:read']]);
    expect(statusIn(String(jti))).toBe('active');
    expect((await ask('GET', `/${DEMO}/echo/mcp`, { bearer: value })).status).toBe(200);
    if ('jti' in expected) expect(rest['jti']).toBe(jti);
  });

  test.each([
    ['models', {}, YEAR_S],
    ['models', { expires_in: null }, null],
    ['models', { expires_in: '90' }, 90],
    ['models', { expires_at: Math.floor(NOW / 1000) + 100 }, 100],
    ['models', { expires_in: 60, expires_at: Math.floor(NOW / 1000) + 100 }, 60],
    ['openapi', { expires_at: Math.floor(NOW / 1000) + 100 }, YEAR_S],
    ['models', { expires_in: 1 }, 1],
    ['models', { expires_in: YEAR_S }, YEAR_S],
  ] as const)('%s takes %j as a lifetime of %s s', async (contract, body, lifetime) => {
    await start({ contract });
    expect(await createdToken(body)).toMatchObject({ expires_in: lifetime });
  });

  test.each([
    [{ expires_in: 0 }, 'greater_than_equal', ['body', 'expires_in']],
    [{ expires_in: -5 }, 'greater_than_equal', ['body', 'expires_in']],
    [{ expires_in: YEAR_S + 1 }, 'less_than_equal', ['body', 'expires_in']],
    [{ expires_in: '30d' }, 'int_parsing', ['body', 'expires_in']],
    [{ expires_in: 1.5 }, 'int_from_float', ['body', 'expires_in']],
    [{ expires_in: [] }, 'int_type', ['body', 'expires_in']],
    [{ expires_at: 'soon' }, 'int_parsing', ['body', 'expires_at']],
    [{ scope: 'all' }, 'list_type', ['body', 'scope']],
    [{ scope: ['a', 7] }, 'string_type', ['body', 'scope', 1]],
    [[], 'model_attributes_type', ['body']],
  ])('%j is a 422', async (body, type, loc) => {
    await start();
    const before = emulator.snapshot();
    const [status, detail] = await detailOf(ask('POST', tokensPath(), { body }));
    expect(status).toBe(422);
    expect(detail).toEqual([expect.objectContaining({ type, loc, msg: expect.any(String) })]);
    expect(emulator.snapshot()).toEqual(before);
  });

  test('a body that is absent or no JSON is a 422', async () => {
    await start();
    const absent = await detailOf(ask('POST', tokensPath()));
    expect(absent).toEqual([422, [expect.objectContaining({ type: 'missing', loc: ['body'] })]]);
    const torn = await detailOf(ask('POST', tokensPath(), { raw: '{"expires_in":' }));
    expect(torn).toEqual([422, [expect.objectContaining({ type: 'json_invalid' })]]);
  });

  test('null is no lifetime for the generated description, and the past for none', async () => {
    await start({ contract: 'openapi' });
    const [status] = await detailOf(ask('POST', tokensPath(), { body: { expires_in: null } }));
    expect(status).toBe(422);
    await emulator.close();
    await start();
    const past = ask('POST', tokensPath(), { body: { expires_at: 1 } });
    expect(await detailOf(past)).toEqual([400, 'Invalid expiration time']);
  });
});

describe('routes', () => {
  test('an unknown one is a 404, a known path with another method a 405', async () => {
    await start();
    expect(await detailOf(ask('GET', '/v2/nothing'))).toEqual([404, 'Not Found']);
    const wrong = await ask('PUT', tokensPath());
    expect([wrong.status, wrong.body]).toEqual([405, { detail: 'Method Not Allowed' }]);
    expect(wrong.headers['allow']).toBe('GET, POST');
  });

  test('the open-source edition has no token routes but the rest', async () => {
    await start({ tokenApi: false });
    const missing = [404, 'Not Found'];
    expect(await detailOf(ask('GET', tokensPath()))).toEqual(missing);
    expect(await detailOf(ask('POST', tokensPath(), { body: {} }))).toEqual(missing);
    expect(await detailOf(ask('DELETE', tokensPath(`/${OTHER}`)))).toEqual(missing);
    expect(await detailOf(ask('POST', tokensPath(`/${OTHER}/revoke`)))).toEqual(missing);
    expect((await ask('GET', '/v1/workspaces')).status).toBe(200);
  });

  test('DELETE of a workspace takes it, its tokens and its servers away', async () => {
    await start();
    const bearer = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
    const { status, body } = await ask('DELETE', `/v1/workspaces/${DEMO}`);
    expect([status, body]).toEqual([
      200,
      {
        workspace_id: DEMO,
        namespace: `ws-demo-${DEMO}`,
        message: 'Workspace demo deleted successfully',
      },
    ]);
    expect(workspaceNames()).toEqual(['staging']);
    expect(emulator.snapshot().tokens).toHaveLength(1);
    expect(emulator.snapshot().servers).toHaveLength(1);
    expect([emulator.isAlive(CURRENT), emulator.isAlive(bearer)]).toEqual([false, false]);
    const refused = [401, 'Invalid workspace token'];
    expect(await detailOf(ask('GET', `/${DEMO}/echo/mcp`, { bearer }))).toEqual(refused);
    expect((await ask('DELETE', `/v1/workspaces/${DEMO}`)).status).toBe(404);
  });

  test('the same path with a slash redirects there and deletes nothing', async () => {
    await start();
    const { status, headers, body } = await ask('DELETE', `/v1/workspaces/${DEMO}/`);
    expect([status, body]).toEqual([307, undefined]);
    expect(headers.location).toBe(`${emulator.server.url}/v1/workspaces/${DEMO}`);
    expect(workspaceNames()).toEqual(['demo', 'staging']);
  });

  test('DELETE of a server takes it away', async () => {
    await start();
    const path = `/v1/workspaces/${DEMO}/servers/echo`;
    expect((await ask('DELETE', path)).body).toMatchObject({
      server_id: 'echo',
      status: 'deleted',
    });
    expect(emulator.snapshot().servers).not.toContainEqual({ workspace_id: DEMO, name: 'echo' });
    expect(await detailOf(ask('DELETE', path))).toEqual([404, 'Server echo not found']);
  });

  test.each(['..', '%2e%2e', '%2E.'])('a proxy takes the JTI %s for the workspace', async (jti) => {
    await start();
    const { status, headers } = await ask('DELETE', tokensPath(`/${jti}`));
    expect(status).toBe(307);
    expect(headers.location).toBe(`${emulator.server.url}/v1/workspaces/${DEMO}`);
  });

  test('behind a proxy dot segments delete workspaces and servers', async () => {
    await start();
    expect((await ask('DELETE', tokensPath(`/../servers/files`))).status).toBe(200);
    expect((await ask('DELETE', tokensPath('/%2e%2e/servers/echo'))).status).toBe(200);
    expect(emulator.snapshot().servers).toHaveLength(1);
    expect((await ask('DELETE', tokensPath(`/../../${DEMO}`))).status).toBe(200);
    expect(workspaceNames()).toEqual(['staging']);
  });

  test('without one they are nothing but a JTI', async () => {
    await start({ ingress: false });
    const unknown = [404, "Token with JTI '..' not found"];
    expect(await detailOf(ask('DELETE', tokensPath('/..')))).toEqual(unknown);
    expect(await detailOf(ask('DELETE', tokensPath('/%2e%2e')))).toEqual(unknown);
    expect(workspaceNames()).toEqual(['demo', 'staging']);
  });

  test('a path is decoded once, before it is matched', async () => {
    await start();
    await emulator.addToken({ jti: 'a b?c%2e' });
    const { body } = await ask('DELETE', tokensPath('/a%20b%3Fc%252e'));
    expect(body).toMatchObject({ token_jti: 'a b?c%2e' });
    const twice = [404, "Token with JTI '%2e%2e' not found"];
    expect(await detailOf(ask('DELETE', tokensPath('/%252e%252e')))).toEqual(twice);
    const slash = [404, 'Not Found'];
    expect(await detailOf(ask('DELETE', tokensPath('/a%2Fb')))).toEqual(slash);
    const broken = [404, "Token with JTI '%zz' not found"];
    expect(await detailOf(ask('DELETE', tokensPath('/%zz')))).toEqual(broken);
  });

  test('a query does not hide what is revoked', async () => {
    await start();
    expect((await ask('DELETE', tokensPath(`/${OTHER}?x`))).status).toBe(200);
    expect(emulator.snapshot().revocations).toEqual({ [OTHER]: 1 });
  });
});

describe('the data plane', () => {
  const path = `/${DEMO}/echo/mcp`;

  test.each(['GET', 'POST'])('%s takes a live token until it is revoked', async (method) => {
    await start();
    const [issued] = await emulator.issue(1);
    const { target = '', token: bearer = '' } = issued ?? {};
    const accepted = await ask(method, path, { bearer });
    const body = { workspace_id: DEMO, server: 'echo', jti: target, status: 'ok' };
    expect([accepted.status, accepted.body]).toEqual([200, body]);
    await ask('DELETE', tokensPath(`/${target}`));
    const refused = await ask(method, path, { bearer });
    expect([refused.status, refused.body]).toEqual([401, { detail: 'Token has been revoked' }]);
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    expect(emulator.isAlive(bearer)).toBe(false);
  });

  test('a token ends at its exp, and one without never does', async () => {
    await start();
    const { token: short } = await emulator.addToken({ expiresAt: NOW + 1000 });
    const { token: endless } = await emulator.addToken({ expiresAt: null });
    expect((await ask('GET', path, { bearer: short })).status).toBe(200);
    now = NOW + 1000;
    const ended = [401, 'Token has expired'];
    expect(await detailOf(ask('GET', path, { bearer: short }))).toEqual(ended);
    expect(emulator.isAlive(short)).toBe(false);
    now = NOW + 3650 * DAY;
    expect((await ask('GET', path, { bearer: endless })).status).toBe(200);
  });

  test('refuses logins, strangers, forgeries and nothing at all', async () => {
    await start();
    const invalid = [401, 'Invalid workspace token'];
    const forged = `${emulator.samples['WORKSPACE_CURRENT_TOKEN']?.slice(0, -4)}AAAA`;
    expect(await detailOf(ask('GET', path))).toEqual(invalid);
    expect(await detailOf(ask('GET', path, { bearer: 'nonsense' }))).toEqual(invalid);
    expect(await detailOf(ask('GET', path, { bearer: forged }))).toEqual(invalid);
    const none = [401, 'Authentication required'];
    expect(await detailOf(ask('GET', path, { bearer: null }))).toEqual(none);
  });

  test('a token opens its own workspace and the servers in it only', async () => {
    await start();
    const bearer = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
    const staging = `/${emulator.samples['WORKSPACE_STAGING_ID']}/echo/mcp`;
    const denied = [403, 'Access denied to workspace'];
    expect(await detailOf(ask('GET', staging, { bearer }))).toEqual(denied);
    const missing = [404, 'Server nope not found'];
    expect(await detailOf(ask('GET', `/${DEMO}/nope/mcp`, { bearer }))).toEqual(missing);
  });

  test('a token that was replaced under its JTI is dead', async () => {
    await start();
    const first = await emulator.addToken({ jti: 'jti_twice' });
    const second = await emulator.addToken({ jti: 'jti_twice', expiresAt: null });
    expect([emulator.isAlive(first.token), emulator.isAlive(second.token)]).toEqual([false, true]);
    expect((await ask('GET', path, { bearer: first.token })).status).toBe(401);
    expect((await ask('GET', path, { bearer: second.token })).status).toBe(200);
  });
});

describe('rate limits', () => {
  test.each([
    ['seconds', '10'],
    ['date', 'Thu, 07 Aug 2025 12:30:11 GMT'],
    ['none', undefined],
  ] as const)('a refusal says when to come back in %s', async (retryAfter, expected) => {
    await start({ rateLimit: { requests: 2, windowMs: 10_000, retryAfter } });
    const first = await ask('DELETE', tokensPath(`/${OTHER}`));
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': String(Math.ceil((NOW + 10_000) / 1000)),
    });
    expect((await ask('GET', tokensPath())).headers['x-ratelimit-remaining']).toBe('0');
    const refused = await ask('DELETE', tokensPath(`/${CURRENT}`));
    expect([refused.status, refused.body]).toEqual([429, { detail: 'Too many requests' }]);
    expect(refused.headers['retry-after']).toBe(expected);
    expect(refused.headers['x-ratelimit-remaining']).toBe('0');
    expect(statusIn(CURRENT)).toBe('active');
    now = NOW + 10_000;
    expect((await ask('DELETE', tokensPath(`/${CURRENT}`))).status).toBe(200);
  });

  test('are switched on and off while it runs, and spare the data plane', async () => {
    await start();
    expect((await ask('GET', tokensPath())).headers).not.toHaveProperty('x-ratelimit-limit');
    emulator.setRateLimit({ requests: 0, windowMs: 1000, retryAfter: 'seconds' });
    expect((await ask('GET', tokensPath())).status).toBe(429);
    const bearer = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
    expect((await ask('GET', `/${DEMO}/echo/mcp`, { bearer })).status).toBe(200);
    emulator.setRateLimit();
    expect((await ask('GET', tokensPath())).status).toBe(200);
  });
});

test('faults of the base meet revocations only when told so', async () => {
  await start();
  const reply = { status: 503, body: { detail: 'down' } };
  emulator.server.addFault({ kind: 'lie', reply, match: emulator.revokes });
  expect((await ask('GET', tokensPath())).status).toBe(200);
  expect((await ask('DELETE', tokensPath(`/${OTHER}`))).status).toBe(503);
  expect(statusIn(OTHER)).toBe('revoked');
});

test('a port can be chosen, and the log of requests left out', async () => {
  await start();
  const { port } = emulator.server;
  await emulator.close();
  await start({ port, record: false });
  expect(emulator.server.port).toBe(port);
  await ask('GET', '/v1/workspaces');
  expect(emulator.server.requests).toEqual([]);
});
