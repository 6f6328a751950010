/** The start-up path stays clean by what it loads: time itself is for `npm run bench`. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startAblyEmulator, type AblyEmulator } from '../providers/ably/emulator.js';
import { startWorkspaceEmulator, type WorkspaceEmulator } from '../providers/workspace/emulator.js';
import { BIN, bareEnv, run, temporaryHome } from './support/cli.js';

let ably: AblyEmulator;
let workspace: WorkspaceEmulator;
const home = temporaryHome();

beforeAll(async () => {
  ably = await startAblyEmulator();
  workspace = await startWorkspaceEmulator();
});
afterAll(async () => {
  await ably.close();
  await workspace.close();
  home.remove();
});

async function loadedBy(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const to = join(home.home, 'loaded.json');
  const preload = join(__dirname, 'support/loaded.cjs');
  const ran = await run(process.execPath, ['-r', preload, BIN, ...args], {
    env: bareEnv(home.home, { LOADED_TO: to, ...env }),
  });
  expect(ran).toMatchObject({ code: 0 });
  return JSON.parse(readFileSync(to, 'utf8')) as { files: string[]; modules: string[] };
}

/** What no run needs that asks for one thing: each costs a millisecond or more. */
const HEAVY_NAMES = [
  'prompts',
  'progress',
  'target-source',
  'resume',
  'sandbox',
  'emulator',
  'lane-checks',
  'cli-table3',
  'pools',
  'proxy-agent',
  'plugins',
];
const HEAVY_FILES = new RegExp(`^(${HEAVY_NAMES.join('|')})`);
const HEAVY_MODULES = new Set([
  'crypto',
  'child_process',
  'fs/promises',
  'http',
  'https',
  'http2',
  'readline',
  'repl',
  'tls',
  'worker_threads',
  'zlib',
]);

function heavy({ files, modules }: { files: string[]; modules: string[] }): string[] {
  return [
    ...files.filter((name) => HEAVY_FILES.test(name)),
    ...modules.filter((name) => HEAVY_MODULES.has(name)),
  ];
}

test('each heavy file is a chunk of the build, so that none is looked for in vain', () => {
  const chunks = readdirSync(dirname(BIN));
  const missing = HEAVY_NAMES.filter((name) => !chunks.some((file) => file.startsWith(`${name}-`)));
  expect(missing).toEqual([]);
});

test('--version loads the program and the command tree, and no provider', async () => {
  const loaded = await loadedBy(['--version']);
  expect(heavy(loaded)).toEqual([]);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual(['bin', 'core']);
});

test('completion is read, not made', async () => {
  const loaded = await loadedBy(['completion', 'bash']);
  expect(heavy(loaded)).toEqual([]);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual([
    'bin',
    'completion',
    'core',
  ]);
});

test('help of the whole program names the providers, and loads none', async () => {
  const loaded = await loadedBy(['--help']);
  expect(heavy(loaded)).toEqual([]);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual([
    'bin',
    'core',
    'provider-names',
  ]);
});

test('help of one provider loads that provider alone', async () => {
  const loaded = await loadedBy(['ably', '--help']);
  expect(heavy(loaded)).toEqual([]);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual(['ably', 'bin', 'core']);
});

test('one revocation loads its provider, the engine, the network and the journal', async () => {
  const { environment } = workspace;
  const loaded = await loadedBy(
    ['workspace', 'jti_old789xyz012', '--force', '--json'],
    environment,
  );
  expect(workspace.isAlive('jti_old789xyz012')).toBe(false);
  // Node's own client, which is less than undici.
  expect(heavy(loaded)).toEqual(['http']);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual([
    'bin',
    'core',
    'revoke',
    'revoker',
    'workspace',
  ]);
  expect(loaded.modules).toContain('net');
});

test('one revocation at Ably, the same', async () => {
  const { ABLY_API_KEY = '', ABLY_ENDPOINT = '' } = ably.environment;
  const loaded = await loadedBy(['ably', '--client-id', 'x', '--force', '--json'], {
    ABLY_API_KEY,
    ABLY_ENDPOINT,
  });
  expect(ably.ruleCount).toBe(1);
  // Node's own client, which is less than undici.
  expect(heavy(loaded)).toEqual(['http']);
  expect(loaded.files.filter((name) => name !== 'chunk').sort()).toEqual([
    'ably',
    'bin',
    'core',
    'revoke',
    'revoker',
  ]);
});
