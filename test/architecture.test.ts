import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** What one module imports, statically, dynamically or for its types. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] as string,
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/ .*$/gm, '');
}

/** The imported file from the root, or the package's name. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts');
}

const source = filesBelow('src');
/** Shapes of tokens that no provider takes yet, and perhaps an emulator: no provider. */
const isOnlyShapes = (folder: string) =>
  folder === 'recognised' || !readdirSync(join(root, 'providers', folder)).includes('index.ts');
const providers = readdirSync(join(root, 'providers'))
  .filter((name) => statSync(join(root, 'providers', name)).isDirectory())
  .filter((name) => !isOnlyShapes(name));
const isTest = (file: string) => /\.test\.ts$/.test(file) || file.includes('/test');

function importsIn(files: readonly string[]): { file: string; target: string }[] {
  return files.flatMap((file) =>
    importsOf(join(root, file)).map((specifier) => ({ file, target: targetOf(file, specifier) })),
  );
}

describe('the walls of the architecture', () => {
  it('src knows no provider: only bin.ts loads the registry', () => {
    const crossings = importsIn(source).filter(({ target }) => target.startsWith('providers/'));
    expect(crossings).toEqual([{ file: 'src/bin.ts', target: 'providers/index.ts' }]);
  });

  it('src names no provider in its code', () => {
    const named = source.flatMap((file) => {
      const code = withoutComments(readFileSync(join(root, file), 'utf8'));
      return providers
        .filter((id) => new RegExp(`['"./]${id}['"/]`, 'i').test(code))
        .map((id) => `${file}: ${id}`);
    });
    expect(named).toEqual([]);
  });

  it('a provider imports its own folder and the contract side of src, and nothing else', () => {
    const contract = ['src/contract/', 'src/emulator/'];
    const forbidden = [
      'commander',
      'undici',
      'prompts',
      'kleur',
      'node:process',
      'node:fs',
      'node:fs/promises',
      'node:child_process',
    ];
    const files = filesBelow('providers').filter(
      (file) => !isTest(file) && !['providers/index.ts', 'providers/shapes.ts'].includes(file),
    );
    const crossings = importsIn(files).filter(({ file, target }) => {
      const own = `providers/${file.split('/')[1]}/`;
      if (target.startsWith(own) || contract.some((folder) => target.startsWith(folder)))
        return false;
      return (
        target.startsWith('src/') || target.startsWith('providers/') || forbidden.includes(target)
      );
    });
    expect(crossings).toEqual([]);
  });

  it('an emulator never imports the client that it judges', () => {
    const files = filesBelow('providers').filter(
      (file) => /\/emulator(\.ts|\/)/.test(file) && !isTest(file),
    );
    expect(files.length).toBeGreaterThan(0);
    const crossings = importsIn(files).filter(({ target }) => {
      if (!target.startsWith('providers/') && !target.startsWith('src/')) return false;
      return !/\/emulator(\.ts|\/)/.test(target) && !target.startsWith('src/contract/');
    });
    expect(crossings).toEqual([]);
  });

  it('only bin.ts touches process', () => {
    const allowed = ['src/bin.ts'];
    const touching = [...source, ...filesBelow('providers')].filter((file) => {
      if (isTest(file) || allowed.includes(file)) return false;
      const code = withoutComments(readFileSync(join(root, file), 'utf8'));
      return /(?<![\w.'])process\./.test(code) || /from 'node:process'/.test(code);
    });
    expect(touching).toEqual([]);
  });

  it('the registry has one line for each provider folder', () => {
    const lines = readFileSync(join(root, 'providers/index.ts'), 'utf8').matchAll(
      /^ {2}(\w+): \(\) => import\('\.\/(\w+)\/index\.js'\),$/gm,
    );
    const registered = [...lines].map(([, id, folder]) =>
      id === folder ? id : `${id} is in ${folder}`,
    );
    expect(registered.sort()).toEqual([...providers].sort());
  });

  it('a provider folder has its declaration, client, schema, emulator, README and a test', () => {
    const missing = providers.flatMap((id) => {
      const names = readdirSync(join(root, 'providers', id));
      const wanted = ['index.ts', 'client.ts', 'schema.ts', 'emulator.ts', 'README.md'];
      return [
        ...wanted.filter((name) => !names.includes(name)),
        ...(names.some((name) => name.endsWith('.test.ts')) ? [] : ['a test']),
      ].map((name) => `${id}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('no file is longer than it can be read', () => {
    const long = [...source, ...filesBelow('providers')]
      .filter((file) => !isTest(file))
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 420);
    expect(long).toEqual([]);
  });

  it('the top level holds what every package has, and the six folders', () => {
    const allowed = new Set([
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'build.mjs',
      'release',
      'src',
      'providers',
      'test',
      'docs',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
      'dist',
      'node_modules',
      'coverage',
    ]);
    const others = readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.has(name));
    expect(others).toEqual([]);
    expect(existsSync(join(root, 'LICENSE'))).toBe(true);
  });
});
