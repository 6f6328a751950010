import {
  createWorld,
  DEMO,
  faultOf,
  ntcliConfig,
  revokeOne,
  type World,
} from '../../test/support/workspace.js';
import type { Reply, SeenState } from '../../src/contract/index.js';
import workspace from './index.js';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from './emulator.js';

const CURRENT = 'jti_abc123def456';
const OTHER = 'jti_old789xyz012';
const REVOKE = /tokens\/./;

let emulator: WorkspaceEmulator;
let world: World;
let opened: { close(): Promise<void> }[] = [];

async function start(options: WorkspaceEmulatorOptions = {}, env: Record<string, string> = {}) {
  emulator = await startWorkspaceEmulator(options);
  world = createWorld({ env: { ...emulator.environment, ...env } });
  opened = [world, emulator];
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe('what the contracts answer', () => {
  test.each(['openapi', 'models', 'docs'] as const)('%s confirms by name', async (contract) => {
    await start({ contract });
    const verdict = await revokeOne(await world.open(), OTHER);
    expect(verdict).toEqual({
      target: OTHER,
      status: 'revoked',
      jti: OTHER,
      workspace_id: DEMO,
      revoked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string,
    });
    expect(Object.keys(verdict)).toEqual(['target', 'status', 'jti', 'workspace_id', 'revoked_at']);
    expect(emulator.isAlive(OTHER)).toBe(false);
    expect(emulator.server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE /v1/workspaces/${DEMO}/tokens/${OTHER}`,
    ]);
  });

  test('legacy: a message confirms nothing, so it is accepted', async () => {
    await start({ contract: 'legacy' }, { WORKSPACE_LEGACY_REVOKE: '1' });
    expect(await revokeOne(await world.open(), OTHER)).toEqual({
      target: OTHER,
      status: 'accepted',
      jti: OTHER,
      workspace_id: DEMO,
    });
    expect(emulator.isAlive(OTHER)).toBe(false);
    expect(emulator.server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST /v1/workspaces/${DEMO}/tokens/${OTHER}/revoke`,
    ]);
  });

  test.each([404, 405] as const)(
    'legacy without its setting is no token API (%d)',
    async (status) => {
      await start({ contract: 'legacy', legacyDelete: status });
      const revoker = await world.open();
      const fault = await faultOf(revoker.revoke([{ id: OTHER }], {}));
      expect(fault).toMatchObject({
        code: 'no_token_api',
        affects: 'run',
        inDoubt: false,
        kind: 'refused',
      });
      expect(emulator.isAlive(OTHER)).toBe(true);
    },
  );

  test('the open-source edition has no token API', async () => {
    await start({ tokenApi: false });
    const fault = await faultOf((await world.open()).revoke([{ id: OTHER }], {}));
    expect(fault.message).toBe('this server has no token API (it answered 404)');
  });

  test.each([409, 410] as const)('a second revocation answered with %d', async (alreadyRevoked) => {
    await start({ alreadyRevoked });
    const revoker = await world.open();
    await revokeOne(revoker, OTHER);
    expect(await revokeOne(revoker, OTHER)).toEqual({
      target: OTHER,
      status: 'already_revoked',
      jti: OTHER,
      workspace_id: DEMO,
    });
  });

  const already = (message: string, code?: string): Reply => ({
    status: 409,
    body: code === undefined ? { detail: message } : { error: { code, message } },
  });
  test.each<[string, Reply]>([
    ['with its JTI', already(`Token '${OTHER}' is already revoked`)],
    ['by its code', already('It was ended on Monday.', 'TOKEN_ALREADY_REVOKED')],
    ['with 410', { ...already('Token is already revoked.'), status: 410 }],
  ])('already revoked counts %s', async (_name, reply) => {
    await start();
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reply', reply, match: REVOKE });
    expect(await revokeOne(revoker, OTHER)).toMatchObject({ status: 'already_revoked' });
  });

  test.each<[string, Reply]>([
    ['with 400', { ...already('Token is already revoked'), status: 400 }],
    ['with 422', { ...already('Token is already revoked'), status: 422 }],
    ['of another token', already(`Token ${CURRENT} is already revoked`)],
    ['of another token, by its code', already(`${CURRENT} is revoked`, 'ALREADY_REVOKED')],
    ['with a "not"', already('Token is not already revoked')],
    ['with a "not", by its code', already('the token is not revoked', 'ALREADY_REVOKED')],
    ['in a longer sentence', already('Unless the token is already revoked, wait for a minute')],
    ['of a key', already('API key is already revoked')],
    ['in a code of another kind', already('no', 'WORKSPACE_ALREADY_REVOKED')],
  ])('already revoked does not count %s', async (_name, reply) => {
    await start();
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reply', reply, match: REVOKE });
    expect(await revokeOne(revoker, OTHER)).toMatchObject({ status: 'failed' });
    expect(emulator.isAlive(OTHER)).toBe(true);
  });

  test('already revoked after an own try without an answer is no word on what it was before', async () => {
    await start();
    await world.close();
    world = createWorld({ env: emulator.environment, retries: 1 });
    opened = [world, emulator];
    emulator.server.addFault({ kind: 'reset', after: true, match: REVOKE });
    expect(await revokeOne(await world.open(), OTHER)).toMatchObject({ status: 'revoked' });
    const [again] = await (
      await world.open()
    ).revoke([{ id: OTHER }], { firstTriedAt: Date.now() });
    expect(again).toMatchObject({ status: 'revoked' });
    expect(await revokeOne(await world.open(), OTHER)).toMatchObject({ status: 'already_revoked' });
  });

  test('503 and then 400 may have taken effect: unknown', async () => {
    await start();
    await world.close();
    world = createWorld({ env: emulator.environment, retries: 1 });
    opened = [world, emulator];
    const revoker = await world.open();
    const refused = { status: 400, body: { detail: 'bad' } };
    emulator.server.addFault({ kind: 'lie', reply: { status: 503 }, match: REVOKE });
    emulator.server.addFault({ kind: 'reply', reply: refused, match: REVOKE });
    expect(await revokeOne(revoker, OTHER)).toMatchObject({
      status: 'unknown',
      error: { message: expect.stringContaining('an earlier try got no answer') as string },
    });
    expect(emulator.isAlive(OTHER)).toBe(false);
  });

  test('an unknown token is not found, and the workspace asked is named', async () => {
    await start();
    const verdict = await revokeOne(await world.open({ workspace: 'demo' }), 'jti_nope');
    expect(verdict).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    expect(verdict.error?.message).toContain(
      `Token with JTI 'jti_nope' not found in workspace demo (${DEMO})`,
    );
  });

  test('an unknown workspace ends the run', async () => {
    await start({}, { WORKSPACE_ID: '00000000-0000-4000-8000-000000000000' });
    const fault = await faultOf((await world.open()).revoke([{ id: OTHER }], {}));
    expect(fault).toMatchObject({ code: 'workspace_not_found', affects: 'run', inDoubt: false });
  });

  test.each([
    [401, 'credentials_rejected', 'run'],
    [403, 'forbidden', 'target'],
  ])('%d is a matter of credentials', async (status, code, affects) => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply: { status, body: { detail: 'no' } } });
    const fault = await faultOf((await world.open()).revoke([{ id: OTHER }], {}));
    expect(fault).toMatchObject({ code, kind: 'credentials', affects });
  });
});

describe('lies', () => {
  const lies: [string, Reply][] = [
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>ok</html>' }],
    ['an empty 204', { status: 204 }],
    ['an empty 200', { status: 200, body: '' }],
    ['text', { status: 200, body: 'OK whatever' }],
    ['null', { status: 200, body: 'null' }],
    ['an array', { status: 200, body: [{ jti: OTHER, status: 'revoked' }] }],
    ['a message', { status: 200, body: { message: `Token ${OTHER} revoked successfully` } }],
    [
      'another JTI',
      { status: 200, body: { token_jti: CURRENT, status: 'revoked', revoked_at: 1e9 } },
    ],
    ['two JTIs', { status: 200, body: { token_jti: OTHER, jti: CURRENT, status: 'revoked' } }],
    [
      'another workspace',
      { status: 200, body: { jti: OTHER, status: 'revoked', workspace_id: 'x' } },
    ],
    ['failed', { status: 200, body: { token_jti: OTHER, status: 'failed', revoked_at: 1e9 } }],
    ['failed, alone', { status: 200, body: { status: 'failed' } }],
    ['pending', { status: 202, body: { jti: OTHER, status: 'pending' } }],
    ['only the name', { status: 200, body: { jti: OTHER } }],
    ['no time', { status: 200, body: { jti: OTHER, status: 'revoked', revoked_at: 'soon' } }],
    ['a 201', { status: 201, body: { jti: OTHER, status: 'revoked' } }],
    ['a 202', { status: 202, body: { jti: OTHER, status: 'revoked' } }],
    ['a redirect', { status: 302, body: { jti: OTHER, status: 'revoked' } }],
    ['an error beside it', { status: 200, body: { jti: OTHER, status: 'revoked', error: 'no' } }],
    ['success: false', { status: 200, body: { jti: OTHER, status: 'revoked', success: false } }],
    ['active: true', { status: 200, body: { jti: OTHER, status: 'revoked', active: true } }],
    [
      'a key twice',
      { status: 200, body: `{"jti":"${OTHER}","status":"active","status":"revoked"}` },
    ],
    ['a date to come', { status: 200, body: { jti: OTHER, revoked_at: Date.now() + 3_600_000 } }],
    [
      'revoked in the year 2500',
      { status: 200, body: { jti: OTHER, status: 'revoked', revoked_at: '2500-01-01T00:00:00Z' } },
    ],
    ['numbers', { status: 200, body: { jti: 7, status: 'revoked' } }],
  ];

  test.each(lies)('%s is unknown', async (_name, reply) => {
    await start();
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reply', reply, match: REVOKE });
    const verdict = await revokeOne(revoker, OTHER);
    expect(verdict.status).toBe('unknown');
    expect(emulator.isAlive(OTHER)).toBe(true);
  });

  test.each(['failed to revoke', 'could not be revoked: error', 'OK', 'unrevoked'])(
    'a legacy message that says %j is unknown',
    async (message) => {
      await start({ contract: 'legacy' }, { WORKSPACE_LEGACY_REVOKE: 'true' });
      emulator.server.addFault({ kind: 'reply', reply: { status: 200, body: { message } } });
      expect((await revokeOne(await world.open(), OTHER)).status).toBe('unknown');
    },
  );

  test.each(['truncate', 'reset'] as const)('%s is unknown', async (kind) => {
    await start();
    const revoker = await world.open();
    emulator.server.addFault(kind === 'reset' ? { kind, after: true } : { kind });
    expect(await revokeOne(revoker, OTHER)).toMatchObject({
      status: 'unknown',
      error: { code: 'no_answer' },
    });
  });

  test('an answer of another shape with the documented words counts', async () => {
    await start();
    const body = { jti: OTHER, status: 'already_revoked', revoked_at: '2024-08-07 12:30:00+0200' };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body } });
    expect(await revokeOne(await world.open(), OTHER)).toMatchObject({
      status: 'already_revoked',
      revoked_at: '2024-08-07T10:30:00Z',
    });
  });
});

describe('what may be a JTI', () => {
  const jwt = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"jti":"x"}').toString('base64url')}.c2lnbmF0dXJl`;

  test.each(['jti_abc', 'abc343a5-604c-4b1e-9d27-5f0a8e6c7b31', '-rf', '--force', 'a.b~c', '_'])(
    'takes %s',
    (text) => expect(workspace.target.parse(text)).toEqual({ id: text }),
  );

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a?b',
    'a#b',
    '%2e%2e',
    'a b',
    'a\nb',
    '\u001b[2J',
    'é',
    '~a',
  ])('refuses %j', (text) => {
    expect(() => workspace.target.parse(text)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'bad_target' }) as Error,
    );
  });

  test('refuses one that is too long', () => {
    expect(workspace.target.parse('a'.repeat(256)).id).toHaveLength(256);
    expect(() => workspace.target.parse('a'.repeat(257))).toThrow('is not a JTI');
  });

  test('shows a short bad one, with nothing a terminal would act on', () => {
    expect(() => workspace.target.parse('../x')).toThrow('"../x" is not a JTI');
    expect(() => workspace.target.parse('a\u001bb')).toThrow('"a\\u001bb" is not a JTI');
  });

  test.each([
    jwt,
    'wst_abc123def456',
    `Bearer ${jwt}`,
    'eyJhbGciOi.eyJzdWIi',
    'nb_live_0123456789',
  ])('refuses the token %s unseen', (text) => {
    const parse = () => workspace.target.parse(text);
    expect(parse).toThrow(expect.objectContaining({ code: 'credential_as_target' }) as Error);
    expect(parse).not.toThrow(text.slice(0, 8));
  });

  test('does not show what may be a secret of another kind', () => {
    const key = 'appid1.keyid2:s3cr3t-s3cr3t';
    expect(() => workspace.target.parse(key)).toThrow('(not shown');
    expect(() => workspace.target.parse(key)).not.toThrow('s3cr3t');
  });
});

describe('paths', () => {
  test.each(['..', '../../x', '.', 'a/b', 'a?b', '%2e%2e'])(
    'never leaves its route for the id %s',
    async (id) => {
      await start();
      const revoker = await world.open();
      const before = emulator.snapshot();
      await revoker.revoke([{ id }], {}).catch(() => undefined);
      const paths = emulator.server.requests.map(({ url }) => url);
      expect(paths.every((url) => url.split('/').length === 6 && !/\/\.{1,2}$/.test(url))).toBe(
        true,
      );
      expect(emulator.snapshot()).toEqual(before);
    },
  );
});

describe('the current token', () => {
  test('is the one that ntcli has stored: warned about, and followed by the next command', async () => {
    await start();
    world.write('.ntcli/config.json', ntcliConfig(emulator));
    const revoker = await world.open();
    expect(world.warnings).toEqual([]);
    expect(revoker.consequences([{ id: CURRENT }], 1)).toEqual([
      'It is your current token.',
      `Token ${CURRENT} will be permanently revoked.`,
      'This action cannot be undone.',
      '',
    ]);
    expect(revoker.consequences([{ id: OTHER }, { id: 'x' }], 2)).toEqual([
      '2 tokens will be permanently revoked.',
      'This action cannot be undone.',
      '',
    ]);
    expect(revoker.consequences([{ id: OTHER }], 9)[0]).toContain('may be among the rest');
    const at = '2026-01-01T00:00:00.000Z';
    const outcome = { provider: 'workspace', target: CURRENT, status: 'revoked' as const, at };
    expect(revoker.nextStep?.(outcome)).toBe(
      'You revoked your current token. For a new one: revoke workspace refresh',
    );
    expect(revoker.nextStep?.({ ...outcome, target: OTHER })).toBeUndefined();
    expect(revoker.nextStep?.({ ...outcome, status: 'failed' })).toBeUndefined();
    expect([...(revoker.reservedNames ?? [])]).toEqual(['demo']);
  });

  test('has the JTI of its own claim, whatever stands beside it', async () => {
    await start();
    world.write('.ntcli/config.json', ntcliConfig(emulator, { jti: 'jti_stale' }));
    const revoker = await world.open();
    expect(world.warnings).toEqual([expect.stringContaining(`the token's own is ${CURRENT}`)]);
    expect(revoker.consequences([{ id: CURRENT }], 1)[0]).toBe('It is your current token.');
  });

  test('is told once when none is known', async () => {
    await start();
    const revoker = await world.open();
    expect(world.warnings).toEqual(['no current token is known on this machine']);
    expect(revoker.consequences([{ id: OTHER }], 1)).toEqual([
      `Token ${OTHER} will be permanently revoked.`,
      'This action cannot be undone.',
      '',
    ]);
  });
});

describe('the check', () => {
  test('sees active, dead and absent with one list', async () => {
    await start();
    const revoker = await world.open();
    const ids = [OTHER, 'jti_dead567stu890', 'jti_gone901pqr234', 'jti_nope', 'jti_ever123vwx456'];
    const seen = await revoker.states(ids.map((id) => ({ id })));
    const expected: SeenState[] = ['active', 'dead', 'dead', 'absent', 'active'];
    expect(seen).toEqual(expected);
    expect(emulator.server.requests).toHaveLength(1);
  });

  test('knows nothing when the list fails, or shows less than it counts', async () => {
    await start();
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reply', reply: { status: 500 } });
    expect(await revoker.states([{ id: OTHER }])).toEqual(['unknown']);
    const body = { tokens: [{ jti: CURRENT }], count: 2 };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body } });
    expect(await revoker.states([{ id: OTHER }, { id: CURRENT }])).toEqual(['unknown', 'active']);
  });

  test.each<[string, object, Record<string, string>]>([
    ['has_more', { has_more: true }, {}],
    ['next', { next: '/v1/workspaces/w/tokens?page=2' }, {}],
    ['a next cursor', { next_cursor: 'abc' }, {}],
    ['a total', { total: 2 }, {}],
    ['a total in words', { total_count: '2' }, {}],
    ['links', { links: { next: 'https://x.example/2' } }, {}],
    ['pagination', { pagination: { has_more: true } }, {}],
    ['a link header', {}, { link: '<https://x.example/2>; rel="next"' }],
    ['a header with the total', {}, { 'x-total-count': '2' }],
  ])(
    'knows nothing of what is not in a list that says it is not whole: %s',
    async (_, more, headers) => {
      await start();
      const revoker = await world.open();
      const body = { tokens: [{ jti: CURRENT }], ...more };
      const reply = { status: 200, body, headers };
      emulator.server.addFault({ kind: 'reply', reply });
      expect(await revoker.states([{ id: OTHER }, { id: CURRENT }])).toEqual(['unknown', 'active']);
    },
  );

  test('takes a list for whole that says so', async () => {
    await start();
    const revoker = await world.open();
    const body = { tokens: [{ jti: CURRENT }], count: 1, total: 1, has_more: false, next: null };
    const headers = { link: '<https://x.example/0>; rel="prev"', 'x-total-count': '1' };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body, headers } });
    expect(await revoker.states([{ id: OTHER }])).toEqual(['absent']);
  });

  const past = '2024-01-01T00:00:00Z';
  const future = '2500-01-01T00:00:00Z';
  test.each<[string, readonly object[], SeenState]>([
    ['revoked and active', [{ status: 'revoked' }, { status: 'active' }], 'unknown'],
    ['expired and active', [{ status: 'active' }, { expires_at: past }], 'unknown'],
    ['twice the same', [{ status: 'revoked' }, { status: 'revoked', revoked_at: past }], 'dead'],
    ['active, with the date of its end', [{ status: 'active', revoked_at: past }], 'unknown'],
    ['active, and to be revoked', [{ status: 'active', revoked_at: future }], 'unknown'],
    ['revoked, and to be revoked', [{ status: 'revoked', revoked_at: future }], 'unknown'],
    ['a date to come without a status', [{ revoked_at: future }], 'active'],
    ['a date without a status', [{ revoked_at: past }], 'dead'],
  ])('reads %s for what it proves', async (_name, entries, state) => {
    await start();
    const revoker = await world.open();
    const tokens = entries.map((entry) => ({ jti: OTHER, ...entry }));
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body: { tokens } } });
    expect(await revoker.states([{ id: OTHER }])).toEqual([state]);
  });

  test('knows nothing of a list with a key twice', async () => {
    await start();
    const revoker = await world.open();
    const body = `{"tokens":[{"jti":"${OTHER}","status":"active","status":"revoked"}]}`;
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body } });
    expect(await revoker.states([{ id: OTHER }])).toEqual(['unknown']);
  });

  test("judges an expiry by the server's clock, tells it, and says that it is far from ours", async () => {
    await start();
    const revoker = await world.open();
    const at = Math.floor(Date.now() / 1000) * 1000 + 2 * 3_600_000;
    const headers = { date: new Date(at).toUTCString() };
    const tokens = [
      { jti: OTHER, status: 'active', expires_at: new Date(at - 1000).toISOString() },
    ];
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, headers, body: { tokens } } });
    expect(await revoker.check?.check([{ id: OTHER }], { http: world.context.http })).toEqual([
      { state: 'inactive', said: 'expired', serverTime: at },
    ]);
    expect(world.warnings).toContainEqual(
      expect.stringContaining('the clock of the workspace service is 2 hours ahead'),
    );
  });
});

test('says what it is in the documented words', () => {
  const say = (status: 'revoked' | 'already_revoked' | 'planned' | 'failed') =>
    workspace.formatOutcome({ target: OTHER, status, provider: 'workspace', at: '' });
  expect(say('revoked')).toBe(`Token ${OTHER} revoked successfully.`);
  expect(say('already_revoked')).toBe(`Token ${OTHER} is already revoked.`);
  expect(say('planned')).toBe(`Token ${OTHER} would be revoked.`);
  expect(say('failed')).toBeUndefined();
});
