/** What a release ships: text that can be read, the licence and the list of all that is bundled. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isUtf8 } from 'node:buffer';

interface Package {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
type Outputs = Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
const { bundledPackages } = jest.requireActual<{
  bundledPackages(metafile: { outputs: Outputs }, root: string): Package[];
}>('../../.github/release/bundled.mjs');
const { licenceTexts } = jest.requireActual<{
  licenceTexts(packages: readonly Package[], inReadme?: Record<string, string>): string;
}>('../../.github/release/licences.mjs');

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file));

let files: readonly string[];
let folder: string;

beforeAll(() => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  files =
    (JSON.parse(told) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path) ?? [];
  folder = mkdtempSync(join(tmpdir(), 'revoke-package-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  const KNOWN = [
    /^(?:README|CHANGELOG|SECURITY)\.md$|^LICENSE$|^package\.json$/,
    /^dist\/[\w.-]+\.cjs$/,
    /^dist\/types\/[\w/.-]+\.d\.ts$/,
    /^dist\/man\/revoke\.1$/,
    /^dist\/completion\/(?:bash|fish|powershell|zsh)$/,
    /^dist\/(?:LICENSES\.txt|sbom\.cdx\.json)$/,
    /^docs\/[\w/.-]+\.(?:md|json)$/,
    /^dist\/providers\.json$/,
    /^providers\/\w+\/README\.md$/,
  ];

  test('holds programs, types, manual, completion and pages, and nothing else', () => {
    expect(files).toContain('dist/bin.cjs');
    expect(files.filter((file) => !KNOWN.some((form) => form.test(file)))).toEqual([]);
  });

  test('holds no file that is not text', () => {
    const binary = files.filter((file) => {
      const bytes = read(file);
      return !isUtf8(bytes) || /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes.toString('latin1'));
    });
    expect(binary).toEqual([]);
  });

  test('holds code with its own names and lines', () => {
    const entry = read('dist/bin.cjs').toString();
    expect(entry).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(entry).toMatch(/^function useCompileCache\(\{ module: \w+, env, uid \}\) \{$/m);
    const dense = files
      .filter((file) => file.endsWith('.cjs'))
      .filter((file) => {
        // Data stands in long lines: undici's parser, ranges of Unicode, templates of emulators.
        const code = read(file)
          .toString()
          .replace(/(["'`/])(?:\\.|(?!\1)[^\\\n])*\1/g, '""');
        const lines = code.split('\n');
        return code.length / lines.length > 60;
      });
    expect(dense).toEqual([]);
  });
});

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
}
const sbom = JSON.parse(read('dist/sbom.cdx.json').toString()) as {
  bomFormat: string;
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string; version: string } };
  components: Component[];
};
const named = sbom.components.map(
  ({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`,
);

describe('the SBOM', () => {
  test('names the package of each module that esbuild marks in the bundle, and no other', () => {
    const marks = files
      .filter((file) => file.endsWith('.cjs'))
      .flatMap((file) => [
        ...read(file)
          .toString()
          .matchAll(/^\/\*! (node_modules\/\S+\.[cm]?js) \*\/$/gm),
      ])
      .map(([, module = '']) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? '');
    const packages = [...new Set(marks)].map((path) => {
      const { name, version } = JSON.parse(read(`${path}/package.json`).toString()) as Component;
      return `${name} ${version}`;
    });
    expect(packages).toContain('commander 14.0.3');
    expect(named.slice().sort()).toEqual(packages.sort());
  });

  test('names this package and version, and for each component where it is from', () => {
    const { name, version } = JSON.parse(read('package.json').toString()) as Component;
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name, version } },
    });
    expect(sbom.components.filter(({ purl }) => !purl?.startsWith('pkg:npm/'))).toEqual([]);
  });

  test('has no time, no number and no path of the build in it', () => {
    expect(sbom.serialNumber).toBeUndefined();
    expect(sbom.metadata.timestamp).toBeUndefined();
    expect(read('dist/sbom.cdx.json').toString()).not.toContain(root);
  });
});

describe('the licences', () => {
  test('are there for each component of the SBOM, with a text', () => {
    const parts = read('dist/LICENSES.txt')
      .toString()
      .split(`\n${'-'.repeat(80)}\n\n`);
    expect(parts.map((part) => part.split(' (', 1)[0]).sort()).toEqual(named.slice().sort());
    for (const part of parts) {
      const [head = '', ...lines] = part.split('\n');
      expect([head, lines.join(' ').length > 400]).toEqual([head, true]);
    }
  });

  function packageWith(name: string, files: Readonly<Record<string, string>>) {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return { folder: path, name, version: '1.0.0', license: 'MIT' };
  }

  test.each(['LICENSE', 'license', 'LICENCE.md', 'LICENSE-MIT.txt', 'COPYING'])(
    'are taken from a file %s',
    (file) => {
      const one = packageWith(`with-${file}`, { [file]: 'Permission is granted.\n' });
      expect(licenceTexts([one])).toContain(`with-${file} 1.0.0 (MIT)\n\nPermission is granted.\n`);
    },
  );

  test('fail the build where a package has no text, or an empty one', () => {
    const none = packageWith('without', {
      'README.md': '# without\n\n## License\n\nMIT © somebody',
    });
    const empty = packageWith('empty', { LICENSE: ' \n' });
    expect(() => licenceTexts([none])).toThrow('without 1.0.0 has no licence text');
    expect(() => licenceTexts([empty])).toThrow('empty 1.0.0 has no licence text');
  });

  test('are taken from a README only by the table, and only where it has a text', () => {
    const text = 'Copyright somebody. Permission is hereby granted, free of charge.';
    const one = packageWith('readme', { 'README.md': `# readme\n\n## License\n\n${text}\n` });
    expect(() => licenceTexts([one])).toThrow('readme 1.0.0 has no licence text');
    expect(licenceTexts([one], { readme: '## License' })).toContain(text);
    const bare = packageWith('bare', { 'README.md': '# bare\n\n## License\n\nMIT\n' });
    expect(() => licenceTexts([bare], { bare: '## License' })).toThrow('no licence text');
  });
});

test('a package is bundled where a byte of it is in an output', () => {
  const input = (bytesInOutput: number) => ({ bytesInOutput });
  const outputs = {
    'a.cjs': {
      inputs: {
        'src/main.ts': input(9),
        'node_modules/prompts/lib/index.js': input(5),
        'node_modules/eslint/node_modules/ajv/lib/ajv.js': input(5),
        'node_modules/ajv/dist/ajv.js': input(1),
        'node_modules/jest/index.js': input(0),
        'node_modules/@msgpack/msgpack/dist/index.js': input(2),
      },
    },
  };
  const packages = bundledPackages({ outputs }, root);
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
    '@msgpack/msgpack 3.1.3',
    'ajv 6.15.0',
    'ajv 8.20.0',
    'prompts 2.4.2',
  ]);
});
