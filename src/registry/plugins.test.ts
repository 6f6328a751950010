/** Providers from other packages: which are loaded, from where, and which never are. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { main } from '../main.js';
import { loadPlugins } from './plugins.js';
import type { Registry } from './registry.js';
import { CONTRACT } from '../contract/provider.js';
import { fakeWorld } from '../testing/index.js';
import { createToy } from '../../test/support/toy.js';

let home: string;
let config: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'revoke-plugins-'));
  config = join(home, '.config/revoke');
  await mkdir(config, { recursive: true, mode: 0o755 });
  await chmod(config, 0o755);
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A provider as CommonJS text. */
const source = (id: string, more = '') => `module.exports = {
  contract: ${CONTRACT}, id: '${id}', summary: 'revoke ${id} tokens', notes: [], settings: [], options: [],
  examples: [{ command: 'revoke ${id} x', why: 'one' }], limits: { batch: 1, concurrency: 1 },
  target: { noun: 'id', argument: 'id', kinds: [], lists: [], parse: (text) => ({ id: text }) },
  async open() {
    return {
      lanes: [{
        name: '', endpoint: 'http://127.0.0.1', scope: {},
        revoke: async (targets) => targets.map(({ id }) => ({ target: id, status: 'revoked' })),
      }],
      promptDetails: [], consequences: () => [],
    };
  },
  ${more}
};
`;

async function put(path: string, text: string, mode = 0o644): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

/** Puts a package into a node_modules folder. */
async function install(folder: string, name: string, text: string, manifest: object = {}) {
  const place = join(folder, 'node_modules', name);
  await put(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
  await put(join(place, 'index.js'), text);
  return join(place, 'index.js');
}

const configure = (content: object, mode = 0o600) =>
  put(join(config, 'config.json'), JSON.stringify(content), mode);

async function load(names = '', installed?: string, taken: readonly string[] = []) {
  const world = fakeWorld({ argv: [], home, env: { REVOKE_PROVIDERS: names } });
  const { loaded, broken } = await loadPlugins(world, taken, installed);
  return { loaded: loaded.map(({ provider, from }) => [provider.id, from]), broken };
}

describe('plugins are loaded from where they were named', () => {
  test('a package in the config folder, named there', async () => {
    const file = await install(config, 'revoke-provider-acme', source('acme'));
    await configure({ providers: ['revoke-provider-acme'] });
    expect(await load()).toEqual({ loaded: [['acme', file]], broken: [] });
  });

  test('several, named by the environment, once each', async () => {
    const one = await install(config, 'revoke-provider-acme', source('acme'));
    const two = await install(config, '@toys/revoke', source('toys'));
    await configure({ providers: ['@toys/revoke'] });
    expect(await load('revoke-provider-acme,@toys/revoke  revoke-provider-acme')).toEqual({
      loaded: [
        ['acme', one],
        ['toys', two],
      ],
      broken: [],
    });
  });

  test('an absolute path: a file or a folder', async () => {
    const file = await put(join(home, 'somewhere/acme.cjs'), source('acme'));
    await install(home, 'toys', source('toys'), { main: './index' });
    const folder = join(home, 'node_modules/toys');
    expect((await load(`${file} ${folder}`)).loaded).toEqual([
      ['acme', file],
      ['toys', join(folder, 'index.js')],
    ]);
  });

  test('beside the installed program, after the config folder', async () => {
    const installed = join(home, 'global/node_modules/revoke-cli/dist');
    const global = join(home, 'global');
    const beside = await install(global, 'revoke-provider-acme', source('acme'));
    await install(global, 'revoke-provider-toys', source('toys', 'verifyHelp: "global"'));
    const own = await install(config, 'revoke-provider-toys', source('toys'));
    expect(await load('revoke-provider-acme revoke-provider-toys', installed)).toEqual({
      loaded: [
        ['acme', beside],
        ['toys', own],
      ],
      broken: [],
    });
  });

  test('the exports of a package, by their conditions', async () => {
    await install(config, 'acme', source('nothing'), {
      exports: { '.': { types: './x.d.ts', import: { node: './lib/acme.cjs' } }, './x': './x.js' },
    });
    const file = await put(join(config, 'node_modules/acme/lib/acme.cjs'), source('acme'));
    expect(await load('acme')).toEqual({ loaded: [['acme', file]], broken: [] });
  });

  test('a default export in a CommonJS package', async () => {
    const text = source('acme').replace('module.exports =', 'exports.default =');
    await install(config, 'acme', `exports.__esModule = true;\n${text}`);
    expect((await load('acme')).loaded.map(([id]) => id)).toEqual(['acme']);
  });

  test('never the current folder, nor one above the config folder', async () => {
    const here = process.cwd();
    await install(home, 'revoke-provider-acme', source('acme'));
    await install(join(home, '.config'), 'revoke-provider-acme', source('acme'));
    process.chdir(home);
    try {
      expect(await load('revoke-provider-acme')).toEqual({
        loaded: [],
        broken: [
          {
            name: 'revoke-provider-acme',
            reason: expect.stringContaining('there is no such package in'),
          },
        ],
      });
    } finally {
      process.chdir(here);
    }
  });

  test.each(['./acme.cjs', '../acme', 'acme/../../x', '~/acme.cjs', 'a/b', '.', '..', 'node:fs'])(
    '%s is refused',
    async (name) => {
      expect(await load(name)).toEqual({
        loaded: [],
        broken: [{ name, reason: 'it is neither the name of a package nor an absolute path' }],
      });
    },
  );
});

describe('a plugin that is broken is named, and the others are loaded', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a throw', 'throw new Error("no luck\\nat all")', 'no luck'],
    ['no provider', 'module.exports = 42', 'it has no default export that is a Provider'],
    ['nothing', '', 'made for contract undefined'],
    [
      'another contract',
      source('acme', `contract: ${CONTRACT + 1}`),
      `it is made for contract ${CONTRACT + 1}`,
    ],
    ['no id', source('Acme!'), 'its id is not a lower-case word'],
    ['no parse', source('acme', 'target: { kinds: [], lists: [] }'), 'its target has no parse()'],
    ['no limits', source('acme', 'limits: { batch: 0, concurrency: 1 }'), 'its limits are no'],
    ['a built-in id', source('ably'), 'its id "ably" is taken'],
    ['the name of a command', source('sandbox'), 'its id "sandbox" is taken'],
  ];

  test.each(cases)('where its fault is: %s', async (_case, text, reason) => {
    await install(config, 'bad', text);
    const good = await install(config, 'good', source('good'));
    expect(await load('bad good', undefined, ['ably'])).toEqual({
      loaded: [['good', good]],
      broken: [{ name: 'bad', reason: expect.stringContaining(reason) }],
    });
  });

  test('a second plugin of the same id', async () => {
    await install(config, 'one', source('acme'));
    await install(config, 'two', source('acme'));
    const { loaded, broken } = await load('one two');
    expect(loaded).toHaveLength(1);
    expect(broken).toEqual([{ name: 'two', reason: expect.stringContaining('is taken') }]);
  });

  test.each([
    ['a folder without a package', 'empty/x', 'no package.json'],
    ['a path to nothing', 'nothing', 'no such file'],
    ['a package.json that is not JSON', 'torn', 'line 3, column 1: a value is expected'],
  ])('%s', async (_case, path, reason) => {
    await mkdir(join(home, 'empty/x'), { recursive: true });
    await put(join(home, 'torn/package.json'), '{\n  "main":\n}');
    const name = join(home, path);
    const { broken } = await load(name);
    expect(broken).toEqual([{ name, reason: expect.stringContaining(reason) }]);
  });

  test('an entry outside of its package', async () => {
    await put(join(config, 'node_modules/index.js'), source('acme'));
    await install(config, 'acme', source('acme'), { main: '../index.js' });
    const { broken } = await load('acme');
    expect(broken).toEqual([{ name: 'acme', reason: 'its entry lies outside of its folder' }]);
  });

  test('a config file that does not parse', async () => {
    await put(join(config, 'config.json'), '{');
    const good = await install(config, 'good', source('good'));
    expect(await load('good')).toEqual({
      loaded: [['good', good]],
      broken: [{ name: 'the config file', reason: expect.stringContaining('not valid JSON') }],
    });
  });
});

describe('the config file that others can write loads no plugin', () => {
  test.each([0o620, 0o602])('where its mode is %i', async (mode) => {
    await install(config, 'acme', source('acme'));
    const path = await configure({ providers: ['acme'] }, mode);
    expect(await load()).toEqual({
      loaded: [],
      broken: [{ name: path, reason: expect.stringContaining(`others can write ${path}`) }],
    });
  });

  test('where its folder is one that others can write', async () => {
    await install(config, 'acme', source('acme'));
    await configure({ providers: ['acme'] });
    await chmod(config, 0o777);
    const { loaded, broken } = await load();
    expect(loaded).toEqual([]);
    expect(broken[0]?.reason).toContain(`others can write ${config}`);
  });
});

describe('the program with a plugin', () => {
  const registry: Registry = { toy: async () => ({ default: createToy() }) };

  async function revoke(...argv: string[]) {
    const env = { REVOKE_PROVIDERS: 'acme bad', XDG_STATE_HOME: join(home, 'state') };
    const world = fakeWorld({ argv, home, env });
    const code = await main(world, registry);
    return { code, ...world.written };
  }

  beforeEach(async () => {
    await install(config, 'acme', source('acme'));
    await install(config, 'bad', 'throw new Error("no luck \\u001b[31m")');
  });

  test('revokes by it, and says which other one is broken', async () => {
    const { code, stdout, stderr } = await revoke('acme', 'key-1', '--force', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        provider: 'acme',
        target: 'key-1',
        status: 'revoked',
        at: expect.stringMatching(/^20.*Z$/) as string,
      },
    ]);
    expect(stderr).toBe('warning: the provider bad was not loaded: no luck \\u001b[31m\n');
  });

  test('the help of the program names a plugin', async () => {
    const { code, stdout } = await revoke('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('revoke acme tokens');
  });

  test('shows where it came from, and fails for the broken one', async () => {
    const { code, stdout, stderr } = await revoke('providers', '--json');
    const { providers } = JSON.parse(stdout) as { providers: { id: string; from: string }[] };
    expect(code).toBe(1);
    expect(providers.map(({ id, from }) => [id, from])).toEqual([
      ['toy', 'built in'],
      ['acme', resolve(config, 'node_modules/acme/index.js')],
    ]);
    expect(stderr).toContain('bad was not loaded: no luck');
  });

  test('loads none where a built-in provider is named', async () => {
    const { stderr } = await revoke('toy', '--help');
    expect(stderr).toBe('');
  });
});
