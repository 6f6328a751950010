/** docs/adding-a-provider.md as it is printed: built, installed beside the packed program, and run. */
import { execFile, spawn, type ChildProcess, type ExecFileException } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(__dirname, '..');
const PAGE = 'docs/adding-a-provider.md';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

let folder: string;
/** Where the package is written, and where npm has put it. */
let written: string;
let config: string;
let installed: string;

/** What a test runner sets for its own children would have the inner one report to it. */
function outerEnv(): NodeJS.ProcessEnv {
  const outer = { ...process.env };
  delete outer['NODE_TEST_CONTEXT'];
  delete outer['NODE_OPTIONS'];
  return outer;
}

function run(
  command: string,
  args: readonly string[],
  { cwd = folder, env = {}, input = '' }: Surroundings = {},
): Promise<Ended> {
  return new Promise((done) => {
    const settings = { cwd, env: { ...outerEnv(), ...env }, maxBuffer: 1 << 24 };
    const child = execFile(
      command,
      args,
      settings,
      (error: ExecFileException | null, stdout, stderr) =>
        done({
          code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
          stdout,
          stderr,
        }),
    );
    // A program may end without reading what it is given.
    if (input === '') child.stdin?.destroy();
    else child.stdin?.end(input);
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

/** A tarball of a package, by its path. */
async function pack(cwd: string): Promise<string> {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await must('npm', words, { cwd });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join(folder, packed?.filename ?? '');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoke-acme-'));
  config = join(folder, 'config/revoke');
  written = join(folder, 'acme');
  installed = join(config, 'node_modules/revoke-provider-acme');
  for (const path of [config, written, join(folder, 'global')])
    await mkdir(path, { recursive: true });
  for (const [file, content] of await blocksOf(PAGE)) await writeFile(join(written, file), content);
  const tarballs = await Promise.all([pack(root), pack(written)]);
  const quiet = ['--ignore-scripts', '--offline', '--no-audit', '--no-fund'];
  await must('npm', ['install', '--prefix', config, ...quiet, ...tarballs]);
  // A plugin that others of the group could write to is not loaded.
  await must('chmod', ['-R', 'go-w', config]);
  // The program as it is installed elsewhere: the plugin loads another copy than its own.
  await must('tar', ['-xzf', tarballs[0] ?? '', '-C', join(folder, 'global')]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the page has the files of a package', async () => {
  expect([...(await blocksOf(PAGE)).keys()]).toEqual([
    ...['package.json', 'shapes.js', 'index.js', 'emulator.js', 'test.js', 'README.md'],
    ...['program.js', 'keys.js', 'keys-emulator.js', 'keys-test.js'],
  ]);
});

test('the provider of the page is as small as it says: at most 60 lines', async () => {
  const code = (await blocksOf(PAGE)).get('index.js') ?? '';
  const lines = code.split('\n').filter((line) => !/^\s*$|^\s*(?:\/\*\*|\*)/.test(line));
  expect(lines.length).toBeGreaterThan(40);
  expect(lines.length).toBeLessThanOrEqual(60);
});

test('the suite of each provider of the page passes in the test runner of Node', async () => {
  const words = ['--test', '--test-reporter=tap', 'test.js', 'keys-test.js'];
  const { code, stdout, stderr } = await run('node', words, { cwd: installed });
  expect([code, stderr]).toEqual([0, '']);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(75);
  expect(stdout).toMatch(/^# fail 0$/m);
});

test('the types of the page fit what the package publishes', async () => {
  const options = ['--strict', '--noEmit', '--allowJs', '--checkJs', '--skipDefaultLibCheck'];
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const files = [...(await blocksOf(PAGE)).keys()].filter((file) => file.endsWith('.js'));
  const target = ['--module', 'nodenext', '--target', 'es2023'];
  const args = [tsc, ...options, ...target, ...types, ...files];
  expect(await run('node', args, { cwd: installed })).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe('the program, with the emulator of the page', () => {
  /** The emulator in a process of its own: issues tokens, and tells whether one is active. */
  const HOLD = `
    import { createInterface } from 'node:readline';
    import { startAcme } from './emulator.js';
    const acme = await startAcme();
    console.log(JSON.stringify(acme.environment));
    for await (const line of createInterface(process.stdin)) {
      const answer = line === '' ? (await acme.issue(1))[0] : acme.isAlive(line);
      console.log(JSON.stringify(answer));
    }
    await acme.close();
  `;
  let emulator: ChildProcess;
  let lines: AsyncIterator<string>;
  let environment: Record<string, string>;

  const next = async () => JSON.parse((await lines.next()).value as string) as unknown;

  /** Sends a line to the emulator; an empty one issues a token. */
  const ask = (line: string) => {
    emulator.stdin?.write(`${line}\n`);
    return next();
  };
  const issue = async () => (await ask('')) as { id: string; token: string };

  beforeAll(async () => {
    await writeFile(join(installed, 'hold.mjs'), HOLD);
    emulator = spawn('node', ['hold.mjs'], {
      cwd: installed,
      env: outerEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    lines = createInterface(emulator.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
    environment = (await next()) as Record<string, string>;
  });

  afterAll(async () => {
    const ended = new Promise((done) => emulator.once('exit', done));
    emulator.stdin?.end();
    await ended;
  });

  function revoke(input: string, providers: string, ...words: string[]) {
    const program = join(folder, 'global/package/dist/bin.cjs');
    const home = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_STATE_HOME: folder };
    const env = { ...environment, ...home, REVOKE_PROVIDERS: providers };
    return run('node', [program, 'acme', '-', '--force', ...words], { env, input });
  }

  test('revokes by a plugin of the config folder that the environment names', async () => {
    const { id, token } = await issue();
    const ran = await revoke(token, 'revoke-provider-acme', '--json');
    expect([ran.code, await ask(token)]).toEqual([0, false]);
    expect(ran.stderr).toMatch(/^1 target: 1 revoked\nJournal: .*\nHash: .*\n$/);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ...{ provider: 'acme', target: id, status: 'revoked', owner: 'octavia' },
      scopes: ['read', 'write'],
      expires_at: '2099-01-01T00:00:00Z',
      audit_url: `${environment['ACME_URL']}/settings/tokens`,
    });
  });

  test('says of a revoked, an unknown and an unrevocable token what the page says', async () => {
    const { token } = await issue();
    await revoke(token, 'revoke-provider-acme');
    const digits = '0123456789abcdef'.repeat(2);
    const input = [token, `acme_live_${digits}`, `acme_root_${digits}`].join('\n');
    const { code, stdout } = await revoke(input, 'revoke-provider-acme', '--json');
    const outcomes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome);
    expect(code).toBe(1);
    expect(outcomes.map(({ status, error }) => error?.code ?? status).sort()).toEqual([
      ...['already_revoked', 'cannot_revoke', 'not_active'],
    ]);
  });

  test('revokes by a plugin that the config file names', async () => {
    const { id, token } = await issue();
    const file = join(config, 'config.json');
    await writeFile(file, JSON.stringify({ providers: ['revoke-provider-acme'] }), { mode: 0o600 });
    try {
      const ran = await revoke(token, '');
      expect([ran.code, await ask(token)]).toEqual([0, false]);
      expect(ran.stderr).toMatch(/^1 target: 1 revoked\nJournal: .*\nHash: .*\n$/);
      expect(ran.stdout).toContain(id);
      expect(ran.stdout).toContain('active before, inactive after');
    } finally {
      await rm(file);
    }
  });

  test('does not know a plugin that nobody names', async () => {
    const { token } = await issue();
    const { code } = await revoke(token, '');
    expect([code, await ask(token)]).toEqual([2, true]);
  });
});

test('the program of the page revokes through the library', async () => {
  const script = `
    import { startAcme } from './emulator.js';
    import { revokeTokens } from './program.js';
    const acme = await startAcme();
    const issued = await acme.issue(3);
    const tokens = issued.map(({ token }) => token);
    const left = await revokeTokens(acme.environment.ACME_URL, [...tokens, 'acme_live_' + '0'.repeat(32)]);
    console.log(JSON.stringify([left.length, tokens.map((token) => acme.isAlive(token))]));
    await acme.close();
  `;
  await writeFile(join(installed, 'drive.mjs'), script);
  const { stdout } = await must('node', ['drive.mjs'], { cwd: installed });
  expect(JSON.parse(stdout)).toEqual([1, [false, false, false]]);
});

interface Outcome {
  readonly status: string;
  readonly error?: { readonly code: string };
}
