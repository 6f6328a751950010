import {
  createWorld,
  DEMO,
  faultOf,
  ntcliConfig,
  revokeOne,
  STAGING,
  type Given,
  type World,
} from '../../test/support/workspace.js';
import { startWorkspaceEmulator, type WorkspaceEmulator } from './emulator.js';
import { endpointFrom, ntcliEndpoint } from './endpoint.js';
import workspace from './index.js';

const OTHER = 'jti_old789xyz012';

let emulator: WorkspaceEmulator;
let opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  emulator = await startWorkspaceEmulator();
  opened = [emulator];
});

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function worldWith(given: Given = {}): World {
  const world = createWorld(given);
  opened.push(world);
  return world;
}

function withoutToken(): Given {
  return { env: { ...emulator.environment, WORKSPACE_USER_TOKEN: undefined } };
}

const jwt = (claims: object) =>
  ['{"alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const config = (changes: object) => ({ ...ntcliConfig(emulator), ...changes });

describe('the login', () => {
  test("is ntcli's stored one, with its domain and its active workspace", async () => {
    const world = worldWith();
    world.write('.ntcli/config.json', ntcliConfig(emulator));
    const revoker = await world.open();
    expect(revoker.endpoint).toBe(emulator.server.url);
    expect(revoker.scope).toEqual({ workspace_id: DEMO });
    expect(await revokeOne(revoker, OTHER)).toMatchObject({ status: 'revoked' });
    expect(world.masked).toContain(emulator.environment['WORKSPACE_USER_TOKEN']);
  });

  test('is read where its file begins with a byte order mark', async () => {
    const world = worldWith();
    world.write('.ntcli/config.json', `\ufeff${JSON.stringify(ntcliConfig(emulator))}`);
    expect((await world.open()).scope).toEqual({ workspace_id: DEMO });
  });

  test('is missing: nothing is sent', async () => {
    const world = worldWith(withoutToken());
    expect(await faultOf(world.open())).toMatchObject({
      code: 'no_credentials',
      kind: 'credentials',
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test('goes only to the host that it was stored for', async () => {
    const world = worldWith(withoutToken());
    world.write('.ntcli/config.json', config({ domain: 'nimbletools.ai' }));
    const fault = await faultOf(world.open());
    expect(fault).toMatchObject({ code: 'no_credentials', kind: 'credentials' });
    expect(fault.message).toContain('https://api.nimbletools.ai');
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([
    ['by its own exp', { exp: 1_700_000_000 }, 4_102_444_800_000],
    ['by expiresAt', undefined, 1_700_000_000_000],
  ])('has expired %s', async (_name, claims, expiresAt) => {
    const world = worldWith();
    const bearerToken = claims ? jwt({ sub: 'user_1', ...claims }) : 'opaque-bearer';
    world.write('.ntcli/config.json', config({ auth: { bearerToken, expiresAt } }));
    const fault = await faultOf(world.open());
    expect(fault).toMatchObject({ code: 'credentials_expired', kind: 'credentials' });
    expect(fault.message).toContain('2023-11-14T22:13:20Z');
    expect(fault.hint).toContain('ntcli auth login');
    expect(emulator.server.requests).toEqual([]);
  });

  test('lives as long as its own exp, whatever stands beside it', async () => {
    const world = worldWith();
    const bearerToken = emulator.environment['WORKSPACE_USER_TOKEN'];
    world.write('.ntcli/config.json', config({ auth: { bearerToken, expiresAt: 1 } }));
    expect(await revokeOne(await world.open(), OTHER)).toMatchObject({ status: 'revoked' });
  });

  test('names its variable when an explicit one has expired', async () => {
    const token = await emulator.login({ expiresAt: Date.now() - 1000 });
    const world = worldWith({ env: { ...emulator.environment, WORKSPACE_USER_TOKEN: token } });
    const fault = await faultOf(world.open());
    expect(fault).toMatchObject({ code: 'credentials_expired', kind: 'credentials' });
    expect(fault.hint).toContain('WORKSPACE_USER_TOKEN');
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([
    ['by wst_', () => 'wst_abc123def456'],
    ['by its type', () => jwt({ type: 'workspace' })],
    ['by its workspace', () => jwt({ workspace_id: DEMO, jti: 'x' })],
    ['by being stored', () => 'an-opaque-stored-token'],
    ['a real one', () => emulator.samples['WORKSPACE_OTHER_TOKEN'] ?? ''],
  ])('is no workspace token (%s)', async (_name, token) => {
    const value = token();
    const world = worldWith({ env: { ...emulator.environment, WORKSPACE_USER_TOKEN: value } });
    world.write(
      '.ntcli/config.json',
      ntcliConfig(emulator, { access_token: 'an-opaque-stored-token' }),
    );
    const fault = await faultOf(world.open());
    expect(fault).toMatchObject({ code: 'credentials_unfit', kind: 'credentials' });
    expect(`${fault.message} ${fault.hint}`).not.toContain(value);
    expect(emulator.server.requests).toEqual([]);
  });

  test('cannot be a text that no header carries', async () => {
    const env = { ...emulator.environment, WORKSPACE_USER_TOKEN: 'a b\nc' };
    expect(await faultOf(worldWith({ env }).open())).toMatchObject({ code: 'credentials_unfit' });
  });

  test('may be any other opaque value', async () => {
    const env = { ...emulator.environment, WORKSPACE_USER_TOKEN: 'opaque-user-token' };
    const revoker = await worldWith({ env }).open();
    expect(await revokeOne(revoker, OTHER)).toMatchObject({
      status: 'failed',
      error: { code: 'credentials_rejected' },
    });
  });
});

describe("ntcli's config file", () => {
  test.each(['{', '[]', '{"workspaces":{"items":[1]}}', ''])(
    'that reads %j is a clear fault where it is needed, and is left alone',
    async (text) => {
      const world = worldWith();
      const path = world.write('.ntcli/config.json', text);
      const fault = await faultOf(world.open());
      expect(fault).toMatchObject({ code: 'bad_ntcli_config', kind: 'usage' });
      expect(fault.message).toContain(path);
      expect(emulator.server.requests).toEqual([]);
    },
  );

  test('is only warned about where nothing of it is needed', async () => {
    const world = worldWith({ env: emulator.environment });
    world.write('.ntcli/config.json', '{');
    expect(await revokeOne(await world.open(), OTHER)).toMatchObject({ status: 'revoked' });
    expect(world.warnings[0]).toContain('it is not changed');
  });

  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost:8080', 'http://localhost:8080'],
    ['localhost.evil.test', 'https://localhost.evil.test'],
    ['nimbletools.ai', 'https://api.nimbletools.ai'],
    [undefined, 'https://api.nimbletools.ai'],
  ])('with the domain %s means %s', (domain, url) => {
    expect(ntcliEndpoint(domain === undefined ? {} : { domain }).url).toBe(url);
  });

  test.each(['evil.test/x', 'user@evil.test', 'a b', 'x?y'])('has no domain %s', (domain) => {
    expect(() => ntcliEndpoint({ domain })).toThrow('is not a host name');
  });

  test('with plain http for another host is refused', () => {
    expect(() => ntcliEndpoint({ domain: 'example.test', insecure: true })).toThrow('plain http');
  });

  test('of an older ntcli is mentioned while it holds live tokens', async () => {
    const world = worldWith({ env: emulator.environment });
    const workspaces = {
      a: { access_token: jwt({ exp: 4_102_444_800 }) },
      b: { access_token: jwt({ exp: 1 }) },
      c: { access_token: 'no-token' },
    };
    world.write('.nimbletools/workspaces.json', { workspaces });
    world.write('.ntcli/config.json', ntcliConfig(emulator));
    await world.open();
    expect(world.warnings).toEqual([
      expect.stringContaining(
        '.nimbletools/workspaces.json of an older ntcli still has a workspace token',
      ),
    ]);
  });

  test('is told by config show, without a secret', async () => {
    const world = worldWith();
    const path = world.write('.ntcli/config.json', ntcliConfig(emulator));
    const lines = await workspace.storedLogins(world.context);
    expect(lines).toEqual([
      { name: 'ntcli server', value: emulator.server.url, source: path },
      {
        name: 'ntcli login',
        value: expect.stringMatching(/^dev@example\.test, until 20/),
        source: path,
      },
      { name: 'ntcli workspace', value: `demo (${DEMO})`, source: path },
    ]);
    expect(JSON.stringify(lines)).not.toContain('eyJ');
  });
});

describe('the endpoint', () => {
  test.each([
    ['https://h.test', 'https://h.test'],
    ['https://h.test/', 'https://h.test'],
    ['https://h.test/v1/', 'https://h.test'],
    ['https://h.test/base/v1', 'https://h.test/base'],
  ])('%s is %s', (text, url) => expect(endpointFrom(text, 'it').url).toBe(url));

  test.each([
    'http://h.test',
    'ftp://h.test',
    'h.test',
    'https://u:p@h.test',
    'https://h.test/?a',
    'https://h.test//a',
  ])('%s is refused', (text) => {
    expect(() => endpointFrom(text, 'it')).toThrow(
      expect.objectContaining({ kind: 'usage' }) as Error,
    );
  });

  test('may carry /v1 and a slash in the environment', async () => {
    const env = { ...emulator.environment, WORKSPACE_API_URL: `${emulator.server.url}/v1/` };
    expect(await revokeOne(await worldWith({ env }).open(), OTHER)).toMatchObject({
      status: 'revoked',
    });
  });
});

describe('the workspace', () => {
  test.each([DEMO, DEMO.toUpperCase(), `demo-${DEMO}`, `ws-demo-${DEMO}`])(
    'is known by %s without a request',
    async (id) => {
      const world = worldWith({ env: { ...emulator.environment, WORKSPACE_ID: id } });
      expect((await world.open()).scope).toEqual({ workspace_id: DEMO });
      expect(emulator.server.requests).toEqual([]);
    },
  );

  test('is found by name at the server, and an option beats the environment', async () => {
    const world = worldWith({ env: emulator.environment });
    const revoker = await world.open({ workspace: 'staging' });
    expect(revoker.scope).toEqual({ workspace_id: STAGING });
    expect(emulator.server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/workspaces',
    ]);
    expect([...(revoker.reservedNames ?? [])].sort()).toEqual(['demo', 'staging']);
    expect(revoker.promptDetails[0]?.[1]).toBe(`staging (${STAGING}), from --workspace`);
  });

  test('that fits two is refused with their ids', async () => {
    const twin = emulator.addWorkspace({ name: 'demo' });
    const fault = await faultOf(
      worldWith({ env: emulator.environment }).open({ workspace: 'demo' }),
    );
    expect(fault).toMatchObject({ code: 'ambiguous_workspace', kind: 'usage' });
    expect(fault.message).toContain(DEMO);
    expect(fault.message).toContain(twin);
  });

  test('that fits none is refused', async () => {
    const fault = await faultOf(
      worldWith({ env: emulator.environment }).open({ workspace: 'nope' }),
    );
    expect(fault).toMatchObject({ code: 'workspace_not_found', kind: 'usage' });
    expect(fault.message).toBe('no workspace is called "nope"');
  });

  test.each(['../x', '..', 'a/b', 'a?b', ' ', 'wst_abc123def456'])(
    '%j is refused before anything is sent',
    async (text) => {
      const fault = await faultOf(
        worldWith({ env: emulator.environment }).open({ workspace: text }),
      );
      expect(fault).toMatchObject({ code: 'bad_workspace', kind: 'usage' });
      expect(fault.message).not.toContain('wst_');
      expect(emulator.server.requests).toEqual([]);
    },
  );

  test('a run without a workspace is a usage error', async () => {
    const env = { ...emulator.environment, WORKSPACE_ID: undefined };
    expect(await faultOf(worldWith({ env }).open())).toMatchObject({
      code: 'no_workspace',
      message: 'no workspace selected',
      kind: 'usage',
    });
  });

  test('of ntcli with an unsafe id is refused', async () => {
    const world = worldWith();
    const workspaces = { activeWorkspaceId: 'x', items: { x: { workspace_id: '../../x' } } };
    world.write('.ntcli/config.json', config({ workspaces }));
    expect(await faultOf(world.open())).toMatchObject({ code: 'bad_workspace' });
    expect(emulator.server.requests).toEqual([]);
  });
});
