/** `revoke sandbox` as a person uses it: a command inside, an environment to paste, and no trace left. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CONTRACT } from '../../src/contract/provider.js';
import { openScreen } from '../support/screen.js';
import { bareEnv, BIN, revoke, run, temporaryHome } from '../support/cli.js';

/** A provider as another package has it. */
const TOYS = `export default {
  contract: ${CONTRACT}, id: 'toys', summary: 'revoke toys', notes: [], settings: [], options: [],
  target: { noun: 'toy', argument: 'toy', kinds: [{ name: 'toy', keys: ['toy'] }], lists: [], parse: (id) => ({ id }) },
  examples: [], limits: { batch: 1, concurrency: 1 },
  formatOutcome: ({ target }) => 'toy ' + target + ' would be revoked',
  open: async () => ({
    promptDetails: [], consequences: () => [],
    lanes: [{ name: '', endpoint: 'http://127.0.0.1:1', scope: {}, revoke: async () => [] }],
  }),
};`;

let world: ReturnType<typeof temporaryHome>;
let env: Record<string, string>;

beforeEach(() => {
  world = temporaryHome();
  mkdirSync(join(world.home, 'tmp'));
  env = bareEnv(world.home, { TMPDIR: join(world.home, 'tmp'), NODE: process.execPath, BIN });
});
afterEach(() => world.remove());

/** What the sandbox has left behind in the folder for temporary files. */
const leftovers = () => readdirSync(join(world.home, 'tmp'));

const isUp = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('runs a command inside, with everything that it needs, and passes its output on', async () => {
  const script = `"$NODE" "$BIN" workspace "$WORKSPACE_OTHER_JTI" --force &&
    "$NODE" "$BIN" ably --client-id bob --force && echo "$WORKSPACE_API_URL"`;
  const ran = await revoke(['sandbox', '--', 'bash', '-c', script], { env });
  expect(ran.code).toBe(0);
  const [first, second, url = ''] = ran.stdout.split('\n');
  expect(first).toBe('Token jti_old789xyz012 revoked successfully.');
  expect(second).toMatch(/^Tokens matching clientId:bob, issued before .* are revoked/);
  expect(await isUp(url)).toBe(false);
  expect(leftovers()).toEqual([]);
});

test.each([0, 1, 7, 130])('ends with the exit code %i of its command', async (code) => {
  const ran = await revoke(['sandbox', '--', 'sh', '-c', `exit ${code}`], { env });
  expect(ran.code).toBe(code);
  expect(leftovers()).toEqual([]);
});

test('a command that dies by a signal', async () => {
  const ran = await revoke(['sandbox', '--', 'sh', '-c', 'kill -TERM $$'], { env });
  expect(ran.code).toBe(143);
  expect(leftovers()).toEqual([]);
});

test('a command that is not there', async () => {
  const ran = await revoke(['sandbox', '--', 'no-such-program'], { env });
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^error: cannot run no-such-program: command not found/);
  expect(leftovers()).toEqual([]);
});

test('at a terminal the sandbox says that it is one, and in a pipe nothing', async () => {
  const words = [BIN, 'sandbox', '--', 'true'];
  const screen = openScreen(process.execPath, words, { columns: 40, env });
  await screen.ended;
  const seen = await screen.look();
  expect(seen.text.replace(/\s+/g, ' ')).toMatch(
    /^This is a sandbox: \d+ emulators on this machine\. Nothing real is revoked\.$/,
  );
  expect(seen.broken).toEqual([]);
  expect(await revoke(['sandbox', '--', 'true'], { env })).toMatchObject({
    ...{ code: 0, stdout: '', stderr: '' },
  });
});

test('a provider from another package that is configured is in the sandbox too', async () => {
  const folder = join(world.home, 'package');
  mkdirSync(folder, { mode: 0o755 });
  const file = join(folder, 'toys.mjs');
  writeFileSync(file, TOYS, { mode: 0o644 });
  mkdirSync(join(world.home, '.config/revoke'), { recursive: true, mode: 0o755 });
  const config = join(world.home, '.config/revoke/config.json');
  writeFileSync(config, JSON.stringify({ providers: [file] }), { mode: 0o600 });
  const ran = await revoke(['sandbox', '--', 'revoke', 'toys', 'a', '--dry-run'], { env });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toContain('toy a would be revoked');
});

test('`revoke` inside is this program', async () => {
  const ran = await revoke(['sandbox', '--', 'revoke', 'workspace', 'list', '--json'], { env });
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ total_active: 5 });
});

test('the data plane takes a token before, and refuses it after', async () => {
  const call = `"$NODE" -e 'fetch(process.env.WORKSPACE_MCP_URL, { headers: { authorization: "Bearer " + process.env.WORKSPACE_OTHER_TOKEN } }).then(({ status }) => console.log(status))'`;
  const script = `${call}; "$NODE" "$BIN" workspace "$WORKSPACE_OTHER_JTI" --force > /dev/null; ${call}`;
  const ran = await revoke(['sandbox', '--', 'bash', '-c', script], { env });
  expect(ran.stdout).toBe('200\n401\n');
});

test.each(['SIGINT', 'SIGTERM'] as const)('without a command it runs until %s', async (signal) => {
  let exports = '';
  const seen: string[] = [];
  const ran = await revoke(['sandbox'], {
    env,
    async onStart(child) {
      child.stdout.on('data', (chunk: Buffer) => (exports += String(chunk)));
      child.stderr.once('data', () => {
        void tryIt().finally(() => child.kill(signal));
      });
    },
  });
  async function tryIt() {
    const inside = await run('bash', ['-c', `${exports}\n"$NODE" "$BIN" workspace list --json`], {
      env,
    });
    seen.push(inside.stdout);
  }
  expect(ran.code).toBe(0);
  expect(JSON.parse(seen[0] ?? '')).toMatchObject({ total_active: 5 });
  const lines = ran.stdout.trimEnd().split('\n');
  expect(lines.every((line) => /^export [A-Z_]+=\S/.test(line))).toBe(true);
  for (const name of ['ABLY_API_KEY', 'ABLY_ENDPOINT', 'WORKSPACE_USER_TOKEN', 'WORKSPACE_ID'])
    expect(lines.some((line) => line.startsWith(`export ${name}=`))).toBe(true);
  const url = /WORKSPACE_API_URL=(\S+)/.exec(ran.stdout)?.[1] ?? '';
  expect(await isUp(url)).toBe(false);
  expect(leftovers()).toEqual([]);
});

test('the demonstration shows both tokens refused', async () => {
  const demo = resolve(__dirname, '../demo.mjs');
  const ran = await run(process.execPath, [demo], { env });
  expect(ran.code).toBe(0);
  const answers = ran.stdout.split('\n').filter((line) => line.startsWith('GET '));
  expect(answers).toEqual([
    expect.stringMatching(/\/echo\/mcp → 200$/),
    expect.stringMatching(/\/echo\/mcp → 401 Token has been revoked$/),
    expect.stringMatching(/\/messages → 200$/),
    expect.stringMatching(/\/messages → 401 \(code 40141\)$/),
  ]);
  expect(ran.stdout).toContain('Token jti_old789xyz012 revoked successfully.');
  expect(ran.stdout).toMatch(/Tokens matching clientId:bob, issued before .* are revoked/);
  expect(leftovers()).toEqual([]);
});
