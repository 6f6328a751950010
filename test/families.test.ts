/** A provider of families against a service that knows two kinds of tokens. */
import { randomBytes } from 'node:crypto';
import {
  active,
  inactive,
  unclear,
  type EmulatorServer,
  type Handler,
  type Outcome,
  type Provider,
  type Shape,
} from '../src/contract/index.js';
import { jsonBody, startEmulator } from '../src/emulator/emulator.js';
import * as family from '../src/families/index.js';
import { fakeWorld, main } from '../src/testing/index.js';

const rest = '[0-9a-f]{32}';
const open: Shape = { type: 'vend_public', name: 'Vend public token', prefixes: ['vpt_'], rest };
const own: Shape = { type: 'vend_self', name: 'Vend private token', prefixes: ['vst_'], rest };

const service: Provider = family.defineTokenProvider({
  id: 'vend',
  service: 'Vend',
  summary: 'revoke Vend tokens',
  notes: [],
  vendor: { id: 'vend', hosts: [], revocable: [open, own], unrevocable: [] },
  endpoint: { env: 'VEND_URL', default: 'https://vend.example', hasInstances: true },
  startEmulator: () => Promise.reject(new Error('it is started here')),
  families: () => [
    {
      name: 'public',
      shapes: [open],
      batch: 3,
      consequences: ['Vend sends its owner a mail.'],
      async check(token, { send }) {
        const answer = await send({ method: 'GET', path: '/me', bearer: token });
        const owner = family.textAt(answer.json, 'owner');
        if (answer.status === 200) return active({ owner, expiresAt: Date.now() + 9e6 });
        if (answer.status !== 401) return unclear(family.reasonOf('Vend', answer));
        return inactive(family.textAt(answer.json, 'why') === 'revoked' ? 'revoked' : undefined);
      },
      async revokeBatch(tokens, { send }) {
        const answer = await send({ method: 'POST', path: '/revoke', json: { tokens } });
        return answer.status === 202 ? family.accepted() : family.unexpected('Vend', answer);
      },
    },
    {
      name: 'private',
      shapes: [own],
      consequences: [],
      async revoke(token, { send }) {
        const headers = { 'x-vend-token': token };
        const answer = await send({ method: 'DELETE', path: '/self', headers });
        const isRevoked = family.valueAt(answer.json, 'revoked') === true;
        return isRevoked ? family.revoked() : family.unexpected('Vend', answer);
      },
    },
  ],
});

interface Vend {
  readonly server: EmulatorServer;
  readonly live: Set<string>;
  readonly dead: Set<string>;
  mint(prefix: string): string;
}

let vend: Vend;
let deaf = false;

beforeEach(async () => {
  const live = new Set<string>();
  const dead = new Set<string>();
  deaf = false;
  const end = (token: string) => {
    if (deaf) return;
    if (live.delete(token)) dead.add(token);
  };
  const bearer: Handler = ({ headers }) => {
    const token = (headers.authorization ?? '').replace(/^Bearer /, '');
    if (live.has(token)) return { status: 200, body: { owner: 'octocat' } };
    return { status: 401, body: dead.has(token) ? { why: 'revoked' } : {} };
  };
  const server = await startEmulator({
    routes: {
      'GET /me': bearer,
      'POST /revoke': (request) => {
        if (request.headers.authorization !== undefined) return { status: 403 };
        for (const token of (jsonBody(request) as { tokens: string[] }).tokens) end(token);
        return { status: 202, body: {} };
      },
      'DELETE /self': ({ headers }) => {
        const token = String(headers['x-vend-token']);
        if (!live.has(token)) return { status: 401 };
        end(token);
        return { status: 200, body: { revoked: true } };
      },
    },
  });
  vend = {
    server,
    live,
    dead,
    mint(prefix) {
      const token = prefix + randomBytes(16).toString('hex');
      live.add(token);
      return token;
    },
  };
});
afterEach(() => vend.server.close());

async function run(tokens: readonly string[], ...words: readonly string[]) {
  const world = fakeWorld({
    argv: ['vend', '-', '--json', '--no-journal', ...words],
    env: { VEND_URL: vend.server.url },
    stdin: tokens.map((token) => `${token}\n`).join(''),
  });
  const code = await main(world, { vend: async () => ({ default: service }) });
  const { stdout, stderr } = world.written;
  const outcomes = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome);
  return { code, outcomes, stdout, stderr };
}

const sent = (line: RegExp) =>
  vend.server.requests.filter(({ method, path }) => line.test(`${method} ${path}`));

test('active tokens of a family are checked, revoked in batches without a login, and proven', async () => {
  const tokens = Array.from({ length: 5 }, () => vend.mint('vpt_'));
  const { code, outcomes, stdout, stderr } = await run(tokens, '--force');
  expect([code, stderr.replace(/^5 targets.*\n/m, '')]).toEqual([0, '']);
  expect(outcomes).toHaveLength(5);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      provider: 'vend',
      status: 'revoked',
      endpoint: vend.server.url,
      token_type: 'vend_public',
      owner: 'octocat',
      verification: { method: 'token', before: 'active', after: 'dead' },
    });
  }
  expect(vend.live.size).toBe(0);
  expect(sent(/^POST/)).toHaveLength(2);
  for (const token of tokens) expect(stdout + stderr).not.toContain(token);
});

test('an inactive token is sent nowhere: already revoked where the service says so, else not active', async () => {
  const token = vend.mint('vpt_');
  vend.live.delete(token);
  const [failed] = (await run([token], '--force')).outcomes;
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'not_active' } });
  vend.dead.add(token);
  const { outcomes, code } = await run([token], '--force');
  expect([code, outcomes[0]?.status]).toEqual([0, 'already_revoked']);
  expect(sent(/^POST/)).toEqual([]);
});

test('a token that stays active is alive, whatever was answered', async () => {
  deaf = true;
  const { code, outcomes } = await run([vend.mint('vpt_')], '--force', '--verify-timeout', '3');
  expect(code).toBe(1);
  expect(outcomes[0]).toMatchObject({ status: 'alive', verification: { after: 'active' } });
});

test('--no-verify leaves the checks out, and the answer says no more than accepted', async () => {
  const { outcomes } = await run([vend.mint('vpt_')], '--force', '--no-verify');
  expect(outcomes[0]).toMatchObject({ status: 'accepted', not_checked: 'off' });
  expect(outcomes[0]?.verification).toBeUndefined();
  expect(sent(/^GET/)).toEqual([]);
});

test('a dry run shows whose an active token is, and revokes nothing', async () => {
  const { code, outcomes } = await run([vend.mint('vpt_')], '--dry-run');
  expect(code).toBe(0);
  expect(outcomes[0]).toMatchObject({
    status: 'planned',
    owner: 'octocat',
    verification: { before: 'active' },
  });
  expect(sent(/^(?:POST|DELETE)/)).toEqual([]);
});

test('a token of a family that nobody can check revokes itself by its own header', async () => {
  const { code, outcomes } = await run([vend.mint('vst_')], '--force');
  expect(code).toBe(0);
  expect(outcomes[0]).toMatchObject({ status: 'revoked', not_checked: 'impossible' });
  expect(vend.live.size).toBe(0);
});

test('a refusal of one family stops neither the other nor itself', async () => {
  const own = [vend.mint('vst_'), vend.mint('vst_')];
  vend.live.delete(own[0] ?? '');
  const { code, outcomes } = await run([...own, vend.mint('vpt_')], '--force');
  expect(code).toBe(1);
  expect(outcomes.map(({ status, error }) => error?.code ?? status).sort()).toEqual([
    'request_refused',
    'revoked',
    'revoked',
  ]);
});

test('with --verify a token that nobody can check is unknown', async () => {
  const { code, outcomes } = await run([vend.mint('vst_')], '--force', '--verify');
  expect(code).toBe(4);
  expect(outcomes[0]).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
});

test('a pipe of a text without the shape of a family is bad input, and is not shown', async () => {
  const { code, outcomes, stdout } = await run(['xx_secretsecretsecret'], '--force');
  expect(code).toBe(2);
  expect(outcomes[0]?.error?.code).toBe('bad_input');
  expect(stdout).not.toContain('xx_secret');
});
