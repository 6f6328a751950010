/** The walls of the house. docs/architecture.md says why they stand. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  againstTheOrder,
  arrowsOf,
  circles,
  filesBelow,
  type Arrow,
} from './support/import-graph.js';

const root = resolve(__dirname, '..');

/** The rooms of src, from the top floor down: a file imports its own room and rooms below it. */
const ROOMS = [
  'bin',
  'testing',
  'main',
  'commands',
  'index',
  'library',
  'registry',
  'command-line',
  'report',
  'record',
  'context',
  'output',
  'journal',
  'input',
  'families',
  'recognition',
  'engine',
  'network',
  'files',
  'emulator',
  'runtime',
  'contract',
];

const PROVIDER_MAY_IMPORT = ['src/contract/', 'src/emulator/', 'src/families/index.ts'];
const PROVIDER_MAY_NOT_USE = [
  'commander',
  'undici',
  'prompts',
  'kleur',
  'node:process',
  'node:fs',
  'node:fs/promises',
  'node:child_process',
];
/** The two files of providers/ that may name every provider. */
const REGISTRIES = ['providers/index.ts', 'providers/shapes.ts'];

const isTest = (file: string) => /\.test\.ts$/.test(file) || file.includes('/test');
const source = filesBelow(root, 'src').filter((file) => !/\.test\.ts$/.test(file));
const ofProviders = filesBelow(root, 'providers').filter((file) => !isTest(file));
const srcArrows = arrowsOf(root, source);
const providerArrows = arrowsOf(root, ofProviders);
const own = (arrows: readonly Arrow[]) =>
  arrows.filter(({ target }) => /^(src|providers)\//.test(target));

/** Shapes of tokens that no provider takes yet, and perhaps an emulator: not a provider. */
const isOnlyShapes = (folder: string) =>
  folder === 'recognised' || !readdirSync(join(root, 'providers', folder)).includes('index.ts');
const providers = readdirSync(join(root, 'providers'))
  .filter((name) => statSync(join(root, 'providers', name)).isDirectory())
  .filter((name) => !isOnlyShapes(name));

function codeOf(file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/ .*$/gm, '');
}

test('arrows between the rooms of src run one way, down the list of rooms', () => {
  expect(againstTheOrder(own(srcArrows), ROOMS)).toEqual([]);
});

test('an arrow that runs back up, or into an unknown room, is found', () => {
  const up = { file: 'src/contract/errors.ts', target: 'src/engine/engine.ts' };
  const lost = { file: 'src/cellar/wine.ts', target: 'src/contract/errors.ts' };
  expect(againstTheOrder([up, lost], ROOMS)).toEqual([
    'src/contract/errors.ts → src/engine/engine.ts',
    'src/cellar/wine.ts is in no known room',
  ]);
});

test('no files of src or providers import each other in a circle', () => {
  const arrows = [...own(srcArrows), ...own(providerArrows)];
  expect(circles(arrows.map(({ file, target }) => [file, target] as const))).toEqual([]);
});

test('a circle of three files is found, a diamond is none', () => {
  const diamond = [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'd'],
    ['c', 'd'],
  ] as const;
  expect(circles(diamond)).toEqual([]);
  expect(circles([...diamond, ['d', 'a']])).toEqual(['a → b → d → a']);
});

test('no file of src stands outside a room but bin.ts, main.ts and index.ts', () => {
  const loose = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'));
  expect(loose.sort()).toEqual(['bin.ts', 'index.ts', 'main.ts']);
});

test('the contract imports nothing of ours', () => {
  const out = own(srcArrows).filter(
    ({ file, target }) => file.startsWith('src/contract/') && !target.startsWith('src/contract/'),
  );
  expect(out).toEqual([]);
});

test('src imports no provider, but for bin.ts that loads the registries', () => {
  const crossings = srcArrows.filter(({ target }) => target.startsWith('providers/'));
  expect(crossings.filter(({ file }) => file !== 'src/bin.ts')).toEqual([]);
  expect(crossings.filter(({ target }) => !REGISTRIES.includes(target))).toEqual([]);
});

test('src names no provider in its code, but where scanners and their vendors are named', () => {
  const named = source
    .filter((file) => !file.startsWith('src/input/reports/'))
    .flatMap((file) => {
      const code = codeOf(file);
      return providers
        .filter((id) => new RegExp(`['"./]${id}['"/]`, 'i').test(code))
        .map((id) => `${file}: ${id}`);
    });
  expect(named).toEqual([]);
});

test('a provider imports its own folder, contract/, emulator/ and the door of families/, and no program or client', () => {
  const crossings = providerArrows.filter(({ file, target }) => {
    if (REGISTRIES.includes(file)) return false;
    const isOwn = target.startsWith(`providers/${file.split('/')[1]}/`);
    if (isOwn || PROVIDER_MAY_IMPORT.some((folder) => target.startsWith(folder))) return false;
    return /^(src|providers)\//.test(target) || PROVIDER_MAY_NOT_USE.includes(target);
  });
  expect(crossings).toEqual([]);
});

test('only the emulator of a provider imports the base of emulators', () => {
  const crossings = providerArrows.filter(
    ({ file, target }) => target.startsWith('src/emulator/') && !/\/emulator(\.ts|\/)/.test(file),
  );
  expect(crossings).toEqual([]);
});

test('an emulator never imports the client that it judges', () => {
  const arrows = providerArrows.filter(({ file }) => /\/emulator(\.ts|\/)/.test(file));
  expect(arrows.length).toBeGreaterThan(0);
  const crossings = own(arrows).filter(
    ({ target }) =>
      !/\/(emulator|shapes)(\.ts|\/)/.test(target) && !target.startsWith('src/contract/'),
  );
  expect(crossings).toEqual([]);
});

test('only bin.ts of all source files touches process', () => {
  const touching = [...source, ...ofProviders].filter((file) => {
    if (isTest(file) || file === 'src/bin.ts') return false;
    const code = codeOf(file);
    return /(?<![\w.'])process\./.test(code) || /from 'node:process'/.test(code);
  });
  expect(touching).toEqual([]);
});

test('the registry has one line for each provider folder', () => {
  const lines = readFileSync(join(root, 'providers/index.ts'), 'utf8').matchAll(
    /^ {2}(\w+): \(\) => import\('\.\/(\w+)\/index\.js'\),$/gm,
  );
  const registered = [...lines].map(([, id, folder]) =>
    id === folder ? id : `${id} is in ${folder}`,
  );
  expect(registered.sort()).toEqual([...providers].sort());
});

test('a provider folder has its declaration, emulator, README and a test', () => {
  const missing = providers.flatMap((id) => {
    const names = readdirSync(join(root, 'providers', id));
    return [
      ...['index.ts', 'emulator.ts', 'README.md'].filter((name) => !names.includes(name)),
      ...(names.some((name) => name.endsWith('.test.ts')) ? [] : ['a test']),
    ].map((name) => `${id}: ${name}`);
  });
  expect(missing).toEqual([]);
});

test('the top level holds what every package has, and the four folders', () => {
  const allowed = new Set([
    ...['src', 'providers', 'test', 'docs', 'dist', 'node_modules', 'coverage'],
    ...['package.json', 'package-lock.json', 'tsconfig.json', 'build.mjs'],
    ...['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ]);
  const others = readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.has(name));
  expect(others).toEqual([]);
  expect(existsSync(join(root, 'LICENSE'))).toBe(true);
});
