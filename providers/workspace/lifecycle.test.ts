import {
  createWorld,
  DEMO,
  faultOf,
  ntcliConfig,
  type World,
} from '../../test/support/workspace.js';
import type { Report, Table } from '../../src/contract/index.js';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from './emulator.js';
import { rfc3339 } from '../../src/contract/index.js';
import { timeMs } from './tokens.js';

const CURRENT = 'jti_abc123def456';
const POST = /^POST /;

let emulator: WorkspaceEmulator;
let world: World;
let opened: { close(): Promise<void> }[] = [];

async function start(options: WorkspaceEmulatorOptions = {}, current = true) {
  emulator = await startWorkspaceEmulator(options);
  world = createWorld({ env: emulator.environment });
  if (current) world.write('.ntcli/config.json', ntcliConfig(emulator));
  opened = [world, emulator];
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Listed {
  readonly tokens: readonly Record<string, unknown>[];
  readonly total_active: number;
  readonly current_token_jti: string | null;
}

const listed = (report: Report) => report.json as Listed;
const jtis = () =>
  emulator
    .snapshot()
    .tokens.filter(({ status }) => status === 'active')
    .map(({ jti }) => jti);

describe('times', () => {
  test.each([
    [1_723_026_600, '2024-08-07T10:30:00Z'],
    [1_723_026_600_123, '2024-08-07T10:30:00.123Z'],
    ['1723026600', '2024-08-07T10:30:00Z'],
    ['2024-08-07T10:30:00Z', '2024-08-07T10:30:00Z'],
    ['2024-08-07T10:30:00+00:00', '2024-08-07T10:30:00Z'],
    ['2024-08-07T12:30:00.123456+02:00', '2024-08-07T10:30:00.123Z'],
    ['2024-08-07 10:30:00', '2024-08-07T10:30:00Z'],
  ])('%j', (value, text) => expect(rfc3339(timeMs(value) ?? 0)).toBe(text));

  test.each([null, undefined, '', 'soon', 0, -1, NaN, 1e30, '2024-13-01T00:00:00Z', {}, true])(
    '%j is none',
    (value) => expect(timeMs(value)).toBeUndefined(),
  );
});

describe('list', () => {
  test.each(['legacy', 'openapi', 'models', 'docs'] as const)('reads %s', async (contract) => {
    await start({ contract });
    const { tokens, total_active, current_token_jti } = listed(await world.act('list'));
    expect(tokens.map(({ jti }) => jti)).toEqual([
      CURRENT,
      'jti_old789xyz012',
      'jti_live345mno678',
      'abc343a5-604c-4b1e-9d27-5f0a8e6c7b31',
      'jti_ever123vwx456',
    ]);
    expect(Object.keys(tokens[0] ?? {})).toEqual([
      'jti',
      'created_at',
      'expires_at',
      'is_current',
      'status',
    ]);
    expect(tokens.filter(({ is_current }) => is_current).map(({ jti }) => jti)).toEqual([CURRENT]);
    expect(tokens[0]?.['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(total_active).toBe(5);
    expect(current_token_jti).toBe(CURRENT);
  });

  test.each(['seconds', 'milliseconds', 'iso'] as const)('reads times as %s', async (times) => {
    await start({ times });
    const [first] = listed(await world.act('list')).tokens;
    expect(
      Math.abs(Date.parse(String(first?.['created_at'])) - (Date.now() - 30 * 86_400_000)),
    ).toBeLessThan(60_000);
  });

  test('list shows the table of tokens that is documented', async () => {
    await start({ contract: 'models' });
    const { text } = await world.act('list', { showExpired: true });
    const { head, rows } = text[0] as Table;
    expect(head).toEqual(['JTI', 'Created', 'Expires', 'Current', 'Status']);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string;
    expect(rows).toContainEqual([CURRENT, time, time, '✓', 'Active']);
    expect(rows).toContainEqual(['jti_gone901pqr234', time, time, '', 'Expired']);
    expect(rows).toContainEqual(['jti_dead567stu890', time, time, '', 'Revoked']);
    expect(rows).toContainEqual(['jti_ever123vwx456', time, 'Never', '', 'Active']);
    expect(rows).toHaveLength(7);
  });

  test.each([
    [{ olderThan: '60d' }, ['jti_old789xyz012']],
    [{ olderThan: '90d' }, ['jti_old789xyz012']],
    [{ olderThan: '91d' }, []],
    [{ createdBefore: new Date(Date.now() - 60 * 86_400_000).toISOString() }, ['jti_old789xyz012']],
    [{ createdBefore: '2020-01-31' }, []],
    [{ expiresBefore: '1d' }, []],
    [{ expiresBefore: '2020-01-31', showExpired: true }, []],
    [{ expiresBefore: '0s', showExpired: true }, ['jti_gone901pqr234']],
    [{ olderThan: '60d', expiresBefore: '1d' }, []],
  ])('list with %j shows %j', async (options, expected) => {
    await start({});
    const { tokens } = listed(await world.act('list', options));
    expect(tokens.map(({ jti }) => jti)).toEqual(expected);
  });

  test('list by a time that the server does not tell leaves the tokens out, and says so', async () => {
    await start({ contract: 'openapi' });
    const { tokens } = listed(await world.act('list', { expiresBefore: '3650d' }));
    expect(tokens).toEqual([]);
    expect(world.warnings.join()).toContain('the server does not show their times: 5');
  });

  test.each([
    [{ olderThan: '90' }, '--older-than'],
    [{ createdBefore: 'last week' }, '--created-before'],
    [{ expiresBefore: '2026-13-01' }, '--expires-before'],
  ])('list with %j is refused before anything is asked', async (options, flag) => {
    await start({});
    expect(await faultOf(world.act('list', options))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(flag) as string,
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test('shows an end that is not told as unknown, never as Never', async () => {
    await start({ contract: 'openapi' });
    const { text, json } = await world.act('list');
    expect((text[0] as Table).rows.map((row) => row[2])).toEqual(['-', '-', '-', '-', '-']);
    expect((json as Listed).tokens[0]?.['expires_at']).toBeNull();
    expect((text[0] as Table).head).toEqual(['JTI', 'Created', 'Expires', 'Current']);
  });

  test.each([
    ['HTML', { status: 200, body: '<html>' }, 'unexpected_answer', 'refused'],
    [
      'another shape',
      { status: 200, body: { tokens: [{ id: 1 }] } },
      'unexpected_answer',
      'refused',
    ],
    ['500', { status: 500 }, 'server_error', 'refused'],
    [
      '401',
      { status: 401, body: { detail: 'Authentication required' } },
      'credentials_rejected',
      'credentials',
    ],
    ['no route', { status: 404, body: { detail: 'Not Found' } }, 'no_token_api', 'refused'],
  ])('fails on %s', async (_name, reply, code, kind) => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply });
    expect(await faultOf(world.act('list'))).toMatchObject({ code, kind });
  });
});

describe('create', () => {
  test.each(['legacy', 'openapi', 'models', 'docs'] as const)(
    'prints what %s makes',
    async (contract) => {
      await start({ contract });
      const before = jtis();
      const report = await world.act('create', { expiresIn: '30d' });
      const json = report.json as { token: string; jti: string; expires_at: string };
      expect(Object.keys(json)).toEqual(['token', 'jti', 'expires_at']);
      expect(jtis().filter((jti) => !before.includes(jti))).toEqual([json.jti]);
      expect(emulator.isAlive(json.token)).toBe(true);
      expect(Math.abs(Date.parse(json.expires_at) - Date.now() - 30 * 86_400_000)).toBeLessThan(
        60_000,
      );
      expect(report.text).toEqual([
        `New token created: ${json.token}`,
        `Token JTI: ${json.jti}`,
        `Expires: ${json.expires_at}`,
      ]);
      expect(report.secretToPrint).toBe(json.token);
      expect(world.masked).toContain(json.token);
      expect(JSON.stringify(world.json('.ntcli/config.json'))).not.toContain(json.token);
    },
  );

  test('finds the JTI of an opaque token by what the list gained', async () => {
    await start({ contract: 'openapi', opaque: true }, false);
    const before = jtis();
    const { jti, token } = (await world.act('create')).json as { jti: string; token: string };
    expect(token).toMatch(/^wst_/);
    expect(jtis().filter((known) => !before.includes(known))).toEqual([jti]);
  });

  test.each([
    [{ expiresIn: '0' }],
    [{ expiresIn: 'abc' }],
    [{ expiresIn: '-5' }],
    [{ expiresIn: '1.5' }],
    [{ expiresIn: '30x' }],
    [{ expiresIn: '' }],
    [{ expiresAt: '2020-01-01T00:00:00Z' }],
    [{ expiresAt: '1600000000' }],
    [{ expiresAt: '2099-01-01T00:00:00' }],
    [{ expiresAt: 'tomorrow' }],
    [{ expiresIn: '1d', expiresAt: '2099-01-01T00:00:00Z' }],
  ])('refuses %j and sends nothing', async (options) => {
    await start();
    expect(await faultOf(world.act('create', options))).toMatchObject({ kind: 'usage' });
    expect(emulator.server.requests).toEqual([]);
  });

  test.each([
    [{}, 31_536_000],
    [{ expiresIn: '90' }, 90],
    [{ expiresIn: '12h' }, 43_200],
    [{ expiresIn: '2w' }, 1_209_600],
  ])('asks for %j in seconds', async (options, seconds) => {
    await start();
    await world.act('create', options);
    const sent = emulator.server.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(sent?.body.toString() ?? '')).toEqual({ expires_in: seconds });
  });

  test('asks for a moment in seconds too, which no contract ignores', async () => {
    await start({ contract: 'openapi' });
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await world.act('create', { expiresAt: at });
    const sent = emulator.server.requests.find(({ method }) => method === 'POST');
    const { expires_in } = JSON.parse(sent?.body.toString() ?? '') as { expires_in: number };
    expect(expires_in).toBeGreaterThan(3590);
    expect(expires_in).toBeLessThanOrEqual(3600);
  });

  test('says so when the server gives a longer life', async () => {
    await start();
    const body = { access_token: 'opaque-token-1', jti: 'jti_x', expires_in: 31_536_000 };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: POST });
    await world.act('create', { expiresIn: '60' });
    expect(world.warnings).toEqual([expect.stringContaining('for longer than asked for')]);
  });

  test.each(['reset', 'truncate', 'idle'] as const)(
    'is unknown after %s, names what appeared, and is not repeated',
    async (kind) => {
      await start();
      opened.splice(0, 1);
      await world.close();
      world = createWorld({ env: emulator.environment, timeoutMs: 300, retries: 3 });
      opened.unshift(world);
      emulator.server.addFault(
        kind === 'reset' ? { kind, after: true, match: POST } : { kind, match: POST },
      );
      const before = jtis();
      const fault = await faultOf(world.act('create'));
      const [appeared = ''] = jtis().filter((jti) => !before.includes(jti));
      expect(fault).toMatchObject({ kind: 'in_doubt', inDoubt: true, code: 'no_answer' });
      expect(fault.message).toContain(`since then ${appeared} appeared`);
      expect(fault.hint).toBe(`to revoke it: revoke workspace -- ${appeared}`);
      expect(emulator.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    },
  );

  test.each([
    [429, 'rate_limited'],
    [503, 'server_error'],
  ])('is not repeated after %i: a second token would be active', async (status, code) => {
    await start();
    opened.splice(0, 1);
    await world.close();
    world = createWorld({ env: emulator.environment, retries: 3 });
    opened.unshift(world);
    const before = jtis();
    const reply = { status, headers: { 'retry-after': '0' } };
    emulator.server.addFault({ kind: 'lie', reply, match: POST });
    expect(await faultOf(world.act('create'))).toMatchObject({ code });
    expect(emulator.server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(jtis()).toHaveLength(before.length + 1);
  });

  test.each([
    ['a 200 without a token', { status: 200, body: { status: 'ok' } }],
    ['HTML', { status: 200, body: '<html>' }],
    ['an empty 204', { status: 204 }],
    ['500', { status: 500 }],
  ])('is unknown after %s', async (_name, reply) => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply, match: POST });
    const fault = await faultOf(world.act('create'));
    expect(fault).toMatchObject({ kind: 'in_doubt', inDoubt: true });
    expect(fault.message).toContain('no new token has appeared so far');
  });

  test('--save stores it where the current one is, and says that the old one lives', async () => {
    await start();
    const { token } = (await world.act('create', { save: true })).json as { token: string };
    const saved = world.json('.ntcli/config.json') as unknown as ReturnType<typeof ntcliConfig>;
    expect(saved.workspaces.items[DEMO]?.access_token).toBe(token);
    expect(world.warnings).toEqual([expect.stringContaining(`(${CURRENT}) is still active`)]);
  });

  test('--save that fails still prints it, and ends with 1', async () => {
    await start({}, false);
    world.onUpdate(
      () => () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    );
    const report = await world.act('create', { save: true });
    expect(report.ending).toBe('failed');
    expect(report.secretToPrint).toBe((report.json as { token: string }).token);
    expect(world.warnings).toEqual([expect.stringContaining('was not saved')]);
  });
});

describe('show', () => {
  const json = (report: Report) => report.json as Record<string, unknown>;

  test('tells a valid token as documented', async () => {
    await start();
    const report = await world.act('show');
    expect(json(report)).toMatchObject({
      jti: CURRENT,
      status: 'active',
      workspace_id: DEMO,
      is_valid: true,
      days_until_expiry: 334,
    });
    expect(Object.keys(json(report)).slice(0, 7)).toEqual([
      'jti',
      'created_at',
      'expires_at',
      'status',
      'workspace_id',
      'is_valid',
      'days_until_expiry',
    ]);
    expect(report.text[0]).toBe('Workspace Token Information');
    expect(report.text).toContain('Status:     Active');
    expect(report.text.at(-1)).toBe('Token is valid and ready to use.');
    expect(report.ending).toBe('done');
    expect(JSON.stringify(report)).not.toContain(emulator.samples['WORKSPACE_CURRENT_TOKEN']);
  });

  test('reveals the token only when asked to', async () => {
    await start();
    const token = emulator.samples['WORKSPACE_CURRENT_TOKEN'];
    const report = await world.act('show', { showToken: true });
    expect(json(report)['token']).toBe(token);
    expect(report.secretToPrint).toBe(token);
    expect(report.text).toContain(`Token:      ${token}`);
  });

  test('tells a revoked, an unknown and an expired one', async () => {
    await start();
    await (await world.open()).revoke([{ id: CURRENT }], {});
    const revoked = await world.act('show');
    expect([json(revoked)['status'], json(revoked)['is_valid'], revoked.ending]).toEqual([
      'revoked',
      false,
      'failed',
    ]);
    world.write(
      '.ntcli/config.json',
      ntcliConfig(emulator, { access_token: 'opaque', jti: 'jti_other' }),
    );
    const unknown = await world.act('show');
    expect([json(unknown)['status'], json(unknown)['is_valid'], unknown.ending]).toEqual([
      'invalid',
      false,
      'failed',
    ]);
    const gone = {
      access_token: 'opaque',
      jti: 'jti_gone901pqr234',
      expires_at: 1_700_000_000_000,
    };
    world.write('.ntcli/config.json', ntcliConfig(emulator, gone));
    const expired = await world.act('show');
    expect([
      json(expired)['status'],
      json(expired)['is_valid'],
      json(expired)['days_until_expiry'],
    ]).toEqual(['expired', false, 0]);
  });

  test('tells a token that is none', async () => {
    await start();
    world.write('.ntcli/config.json', ntcliConfig(emulator, { access_token: 'eyJ.broken' }));
    const report = await world.act('show');
    expect([json(report)['status'], report.ending]).toEqual(['invalid', 'failed']);
    expect(report.text).toContain('Token format is invalid');
  });

  test('keeps "cannot validate" apart from invalid', async () => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply: { status: 500 } });
    const down = await world.act('show');
    expect([json(down)['status'], json(down)['is_valid'], down.ending]).toEqual([
      'unknown',
      null,
      'unknown',
    ]);
    expect(down.text).toContain('Status:     Cannot validate with server');
    const env = { ...emulator.environment, WORKSPACE_USER_TOKEN: 'opaque-unknown' };
    const stranger = createWorld({ env });
    opened.unshift(stranger);
    stranger.write('.ntcli/config.json', ntcliConfig(emulator));
    const refused = await stranger.act('show');
    expect([json(refused)['is_valid'], refused.ending]).toEqual([null, 'credentials']);
    const nobody = createWorld({});
    opened.unshift(nobody);
    nobody.write('.ntcli/config.json', { ...ntcliConfig(emulator), auth: null });
    const local = await nobody.act('show');
    expect(json(local)).toMatchObject({ jti: CURRENT, is_valid: null, status: 'unknown' });
    expect(local.ending).toBe('credentials');
  });

  test('show without a stored token says that there is none', async () => {
    await start({}, false);
    expect(await faultOf(world.act('show'))).toMatchObject({
      message: 'No workspace token found',
      kind: 'usage',
    });
  });
});
