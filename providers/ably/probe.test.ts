import { createWorld, environmentOf, faultOf, targets } from '../../test/support/ably.js';
import { prove } from '../../test/support/lanes.js';
import type { Outcome } from '../../src/contract/index.js';
import { startAblyEmulator, type AblyEmulator, type AblyEmulatorOptions } from './emulator.js';
import ably from './index.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(options: AblyEmulatorOptions = {}): Promise<AblyEmulator> {
  const emulator = await startAblyEmulator(options);
  closing.push(emulator.close);
  return emulator;
}

async function worldOf(
  emulator: AblyEmulator,
  probe: string | undefined,
  options: Record<string, unknown> = { verify: true },
  env = environmentOf(emulator),
) {
  const file = await createWorld();
  closing.push(file.close);
  const path = probe === undefined ? undefined : await file.write('probe', `${probe}\n`);
  const given = path === undefined ? options : { ...options, probeTokenFile: path };
  const world = await createWorld({ env, options: given });
  closing.push(world.close);
  return world;
}

/** Revokes and proves one target as --verify does. */
async function proveOne(emulator: AblyEmulator, probe: string, target: string) {
  const world = await worldOf(emulator, probe);
  const [outcome] = await prove(ably, await world.open(), targets(target), world.context);
  return outcome;
}

const old = (emulator: AblyEmulator) => emulator.now() - 1000;

test('40141 after 200 is the proof: native token', async () => {
  const emulator = await start();
  const probe = emulator.issueToken({ clientId: 'bob', issued: old(emulator) });
  expect(await proveOne(emulator, probe, 'clientId:bob')).toMatchObject({
    status: 'revoked',
    verification: { method: 'probe', before: 'active', after: 'dead' },
  });
  const [look] = emulator.server.requests;
  const bearer = Buffer.from(probe).toString('base64');
  expect(look?.headers.authorization).toBe(`Bearer ${bearer}`);
});

test('40141 after 40160 is the proof: JWT without the capability to read', async () => {
  const emulator = await start();
  const probe = await emulator.issueJwt({
    revocationKey: 'group1',
    issued: old(emulator),
    capability: { other: ['publish'] },
  });
  expect(await proveOne(emulator, probe, 'revocationKey:group1')).toMatchObject({
    status: 'revoked',
    verification: { before: 'active', after: 'dead' },
  });
});

test('a token that still works is alive, whatever was said', async () => {
  const emulator = await start({ enforcementDelayMs: 3_600_000 });
  const probe = emulator.issueToken({ clientId: 'bob', issued: old(emulator) });
  expect(await proveOne(emulator, probe, 'clientId:bob')).toMatchObject({
    status: 'alive',
    error: { code: 'still_active' },
  });
});

test.each([
  ['expired', (emulator: AblyEmulator) => emulator.issueToken({ clientId: 'bob', issued: 0 })],
  ['made up', () => 's57drg.made-up'],
])('a probe that is %s proves nothing', async (_case, make) => {
  const emulator = await start();
  expect(await proveOne(emulator, make(emulator), 'clientId:bob')).toMatchObject({
    status: 'unknown',
    verification: { before: 'unknown', after: 'unknown' },
  });
});

test('a data plane that answers nonsense, or not at all, is unknown', async () => {
  const emulator = await start();
  const world = await worldOf(emulator, emulator.issueToken({ clientId: 'bob' }));
  const revoker = await world.open();
  for (const reply of [{ status: 200, body: '<html>' }, { status: 500 }, { status: 401 }]) {
    emulator.server.addFault({ kind: 'reply', reply });
    expect(await revoker.states(targets('clientId:bob'))).toEqual(['unknown']);
  }
  emulator.server.addFault({ kind: 'reset' });
  expect(await revoker.states(targets('clientId:bob'))).toEqual(['unknown']);
});

test('without a probe there is no check, and the provider says how', async () => {
  const emulator = await start();
  const revoker = await (await worldOf(emulator, undefined)).open();
  expect(revoker.check).toBeUndefined();
  expect(ably.verifyHelp).toContain('--probe-token-file');
});

test('it is masked, and proves one target of a run', async () => {
  const emulator = await start();
  const probe = emulator.issueToken({ clientId: 'bob' });
  const world = await worldOf(emulator, probe);
  expect((await world.open()).check?.maxTargets).toBe(1);
  expect(world.masked).toContain(probe);
});

describe('refused before anything is sent', () => {
  test('an API key as probe', async () => {
    const emulator = await start();
    const key = emulator.apiKey(emulator.keyNames.root);
    const fault = await faultOf((await worldOf(emulator, key)).open());
    expect(fault).toMatchObject({ kind: 'usage', message: expect.stringContaining('API key') });
    expect(fault.message).not.toContain(key);
    expect(emulator.server.requests).toEqual([]);
  });

  test('two lines given as the probe are a usage error', async () => {
    const emulator = await start();
    const fault = await faultOf((await worldOf(emulator, 'one\ntwo')).open());
    expect(fault).toMatchObject({ kind: 'usage' });
  });

  test('a probe without --verify, and one probe for several keys', async () => {
    const emulator = await start();
    const alone = await faultOf((await worldOf(emulator, 'probe', {})).open());
    expect(alone).toMatchObject({ kind: 'usage', message: expect.stringContaining('--verify') });
    const env = environmentOf(emulator, 'ABLY_ACCESS_TOKEN', 'ABLY_CONTROL_URL', 'ABLY_ENDPOINT');
    const options = { verify: true, app: 'Orders', allKeys: true };
    const several = await faultOf((await worldOf(emulator, 'probe', options, env)).open());
    expect(several).toMatchObject({ code: 'cannot_verify', kind: 'usage' });
  });
});

describe('what people read', () => {
  const outcome = (more: object): Outcome => ({
    provider: 'ably',
    target: 'clientId:bob',
    status: 'revoked',
    at: '2026-01-01T00:00:00.000Z',
    key_name: 's57drg.3bnE1Q',
    issued_before: '2026-11-22T10:00:00.000Z',
    applies_at: '2026-11-22T10:00:30.100Z',
    ...more,
  });

  test('each outcome of an Ably target is said in its sentence', () => {
    expect(ably.formatOutcome(outcome({}))).toBe(
      'Tokens matching clientId:bob, issued before 2026-11-22T10:00:00.000Z, are revoked (key s57drg.3bnE1Q; Ably does not say whether there were any).',
    );
    expect(ably.formatOutcome(outcome({ status: 'accepted' }))).toContain(
      'issued before 2026-11-22T10:00:00.000Z, will be revoked from 2026-11-22T10:00:30.100Z',
    );
    expect(ably.formatOutcome(outcome({ status: 'planned', issued_before: undefined }))).toBe(
      'Tokens matching clientId:bob would be revoked (key s57drg.3bnE1Q).',
    );
    expect(
      ably.formatOutcome(outcome({ status: 'failed', issued_before: undefined })),
    ).toBeUndefined();
  });

  test('the question names the client, when it takes effect and what it does not block', async () => {
    const emulator = await start();
    const plain = await (await worldOf(emulator, undefined, {})).open();
    const lines = plain.consequences(targets('clientId:bob'), 1);
    expect(lines.slice(-2)).toEqual([
      'You are about to revoke all tokens matching:',
      'Client ID: bob',
    ]);
    expect(lines.join('\n')).toMatch(/does not block the client/);
    expect(lines.join('\n')).toMatch(/Takes effect immediately/);
    expect(lines.join('\n')).not.toMatch(/x-ably-revocation-key|capability/);
    const key = plain.consequences(targets('revocationKey:a:b'), 1);
    expect(key.at(-1)).toBe('Revocation Key: a:b');
    expect(key.join('\n')).toContain('x-ably-revocation-key');
    const margin = await (await worldOf(emulator, undefined, { allowReauthMargin: true })).open();
    const several = margin.consequences(targets('clientId:a', 'clientId:b'), 7);
    expect(several.join('\n')).toMatch(/after about 30 s/);
    expect(several.at(-1)).toContain('these 7 specifiers');
    expect(JSON.stringify(margin.promptDetails)).not.toContain(
      emulator.apiKey('s57drg.3bnE1Q').split(':')[1],
    );
  });
});
