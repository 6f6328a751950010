import {
  createWorld,
  environmentOf,
  faultOf,
  revokeOne,
  targets,
  type Given,
  type TestWorld,
} from '../../test/support/ably.js';
import { isRevokeError } from '../../src/contract/index.js';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';

const REVOKE = /^POST .*revokeTokens$/;
const HOUR_MS = 3_600_000;

const closing: (() => Promise<void>)[] = [];
let emulator: AblyEmulator;
beforeEach(async () => {
  emulator = await startAblyEmulator();
  closing.push(emulator.close);
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function worldOf(given: Given = {}): Promise<TestWorld> {
  const world = await createWorld({ env: environmentOf(emulator), ...given });
  closing.push(world.close);
  return world;
}

function sent() {
  return emulator.server.requests
    .filter(({ method, path }) => REVOKE.test(`${method} ${path}`))
    .map((request) => ({ request, body: JSON.parse(request.body.toString()) }));
}

/** What the server's clock says in its lies, however long a test before them took. */
const AT = Date.now();

function lie(status: number, body: unknown, headers: Record<string, string> = {}): void {
  emulator.server.addFault({
    kind: 'lie',
    match: REVOKE,
    times: Infinity,
    reply: { status, headers: { date: new Date(AT).toUTCString(), ...headers }, body },
  });
}

/** As the engine has it: an error that is in doubt leaves its targets unknown. */
async function outcomeOf(revoker: Parameters<typeof revokeOne>[0], text: string) {
  try {
    return await revokeOne(revoker, text);
  } catch (thrown) {
    if (!isRevokeError(thrown)) throw thrown;
    const { code, message, inDoubt } = thrown;
    return { target: text, status: inDoubt ? 'unknown' : 'failed', error: { code, message } };
  }
}

describe('one request', () => {
  test('what is sent, and what is said of it', async () => {
    const revoker = await (await worldOf()).open();
    const token = emulator.issueToken({ clientId: 'bob', issued: emulator.now() - 1000 });
    const verdict = await revokeOne(revoker, 'clientId:bob');
    expect(emulator.isAlive(token)).toBe(false);
    const [one] = sent();
    expect(sent()).toHaveLength(1);
    expect(one?.request.url).toBe('/keys/s57drg.3bnE1Q/revokeTokens');
    expect(one?.request.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'x-ably-version': '6',
      'ably-agent': 'revoke-cli',
      authorization: `Basic ${Buffer.from(emulator.apiKey('s57drg.3bnE1Q')).toString('base64')}`,
    });
    expect(one?.body).toEqual({ targets: ['clientId:bob'] });
    const [rule] = emulator.rules;
    expect(verdict).toEqual({
      target: 'clientId:bob',
      status: 'revoked',
      issued_before: new Date(rule?.issuedBefore ?? 0).toISOString(),
      applies_at: new Date(rule?.appliesAt ?? 0).toISOString(),
      allow_reauth_margin: false,
    });
    expect(revoker.scope).toEqual({ app_id: 's57drg', key_name: 's57drg.3bnE1Q' });
    expect(revoker.endpoint).toBe(emulator.server.url);
    expect(revoker.laneNames).toEqual(['']);
  });

  test('a hundred targets at once, values with colons among them', async () => {
    const revoker = await (await worldOf()).open();
    const many = Array.from({ length: 100 }, (_, index) => `channel:a:b:${index}`);
    const verdicts = await revoker.revoke(targets(...many), {});
    expect(verdicts.map(({ status }) => status)).toEqual(many.map(() => 'revoked'));
    expect(emulator.ruleCount).toBe(100);
    expect(sent()).toHaveLength(1);
  });

  test('the margin puts it off: accepted, with the time from which on', async () => {
    const revoker = await (await worldOf({ options: { allowReauthMargin: true } })).open();
    const before = emulator.now();
    const verdict = await revokeOne(revoker, 'revocationKey:group1');
    expect(sent()[0]?.body).toEqual({ targets: ['revocationKey:group1'], allowReauthMargin: true });
    expect(verdict).toMatchObject({ status: 'accepted', allow_reauth_margin: true });
    expect(Date.parse(String(verdict['applies_at']))).toBeGreaterThan(before + 30_000);
  });

  test("now is judged by the server's clock, not by ours, and a clock far from ours is said", async () => {
    emulator.setClockOffset(10 * 60_000);
    const world = await worldOf();
    const revoker = await world.open();
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    expect(await revokeOne(revoker, 'clientId:eve')).toMatchObject({ status: 'revoked' });
    expect(world.warnings).toEqual([
      expect.stringContaining('the clock of Ably is 10 minutes ahead'),
    ]);
    emulator.setClockOffset(-10 * 60_000);
    const late = await (await worldOf({ options: { allowReauthMargin: true } })).open();
    expect(await revokeOne(late, 'clientId:eve')).toMatchObject({ status: 'accepted' });
  });

  test('one failing target hides no other', async () => {
    emulator.set({ channelTargets: false });
    const revoker = await (await worldOf()).open();
    const verdicts = await revoker.revoke(targets('clientId:a', 'channel:x', 'clientId:b'), {});
    expect(verdicts.map(({ target, status }) => [target, status])).toEqual([
      ['clientId:a', 'revoked'],
      ['channel:x', 'failed'],
      ['clientId:b', 'revoked'],
    ]);
    expect(verdicts[1]?.error).toMatchObject({
      code: 'channel_not_enabled',
      provider_code: 40121,
      hint: expect.stringContaining('clientId:'),
    });
  });

  test('channels alone that are not enabled stop nothing else', async () => {
    emulator.set({ channelTargets: false });
    const revoker = await (await worldOf()).open();
    expect(await revokeOne(revoker, 'channel:x')).toMatchObject({ status: 'failed' });
  });
});

describe('the three shapes of an answer', () => {
  const good = { target: 'clientId:a', issuedBefore: AT, appliesAt: AT };
  const bad = {
    target: 'clientId:b',
    error: { code: 40000, statusCode: 400, message: 'no good' },
  };
  test.each([
    ['a BatchResult', 201, { successCount: 1, failureCount: 1, results: [good, bad] }],
    ['a BatchResult, 200', 200, { successCount: 1, failureCount: 1, results: [bad, good] }],
    ['a bare list', 201, [good, bad]],
    [
      '400 with batchResponse',
      400,
      { error: { code: 40020, statusCode: 400, message: 'errors' }, batchResponse: [good, bad] },
    ],
  ])('%s', async (_shape, status, body) => {
    lie(status, body);
    const revoker = await (await worldOf()).open();
    const verdicts = await revoker.revoke(targets('clientId:a', 'clientId:b'), {});
    expect(verdicts).toEqual([
      {
        target: 'clientId:a',
        status: 'revoked',
        issued_before: new Date(AT).toISOString(),
        applies_at: new Date(AT).toISOString(),
        allow_reauth_margin: false,
      },
      {
        target: 'clientId:b',
        status: 'failed',
        error: expect.objectContaining({ code: 'bad_request', provider_code: 40000 }),
      },
    ]);
  });
});

describe('lies', () => {
  const result = (entry: object) => ({ successCount: 1, failureCount: 0, results: [entry] });
  const good = { target: 'clientId:bob', issuedBefore: AT, appliesAt: AT };

  test.each([
    ['a web page', 200, '<!doctype html><p>Welcome'],
    ['nothing', 204, undefined],
    ['text', 200, 'OK'],
    ['an empty object', 200, {}],
    ['terms without results', 200, { issuedBefore: AT, appliesAt: AT }],
    ['a string', 200, '"revoked"'],
    ['half of an answer', 201, JSON.stringify(result(good)).slice(0, -9)],
  ])('%s is unknown as a whole', async (_lie, status, body) => {
    lie(status, body);
    const revoker = await (await worldOf()).open();
    const fault = await faultOf(revoker.revoke(targets('clientId:bob'), {}));
    expect(fault).toMatchObject({ code: 'unexpected_answer', inDoubt: true, kind: 'in_doubt' });
  });

  test.each([
    ['another target', result({ ...good, target: 'clientId:eve' }), 'no_result'],
    ['no results', { successCount: 0, failureCount: 0, results: [] }, 'no_result'],
    ['counts that disagree', { ...result(good), successCount: 0, failureCount: 1 }, 'no_result'],
    ['a time that is text', result({ ...good, appliesAt: String(AT) }), 'unexpected_answer'],
    ['a broken number', result({ ...good, issuedBefore: AT + 0.5 }), 'unexpected_answer'],
    ['seconds', result({ ...good, issuedBefore: Math.floor(AT / 1000) }), 'unexpected_answer'],
    ['no terms', result({ target: 'clientId:bob' }), 'unexpected_answer'],
    ['an error that is none', [{ ...good, error: true }], 'unexpected_answer'],
  ])('%s is unknown', async (_lie, body, code) => {
    lie(201, body);
    const revoker = await (await worldOf()).open();
    const verdict = await revokeOne(revoker, 'clientId:bob');
    expect(verdict).toMatchObject({ status: 'unknown', error: { code } });
    expect(verdict).not.toHaveProperty('applies_at');
  });

  const error = { code: 40000, statusCode: 400, message: 'no' };
  test.each([
    ['an error beside terms', 200, [{ ...good, error }]],
    ['success: false beside terms', 200, [{ ...good, success: false }]],
    ['a second result with an error', 200, [good, { target: 'clientId:bob', error }]],
    ['a second result with other terms', 200, [good, { ...good, appliesAt: AT + 5000 }]],
    ['an error and then terms', 200, [{ target: 'clientId:bob', error }, good]],
    ['terms and an error in a 400', 400, { error, batchResponse: [{ ...good, error }] }],
    [
      'a key twice',
      200,
      `[{"target":"clientId:bob","issuedBefore":${AT - 9},"issuedBefore":${AT},"appliesAt":${AT}}]`,
    ],
    ['results beside an error', 200, { ...result(good), error }],
    ['results beside success: false', 200, { ...result(good), success: false }],
    ['a 202 with results', 202, result(good)],
    ['a 206 with results', 206, result(good)],
    ['a redirect with results', 302, result(good)],
  ])('%s is unknown', async (_lie, status, body) => {
    const revoker = await (await worldOf()).open();
    lie(status, body);
    expect(await outcomeOf(revoker, 'clientId:bob')).toMatchObject({ status: 'unknown' });
    expect(emulator.ruleCount).toBe(1);
  });

  test('the same result twice is one result, and an empty error is none', async () => {
    const revoker = await (await worldOf()).open();
    const fresh = { ...good, error: null };
    lie(200, [fresh, fresh]);
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
  });

  test('a rule for a day to come, or for the year 2500, is unknown', async () => {
    const revoker = await (await worldOf()).open();
    for (const appliesAt of [AT + 24 * HOUR_MS, Date.UTC(2500, 0)]) {
      lie(200, [{ ...good, appliesAt }]);
      expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({
        status: 'unknown',
        error: { code: 'unexpected_answer' },
      });
      emulator.server.clearFaults();
    }
  });

  test('a cut-off clearly before the first try is unknown, where none was asked for', async () => {
    const world = await worldOf();
    const revoker = await world.open();
    lie(200, [{ ...good, issuedBefore: AT - 60_000 }]);
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({
      status: 'unknown',
      error: { code: 'cutoff_mismatch' },
    });
    emulator.server.clearFaults();
    lie(200, [{ ...good, issuedBefore: AT - 3000 }]);
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    // A machine that is slow enough finds the clock of the lies too far behind.
    expect(world.warnings.filter((text) => !text.includes('the clock of Ably'))).toEqual([]);
  });

  test('503 and then a refusal may have taken effect: unknown', async () => {
    const refusals = [
      [400, { error }],
      [
        400,
        { error: { ...error, code: 40020 }, batchResponse: [{ target: 'clientId:bob', error }] },
      ],
      [201, { successCount: 0, failureCount: 1, results: [{ target: 'clientId:bob', error }] }],
    ] as const;
    for (const [status, body] of refusals) {
      const revoker = await (await worldOf({ retries: 1 })).open();
      const reply = { status: 503, headers: { 'retry-after': '0' } };
      emulator.server.addFault({ kind: 'lie', match: REVOKE, times: 1, reply });
      lie(status, body);
      expect(await outcomeOf(revoker, 'clientId:bob')).toMatchObject({
        status: 'unknown',
        error: { message: expect.stringContaining('an earlier try got no answer') },
      });
      emulator.server.clearFaults();
    }
    expect(emulator.ruleCount).toBeGreaterThan(0);
  });

  test('an earlier cut-off than was asked for leaves tokens alive', async () => {
    lie(200, [good]);
    const world = await worldOf({ options: { issuedBefore: '1s' } });
    const revoker = await world.open();
    emulator.server.clearFaults();
    lie(200, [{ ...good, issuedBefore: AT - 60_000 }]);
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({
      status: 'unknown',
      error: { code: 'cutoff_mismatch' },
    });
  });

  test('an answer that breaks off is unknown', async () => {
    emulator.server.addFault({ kind: 'truncate', match: REVOKE });
    const revoker = await (await worldOf()).open();
    const fault = await faultOf(revoker.revoke(targets('clientId:bob'), {}));
    expect(fault).toMatchObject({ code: 'no_answer', inDoubt: true });
  });
});

describe('the cut-off of retries', () => {
  test.each([
    ['the server is five minutes ahead', 300_000],
    ['the server is five minutes behind', -300_000],
  ])('is the moment of the first try: %s', async (_case, offset) => {
    emulator.setClockOffset(offset);
    let passed = 0;
    const world = await worldOf({
      retries: 3,
      onPause: (ms) => emulator.setClockOffset(offset + (passed += ms)),
    });
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reset', after: true, match: REVOKE });
    emulator.server.addFault({
      kind: 'reply',
      match: REVOKE,
      reply: { status: 503, headers: { 'retry-after': '120' } },
    });
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    const [first, second, third] = sent();
    expect(sent()).toHaveLength(3);
    expect(passed).toBeGreaterThanOrEqual(120_000);
    const moment = (first?.request.at ?? 0) + offset;
    expect(first?.body).toEqual({ targets: ['clientId:bob'] });
    for (const { body } of [second, third].filter((one) => one !== undefined)) {
      expect(body.issuedBefore).toBeLessThanOrEqual(moment);
      expect(body.issuedBefore).toBeGreaterThan(moment - 2000);
    }
    for (const rule of emulator.rules.slice(1)) {
      expect(rule.issuedBefore).toBeLessThanOrEqual(moment);
    }
  });

  test("a clock of ours that was set back moves no cut-off past the server's now", async () => {
    let back = -30 * 60_000;
    const world: TestWorld = await worldOf({
      retries: 1,
      onPause() {
        world.advance(back);
        back = 0;
      },
    });
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reset', after: true, match: REVOKE });
    await revokeOne(revoker, 'clientId:bob');
    expect(sent()[1]?.body.issuedBefore).toBeLessThanOrEqual(emulator.now());
  });

  test('a clock of ours that is set back between two retries moves the cut-off no further', async () => {
    let back = -30 * 60_000;
    const world: TestWorld = await worldOf({
      retries: 2,
      onPause(ms) {
        emulator.setClockOffset(60_000);
        if (sent().length < 2) return;
        world.advance(back - ms);
        back = 0;
      },
    });
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reset', after: true, match: REVOKE, times: 2 });
    await revokeOne(revoker, 'clientId:bob');
    const [, second, third] = sent().map(({ body }) => body.issuedBefore as number);
    expect(second).toBeGreaterThan(0);
    expect(third).toBe(second);
  });

  test('a token that was issued between two tries lives on', async () => {
    let passed = 0;
    const world = await worldOf({
      retries: 1,
      onPause: (ms) => emulator.setClockOffset((passed += ms)),
    });
    const revoker = await world.open();
    const reply = { status: 503, headers: { 'retry-after': '60' } };
    emulator.server.addFault({ kind: 'reply', match: REVOKE, reply });
    const old = emulator.issueToken({ clientId: 'bob', issued: emulator.now() - 10_000 });
    const newer = emulator.issueToken({ clientId: 'bob', issued: emulator.now() + 30_000 });
    await revokeOne(revoker, 'clientId:bob');
    expect([emulator.isAlive(old), emulator.isAlive(newer)]).toEqual([false, true]);
  });

  test('without the time of the server nothing is sent again: unknown', async () => {
    const world = await worldOf({ retries: 1 });
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reset', after: true, match: REVOKE });
    emulator.server.addFault({
      kind: 'reply',
      match: /^GET \/time$/,
      times: Infinity,
      reply: { status: 200, body: ['now'] },
    });
    const fault = await faultOf(revoker.revoke(targets('clientId:bob'), {}));
    expect(fault).toMatchObject({ code: 'no_server_time', inDoubt: true, kind: 'in_doubt' });
    expect(sent()).toHaveLength(1);
  });

  test('a resumed attempt keeps the moment of the first run', async () => {
    emulator.setClockOffset(90_000);
    const world = await worldOf();
    const revoker = await world.open();
    const firstTriedAt = world.clock.now() - 20 * 60_000;
    const [verdict] = await revoker.revoke(targets('clientId:bob'), { firstTriedAt });
    const { issuedBefore } = sent()[0]?.body ?? {};
    expect(issuedBefore).toBeLessThanOrEqual(firstTriedAt + 90_000);
    expect(issuedBefore).toBeGreaterThan(firstTriedAt + 90_000 - 2000);
    expect(verdict).toMatchObject({
      status: 'revoked',
      issued_before: new Date(issuedBefore).toISOString(),
    });
  });

  test('a first try of an hour ago is not sent again', async () => {
    const world = await worldOf();
    const revoker = await world.open();
    const firstTriedAt = world.clock.now() - HOUR_MS + 1000;
    const fault = await faultOf(revoker.revoke(targets('clientId:bob'), { firstTriedAt }));
    expect(fault).toMatchObject({ code: 'cutoff_expired', inDoubt: false, affects: 'target' });
    expect(sent()).toEqual([]);
  });

  test('a pause of an hour in one run ends the same', async () => {
    let passed = 0;
    const world = await worldOf({
      retries: 1,
      onPause: (ms) => emulator.setClockOffset((passed += ms)),
    });
    const revoker = await world.open();
    const reply = { status: 429, headers: { 'retry-after': '3599' } };
    emulator.server.addFault({ kind: 'reply', match: REVOKE, reply });
    const fault = await faultOf(revoker.revoke(targets('clientId:bob'), {}));
    expect(fault).toMatchObject({ code: 'cutoff_expired' });
    expect(emulator.ruleCount).toBe(0);
  });
});

describe('--issued-before', () => {
  test("so long ago is counted by the server's clock", async () => {
    emulator.setClockOffset(300_000);
    const revoker = await (await worldOf({ options: { issuedBefore: '10m' } })).open();
    await revokeOne(revoker, 'clientId:bob');
    const { issuedBefore } = sent()[0]?.body ?? {};
    expect(Math.abs(issuedBefore - (emulator.now() - 600_000))).toBeLessThan(5000);
  });

  test('on a resume it is counted from the first run', async () => {
    const world = await worldOf({ options: { issuedBefore: '10m' } });
    const revoker = await world.open();
    const firstTriedAt = world.clock.now() - 20 * 60_000;
    await revoker.revoke(targets('clientId:bob'), { firstTriedAt });
    const { issuedBefore } = sent()[0]?.body ?? {};
    expect(Math.abs(issuedBefore - (firstTriedAt - 600_000))).toBeLessThan(5000);
  });

  test('a moment is sent as it is, and planned', async () => {
    const at = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    const text = new Date(at).toISOString();
    const revoker = await (await worldOf({ options: { issuedBefore: text } })).open();
    await revokeOne(revoker, 'clientId:bob');
    expect(sent()[0]?.body).toEqual({ targets: ['clientId:bob'], issuedBefore: at });
    expect(revoker.plannedFacts?.({ id: 'clientId:bob' })).toEqual({
      issued_before: text,
      allow_reauth_margin: false,
    });
  });

  test.each([
    ['3601s', 'an hour ago or more'],
    ['1h', 'an hour ago or more'],
    ['2020-01-01T00:00:00Z', 'an hour ago or more'],
    ['2999-01-01T00:00:00Z', 'in the future'],
    ['4102444800000', 'in the future'],
    ['1700000000', 'looks like seconds'],
    ['2026-01-01', 'needs a time'],
    ['yesterday', 'needs a time'],
    ['-5m', 'needs a time'],
    ['', 'needs a time'],
  ])('"%s" is refused, and nothing is sent', async (issuedBefore, message) => {
    const world = await worldOf({ options: { issuedBefore } });
    const fault = await faultOf(world.open());
    expect(fault).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
    expect(fault.message).toContain('--issued-before');
    expect(emulator.server.requests).toEqual([]);
  });
});
