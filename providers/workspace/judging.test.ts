/** What a run of a workspace checks, says and revokes, and what became of an old token; no server. */
import { MADE_NOW as NOW } from '../../test/support/made-answers.js';
import { makeContext, type MadeReply } from '../../test/support/made-context.js';
import type { Outcome } from '../../src/contract/index.js';
import { credentialsError, inDoubtError } from '../../src/contract/errors.js';
import { revokeOldToken } from './revoke-old-token.js';
import { openRevoker } from './revoker.js';
import type { ListAnswer, ListedToken } from './schema.js';
import { connect } from './session.js';

const ID = '74e4f895-5c8a-4222-ac86-ae0885506202';
const ORIGIN = 'https://ws.example';
const TOKENS = `/api/v1/workspaces/${ID}/tokens`;
const JTI = 'jti_one';
const SETTINGS = { user_token: 'user-bearer', workspace: ID, endpoint: `${ORIGIN}/api` };
const iso = (ms: number) => new Date(ms).toISOString();

const listed = (more: Partial<ListedToken> = {}): ListedToken => ({ jti: JTI, ...more });
const list = (...tokens: readonly ListedToken[]): MadeReply => ({ status: 200, body: { tokens } });
const receipt = (more: object = {}): MadeReply => ({
  status: 200,
  body: { token_jti: JTI, status: 'revoked', ...more },
});
const says = (status: number, detail: string): MadeReply => ({ status, body: { detail } });
const ALREADY = says(409, 'Token is already revoked');
const NOT_FOUND = says(404, 'Token not found');

/** What ntcli keeps of a workspace with a token. */
const ntcli = (jti: string) =>
  JSON.stringify({
    workspaces: {
      activeWorkspaceId: ID,
      items: {
        [ID]: { workspace_id: ID, workspace_name: 'demo', access_token: 'opaque-token', jti },
      },
    },
  });
const CURRENT = { '.ntcli/config.json': ntcli(JTI) };

async function open(
  files: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, string>> = SETTINGS,
  ...replies: readonly MadeReply[]
) {
  const world = makeContext({ settings, files });
  world.answer(...replies);
  const revoker = await openRevoker(world.context);
  const [lane] = revoker.lanes;
  const { http, answer } = world;
  const check = (ids: readonly string[], ...more: readonly MadeReply[]) => {
    answer(...more);
    return lane.check?.check(
      ids.map((id) => ({ id })),
      { http },
    );
  };
  const revoke = (ids: readonly string[], firstTriedAt?: number, ...more: MadeReply[]) => {
    answer(...more);
    const attempt = { http, ...(firstTriedAt !== undefined && { firstTriedAt }) };
    return lane.revoke(
      ids.map((id) => ({ id })),
      attempt,
    );
  };
  return { ...world, revoker, lane, check, revoke };
}

describe('a run of a workspace', () => {
  test('is one lane for its endpoint and workspace, and asks nothing before', async () => {
    const { revoker, lane, requests, warnings } = await open();
    expect(revoker.lanes).toHaveLength(1);
    expect(lane).toMatchObject({
      name: '',
      endpoint: `${ORIGIN}/api`,
      scope: { workspace_id: ID },
      check: { method: 'list', batch: Infinity },
    });
    expect(revoker.promptDetails).toEqual([
      ['Workspace', `${ID}, from workspace`],
      ['Endpoint', `${ORIGIN}/api`],
      ['Login', 'user_token'],
    ]);
    expect(revoker.targetFacts?.({ id: JTI })).toEqual({ jti: JTI });
    expect(requests).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/no current token is known/)]);
  });

  test('revokes each token of a batch in turn, as the user', async () => {
    const { revoke, requests } = await open();
    const second = receipt({ token_jti: 'jti_two' });
    expect(await revoke([JTI, 'jti_two'], undefined, receipt(), second)).toMatchObject([
      { target: JTI, status: 'revoked' },
      { target: 'jti_two', status: 'revoked' },
    ]);
    expect(requests).toMatchObject(
      [JTI, 'jti_two'].map((jti) => ({
        method: 'DELETE',
        origin: ORIGIN,
        path: `${TOKENS}/${jti}`,
        headers: { authorization: 'Bearer user-bearer' },
      })),
    );
  });

  test('that is continued may have revoked itself what is already revoked', async () => {
    const { revoke } = await open();
    expect(await revoke([JTI], undefined, ALREADY)).toMatchObject([{ status: 'already_revoked' }]);
    expect(await revoke([JTI], NOW - 1, ALREADY)).toMatchObject([{ status: 'revoked' }]);
  });

  test('tries its login with a list, which is thrown where it is refused', async () => {
    const { revoker, answer, requests } = await open();
    answer(list());
    expect(await revoker.tryLogin?.()).toBe(true);
    expect(requests).toMatchObject([{ method: 'GET', path: TOKENS }]);
    answer({ status: 401 });
    await expect(Promise.resolve(revoker.tryLogin?.())).rejects.toMatchObject({
      code: 'credentials_rejected',
    });
  });

  test('reserves the names of the workspaces that ntcli and the server know', async () => {
    expect((await open(CURRENT)).revoker.reservedNames).toEqual(new Set(['demo']));
    const named = { ...SETTINGS, workspace: 'staging' };
    const workspaces = [
      { workspace_id: ID, workspace_name: 'staging' },
      { workspace_id: '0b7c5d0e-3f64-4d0c-9f5b-8a5e6d1c2f47', workspace_name: null },
    ];
    const { revoker } = await open(CURRENT, named, { status: 200, body: { workspaces } });
    expect(revoker.reservedNames).toEqual(new Set(['demo', 'staging']));
  });
});

describe('one list', () => {
  test('answers for all targets, by the connection of the lane', async () => {
    const { check, requests } = await open();
    const tokens = [
      listed({ expires_at: iso(NOW + 1000) }),
      listed({ jti: 'revoked', status: 'revoked' }),
      listed({ jti: 'expired', expires_at: iso(NOW) }),
      listed({ jti: 'odd', status: 'active', revoked_at: iso(NOW) }),
    ];
    const ids = [JTI, 'revoked', 'expired', 'odd', 'absent'];
    expect(await check(ids, list(...tokens))).toEqual([
      { state: 'active', expiresAt: NOW + 1000, serverTime: undefined },
      { state: 'inactive', said: 'revoked', serverTime: undefined },
      { state: 'inactive', said: 'expired', serverTime: undefined },
      {
        state: 'unclear',
        reason: 'the list contradicts itself about it',
        serverTime: undefined,
      },
      { state: 'inactive', isAbsent: true, serverTime: undefined },
    ]);
    expect(requests).toMatchObject([{ method: 'GET', origin: ORIGIN, path: TOKENS }]);
  });

  test('that is not whole says nothing of what it does not show', async () => {
    const { check } = await open();
    const body = { tokens: [listed()], has_more: true };
    expect(await check([JTI, 'jti_two'], { status: 200, body })).toMatchObject([
      { state: 'active' },
      { state: 'unclear', reason: 'the list is not complete' },
    ]);
  });

  test('that is not whole and contradicts itself about a token says so', async () => {
    const { check } = await open();
    const body = { tokens: [listed(), listed({ status: 'revoked' })], has_more: true };
    expect(await check([JTI], { status: 200, body })).toMatchObject([
      { state: 'unclear', reason: 'the list contradicts itself about it' },
    ]);
  });

  test("is read by the server's clock, where its answer has one", async () => {
    const { check } = await open();
    const ahead = NOW + 3_600_000;
    const answer = list(listed({ expires_at: iso(NOW + 1000) }));
    const headers = { date: new Date(ahead).toUTCString() };
    expect(await check([JTI], { ...answer, headers })).toEqual([
      { state: 'inactive', said: 'expired', serverTime: ahead },
    ]);
  });

  test.each<[string, MadeReply, string]>([
    ['500', { status: 500 }, 'server_error'],
    ['a web page', { status: 200, body: '<html>' }, 'unexpected_answer'],
    ['404', { status: 404 }, 'no_token_api'],
  ])('that is answered with %s is thrown', async (_what, reply, code) => {
    const { check } = await open();
    await expect(check([JTI], reply)).rejects.toMatchObject({ code });
  });
});

describe('the current token', () => {
  const lines = async (files: Readonly<Record<string, string>>, ids: string[], count: number) => {
    const { revoker } = await open(files);
    return revoker.consequences(
      ids.map((id) => ({ id })),
      count,
    );
  };

  test('is named in the question where it is a target, and where it may be one', async () => {
    const [alone] = await lines(CURRENT, [JTI], 1);
    expect(alone).toBe('It is your current token.');
    const [among] = await lines(CURRENT, ['jti_two', JTI], 5);
    expect(among).toBe('Your current token is among them.');
    const [perhaps] = await lines(CURRENT, ['jti_two'], 5);
    expect(perhaps).toMatch(/\(jti_one\) is not among the first few/);
  });

  test.each<[string, Readonly<Record<string, string>>, string[], number]>([
    ['it is none of the targets', CURRENT, ['jti_two'], 1],
    ['none is known', {}, ['jti_two'], 5],
  ])('is not named where %s', async (_what, files, ids, count) => {
    const said = await lines(files, ids, count);
    expect(said.join('\n')).not.toMatch(/current/i);
    expect(said).toHaveLength(3);
  });

  test('stands behind what will happen, which is the same for one and for many', async () => {
    expect(await lines({}, ['jti_two'], 1)).toEqual([
      expect.stringMatching(/^Token jti_two will be permanently revoked/),
      expect.stringMatching(/cannot be undone/),
      '',
    ]);
    expect((await lines({}, ['jti_two'], 5))[0]).toMatch(/^5 tokens /);
  });

  test('is marked in a plan, and only it', async () => {
    const { revoker, warnings } = await open(CURRENT);
    expect(revoker.plannedFacts?.({ id: JTI })).toEqual({ is_current: true });
    expect(revoker.plannedFacts?.({ id: 'jti_two' })).toEqual({});
    expect(warnings).toEqual([]);
  });

  test.each<[string, Partial<Outcome>, boolean]>([
    ['it was revoked', {}, true],
    ['it was already revoked', { status: 'already_revoked' }, true],
    ['it could not be revoked', { status: 'failed' }, false],
    ['another one was revoked', { target: 'jti_two' }, false],
  ])('says how to get a new one where %s', async (_what, more, isSaid) => {
    const { revoker } = await open(CURRENT);
    const outcome = { provider: 'workspace', target: JTI, status: 'revoked', at: '', ...more };
    const step = revoker.nextStep?.(outcome as Outcome);
    expect(step === undefined ? '' : step).toMatch(isSaid ? /revoke workspace refresh/ : /^$/);
  });
});

describe('an old token', () => {
  const ACTIVE = list(listed());
  const GONE = list();
  const REVOKED = list(listed({ status: 'revoked', revoked_at: iso(NOW) }));
  const DOWN: MadeReply = { status: 500 };
  const answerOf = ({ body }: MadeReply) => body as ListAnswer;

  async function end(
    before: MadeReply,
    replies: readonly MadeReply[],
    jti: string | undefined = JTI,
  ) {
    const world = makeContext({ settings: SETTINGS });
    const session = await connect(world.context);
    world.answer(...replies);
    const result = await revokeOldToken(session, jti, answerOf(before));
    return { ...world, result };
  }
  const became = async (...of: Parameters<typeof end>) => {
    const { status, ending } = (await end(...of)).result;
    return `${status}, ${ending}`;
  };

  test('whose JTI is not known is unknown, and nothing is sent', async () => {
    const world = makeContext({ settings: SETTINGS });
    const session = await connect(world.context);
    expect(await revokeOldToken(session, undefined, answerOf(ACTIVE))).toEqual({
      status: 'unknown',
      revokedAt: null,
      why: 'the JTI of the old token is not known',
      ending: 'unknown',
      after: undefined,
    });
    expect(world.requests).toEqual([]);
  });

  test('is revoked, and looked at in the list after it', async () => {
    const { requests, result } = await end(ACTIVE, [receipt(), REVOKED]);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE ${TOKENS}/${JTI}`,
      `GET ${TOKENS}`,
    ]);
    expect(result).toMatchObject({
      status: 'revoked',
      revokedAt: '2026-11-28T12:00:00Z',
      ending: 'done',
      after: answerOf(REVOKED),
    });
    expect(result).not.toHaveProperty('why');
  });

  const doubt = { error: inDoubtError({ code: 'no_answer', message: 'no answer' }), status: 0 };
  test.each<[string, MadeReply, readonly MadeReply[], string]>([
    ['confirmed and gone', ACTIVE, [receipt(), GONE], 'revoked, done'],
    ['confirmed, and the list fails', ACTIVE, [receipt(), DOWN], 'revoked, done'],
    ['confirmed and still active', ACTIVE, [receipt(), ACTIVE], 'alive, failed'],
    ['said to be already revoked', ACTIVE, [ALREADY, REVOKED], 'already_revoked, done'],
    ['said to be already revoked, and active', ACTIVE, [ALREADY, ACTIVE], 'alive, failed'],
    ['revoked before', REVOKED, [DOWN, REVOKED], 'already_revoked, done'],
    ['revoked before, and active after', REVOKED, [receipt(), ACTIVE], 'alive, failed'],
    ['not found and gone', GONE, [NOT_FOUND, GONE], 'not_found, done'],
    ['not found, and active before', ACTIVE, [NOT_FOUND, GONE], 'revoked, done'],
    ['not found, and the list fails', ACTIVE, [NOT_FOUND, DOWN], 'not_found, done'],
    ['not found and active', ACTIVE, [NOT_FOUND, ACTIVE], 'alive, failed'],
    ['refused and active', ACTIVE, [{ status: 403 }, ACTIVE], 'failed, credentials'],
    ['refused as a conflict and active', ACTIVE, [{ status: 409 }, ACTIVE], 'failed, failed'],
    ['refused, and gone all the same', ACTIVE, [{ status: 403 }, GONE], 'revoked, done'],
    ['refused, and revoked all the same', ACTIVE, [{ status: 409 }, REVOKED], 'revoked, done'],
    ['refused, and the list fails', ACTIVE, [{ status: 409 }, DOWN], 'failed, failed'],
    ['refused, and never listed', GONE, [{ status: 409 }, GONE], 'failed, failed'],
    ['left open and gone', ACTIVE, [DOWN, GONE], 'revoked, done'],
    ['left open and active', ACTIVE, [DOWN, ACTIVE], 'unknown, unknown'],
    ['left open, and the list fails', ACTIVE, [DOWN, DOWN], 'unknown, unknown'],
    ['left open, and never listed', GONE, [DOWN, GONE], 'unknown, unknown'],
    ['without an answer, and never listed', GONE, [doubt, GONE], 'unknown, unknown'],
  ])('that is %s', async (_what, before, replies, expected) => {
    expect(await became(before, replies)).toBe(expected);
  });

  test.each<[string, MadeReply]>([
    ['listed as expired', list(listed({ expires_at: iso(NOW + 1000) }))],
    ['not listed any more', GONE],
  ])(
    'that expired while a refused request was sent, and is %s, was not revoked',
    async (_what, after) => {
      const before = list(listed({ expires_at: iso(NOW + 1000) }));
      const late = (reply: MadeReply) => ({ ...reply, afterMs: 1000 });
      expect(await became(before, [late({ status: 409 }), after])).toBe('failed, failed');
      expect(await became(before, [late(DOWN), after])).toBe('unknown, unknown');
      expect(await became(before, [late(receipt()), after])).toBe('revoked, done');
    },
  );

  test("that expired by the server's clock alone was not revoked", async () => {
    const before = list(listed({ expires_at: iso(NOW + 1000) }));
    const headers = { date: new Date(NOW + 60_000).toUTCString() };
    expect(await became(before, [{ status: 409 }, { ...GONE, headers }])).toBe('failed, failed');
    expect(await became(before, [{ status: 409 }, GONE])).toBe('revoked, done');
  });

  test('of a list that is not whole is not gone', async () => {
    const partial = { status: 200, body: { tokens: [], has_more: true } };
    expect(await became(ACTIVE, [DOWN, partial])).toBe('unknown, unknown');
  });

  test('of the first releases is accepted until the list shows more', async () => {
    const settings = { ...SETTINGS, legacy_revoke: '1' };
    const message = { status: 200, body: { message: 'Token revoked successfully' } };
    const after = async (last: MadeReply, before = ACTIVE) => {
      const world = makeContext({ settings });
      const session = await connect(world.context);
      world.answer(message, last);
      return (await revokeOldToken(session, JTI, answerOf(before))).status;
    };
    expect(await after(DOWN)).toBe('accepted');
    expect(await after(GONE, GONE)).toBe('accepted');
    expect(await after(ACTIVE)).toBe('alive');
    expect(await after(GONE)).toBe('revoked');
  });

  test('whose request is refused says why, and a list that fails is said', async () => {
    const { result, warnings } = await end(ACTIVE, [says(409, 'busy'), DOWN]);
    expect(result.why).toMatch(/busy/);
    expect(result.after).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^the old token could not be checked: /)]);
  });

  test.each<[string, MadeReply, readonly MadeReply[], string | null]>([
    [
      'of the receipt',
      ACTIVE,
      [receipt({ revoked_at: iso(NOW - 1000) }), REVOKED],
      '2026-11-28T11:59:59Z',
    ],
    ['of the list after it', ACTIVE, [ALREADY, REVOKED], '2026-11-28T12:00:00Z'],
    ['of the list before it', REVOKED, [ALREADY, DOWN], '2026-11-28T12:00:00Z'],
    ['that nobody says', ACTIVE, [ALREADY, GONE], null],
    [
      'of another token, which does not count',
      ACTIVE,
      [ALREADY, list(listed({ jti: 'jti_two', revoked_at: iso(NOW) }))],
      null,
    ],
  ])('has the date %s', async (_what, before, replies, expected) => {
    expect((await end(before, replies)).result.revokedAt).toBe(expected);
  });

  test('whose end a fault of this program met is not called anything', async () => {
    const fault = new TypeError('a fault');
    await expect(end(ACTIVE, [{ status: 0, error: fault }])).rejects.toBe(fault);
    await expect(end(ACTIVE, [receipt(), { status: 0, error: fault }])).rejects.toBe(fault);
  });

  test('whose login is rejected ends as a matter of credentials', async () => {
    const error = credentialsError('no', 'log in again');
    expect(await became(ACTIVE, [{ status: 0, error }, DOWN])).toBe('failed, credentials');
  });
});
