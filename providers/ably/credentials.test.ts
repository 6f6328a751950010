import {
  createWorld,
  environmentOf,
  faultOf,
  revokeOne,
  type Given,
} from '../../test/support/ably.js';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';

const closing: (() => Promise<void>)[] = [];
let emulator: AblyEmulator;
beforeEach(async () => {
  emulator = await startAblyEmulator();
  closing.push(emulator.close);
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function worldOf(given: Given) {
  const world = await createWorld(given);
  closing.push(world.close);
  return world;
}

/** What opening with this environment and these options fails with, told without any secret. */
async function refusal(
  env: Record<string, string>,
  options: Record<string, unknown> = {},
  config?: string,
) {
  const world = await worldOf({ env, options });
  if (config !== undefined) await world.write('.ably/config', config);
  const fault = await faultOf(world.open());
  const said = `${fault.message} ${String(fault['hint'])} ${fault.stack ?? ''}`;
  const secrets = [
    emulator.environment['ABLY_ACCESS_TOKEN'] ?? '',
    ...Object.values(emulator.keyNames).map((name) => emulator.apiKey(name).split(':')[1] ?? ''),
  ];
  for (const secret of secrets) expect(said).not.toContain(secret);
  return fault;
}

const withKey = () => environmentOf(emulator);
const withToken = () =>
  environmentOf(emulator, 'ABLY_ACCESS_TOKEN', 'ABLY_CONTROL_URL', 'ABLY_ENDPOINT');
const withBoth = () => ({ ...withKey(), ...withToken() });
const posts = () => emulator.server.requests.filter(({ method }) => method === 'POST');

describe('an explicit key', () => {
  test('is all that is needed', async () => {
    const revoker = await (await worldOf({ env: withKey() })).open();
    expect(Object.fromEntries(revoker.promptDetails)).toEqual({
      App: 's57drg',
      Key: 's57drg.3bnE1Q',
      Endpoint: emulator.server.url,
      Login: 'ABLY_API_KEY',
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([
    'keyonly:secretsecret',
    's57drg.3bnE1Q',
    's57drg.3bnE1Q:',
    's57drg.3bnE1Q:se:cret-secret',
    's57drg.3b/nE1Q:secret-secret',
    '.3bnE1Q:secret-secret',
    's57drg.3bnE1Q:secret secret',
    's57drg..:secret-secret',
  ])('that is malformed is refused, never echoed: %s', async (key) => {
    const fault = await refusal({ ...withKey(), ABLY_API_KEY: key });
    expect(fault).toMatchObject({ code: 'bad_api_key', kind: 'usage' });
    expect(fault.message).toContain('ABLY_API_KEY');
    for (const part of key.split(/[.:]/).filter((one) => one.length > 2)) {
      expect(fault.message).not.toContain(part);
    }
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([['option'], ['environment']])('of another app than the %s names', async (where) => {
    const other = where === 'option' ? {} : { ABLY_APP_ID: 'kL9pQ2' };
    const options = where === 'option' ? { app: 'kL9pQ2' } : {};
    const fault = await refusal({ ...withKey(), ...other }, options);
    expect(fault).toMatchObject({ code: 'app_mismatch', kind: 'usage' });
    expect(fault.message).toContain(where === 'option' ? '--app' : 'ABLY_APP_ID');
    expect(emulator.server.requests).toEqual([]);
  });

  test('and a name: looked up where an access token is at hand', async () => {
    expect(await refusal(withBoth(), { app: 'Orders' })).toMatchObject({
      code: 'app_mismatch',
      kind: 'usage',
      hint: expect.stringContaining('Orders (kL9pQ2)'),
    });
    expect(await refusal(withKey(), { app: 'Chat' })).toMatchObject({
      code: 'app_mismatch',
      hint: expect.stringContaining('ABLY_ACCESS_TOKEN'),
    });
    const revoker = await (await worldOf({ env: withBoth(), options: { app: 'Chat' } })).open();
    expect(revoker.scope).toEqual({ app_id: 's57drg', key_name: 's57drg.3bnE1Q' });
    expect(posts()).toEqual([]);
  });

  test.each([
    ['Server', 's57drg.Qm8xTw', 'key_not_revocable', 'refused'],
    ['Old', 's57drg.Zr4oLd', 'credentials_unfit', 'credentials'],
  ])('that cannot revoke is told before anything is sent: %s', async (name, key, code, kind) => {
    const fault = await refusal({ ...withBoth(), ABLY_API_KEY: emulator.apiKey(key) });
    expect(fault).toMatchObject({ code, kind });
    expect(fault.message).toContain(`${name} (${key})`);
    expect(posts()).toEqual([]);
  });

  test.each([401, 500])('is used where the Control API answers %i', async (status) => {
    emulator.server.addFault({ kind: 'reply', match: / \/v1\//, reply: { status } });
    const world = await worldOf({ env: withBoth() });
    expect(await revokeOne(await world.open(), 'clientId:bob')).toMatchObject({
      status: 'revoked',
    });
    expect(world.warnings).toEqual([expect.stringContaining('could not be checked')]);
  });

  test('and a stored login: the stored one is not even read', async () => {
    const world = await worldOf({ env: withKey() });
    await world.write('.ably/config', 'this = is [ not TOML');
    expect((await world.open()).scope).toMatchObject({ key_name: 's57drg.3bnE1Q' });
  });

  test('its secret is masked by itself too', async () => {
    const world = await worldOf({ env: withKey() });
    await world.open();
    const key = emulator.apiKey('s57drg.3bnE1Q');
    expect(world.masked).toEqual(expect.arrayContaining([key, key.split(':')[1]]));
  });

  test('--key and --all-keys choose beyond it with an access token, else are refused', async () => {
    expect(await refusal(withKey(), { key: ['Qm8xTw'] })).toMatchObject({ kind: 'usage' });
    expect(await refusal(withKey(), { allKeys: true })).toMatchObject({ kind: 'usage' });
    for (const key of ['3bnE1Q', 's57drg.3bnE1Q']) {
      const same = await (await worldOf({ env: withKey(), options: { key: [key] } })).open();
      expect(same.scope['key_name']).toBe('s57drg.3bnE1Q');
    }
    emulator.addKey('s57drg', { id: 'second', name: 'Second', revocable: true });
    const revoker = await (await worldOf({ env: withBoth(), options: { allKeys: true } })).open();
    expect(revoker.laneNames).toEqual(['s57drg.3bnE1Q', 's57drg.second']);
  });
});

describe('keys of the Control API', () => {
  const open = async (options: Record<string, unknown>) =>
    (await worldOf({ env: withToken(), options })).open();

  test.each(['s57drg', 'Chat'])('the only one that can revoke is used: app %s', async (app) => {
    const revoker = await open({ app });
    expect(revoker.scope).toEqual({ app_id: 's57drg', key_name: 's57drg.3bnE1Q' });
    expect(Object.fromEntries(revoker.promptDetails)).toMatchObject({
      App: 'Chat (s57drg)',
      Login: 'the Control API, with ABLY_ACCESS_TOKEN',
    });
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
  });

  test('several are refused with names and ids', async () => {
    const fault = await refusal(withToken(), { app: 'Orders' });
    expect(fault).toMatchObject({ code: 'several_keys', kind: 'usage' });
    expect(fault.message).toContain('Web (kL9pQ2.aB12cD), Mobile (kL9pQ2.eF34gH)');
    expect(fault['hint']).toContain('--all-keys');
  });

  test.each([
    [['Web'], ['kL9pQ2.aB12cD']],
    [['eF34gH'], ['kL9pQ2.eF34gH']],
    [
      ['kL9pQ2.eF34gH', 'Web', 'aB12cD'],
      ['kL9pQ2.eF34gH', 'kL9pQ2.aB12cD'],
    ],
  ])('--key %j', async (key, names) => {
    const revoker = await open({ app: 'Orders', key });
    expect([revoker.scope['key_name']].flat()).toEqual(names);
    expect(revoker.laneNames).toEqual(names.length > 1 ? names : ['']);
  });

  test('--all-keys revokes by each, and each outcome has its own key', async () => {
    const revoker = await open({ app: 'Orders', allKeys: true });
    expect(revoker.laneNames).toEqual(['kL9pQ2.aB12cD', 'kL9pQ2.eF34gH']);
    for (const lane of revoker.laneNames) {
      const [verdict] = await revoker.revoke([{ id: 'clientId:bob' }], { lane });
      expect(verdict).toMatchObject({ status: 'revoked' });
      expect(emulator.isTargetAlive('clientId:bob', lane, emulator.now() - 1000)).toBe(false);
    }
    expect(emulator.rules.map(({ keyName }) => keyName)).toEqual(revoker.laneNames);
  });

  test('every key that the Control API lists is masked, whole and its secret alone', async () => {
    const world = await worldOf({ env: withToken(), options: { app: 'Chat' } });
    await world.open();
    const names = Object.values(emulator.keyNames).filter((name) => name.startsWith('s57drg.'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const key = emulator.apiKey(name);
      expect(world.masked).toEqual(expect.arrayContaining([key, key.split(':')[1]]));
    }
  });

  test('--all-keys tells which keys it leaves out', async () => {
    const world = await worldOf({ env: withToken(), options: { app: 'Chat', allKeys: true } });
    await world.open();
    expect(world.warnings).toEqual([
      expect.stringContaining('Server (s57drg.Qm8xTw), Old (s57drg.Zr4oLd)'),
    ]);
  });

  test('what fits nothing, or too much, is refused with what there is', async () => {
    emulator.addApp('Orders', 'twin01');
    emulator.addKey('s57drg', { id: 'root22', name: 'Root', revocable: true });
    const env = withToken();
    expect(await refusal(env, { app: 'Orders' })).toMatchObject({
      code: 'ambiguous',
      kind: 'usage',
      message: expect.stringContaining('kL9pQ2, twin01'),
    });
    expect(await refusal(env, { app: 'Nothing' })).toMatchObject({
      code: 'no_such_app',
      kind: 'usage',
      hint: expect.stringContaining('Chat (s57drg)'),
    });
    expect(await refusal(env, { app: 'Chat', key: ['Root'] })).toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('s57drg.3bnE1Q'),
    });
    expect(await refusal(env, { app: 'Chat', key: ['Nothing'] })).toMatchObject({
      code: 'no_such_key',
      hint: expect.stringContaining('Root (s57drg.3bnE1Q)'),
    });
    expect(await refusal(env)).toMatchObject({
      code: 'no_app',
      hint: expect.stringContaining('twin01'),
    });
    expect(await refusal(env, { app: 'twin01' })).toMatchObject({
      code: 'credentials_unfit',
      kind: 'credentials',
    });
    expect(await refusal(env, { app: 'Chat', key: ['x'], allKeys: true })).toMatchObject({
      kind: 'usage',
    });
    expect(posts()).toEqual([]);
  });

  test('a chosen key that cannot revoke is refused', async () => {
    const fault = await refusal(withToken(), { app: 'Chat', key: ['Server'] });
    expect(fault).toMatchObject({ code: 'key_not_revocable' });
  });

  test('a secret that is not shown has to be given', async () => {
    emulator.set({ hideKeys: true });
    expect(await refusal(withToken(), { app: 'Chat' })).toMatchObject({
      code: 'no_credentials',
      kind: 'credentials',
      hint: expect.stringContaining('ABLY_API_KEY'),
    });
  });

  test('an access token that is rejected, and answers that are none', async () => {
    const env = { ...withToken(), ABLY_ACCESS_TOKEN: 'not-the-access-token' };
    expect(await refusal(env, { app: 'Chat' })).toMatchObject({
      code: 'credentials_rejected',
      kind: 'credentials',
    });
    const reply = { status: 200, body: '<html>' };
    emulator.server.addFault({ kind: 'reply', match: /\/v1\/me/, reply });
    expect(await refusal(withToken(), { app: 'Chat' })).toMatchObject({
      code: 'control_api_failed',
      inDoubt: false,
      kind: 'refused',
    });
  });

  test.each(['http://control.example/v1', 'https://u:p@control.example/v1', 'control', 'ftp://x/'])(
    'ABLY_CONTROL_URL %s is refused',
    async (url) => {
      const fault = await refusal({ ...withToken(), ABLY_CONTROL_URL: url });
      expect(fault).toMatchObject({ kind: 'usage' });
      expect(emulator.server.requests).toEqual([]);
    },
  );
});

describe('the login of the Ably CLI', () => {
  const host = () => `127.0.0.1:${emulator.server.port}`;
  const controlUrl = () => ({ ABLY_CONTROL_URL: `${emulator.server.url}/v1` });

  function config({ withKeys = true, expires = Date.now() + 600_000, selected = 's57drg' } = {}) {
    const token = emulator.environment['ABLY_ACCESS_TOKEN'];
    return `
[current]
account = "default"

[accounts.default]
accountId = "VgQpOZ"
accountName = "Emulated"
authMethod = "oauth"
oauthSessionKey = "u@e.com::ably.com"
controlHost = "${host()}"
endpoint = "${emulator.server.url}"
currentAppId = "${selected}"
${
  withKeys
    ? `
[accounts.default.apps.s57drg]
apiKey = "${emulator.apiKey('s57drg.3bnE1Q')}"
appName = "Chat"
keyId = "s57drg.3bnE1Q"
keyName = "Root"

[accounts.default.apps.kL9pQ2]
apiKey = "${emulator.apiKey('kL9pQ2.aB12cD')}"
appName = "Orders"
keyId = "aB12cD"
keyName = "Web"
`
    : ''
}
[oauthSessions."u@e.com::ably.com"]
accessToken = "${token}"
accessTokenExpiresAt = ${expires}
refreshToken = "the-refresh-token"
`;
  }

  async function openWith(text: string, given: Given = {}) {
    const world = await worldOf(given);
    await world.write('.ably/config', text);
    return { world, revoker: await world.open() };
  }

  test('its selected app and key are used, at its endpoint', async () => {
    const { world, revoker } = await openWith(config(), { env: controlUrl() });
    expect(Object.fromEntries(revoker.promptDetails)).toEqual({
      App: 'Chat (s57drg)',
      Key: 's57drg.3bnE1Q',
      Endpoint: emulator.server.url,
      Login: `the Ably CLI's login "default" (${world.home}/.ably/config)`,
    });
    expect(emulator.server.requests.map(({ url }) => url)).toEqual(['/v1/apps/s57drg/keys']);
    expect(world.warnings).toEqual([]);
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    expect(world.masked).toEqual(
      expect.arrayContaining([
        emulator.apiKey('s57drg.3bnE1Q'),
        emulator.environment['ABLY_ACCESS_TOKEN'],
      ]),
    );
  });

  test('its key is used after its login has ended, and told when it cannot revoke', async () => {
    const ended = await openWith(config({ expires: Date.now() - 1000 }));
    expect(ended.revoker.scope).toMatchObject({ key_name: 's57drg.3bnE1Q' });
    expect(emulator.server.requests).toEqual([]);
    emulator.key('s57drg.3bnE1Q').revocableSince = undefined;
    const fault = await refusal(controlUrl(), {}, config());
    expect(fault).toMatchObject({ code: 'key_not_revocable' });
    expect(posts()).toEqual([]);
  });

  test.each([
    'https://control.ably.net',
    'control.ably.net/x',
    'a@control.ably.net',
    'a b',
    '\\u0007',
  ])('a controlHost that is more than a host is refused, and nothing is sent: %s', async (text) => {
    const fault = await refusal({}, {}, config().replace(host(), text));
    expect(fault).toMatchObject({ kind: 'usage' });
    expect(fault.message).toContain('controlHost');
    expect(emulator.server.requests).toEqual([]);
  });

  test('ABLY_CLI_CONFIG_DIR says where it is', async () => {
    const world = await worldOf({});
    await world.write('other/config', config());
    const moved = await worldOf({ env: { ABLY_CLI_CONFIG_DIR: `${world.home}/other` } });
    expect((await moved.open()).scope).toMatchObject({ key_name: 's57drg.3bnE1Q' });
  });

  test.each(['kL9pQ2', 'Orders'])('--app %s', async (app) => {
    const env = controlUrl();
    const { revoker } = await openWith(config(), { env, options: { app, key: ['Web'] } });
    expect(revoker.scope).toEqual({ app_id: 'kL9pQ2', key_name: 'kL9pQ2.aB12cD' });
  });

  test('names are read from it where nobody can be asked', async () => {
    const text = config({ expires: Date.now() - 1000 });
    const { revoker } = await openWith(text, { options: { app: 'Orders' } });
    expect(revoker.scope).toEqual({ app_id: 'kL9pQ2', key_name: 'kL9pQ2.aB12cD' });
    expect(emulator.server.requests).toEqual([]);
  });

  test('without a key, its access token finds one', async () => {
    const { revoker } = await openWith(config({ withKeys: false }), { env: controlUrl() });
    expect(revoker.scope).toEqual({ app_id: 's57drg', key_name: 's57drg.3bnE1Q' });
  });

  test('a key that its selection is not', async () => {
    emulator.addKey('s57drg', { id: 'second', name: 'Second', revocable: true });
    const given = { env: controlUrl(), options: { key: ['Second'] } };
    const { revoker } = await openWith(config(), given);
    expect(revoker.scope['key_name']).toBe('s57drg.second');
  });

  test.each([-1000, 30_000])('an expired login says ably login (its end: %i ms)', async (left) => {
    const text = config({ withKeys: false, expires: Date.now() + left });
    const fault = await refusal(controlUrl(), {}, text);
    expect(fault).toMatchObject({
      code: 'credentials_expired',
      kind: 'credentials',
      hint: expect.stringContaining('ably login'),
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test('explicit beats stored: key, then access token', async () => {
    const other = emulator.apiKey('kL9pQ2.eF34gH');
    const endpoint = { ABLY_ENDPOINT: emulator.server.url };
    const byKey = await openWith(config(), { env: { ...endpoint, ABLY_API_KEY: other } });
    expect(byKey.revoker.scope['key_name']).toBe('kL9pQ2.eF34gH');
    const byToken = await openWith(config({ selected: 'kL9pQ2' }), {
      env: withToken(),
      options: { key: ['Mobile'] },
    });
    expect(byToken.revoker.scope['key_name']).toBe('kL9pQ2.eF34gH');
  });

  test('it goes only to the host that it was stored for', async () => {
    const elsewhere = { ABLY_ENDPOINT: 'https://elsewhere.example' };
    expect(await refusal(elsewhere, {}, config())).toMatchObject({
      code: 'no_credentials',
      kind: 'credentials',
      message: expect.stringContaining('ABLY_ENDPOINT'),
    });
    const control = { ABLY_CONTROL_URL: 'https://elsewhere.example/v1' };
    expect(await refusal(control, {}, config({ withKeys: false }))).toMatchObject({
      code: 'no_credentials',
      kind: 'credentials',
      message: expect.stringContaining('ABLY_CONTROL_URL'),
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([
    ['no TOML', 'apiKey = "s57drg.3bnE1Q:hidden-secret\n[[', ': line 1, column 38'],
    ['another shape', 'current = "hidden-secret"', ': /current must be object'],
  ])('a config that does not parse is left alone, and told where: %s', async (_case, text, why) => {
    const fault = await refusal({}, {}, text);
    expect(fault).toMatchObject({ code: 'bad_login', kind: 'usage' });
    expect(fault.message).toContain(why);
    expect(`${fault.message}${String(fault['hint'])}${String(fault.cause)}`).not.toContain(
      'hidden',
    );
  });

  test('what it holds is told for config show, without a secret', async () => {
    const world = await worldOf({});
    const path = await world.write('.ably/config', config());
    const { default: ably } = await import('./index.js');
    expect(await ably.storedLogins(world.context)).toEqual([
      { name: 'account', value: 'Emulated (default)', source: path },
      { name: 'app', value: 'Chat (s57drg)', source: path },
      { name: 'key', value: 's57drg.3bnE1Q', source: path },
      { name: 'endpoint', value: emulator.server.url, source: path },
      { name: 'access token', value: `for http://${host()}/api/v1`, source: path },
    ]);
    expect(await ably.storedLogins((await worldOf({})).context)).toEqual([]);
  });
});

describe('nothing to log in with', () => {
  test.each([
    ['no credentials', {}, undefined],
    ['an app alone', { ABLY_APP_ID: 's57drg' }, undefined],
    ['an empty login', {}, ''],
    ['a login that is logged out', {}, '[current]\naccount = "gone"\n'],
    ['a login without anything', {}, '[current]\naccount = "a"\n[accounts.a]\naccountId = "x"\n'],
  ])('%s', async (_case, env, config) => {
    const fault = await refusal(env as Record<string, string>, {}, config);
    expect(fault).toMatchObject({
      code: 'no_credentials',
      kind: 'credentials',
      hint: expect.stringContaining('ABLY_API_KEY'),
    });
  });

  test('ABLY_TOKEN is of no use', async () => {
    const fault = await refusal({ ABLY_TOKEN: 's57drg.secret-token' });
    expect(fault).toMatchObject({ code: 'no_credentials', kind: 'credentials' });
    expect(fault.message).toContain('ABLY_TOKEN');
    expect(fault.message).not.toContain('secret-token');
  });
});
