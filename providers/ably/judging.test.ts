/** What a run of Ably asks for, and what a probe of it shows, without a server. */
import { MADE_NOW as NOW } from '../../test/support/made-answers.js';
import { makeContext, type MadeReply } from '../../test/support/made-context.js';
import { optionsOf } from '../../src/context/option-values.js';
import { isRevokeError, type Lane } from '../../src/contract/index.js';
import { openProbe } from './probe.js';
import { openAbly } from './revoker.js';

const KEY = 's57drg.3bnE1Q:s3cr3t-of-the-key';
const NAME = 's57drg.3bnE1Q';
const ENDPOINT = 'https://ably.example';
const BOB = { id: 'clientId:bob' };
const MINUTE = 60_000;

async function open(
  options: Readonly<Record<string, unknown>> = {},
  settings: Readonly<Record<string, string>> = { api_key: KEY, endpoint: 'ably.example' },
  replies: readonly MadeReply[] = [],
) {
  const world = makeContext({ settings });
  world.answer(...replies);
  const revoker = await openAbly(world.context, optionsOf(options));
  const [lane] = revoker.lanes;
  return { ...world, revoker, lane, send: sender(lane, world) };
}

/** Sends one batch: what it came to, and the bodies that were sent for it. */
function sender(lane: Lane, { http, answer, requests }: ReturnType<typeof makeContext>) {
  return async (replies: readonly MadeReply[], firstTriedAt?: number) => {
    answer(...replies);
    const before = requests.length;
    const attempt = { http, ...(firstTriedAt !== undefined && { firstTriedAt }) };
    const verdicts = await lane.revoke([BOB], attempt).catch((error: unknown) => {
      if (!isRevokeError(error)) throw error;
      return [{ target: BOB.id, status: error.kind, code: error.code }];
    });
    const bodies = requests.slice(before).flatMap((request) => request.bodies);
    return { verdict: verdicts[0], bodies: bodies.map((body) => JSON.parse(body)) };
  };
}

const terms = (issuedBefore: number): MadeReply => ({
  status: 201,
  body: { results: [{ target: BOB.id, issuedBefore, appliesAt: NOW }] },
});
const time = (ms: number, more: object = {}): MadeReply => ({ status: 200, body: [ms], ...more });
const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isRevokeError(error) ? `${error.kind} ${error.code}` : error;
};

describe('one request', () => {
  test('goes to the endpoint with the key as its login, and names the targets alone', async () => {
    const { send, requests } = await open();
    const { verdict, bodies } = await send([terms(NOW)]);
    expect(bodies).toEqual([{ targets: ['clientId:bob'] }]);
    expect(requests).toMatchObject([
      {
        method: 'POST',
        origin: ENDPOINT,
        fallbackOrigins: [],
        path: `/keys/${NAME}/revokeTokens`,
        headers: {
          authorization: `Basic ${Buffer.from(KEY).toString('base64')}`,
          'x-ably-version': '6',
        },
      },
    ]);
    expect(verdict).toEqual({
      target: 'clientId:bob',
      status: 'revoked',
      issued_before: new Date(NOW).toISOString(),
      applies_at: new Date(NOW).toISOString(),
      allow_reauth_margin: false,
    });
  });

  test('asks for the time to log in again where that is asked for', async () => {
    const { send } = await open({ allowReauthMargin: true });
    const { verdict, bodies } = await send([terms(NOW)]);
    expect(bodies).toEqual([{ targets: ['clientId:bob'], allowReauthMargin: true }]);
    expect(verdict).toMatchObject({ allow_reauth_margin: true });
  });

  test('an answer that says no is thrown', async () => {
    const { send } = await open();
    const answer = { status: 401, body: { error: { code: 40131, message: 'No' } } };
    expect((await send([answer])).verdict).toMatchObject({ code: 'credentials_rejected' });
  });

  test('an answer whose clock is far from ours is said once', async () => {
    const { send, warnings } = await open();
    const headers = { date: new Date(NOW + 60 * MINUTE).toUTCString() };
    await send([{ ...terms(NOW), headers }]);
    await send([{ ...terms(NOW), headers }]);
    expect(warnings).toEqual([expect.stringMatching(/^the clock of Ably is 60 minutes ahead/)]);
  });
});

describe('the cut-off', () => {
  const AHEAD = 5 * MINUTE;
  const late = (ms: number, afterMs: number) => time(ms, { afterMs });

  test('is left to the server at the first try, and later is the moment of that one by its clock', async () => {
    const { send } = await open();
    const reply = { ...terms(NOW + AHEAD), tries: 3, inDoubt: true };
    const { bodies } = await send([
      reply,
      late(NOW + AHEAD + 2000, 2000),
      // The server's clock was set back between the tries.
      late(NOW + AHEAD + 1000, 1500),
    ]);
    const targets = ['clientId:bob'];
    expect(bodies).toEqual([
      { targets },
      { targets, issuedBefore: NOW + AHEAD },
      { targets, issuedBefore: NOW + AHEAD + 1000 - 3500 },
    ]);
  });

  test('never moves forward between tries', async () => {
    const { send } = await open();
    const reply = { ...terms(NOW), tries: 3, inDoubt: true };
    const { bodies } = await send([reply, late(NOW, 1000), late(NOW + MINUTE, 1000)]);
    expect(bodies.map(({ issuedBefore }) => issuedBefore)).toEqual([
      undefined,
      NOW - 1000,
      NOW - 1000,
    ]);
  });

  test('of a run that is continued is the moment of its first try, from the first request on', async () => {
    const { send } = await open();
    const issuedBefore = NOW + AHEAD - 10 * MINUTE;
    const exact = await send([terms(issuedBefore), time(NOW + AHEAD)], NOW - 10 * MINUTE);
    expect(exact.bodies).toEqual([{ targets: ['clientId:bob'], issuedBefore }]);
    expect(exact.verdict).toMatchObject({ status: 'revoked' });
    const earlier = await send([terms(issuedBefore - 1), time(NOW + AHEAD)], NOW - 10 * MINUTE);
    expect(earlier.verdict).toMatchObject({ status: 'unknown' });
  });

  test('that has left the hour that Ably accepts is refused, and nothing is sent', async () => {
    const { send } = await open();
    const { verdict, bodies } = await send([terms(NOW), time(NOW)], NOW - 60 * MINUTE);
    expect(verdict).toMatchObject({ status: 'refused', code: 'cutoff_expired' });
    expect(bodies).toEqual([]);
  });

  test('that cannot be found leaves a target open where the first try may have landed', async () => {
    const down = { status: 500 };
    const { send } = await open();
    const twice = { ...terms(NOW), tries: 2 };
    expect((await send([{ ...twice, inDoubt: true }, down])).verdict).toMatchObject({
      status: 'in_doubt',
      code: 'no_server_time',
    });
    expect((await send([terms(NOW), down], NOW - MINUTE)).verdict).toMatchObject({
      code: 'no_server_time',
    });
    expect((await send([twice, down])).verdict).toMatchObject({
      status: 'refused',
      code: 'server_error',
    });
  });

  test('that Ably used is compared with the first try, not with the answer', async () => {
    const { send } = await open();
    const slow = (issuedBefore: number) => ({ ...terms(issuedBefore), afterMs: MINUTE });
    expect((await send([slow(NOW - 10_000)])).verdict).toMatchObject({ status: 'revoked' });
    const { send: again } = await open();
    expect((await again([slow(NOW - 10_001)])).verdict).toMatchObject({
      status: 'unknown',
      error: { code: 'cutoff_mismatch' },
    });
  });
});

describe('--issued-before', () => {
  const AT = NOW - 20 * MINUTE;
  const at = { issuedBefore: new Date(AT).toISOString() };

  test('a moment is asked for as it stands, at every try and in a run that is continued', async () => {
    const { send, revoker } = await open(at);
    const twice = { ...terms(AT), tries: 2, inDoubt: true };
    const { verdict, bodies } = await send([twice]);
    expect(bodies.map(({ issuedBefore }) => issuedBefore)).toEqual([AT, AT]);
    expect(verdict).toMatchObject({ status: 'revoked', issued_before: at.issuedBefore });
    expect((await send([terms(AT)], NOW - MINUTE)).bodies).toMatchObject([{ issuedBefore: AT }]);
    expect(revoker.terms).toEqual(at);
    expect(revoker.plannedFacts?.(BOB)).toEqual({
      issued_before: at.issuedBefore,
      allow_reauth_margin: false,
    });
    expect(revoker.consequences([BOB], 1)[0]).toContain(at.issuedBefore);
  });

  test("an age is counted from the server's clock, which is asked once", async () => {
    const AHEAD = 5 * MINUTE;
    const { send, requests } = await open({ issuedBefore: '10m' }, undefined, [time(NOW + AHEAD)]);
    expect(requests).toMatchObject([{ method: 'GET', path: '/time', origin: ENDPOINT }]);
    const issuedBefore = NOW + AHEAD - 10 * MINUTE;
    const twice = { ...terms(issuedBefore), tries: 2, inDoubt: true };
    expect((await send([twice])).bodies).toMatchObject([{ issuedBefore }, { issuedBefore }]);
  });

  test('an age in a run that is continued is counted from its first try', async () => {
    const { send } = await open({ issuedBefore: '10m' }, undefined, [time(NOW)]);
    const issuedBefore = NOW + 1000 - 15 * MINUTE;
    const twice = { ...terms(issuedBefore), tries: 2, inDoubt: true };
    const { bodies } = await send([twice, time(NOW + 1000)], NOW - 5 * MINUTE);
    expect(bodies).toMatchObject([{ issuedBefore }, { issuedBefore }]);
  });

  test('an Ably that used an earlier moment than was asked for leaves its target open', async () => {
    const { send } = await open(at);
    expect((await send([terms(AT - 1)])).verdict).toMatchObject({
      status: 'unknown',
      error: { code: 'cutoff_mismatch' },
    });
  });

  test('what is no time is refused before anything is read', async () => {
    const world = makeContext({ settings: { api_key: KEY } });
    const refused = openAbly(world.context, optionsOf({ issuedBefore: 'soon' }));
    expect(await codeOf(refused)).toMatch(/^usage /);
    expect(world.requests).toEqual([]);
  });
});

describe('what a run is opened with', () => {
  test('a key of one app and no more: a lane without a name, for its scope', async () => {
    const { revoker, lane, details, requests } = await open();
    expect(revoker.lanes).toHaveLength(1);
    expect(lane).toMatchObject({
      name: '',
      endpoint: ENDPOINT,
      scope: { app_id: 's57drg', key_name: NAME },
    });
    expect(lane.check).toBeUndefined();
    expect(revoker.terms).toBeUndefined();
    expect(revoker.plannedFacts?.(BOB)).toEqual({ allow_reauth_margin: false });
    expect(revoker.promptDetails).toEqual([
      ['App', 's57drg'],
      ['Key', NAME],
      ['Endpoint', ENDPOINT],
      ['Login', 'api_key'],
    ]);
    expect(requests).toEqual([]);
    expect(details.join()).toContain(NAME);
    expect(`${details.join()}${JSON.stringify(revoker.promptDetails)}`).not.toContain('s3cr3t');
  });

  const control = (...keys: readonly string[]): readonly MadeReply[] => [
    { status: 200, body: { account: { id: 'a1' } } },
    { status: 200, body: [{ id: 's57drg', name: 'Orders' }] },
    {
      status: 200,
      body: keys.map((id) => ({
        appId: 's57drg',
        id,
        name: id,
        status: 0,
        revocableTokens: true,
        key: `s57drg.${id}:${id}-of-the-key`,
      })),
    },
  ];
  const settings = { access_token: 'control-token', endpoint: 'ably.example' };

  test('several keys: a lane for each, which sends as that key alone', async () => {
    const all = await open({ allKeys: true }, settings, control('3bnE1Q', 'Qm8xTw'));
    const { revoker, requests } = all;
    const names = ['s57drg.3bnE1Q', 's57drg.Qm8xTw'];
    expect(revoker.lanes.map(({ name, scope }) => [name, scope])).toEqual(
      names.map((name) => [name, { app_id: 's57drg', key_name: name }]),
    );
    expect(revoker.promptDetails).toContainEqual(['Keys', names.join(', ')]);
    for (const lane of revoker.lanes) await sender(lane, all)([terms(NOW)]);
    const logins = ['3bnE1Q', 'Qm8xTw'].map((id) =>
      Buffer.from(`s57drg.${id}:${id}-of-the-key`).toString('base64'),
    );
    expect(requests.slice(3)).toMatchObject(
      names.map((name, index) => ({
        path: `/keys/${name}/revokeTokens`,
        headers: { authorization: `Basic ${logins[index]}` },
      })),
    );
    all.answer(
      { status: 200, body: [] },
      { status: 401, body: { error: { code: 40160, message: 'No' } } },
    );
    expect(await revoker.tryLogin?.()).toBe(true);
    expect(requests.slice(5)).toMatchObject(
      logins.map((login) => ({ method: 'GET', headers: { authorization: `Basic ${login}` } })),
    );
  });

  test('a key that Ably does not take is no login', async () => {
    const { revoker, answer } = await open();
    answer({ status: 401, body: { error: { code: 40130, message: 'No' } } });
    expect(await codeOf(Promise.resolve(revoker.tryLogin?.()))).toBe(
      'credentials credentials_rejected',
    );
  });

  test('no endpoint: the main one, with three of its fallbacks', async () => {
    const { send, requests } = await open({}, { api_key: KEY });
    await send([terms(NOW)]);
    const [{ origin, fallbackOrigins } = { origin: '', fallbackOrigins: [] }] = requests;
    expect(origin).toBe('https://main.realtime.ably.net');
    expect(fallbackOrigins).toHaveLength(3);
  });

  test('an endpoint that is none: refused before any key is looked for', async () => {
    const bad = { ...settings, endpoint: 'bad host.example' };
    const world = makeContext({ settings: bad });
    expect(await codeOf(openAbly(world.context, optionsOf({})))).toBe('usage bad_endpoint');
    expect(world.requests).toEqual([]);
  });

  test.each([
    ['revoked', true],
    ['accepted', true],
    ['failed', false],
    ['unknown', false],
  ] as const)(
    'after an outcome that is %s the client may get a new token: %s',
    async (status, is) => {
      const { revoker } = await open();
      const step = revoker.nextStep?.({ provider: 'ably', target: BOB.id, status, at: '' });
      expect(step === undefined ? '' : step).toMatch(is ? /can get a new token/ : /^$/);
    },
  );

  test('a probe: the check of each lane', async () => {
    const world = makeContext({
      settings: { api_key: KEY, endpoint: 'ably.example' },
      files: { '/probe': 'probe-token' },
    });
    const options = optionsOf({ probeTokenFile: '/probe', verify: true });
    const { lanes } = await openAbly(world.context, options);
    expect(lanes[0].check).toMatchObject({ method: 'probe', maxTargets: 1 });
    world.answer({ status: 200, body: [] });
    await lanes[0].check?.check([BOB], { http: world.http });
    expect(world.requests).toMatchObject([{ method: 'GET', origin: ENDPOINT }]);
  });

  test('a probe for several keys: refused as what cannot be verified', async () => {
    const world = makeContext({ settings, files: { '/probe': 'probe-token' } });
    world.answer(...control('3bnE1Q', 'Qm8xTw'));
    const options = optionsOf({ probeTokenFile: '/probe', verify: true, allKeys: true });
    expect(await codeOf(openAbly(world.context, options))).toBe('usage cannot_verify');
  });
});

describe('a probe', () => {
  const ably = (world: ReturnType<typeof makeContext>) => ({
    http: world.http,
    clock: world.context.clock,
    origin: ENDPOINT,
    fallbackOrigins: [],
  });
  const probe = async (text: string, more: object = {}, keys = 1) => {
    const world = makeContext({ files: { '/probe': text } });
    const options = optionsOf({ probeTokenFile: '/probe', verify: true, ...more });
    const opened = openProbe(world.context, options, { ably: ably(world), keys });
    return { ...world, opened };
  };
  const ablySays = (status: number, code: number): MadeReply => ({
    status,
    body: { error: { code, message: 'No' } },
  });

  test('is sent as the bearer, by the connection of the lane, and speaks for every target', async () => {
    const { opened, http, answer, requests, masked } = await probe('probe-token\n');
    answer({ status: 200, body: [] });
    const results = await (await opened)?.check([BOB, { id: 'clientId:eve' }], { http });
    expect(results).toEqual([{ state: 'active' }, { state: 'active' }]);
    expect(requests).toMatchObject([
      {
        method: 'GET',
        origin: ENDPOINT,
        headers: { authorization: `Bearer ${Buffer.from('probe-token').toString('base64')}` },
      },
    ]);
    expect(masked).toContain('probe-token');
  });

  test.each<[string, MadeReply, object]>([
    ['a list', { status: 200, body: [{ id: '1' }] }, { state: 'active' }],
    ['40160, of its capability', ablySays(401, 40160), { state: 'active' }],
    ['40141, revoked', ablySays(401, 40141), { state: 'inactive' }],
  ])('that is answered with %s', async (_what, reply, expected) => {
    const { opened, http, answer } = await probe('probe-token');
    answer(reply);
    expect(await (await opened)?.check([BOB], { http })).toEqual([expected]);
  });

  test.each<[string, MadeReply, string]>([
    ['40142, expired', ablySays(401, 40142), '401, code 40142'],
    ['40143, unknown', ablySays(401, 40143), '401, code 40143'],
    ['40141 with 403', ablySays(403, 40141), '403, code 40141'],
    ['40141 with 200', ablySays(200, 40141), '200, code 40141'],
    ['401 alone', { status: 401 }, '401, code undefined'],
    ['a list with 206', { status: 206, body: [] }, '206, code undefined'],
    ['200 without a list', { status: 200, body: {} }, '200, code undefined'],
    ['a web page', { status: 200, body: '<html>' }, '200, code undefined'],
    ['500', ablySays(500, 50000), '500, code 50000'],
  ])('that is answered with %s proves nothing', async (_what, reply, said) => {
    const { opened, http, answer } = await probe('probe-token');
    answer(reply);
    expect(await (await opened)?.check([BOB], { http })).toEqual([
      { state: 'unclear', reason: `the probe was answered with ${said}` },
    ]);
  });

  test('is none where no file is named', async () => {
    const { opened } = await probe('probe-token', { probeTokenFile: undefined });
    expect(await opened).toBeUndefined();
  });

  test.each<[string, string, object, number, RegExp]>([
    ['without --verify', 'probe-token', { verify: false }, 1, /needs --verify/],
    ['for two keys', 'probe-token', {}, 2, /several keys/],
    ['that is an API key', KEY, {}, 1, /is an API key/],
    ['of two lines', 'one\ntwo', {}, 1, /is not a token/],
    ['with a blank', 'one two', {}, 1, /is not a token/],
    ['with a control character', 'one\u0007two', {}, 1, /is not a token/],
  ])('%s is a usage error, and nothing is sent', async (_what, text, more, keys, words) => {
    const { opened, requests } = await probe(text, more, keys);
    const error = await opened.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(words),
      hint: expect.stringMatching(/\w{3}/),
    });
    expect(requests).toEqual([]);
  });

  test('for two keys is refused as what cannot be verified', async () => {
    expect(await codeOf((await probe('probe-token', {}, 2)).opened)).toBe('usage cannot_verify');
  });
});
