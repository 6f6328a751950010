/** docs/adding-a-provider.md as it is printed: built, installed beside the packed program, and run. */
import { execFile, type ExecFileException } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let plugin: string;
let config: string;

function run(
  command: string,
  args: readonly string[],
  { cwd = folder, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  // What a test runner sets for its own children would have the inner one report to it.
  const outer = { ...process.env, ...env };
  delete outer['NODE_TEST_CONTEXT'];
  delete outer['NODE_OPTIONS'];
  return new Promise((done) => {
    const settings = { cwd, env: outer, maxBuffer: 1 << 24 };
    execFile(command, args, settings, (error: ExecFileException | null, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

async function must(...given: Parameters<typeof run>): Promise<Ended> {
  const ended = await run(...given);
  if (ended.code !== 0)
    throw new Error(`${given[0]} ${given[1].join(' ')}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** The page's blocks that name a file: ```js index.js */
async function blocksOf(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, page), 'utf8');
  const blocks = text.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, file = '', content = '']) => [file, content]));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoke-acme-'));
  config = join(folder, 'config/revoke');
  plugin = join(folder, 'revoke-provider-acme');
  await mkdir(plugin);
  await mkdir(config, { recursive: true });
  for (const [file, content] of await blocksOf('docs/adding-a-provider.md'))
    await writeFile(join(plugin, file), content);
  const quiet = ['--ignore-scripts', '--offline', '--no-audit', '--no-fund'];
  const { stdout } = await must(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  );
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const program = join(folder, packed?.filename ?? '');
  await must('npm', ['install', '--no-save', ...quiet, program], { cwd: plugin });
  // As on a machine with the program installed globally, and the plugin in the config folder.
  await must('npm', ['install', '--prefix', join(folder, 'global'), ...quiet, program]);
  await must('npm', ['install', '--prefix', config, ...quiet, '--install-links=false', plugin]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const program = () => join(folder, 'global/node_modules/.bin/revoke');

test('the page has the files of a package', async () => {
  const files = [...(await blocksOf('docs/adding-a-provider.md')).keys()];
  expect(files).toEqual([
    ...['package.json', 'tokens.js', 'tokens-emulator.js', 'tokens-test.js'],
    ...['index.js', 'emulator.js', 'test.js', 'program.js'],
  ]);
});

test.each([
  ['the provider of ids', 'test.js'],
  ['the provider of tokens', 'tokens-test.js'],
])('the suite of %s passes in the test runner of Node', async (_which, file) => {
  const { code, stdout, stderr } = await run('node', ['--test', '--test-reporter=tap', file], {
    cwd: plugin,
  });
  expect([code, stderr]).toEqual([0, '']);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(35);
  expect(stdout).toMatch(/^# fail 0$/m);
});

test('its types fit what the package publishes', async () => {
  const options = ['--strict', '--noEmit', '--allowJs', '--checkJs', '--module', 'nodenext'];
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const tokens = ['tokens.js', 'tokens-emulator.js', 'tokens-test.js'];
  const files = ['index.js', 'emulator.js', 'test.js', 'program.js', ...tokens];
  const args = [tsc, ...options, '--target', 'es2023', ...types, ...files];
  expect(await run('node', args, { cwd: plugin })).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('the program, with the emulator of the page', () => {
  /** Runs the packed program as a child of one that holds the emulator open. */
  async function revoke(names: Record<string, string>, ...words: string[]) {
    const script = `
      import { spawnSync } from 'node:child_process';
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(\`
        import('${join(plugin, 'emulator.js')}').then(async ({ startAcme }) => {
          const acme = await startAcme();
          const { parentPort } = require('node:worker_threads');
          const [key] = await acme.issue(1);
          parentPort.postMessage({ env: acme.environment, key });
          parentPort.on('message', () => {
            parentPort.postMessage(acme.isAlive(key.token));
            void acme.close();
            parentPort.close();
          });
        });\`, { eval: true });
      const next = () => new Promise((resolve) => worker.once('message', resolve));
      const { env, key } = await next();
      const words = process.argv.slice(2).map((word) => word.replace('KEY', key.target));
      const ran = spawnSync('${program()}', words, {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });
      const alive = next();
      worker.postMessage('end');
      console.log(JSON.stringify({ ...ran, key: key.id, alive: await alive }));
    `;
    const file = join(folder, 'drive.mjs');
    await writeFile(file, script);
    const home = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_STATE_HOME: folder };
    const { stdout } = await must('node', [file, ...words], { env: { ...home, ...names } });
    return JSON.parse(stdout) as {
      status: number;
      stdout: string;
      stderr: string;
      key: string;
      alive: boolean;
    };
  }

  test('revokes by a plugin of the config folder that the environment names', async () => {
    const ran = await revoke(
      { REVOKE_PROVIDERS: 'revoke-provider-acme' },
      ...['acme', 'KEY', '--force', '--json'],
    );
    expect([ran.status, ran.stderr, ran.alive]).toEqual([0, '', false]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      provider: 'acme',
      target: ran.key,
      status: 'revoked',
      revoked_at: expect.stringMatching(/^\d{4}-/),
    });
  });

  test('and by one that the config file names', async () => {
    const file = join(config, 'config.json');
    await writeFile(file, JSON.stringify({ providers: ['revoke-provider-acme'] }), { mode: 0o600 });
    try {
      const ran = await revoke({ REVOKE_PROVIDERS: '' }, ...['acme', 'KEY', '--force', '--verify']);
      expect([ran.status, ran.stderr, ran.alive]).toEqual([0, '', false]);
      expect(ran.stdout).toMatch(
        new RegExp(
          `^${ran.key} is revoked\\. Verified \\(lookup, [0-9:]{8}Z\\): active before, inactive after\\.\n$`,
        ),
      );
    } finally {
      await rm(file);
    }
  });

  test('does not know it where nobody names it', async () => {
    const ran = await revoke({ REVOKE_PROVIDERS: '' }, ...['acme', 'KEY', '--force']);
    expect([ran.status, ran.alive]).toEqual([2, true]);
  });
});

test('the program of the page revokes through the library', async () => {
  const script = `
    import { startAcme } from './emulator.js';
    import { revokeKeys } from './program.js';
    const acme = await startAcme();
    const keys = await acme.issue(3);
    const settings = { url: acme.environment.ACME_URL, token: acme.environment.ACME_TOKEN };
    const left = await revokeKeys(settings, [...keys.map(({ target }) => target), 'key_0']);
    console.log(JSON.stringify([left, keys.map(({ token }) => acme.isAlive(token))]));
    await acme.close();
  `;
  await writeFile(join(plugin, 'drive.mjs'), script);
  const { stdout } = await must('node', ['drive.mjs'], { cwd: plugin });
  expect(JSON.parse(stdout)).toEqual([['key_0'], [false, false, false]]);
});
