/** Servers that lie, stall, cut off or point elsewhere: nothing is called revoked that was not proved. */
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultKind, Reply } from '../../src/contract/emulator.js';
import { jsonLines, type Ran } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const OTHER = 'jti_live345mno678';

interface Side {
  readonly name: 'ably' | 'workspace';
  readonly args: readonly string[];
  readonly target: string;
  readonly match: RegExp;
  /** Whether the token that is revoked here still opens the data plane. */
  isAlive(stage: Stage): boolean;
}

const ABLY: Side = {
  name: 'ably',
  args: ['ably', '--client-id', 'bob'],
  target: 'clientId:bob',
  match: /^POST \/keys\/[^/]+\/revokeTokens$/,
  isAlive: ({ ably, env }) => ably.isAlive(env['ABLY_SAMPLE_TOKEN'] ?? ''),
};
const WORKSPACE: Side = {
  name: 'workspace',
  args: ['workspace', JTI],
  target: JTI,
  match: /^DELETE .*\/tokens\//,
  isAlive: ({ workspace }) => workspace.isAlive(JTI),
};

function addFault(stage: Stage, side: Side, kind: FaultKind, times = Infinity) {
  stage[side.name].server.addFault({ ...kind, match: side.match, times } as Fault);
}

/** The requests that revoke, as the emulator saw them. */
function sent(stage: Stage, { name, match }: Side) {
  return stage[name].server.requests.filter(({ method, path }) => match.test(`${method} ${path}`));
}

function run(stage: Stage, side: Side, ...more: readonly string[]) {
  return runBy(stage.revoke, side, ...more);
}

/** @param start the built program, or its source in this process */
async function runBy(start: Stage['here'], side: Side, ...more: readonly string[]) {
  const ran = await start([...side.args, '--force', '--json', ...more]);
  const outcomes = jsonLines(ran.stdout);
  return { ...ran, outcome: outcomes[0] ?? {}, outcomes };
}

function expectNoPraise({ stdout, stderr }: Ran) {
  expect(stdout).not.toContain('"status":"revoked"');
  expect(stdout).not.toContain('"status":"accepted"');
  expect(stderr).not.toMatch(/revoked successfully/);
}

const html = '<!doctype html><title>Sign in to the network</title>';
const json = (body: unknown, status = 200): Reply => ({ status, body });
const text = (body: string, type: string): Reply => ({
  status: 200,
  headers: { 'content-type': type },
  body,
});
const at = Date.now();
const terms = { issuedBefore: at, appliesAt: at };

const COMMON: readonly [string, Reply][] = [
  ['HTML', text(html, 'text/html')],
  ['HTML that claims to be JSON', text(html, 'application/json')],
  ['an empty 204', { status: 204 }],
  ['an empty 200', { status: 200 }],
  ['plain text', text('OK', 'text/plain')],
  ['a JSON string', json('"revoked"')],
  ['null', { status: 200, body: 'null' }],
  ['an empty object', json({})],
  ['an empty array', json([])],
  ['true', { status: 200, body: 'true' }],
  ['a 202 that says nothing', json({ message: 'accepted' }, 202)],
  ['a number without end', { status: 200, body: `[${'9'.repeat(500)}` }],
  ['nesting without end', { status: 200, body: '['.repeat(100_000) }],
  ['invalid UTF-8', { status: 200, body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) }],
  ['a header of 10 MB', { status: 200, headers: { 'x-big': 'x'.repeat(10_000_000) }, body: {} }],
];

const OF_WORKSPACE: readonly [string, Reply][] = [
  ['a 202 with a receipt', json({ token_jti: JTI, status: 'revoked' }, 202)],
  ['a 303 with a receipt', json({ token_jti: JTI, status: 'revoked' }, 303)],
  ['a receipt beside an error', json({ token_jti: JTI, status: 'revoked', error: 'failed' })],
  ['a receipt beside success: false', json({ token_jti: JTI, status: 'revoked', success: false })],
  [
    'a status that is there twice',
    { status: 200, body: `{"token_jti":"${JTI}","status":"active","status":"revoked"}` },
  ],
  ['a date to come', json({ token_jti: JTI, revoked_at: '2500-01-01T00:00:00Z' })],
  [
    'another token',
    json({ token_jti: OTHER, status: 'revoked', revoked_at: '2026-01-01T00:00:00Z' }),
  ],
  ['two tokens at once', json({ token_jti: JTI, jti: OTHER, status: 'revoked' })],
  ['another workspace', json({ workspace_id: 'other', token_jti: JTI, status: 'revoked' })],
  ['failed inside', json({ token_jti: JTI, status: 'failed' })],
  ['still active inside', json({ token_jti: JTI, status: 'active' })],
  ['an error inside', json({ error: { code: 'X', message: 'no' } })],
  ['no status and no time', json({ token_jti: JTI })],
  ['a status of a wrong type', json({ token_jti: JTI, status: true })],
  ['a time that is none', json({ token_jti: JTI, status: 'revoked', revoked_at: 'soon' })],
];

const OF_ABLY: readonly [string, Reply][] = [
  ['a 202 with results', json([{ target: 'clientId:bob', ...terms }], 202)],
  [
    'results beside an error',
    json({
      successCount: 1,
      failureCount: 0,
      results: [{ target: 'clientId:bob', ...terms }],
      error: { code: 50000 },
    }),
  ],
  [
    'a failure beside a yes for the same target',
    json({
      successCount: 1,
      failureCount: 1,
      results: [
        { target: 'clientId:bob', ...terms },
        { target: 'clientId:bob', error: { code: 40000, statusCode: 400, message: 'no' } },
      ],
    }),
  ],
  [
    'a rule of the year 2500',
    json([{ target: 'clientId:bob', issuedBefore: at, appliesAt: Date.UTC(2500, 0) }]),
  ],
  [
    'a cut-off of an hour ago',
    json([{ target: 'clientId:bob', issuedBefore: at - 3_600_000, appliesAt: at }]),
  ],
  ['another target', json([{ target: 'clientId:eve', ...terms }])],
  ['another target of the same value', json([{ target: 'revocationKey:bob', ...terms }])],
  ['a target without its terms', json([{ target: 'clientId:bob' }])],
  [
    'terms of a wrong type',
    json([{ target: 'clientId:bob', issuedBefore: 'now', appliesAt: 'now' }]),
  ],
  ['counts without results', json({ successCount: 1, failureCount: 0 })],
  [
    'counts that say the opposite',
    json({ successCount: 0, failureCount: 1, results: [{ target: 'clientId:bob', ...terms }] }),
  ],
  ['an error at the top', json({ error: { code: 50000, statusCode: 500, message: 'no' } })],
  [
    'a server error inside',
    json({
      successCount: 0,
      failureCount: 1,
      results: [{ target: 'clientId:bob', error: { code: 50000, statusCode: 500, message: 'no' } }],
    }),
  ],
];

describe.each([
  ['workspace', WORKSPACE, [...COMMON, ...OF_WORKSPACE]],
  ['ably', ABLY, [...COMMON, ...OF_ABLY]],
])('%s: a yes that proves nothing is unknown', (_name, side, lies) => {
  test.each(lies)('%s', (_lie, reply) =>
    onStage(async (stage) => {
      addFault(stage, side, { kind: 'reply', reply });
      const ran = await runBy(stage.here, side, '--retries', '1');
      expect(ran.code).toBe(4);
      expectNoPraise(ran);
      expect(ran.outcomes).toHaveLength(1);
      expect(ran.outcome).toMatchObject({
        target: side.target,
        status: 'unknown',
        error: { code: expect.any(String), message: expect.any(String) },
      });
      expect(side.isAlive(stage)).toBe(true);
      expect(ran.stdout + ran.stderr).not.toMatch(/ at .*\.(?:cjs|ts):\d+/);
    }),
  );
});

describe.each([
  ['workspace', WORKSPACE],
  ['ably', ABLY],
])('%s', (_name, side) => {
  test.concurrent.each<[string, FaultKind, readonly string[], number]>([
    ['cut off in the middle', { kind: 'truncate' }, ['--retries', '1'], 2],
    ['a body without end', { kind: 'endless' }, ['--retries', '1'], 1],
    ['a byte now and then', { kind: 'drip', ms: 50 }, ['--retries', '1', '--timeout', '0.4'], 2],
    ['never answered', { kind: 'idle' }, ['--retries', '1', '--timeout', '0.3'], 2],
    ['never answered, tried once', { kind: 'idle' }, ['--retries', '0', '--timeout', '0.3'], 1],
    ['answered too late', { kind: 'delay', ms: 3000 }, ['--retries', '1', '--timeout', '0.3'], 2],
    ['reset after it acted', { kind: 'reset', after: true }, ['--retries', '1'], 2],
  ])('%s: it did land, and nobody knows', (_fault, kind, more, tries) =>
    onStage(async (stage) => {
      addFault(stage, side, kind);
      const ran = await run(stage, side, ...more);
      expect(ran.code).toBe(4);
      expect(ran.outcome).toMatchObject({ target: side.target, status: 'unknown' });
      expectNoPraise(ran);
      expect(sent(stage, side)).toHaveLength(tries);
      expect(side.isAlive(stage)).toBe(false);
    }),
  );

  test.concurrent('reset before it acted, again and again: unknown, and it still lives', () =>
    onStage(async (stage) => {
      addFault(stage, side, { kind: 'reset' });
      const ran = await run(stage, side, '--retries', '2');
      expect(ran.code).toBe(4);
      expect(ran.outcome).toMatchObject({ status: 'unknown' });
      expect(sent(stage, side)).toHaveLength(3);
      expect(side.isAlive(stage)).toBe(true);
    }),
  );

  test.concurrent('interrupted in the pause after a lost answer: unknown, and never skipped', () =>
    onStage(async (stage) => {
      addFault(stage, side, { kind: 'reset', after: true });
      const ran = await stage.revoke([...side.args, '--force', '--json', '--retries', '50'], {
        onStart(child) {
          const look = () => {
            if (sent(stage, side).length < 5) setTimeout(look, 20);
            else setTimeout(() => child.kill('SIGINT'), 100);
          };
          look();
        },
      });
      expect(ran.code).toBe(130);
      expect(jsonLines(ran.stdout)).toMatchObject([{ target: side.target, status: 'unknown' }]);
      expect(side.isAlive(stage)).toBe(false);
    }),
  );

  test.concurrent('503 after it acted, and then 400: unknown', () =>
    onStage(async (stage) => {
      const busy = { status: 503, headers: { 'retry-after': '0' }, body: {} };
      addFault(stage, side, { kind: 'lie', reply: busy }, 1);
      addFault(stage, side, { kind: 'reply', reply: { status: 400, body: {} } });
      const ran = await run(stage, side);
      expect(ran).toMatchObject({ code: 4, outcome: { status: 'unknown' } });
      expect(sent(stage, side)).toHaveLength(2);
      expect(side.isAlive(stage)).toBe(false);
    }),
  );

  test.concurrent('reset once before it acted: tried again, and revoked', () =>
    onStage(async (stage) => {
      addFault(stage, side, { kind: 'reset' }, 1);
      const ran = await run(stage, side);
      expect(ran.code).toBe(0);
      expect(ran.outcome).toMatchObject({ status: 'revoked' });
      expect(sent(stage, side)).toHaveLength(2);
      expect(side.isAlive(stage)).toBe(false);
    }),
  );

  test.concurrent('a dead port: it never left, so it failed', () =>
    onStage(async (stage) => {
      const dead = await startEmulator({ routes: {} });
      await dead.close();
      const more = ['--retries', '1', '--endpoint', dead.url];
      const ran = await run(stage, side, ...more);
      expect(ran.code).toBe(1);
      expect(ran.outcome).toMatchObject({ status: 'failed', error: { code: 'unreachable' } });
      expect(sent(stage, side)).toEqual([]);
    }),
  );

  test.concurrent.each([301, 302, 303, 307, 308])('a %i is not followed', (status) =>
    onStage(async (stage) => {
      const other = await startEmulator({ routes: {} });
      try {
        for (const location of [`${other.url}/v1/x`, '/elsewhere']) {
          addFault(stage, side, { kind: 'reply', reply: { status, headers: { location } } }, 1);
          const before = sent(stage, side).length;
          const ran = await run(stage, side);
          expect([1, 4]).toContain(ran.code);
          expectNoPraise(ran);
          expect(sent(stage, side)).toHaveLength(before + 1);
        }
        expect(other.requests).toEqual([]);
        expect(stage.asked().filter((line) => line.includes('/elsewhere'))).toEqual([]);
        expect(side.isAlive(stage)).toBe(true);
      } finally {
        await other.close();
      }
    }),
  );

  test.concurrent.each<[string, () => { header: string; until: number }]>([
    ['seconds', () => ({ header: '1', until: Date.now() + 1000 })],
    [
      'a date',
      () => {
        const until = Math.ceil(Date.now() / 1000) * 1000 + 1000;
        return { header: new Date(until).toUTCString(), until };
      },
    ],
  ])('429 with Retry-After in %s is waited for in full', (_form, make) =>
    onStage(async (stage) => {
      const { header, until } = make();
      const reply = { status: 429, headers: { 'retry-after': header }, body: {} };
      addFault(stage, side, { kind: 'reply', reply }, 1);
      const ran = await run(stage, side);
      expect(ran.code).toBe(0);
      expect(ran.outcome).toMatchObject({ status: 'revoked' });
      const times = sent(stage, side).map((request) => request.at);
      expect(times).toHaveLength(2);
      expect(times[1]).toBeGreaterThanOrEqual(until);
    }),
  );

  test.concurrent('a Retry-After of a day is not waited for, and told', () =>
    onStage(async (stage) => {
      const reply = { status: 429, headers: { 'retry-after': '86400' }, body: {} };
      addFault(stage, side, { kind: 'reply', reply });
      const ran = await run(stage, side);
      expect(ran.code).toBe(1);
      expect(ran.outcome).toMatchObject({ status: 'failed', error: { code: 'rate_limited' } });
      expect(sent(stage, side)).toHaveLength(1);
    }),
  );

  test.concurrent('a revocation that is answered 503 is tried again', () =>
    onStage(async (stage) => {
      addFault(stage, side, { kind: 'reply', reply: { status: 503, body: {} } }, 1);
      const ran = await run(stage, side);
      expect(ran.code).toBe(0);
      expect(sent(stage, side)).toHaveLength(2);
      expect(side.isAlive(stage)).toBe(false);
    }),
  );

  test.concurrent.each([
    [429, 1, 'failed', 3],
    [503, 4, 'unknown', 3],
    [500, 4, 'unknown', 1],
    [502, 4, 'unknown', 1],
    [501, 4, 'unknown', 1],
    [400, 1, 'failed', 1],
    [401, 3, 'failed', 1],
    [403, 3, 'failed', 1],
    [422, 1, 'failed', 1],
  ])('%i for ever: exit %i, %s, %i tries', (status, code, word, tries) =>
    onStage(async (stage) => {
      const reply = { status, headers: { 'retry-after': '0' }, body: {} };
      addFault(stage, side, { kind: 'reply', reply });
      const ran = await run(stage, side, '--retries', '2');
      expect(ran.code).toBe(code);
      expect(ran.outcome).toMatchObject({ status: word });
      expect(sent(stage, side)).toHaveLength(tries);
      expect(side.isAlive(stage)).toBe(true);
    }),
  );
});

describe('ably alone', () => {
  const failing = {
    target: 'clientId:bob',
    error: { code: 40164, statusCode: 400, message: 'no' },
  };
  test.concurrent.each<[string, Reply]>([
    ['in a 200', json({ successCount: 0, failureCount: 1, results: [failing] })],
    ['in a bare array', json([failing], 201)],
    ['in a 400', json({ error: { code: 40020 }, batchResponse: [failing] }, 400)],
  ])('a failure %s is a failure', (_where, reply) =>
    onStage(async (stage) => {
      addFault(stage, ABLY, { kind: 'reply', reply });
      const ran = await run(stage, ABLY);
      expect(ran.code).toBe(1);
      expect(ran.outcome).toMatchObject({ status: 'failed', error: { provider_code: 40164 } });
      expectNoPraise(ran);
    }),
  );

  test.concurrent('a 400 can hold a yes: each target has its own outcome', () =>
    onStage(async (stage) => {
      const alter = () => {
        const yes = { target: 'clientId:eve', issuedBefore: Date.now(), appliesAt: Date.now() };
        return json({ error: { code: 40020 }, batchResponse: [yes, failing] }, 400);
      };
      addFault(stage, ABLY, { kind: 'alter', alter });
      const ran = await run(stage, ABLY, '--client-id', 'eve');
      expect(ran.code).toBe(1);
      const statuses = ran.outcomes.map(({ target, status }) => [target, status]);
      expect(Object.fromEntries(statuses)).toEqual({
        'clientId:bob': 'failed',
        'clientId:eve': 'revoked',
      });
    }),
  );

  test.concurrent('a retry does not move the cut-off forward', () =>
    onStage(async (stage) => {
      addFault(stage, ABLY, { kind: 'reset', after: true }, 1);
      const ran = await run(stage, ABLY);
      expect(ran.code).toBe(0);
      const [first, second] = sent(stage, ABLY);
      const body = JSON.parse(String(second?.body)) as { issuedBefore?: number };
      expect(JSON.parse(String(first?.body))).not.toHaveProperty('issuedBefore');
      expect(body.issuedBefore).toBeLessThanOrEqual(first?.at ?? 0);
      expect(
        stage.ably.rules.every(({ issuedBefore }) => issuedBefore <= (first?.at ?? 0) + 50),
      ).toBe(true);
    }),
  );

  test.concurrent('applies_at to come is told as what it is', () =>
    onStage(async (stage) => {
      const ran = await run(stage, ABLY, '--allow-reauth-margin');
      expect(ran).toMatchObject({ code: 0, outcome: { status: 'accepted' } });
      const outcome = ran.outcome as { issued_before: string; applies_at: string };
      const [rule] = stage.ably.rules;
      expect(Date.parse(outcome.applies_at)).toBe(rule?.appliesAt);
      expect(Date.parse(outcome.issued_before)).toBe(rule?.issuedBefore);
      expect(Date.parse(outcome.applies_at)).toBeGreaterThanOrEqual(stage.ably.now() + 25_000);
      expect(ABLY.isAlive(stage)).toBe(true);
    }),
  );
});

describe('workspace alone', () => {
  test.concurrent('a lost answer, then "already revoked": nobody knows that it was before', () =>
    onStage(async (stage) => {
      addFault(stage, WORKSPACE, { kind: 'reset', after: true }, 1);
      const ran = await run(stage, WORKSPACE);
      expect(ran).toMatchObject({ code: 0, outcome: { status: 'revoked' } });
      expect(sent(stage, WORKSPACE)).toHaveLength(2);
    }),
  );

  test.concurrent('no such token is no dead token, after a retry neither', () =>
    onStage(async (stage) => {
      const none: Side = { ...WORKSPACE, args: ['workspace', 'jti_nope'] };
      addFault(stage, none, { kind: 'reset', after: true }, 1);
      const ran = await run(stage, none);
      expect(ran.code).toBe(1);
      expect(ran.outcome).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    }),
  );

  test.concurrent('a server without the token API is not a token that is not found', () =>
    onStage(
      async (stage) => {
        const ran = await run(stage, WORKSPACE);
        expect(ran.code).not.toBe(0);
        const { error } = ran.outcome as { error?: { code: string } };
        expect(error?.code ?? ran.stderr).not.toContain('not_found');
        expect(ran.stdout + ran.stderr).toContain('no token API');
      },
      { workspace: { tokenApi: false } },
    ),
  );

  test.concurrent.each<[string, FaultKind]>([
    ...COMMON.map(([name, reply]): [string, FaultKind] => [name, { kind: 'reply', reply }]),
    ['a list cut off', { kind: 'truncate' }],
    ['no list at all', { kind: 'idle' }],
  ])('the list is never empty for a server that says nothing: %s', (_name, kind) =>
    onStage(async (stage) => {
      stage.workspace.server.addFault({ ...kind, times: Infinity });
      const more = ['--json', '--retries', '0', '--timeout', '0.4'];
      const ran = await stage.revoke(['workspace', 'list', ...more]);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toBe('');
      expect(JSON.parse(ran.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
        error: { code: expect.any(String) },
      });
    }),
  );
});
