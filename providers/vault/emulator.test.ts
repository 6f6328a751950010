/** The emulator by itself, asked over plain HTTP as Vault and OpenBao answer. */
import { startVaultEmulator, type VaultEmulator, type VaultEmulatorOptions } from './emulator.js';

const running: VaultEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function start(options: VaultEmulatorOptions = {}) {
  const emulator = await startVaultEmulator(options);
  running.push(emulator);
  const ask = async (token: string, what: string, headers = {}) => {
    const answer = await fetch(`${emulator.environment['VAULT_ADDR']}/v1/auth/token/${what}`, {
      method: what === 'revoke-self' ? 'POST' : 'GET',
      headers: { 'x-vault-token': token, 'x-vault-request': 'true', ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  return { emulator, ask };
}

const INVALID = { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'] };
const FORBIDDEN = { errors: ['1 error occurred:\n\t* permission denied\n\n'] };
const PLAIN = { errors: ['permission denied'] };

test('a token shows itself, and takes its children and leases along', async () => {
  const { emulator, ask } = await start();
  const parent = emulator.mintToken({ leases: ['database/creds/web/1'] });
  const child = emulator.mintToken({ parent, leases: ['aws/creds/deploy/2'] });
  const other = emulator.mintToken({ leases: ['database/creds/web/3'] });
  expect(await ask(parent, 'lookup-self')).toMatchObject({
    status: 200,
    body: { data: { display_name: 'token-octavia', orphan: true, type: 'service' } },
  });
  expect(await ask(parent, 'revoke-self')).toEqual({ status: 204, body: undefined });
  expect([parent, child, other].map(emulator.isAlive)).toEqual([false, false, true]);
  expect(emulator.leases()).toEqual(['database/creds/web/3']);
  expect(await ask(parent, 'lookup-self')).toEqual({ status: 403, body: INVALID });
});

test('the body of a 403 tells an inactive token from one that may not look', async () => {
  const { emulator, ask } = await start();
  const token = emulator.mintToken({ hasNoDefaultPolicy: true });
  expect(await ask(token, 'lookup-self')).toEqual({ status: 403, body: FORBIDDEN });
  expect(await ask(token, 'revoke-self')).toEqual({ status: 403, body: FORBIDDEN });
  expect(emulator.isAlive(token)).toBe(true);
  expect(await ask('hvs.nobody', 'lookup-self')).toEqual({ status: 403, body: INVALID });
});

test('OpenBao has one body for both', async () => {
  const { emulator, ask } = await start({ flavor: 'openbao' });
  const token = emulator.mintToken({ type: 'vault_legacy_service', hasNoDefaultPolicy: true });
  expect(await ask(token, 'lookup-self')).toEqual({ status: 403, body: PLAIN });
  expect(await ask('s.nobody', 'lookup-self')).toEqual({ status: 403, body: PLAIN });
});

test('a batch token cannot be revoked', async () => {
  const { emulator, ask } = await start();
  const token = emulator.mint('vault_batch', { lifetimeMs: 60_000 });
  expect(await ask(token, 'revoke-self')).toEqual({
    status: 400,
    body: { errors: ['batch tokens cannot be revoked'] },
  });
  expect(emulator.isAlive(token)).toBe(true);
  emulator.elapse?.(60_000);
  expect((await ask(token, 'lookup-self')).status).toBe(403);
});

test('each request costs a token of few uses one of them', async () => {
  const { emulator, ask } = await start();
  const token = emulator.mintToken({ uses: 2 });
  expect((await ask(token, 'lookup-self')).body).toMatchObject({ data: { num_uses: 1 } });
  expect((await ask(token, 'lookup-self')).status).toBe(200);
  expect(await ask(token, 'lookup-self')).toEqual({ status: 403, body: INVALID });
});

test('a token of another namespace is not known, and a sealed server says so', async () => {
  const { emulator, ask } = await start({ namespace: 'team' });
  const token = emulator.mint('vault_service');
  expect((await ask(token, 'lookup-self')).status).toBe(403);
  expect((await ask(token, 'lookup-self', { 'x-vault-namespace': 'team' })).status).toBe(200);
  emulator.seal(true);
  expect(await ask(token, 'lookup-self')).toEqual({
    status: 503,
    body: { errors: ['Vault is sealed'] },
  });
});
