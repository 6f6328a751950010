import {
  createWorld,
  DEMO,
  faultOf,
  ntcliConfig,
  type World,
} from '../../test/support/workspace.js';
import type { Report } from '../../src/contract/index.js';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from './emulator.js';

const CURRENT = 'jti_abc123def456';
const NTCLI = '.ntcli/config.json';
const STATE = 'state/workspace-tokens.json';
const DELETE = /^DELETE /;
const POST = /^POST /;
const GET = /^GET /;

let emulator: WorkspaceEmulator;
let world: World;
let opened: { close(): Promise<void> }[] = [];

async function start(options: WorkspaceEmulatorOptions = {}, current = true) {
  emulator = await startWorkspaceEmulator(options);
  world = createWorld({ env: emulator.environment });
  if (current) world.write(NTCLI, ntcliConfig(emulator), 0o644);
  opened = [world, emulator];
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Refreshed {
  readonly new_token: { readonly jti: string; readonly expires_at: string };
  readonly old_token: {
    readonly jti: string;
    readonly revoked_at: string | null;
    readonly status: string;
  };
  readonly message: string;
}

const json = (report: Report) => report.json as Refreshed;
const requests = () => emulator.server.requests.map(({ method }) => method);
const pending = () =>
  Object.values((world.json(STATE) as { pending: object }).pending).flat() as Record<
    string,
    unknown
  >[];
const item = () =>
  (world.json(NTCLI) as unknown as ReturnType<typeof ntcliConfig>).workspaces.items[DEMO];
const active = () =>
  emulator
    .snapshot()
    .tokens.filter(({ status }) => status === 'active')
    .map(({ jti }) => jti);

describe('refresh', () => {
  test.each(['openapi', 'models', 'docs'] as const)(
    'creates, saves, revokes and checks (%s)',
    async (contract) => {
      await start({ contract });
      const report = await world.act('refresh');
      const { new_token: fresh, old_token: old, message } = json(report);
      expect(report.ending).toBe('done');
      expect(old).toEqual({
        jti: CURRENT,
        revoked_at: expect.stringMatching(/Z$/) as string,
        status: 'revoked',
      });
      expect(message).toBe('Token refreshed successfully');
      expect(report.text).toEqual([
        'Token refreshed successfully.',
        `Old token (${CURRENT}) has been revoked.`,
        `New token expires: ${fresh.expires_at}`,
        `New token JTI: ${fresh.jti}`,
      ]);
      expect(requests()).toEqual(['GET', 'POST', 'DELETE', 'GET']);
      expect(emulator.isAlive(CURRENT)).toBe(false);
      expect(emulator.isAlive(item()?.access_token ?? '')).toBe(true);
      expect(item()?.jti).toBe(fresh.jti);
      expect(pending()).toEqual([]);
      expect(world.warnings).toEqual([]);
      expect(JSON.stringify(report)).not.toContain(item()?.access_token);
      expect(report.secretToPrint).toBeUndefined();
    },
  );

  test('with the legacy contract is proven by the list', async () => {
    await start({ contract: 'legacy' });
    opened.splice(0, 1);
    await world.close();
    world = createWorld({ env: { ...emulator.environment, WORKSPACE_LEGACY_REVOKE: '1' } });
    opened.unshift(world);
    world.write(NTCLI, ntcliConfig(emulator));
    const report = await world.act('refresh');
    expect(json(report).old_token).toMatchObject({ jti: CURRENT, status: 'revoked' });
    expect(emulator.isAlive(CURRENT)).toBe(false);
  });

  test('keeps every other key of the file, and makes it private', async () => {
    await start();
    const before = ntcliConfig(emulator, { custom: [1] }, { extra: { a: 1 }, lastUpdated: 'x' });
    world.write(NTCLI, before, 0o644);
    await world.act('refresh');
    const after = world.json(NTCLI) as unknown as typeof before;
    const changed = ['access_token', 'expires_at', 'jti', 'scope'];
    const rest = (value: object | undefined) =>
      Object.entries(value ?? {}).filter(([key]) => !changed.includes(key));
    expect(rest(after.workspaces.items[DEMO])).toEqual(rest(before.workspaces.items[DEMO]));
    expect({ ...after, workspaces: undefined }).toEqual({ ...before, workspaces: undefined });
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(world.mode(NTCLI)).toBe(0o600);
    expect(world.mode(STATE)).toBe(0o600);
  });

  test("keeps a token that is not ntcli's in its own file", async () => {
    await start({}, false);
    await world.act('create', { save: true });
    const [{ token: first = '' } = {}] = Object.values(
      (world.json(STATE) as { tokens: Record<string, { token: string }> }).tokens,
    );
    expect(emulator.isAlive(first)).toBe(true);
    const report = await world.act('refresh');
    const [{ token: second = '' } = {}] = Object.values(
      (world.json(STATE) as { tokens: Record<string, { token: string }> }).tokens,
    );
    expect(report.ending).toBe('done');
    expect(emulator.isAlive(first)).toBe(false);
    expect(emulator.isAlive(second)).toBe(true);
  });

  test('of a token that is revoked already is a recovery', async () => {
    await start();
    await (await world.open()).revoke([{ id: CURRENT }], {});
    const report = await world.act('refresh');
    expect(report.ending).toBe('done');
    expect(json(report).old_token).toEqual({
      jti: CURRENT,
      revoked_at: null,
      status: 'already_revoked',
    });
    expect(emulator.isAlive(item()?.access_token ?? '')).toBe(true);
  });

  test('of a token that nobody knows is a recovery', async () => {
    await start();
    world.write(NTCLI, ntcliConfig(emulator, { access_token: 'opaque', jti: 'jti_unknown' }));
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['done', 'not_found']);
  });

  test('refresh without a current token sends nothing and says why', async () => {
    await start({}, false);
    expect(await faultOf(world.act('refresh'))).toMatchObject({
      message: 'No current token to refresh',
      kind: 'usage',
    });
    expect(emulator.server.requests).toEqual([]);
  });

  test('does not create anything while a file is damaged', async () => {
    await start();
    world.write(NTCLI, '{');
    expect(await faultOf(world.act('refresh'))).toMatchObject({
      code: 'bad_ntcli_config',
      kind: 'usage',
    });
    world.write(NTCLI, ntcliConfig(emulator));
    world.write(STATE, '{');
    expect(await faultOf(world.act('refresh'))).toMatchObject({ code: 'bad_state', kind: 'usage' });
    expect(emulator.server.requests).toEqual([]);
  });

  test('a file that is damaged shows nothing of the token that begins it', async () => {
    await start();
    const token = 'wst_Qw8rTz5uIoP2';
    for (const [file, code] of [
      [NTCLI, 'bad_ntcli_config'],
      [STATE, 'bad_state'],
    ] as const) {
      world.write(NTCLI, ntcliConfig(emulator));
      world.write(file, `${token}{`);
      const error = await faultOf(world.act('refresh'));
      expect(error.code).toBe(code);
      const said = [error.message, error.hint, ...world.warnings, ...world.details].join('\n');
      for (let at = 0; at + 10 <= token.length; at++)
        expect(said).not.toContain(token.slice(at, at + 10));
    }
  });

  test.each([
    ['an unknown end', { status: 500 }],
    ['a lie', { status: 200, body: { token_jti: 'other', status: 'revoked' } }],
    ['an empty 204', { status: 204 }],
  ])('that cannot tell the end (%s) saves the new token and ends with 4', async (_name, reply) => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply, match: DELETE });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['unknown', 'unknown']);
    expect(emulator.isAlive(item()?.access_token ?? '')).toBe(true);
    expect(emulator.isAlive(CURRENT)).toBe(true);
    expect(pending()).toMatchObject([{ stage: 'saved', old_jti: CURRENT }]);
    expect(world.warnings).toEqual([expect.stringContaining(`revoke workspace -- ${CURRENT}`)]);
  });

  test('believes the list where the answer was lost', async () => {
    await start();
    emulator.server.addFault({ kind: 'reset', after: true, match: DELETE });
    expect(json(await world.act('refresh')).old_token.status).toBe('revoked');
  });

  test('whose revocation has no answer, and whose list after it fails, is unknown', async () => {
    await start();
    emulator.server.addFault({ kind: 'reset', after: true, match: DELETE });
    emulator.server.addFault({ kind: 'delay', ms: 1, match: GET });
    emulator.server.addFault({ kind: 'reply', reply: { status: 500 }, match: GET });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['unknown', 'unknown']);
    expect(json(report).message).toContain('may still be');
    expect(pending()).toMatchObject([{ stage: 'saved', old_jti: CURRENT }]);
  });

  test('whose list after it is not whole proves nothing by what is not in it', async () => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply: { status: 500 }, match: DELETE });
    emulator.server.addFault({ kind: 'delay', ms: 1, match: GET });
    const body = { tokens: [], has_more: true };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: GET });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['unknown', 'unknown']);
    expect(emulator.isAlive(CURRENT)).toBe(true);
  });

  test('does not believe a yes that the list denies', async () => {
    await start();
    const body = { token_jti: CURRENT, status: 'revoked', revoked_at: 1_723_026_600 };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: DELETE });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['failed', 'alive']);
  });

  test('that is refused the revocation ends as that refusal does', async () => {
    await start();
    emulator.server.addFault({ kind: 'reply', reply: { status: 403 }, match: DELETE });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['credentials', 'failed']);
  });

  test.each([
    ["ntcli's file", NTCLI, CURRENT],
    ['every file', '', CURRENT],
  ])(
    'that cannot write %s shows the new token once, and leaves the old one',
    async (_name, path, old) => {
      await start();
      world.onUpdate((file, real) =>
        file.endsWith(path)
          ? () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' }))
          : real,
      );
      const before = active();
      const fault = await faultOf(world.act('refresh'));
      const [fresh = ''] = active().filter((jti) => !before.includes(jti));
      expect(fault).toMatchObject({ code: 'not_saved', kind: 'refused' });
      expect(fault.message).toContain('EROFS');
      expect(fault.message).toContain(fresh);
      expect(fault.hint).toContain(`revoke workspace -- ${old}`);
      expect(world.rescued).toHaveLength(1);
      const token = /(\S+)$/.exec(world.rescued[0] ?? '')?.[1] ?? '';
      expect(emulator.isAlive(token)).toBe(true);
      expect(`${fault.message} ${fault.hint} ${world.warnings.join()}`).not.toContain(token);
      expect(emulator.isAlive(CURRENT)).toBe(true);
      expect(requests()).not.toContain('DELETE');
      expect(item()?.access_token).toBe(emulator.samples['WORKSPACE_CURRENT_TOKEN']);
    },
  );

  test('that is refused leaves nothing behind', async () => {
    await start();
    emulator.server.addFault({
      kind: 'reply',
      reply: { status: 400, body: { detail: 'no' } },
      match: POST,
    });
    expect(await faultOf(world.act('refresh'))).toMatchObject({ code: 'refused', kind: 'refused' });
    expect(pending()).toEqual([]);
    expect(emulator.isAlive(CURRENT)).toBe(true);
  });

  test('says which token may still be active where its own could not be taken back', async () => {
    await start();
    const faster = ntcliConfig(emulator, { access_token: 'another', jti: 'jti_another' });
    world.onUpdate((file, real) => async (path, change) => {
      if (file.endsWith(NTCLI)) world.write(NTCLI, faster);
      await real(path, change);
    });
    const reply = { status: 403, body: { detail: 'no' } };
    emulator.server.addFault({ kind: 'reply', reply, match: /^DELETE/, times: Infinity });
    const { message } = await faultOf(world.act('refresh'));
    expect(message).toMatch(/may still be active: revoke workspace -- jti_\w+$/);
  });

  test('takes its own token back when another refresh was faster', async () => {
    await start();
    const faster = ntcliConfig(emulator, { access_token: 'another', jti: 'jti_another' });
    world.onUpdate((file, real) => async (path, change) => {
      if (file.endsWith(NTCLI)) world.write(NTCLI, faster);
      await real(path, change);
    });
    const before = active();
    expect(await faultOf(world.act('refresh'))).toMatchObject({
      code: 'conflict',
      kind: 'refused',
      message: expect.stringContaining('was revoked again, and the stored one stays'),
    });
    expect(active()).toEqual(before);
    expect(item()?.access_token).toBe('another');
    expect(pending()).toEqual([]);
  });
});

describe("a refresh in this program's own file", () => {
  interface State {
    readonly tokens: Record<string, { token: string; jti: string | null }>;
    readonly pending: Record<string, readonly unknown[]>;
  }
  const state = () => world.json(STATE) as unknown as State;

  test('takes its own token back when another refresh was faster', async () => {
    await start({}, false);
    await world.act('create', { save: true });
    const [key = ''] = Object.keys(state().tokens);
    let isTaken = false;
    world.onUpdate((file, real) => async (path, change) => {
      const posts = requests().filter((method) => method === 'POST').length;
      if (file.endsWith('workspace-tokens.json') && posts === 2 && !isTaken) {
        isTaken = true;
        const faster = { token: 'another', jti: 'jti_another', saved_at: '2026-01-01T00:00:00Z' };
        world.write(STATE, { ...state(), tokens: { [key]: faster } });
      }
      await real(path, change);
    });
    const before = active();
    expect(await faultOf(world.act('refresh'))).toMatchObject({ code: 'conflict' });
    expect(isTaken).toBe(true);
    expect(state().tokens[key]?.token).toBe('another');
    expect(active()).toEqual(before);
  });

  test('that created a token without a JTI saves none, and no stale one', async () => {
    await start({}, false);
    await world.act('create', { save: true });
    const [key = ''] = Object.keys(state().tokens);
    expect(state().tokens[key]?.jti).toEqual(expect.stringContaining('jti_'));
    const body = { access_token: 'opaque-token-1', expires_in: 60 };
    emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: POST });
    await world.act('refresh');
    expect(state().tokens[key]).toMatchObject({ token: 'opaque-token-1', jti: null });
  });
});

test("a new token without a JTI leaves no stale one in ntcli's file", async () => {
  await start();
  expect(item()?.jti).toBe(CURRENT);
  const body = { access_token: 'opaque-token-1', expires_in: 60 };
  emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: POST });
  await world.act('refresh');
  expect(item()?.access_token).toBe('opaque-token-1');
  expect(item()?.jti).toBeUndefined();
});

test.each([
  ['cut off', { kind: 'truncate', match: POST }],
  ['500', { kind: 'lie', reply: { status: 500 }, match: POST }],
  ['without a token', { kind: 'lie', reply: { status: 200, body: {} }, match: POST }],
] as const)('a creation whose answer is %s stays in the record', async (_name, fault) => {
  await start();
  emulator.server.addFault(fault);
  expect(await faultOf(world.act('refresh'))).toMatchObject({ inDoubt: true });
  expect(pending()).toMatchObject([{ stage: 'creating', old_jti: CURRENT }]);
  expect(emulator.isAlive(CURRENT)).toBe(true);
  expect(requests().filter((method) => method === 'POST')).toHaveLength(1);
});

test('a refresh that did not end stays in the record while the list is not whole', async () => {
  await start();
  emulator.server.addFault({ kind: 'truncate', match: POST });
  await faultOf(world.act('refresh'));
  expect(pending()).toHaveLength(1);
  emulator.server.addFault({ kind: 'delay', ms: 1, match: GET });
  const body = { tokens: [], total: 9 };
  emulator.server.addFault({ kind: 'reply', reply: { status: 200, body }, match: GET });
  await world.act('refresh');
  expect(pending()).toMatchObject([{ stage: 'creating', old_jti: CURRENT }]);
});

describe('a refresh that was killed', () => {
  /** Lets the refresh die where a file is about to be written for the n-th time. */
  async function killAtWrite(which: RegExp, nth: number) {
    let count = 0;
    world.onUpdate((file, real) =>
      which.test(file) && ++count >= nth ? () => new Promise(() => undefined) : real,
    );
    void world.act('refresh');
    const deadline = performance.now() + 20_000;
    while (count < nth && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(count).toBe(nth);
    world.onUpdate(undefined);
    world.warnings.splice(0);
  }

  test.each([
    [
      'before the record of the new token',
      /workspace-tokens/,
      2,
      'a token that it may have created',
    ],
    ['before it was saved', /config\.json/, 1, 'a new token that was not saved'],
  ])('%s: the old token works, and the new one is named', async (_name, file, nth, what) => {
    await start();
    const before = active();
    await killAtWrite(file, nth);
    const [fresh = ''] = active().filter((jti) => !before.includes(jti));
    expect(emulator.isAlive(item()?.access_token ?? '')).toBe(true);
    expect(item()?.jti).toBe(CURRENT);
    const told = `a refresh was interrupted: ${what}, ${fresh}, is still active; to revoke it: revoke workspace ${fresh}`;
    for (const action of ['list', 'show'] as const) {
      await world.act(action);
      expect(world.warnings.splice(0)).toEqual([told]);
    }
    expect((await world.act('refresh')).ending).toBe('done');
    expect(world.warnings.splice(0)).toEqual([told]);
    await (await world.open()).revoke([{ id: fresh }], {});
    world.warnings.splice(0);
    await world.act('refresh');
    expect(world.warnings).toEqual([]);
    expect(pending()).toEqual([]);
  });

  test('after it was saved: the new token works, and the old one is named', async () => {
    await start();
    await killAtWrite(/workspace-tokens/, 3);
    expect(emulator.isAlive(item()?.access_token ?? '')).toBe(true);
    expect(item()?.jti).not.toBe(CURRENT);
    await world.act('list');
    expect(world.warnings).toEqual([
      `a refresh was interrupted: the old token, ${CURRENT}, is still active; to revoke it: revoke workspace ${CURRENT}`,
    ]);
  });

  test('before the end of the old token was known: nothing is left', async () => {
    await start();
    await killAtWrite(/workspace-tokens/, 4);
    expect(emulator.isAlive(CURRENT)).toBe(false);
    await world.act('list');
    expect(world.warnings).toEqual([]);
  });

  test('when the list cannot be had: the new token is kept all the same', async () => {
    await start();
    emulator.server.addFault({ kind: 'delay', ms: 1, match: GET });
    emulator.server.addFault({ kind: 'reply', reply: { status: 500 }, match: GET });
    const report = await world.act('refresh');
    expect([report.ending, json(report).old_token.status]).toEqual(['done', 'revoked']);
    expect(world.warnings).toEqual([expect.stringContaining('could not be checked')]);
  });
});
