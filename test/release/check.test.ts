/** What a release refuses, and which words the pages have for installing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { registry } from '../../providers/index.js';
import { loadAllBuiltIn } from '../../src/registry/registry.js';
import { bareEnv, revoke, run } from '../support/cli.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository?: { readonly url?: string };
  readonly revoke?: { readonly published?: unknown };
}
const { releaseProblems } = jest.requireActual<{
  releaseProblems(manifest: Manifest, env: Record<string, string>): string[];
}>('../../.github/release/problems.mjs');
const { withInstallText, installText } = jest.requireActual<{
  withInstallText(page: string, manifest: Manifest): string;
  installText(manifest: Manifest): string;
}>('../../.github/release/install-text.mjs');

const root = resolve(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

describe('a release', () => {
  const good = {
    name: 'revoke-cli',
    version: '1.2.3',
    repository: { url: 'git+https://github.com/acme-corp/revoke.git' },
    revoke: { published: false },
  };
  const env = { GITHUB_REF_NAME: 'v1.2.3', GITHUB_REPOSITORY: 'acme-corp/revoke' };

  test('passes where the tag and the repository are what package.json says', () => {
    expect(releaseProblems(good, env)).toEqual([]);
  });

  test.each([
    ['another tag', good, { ...env, GITHUB_REF_NAME: 'v1.2.4' }, 'tag v1.2.3'],
    ['no tag', good, { GITHUB_REPOSITORY: 'acme-corp/revoke' }, 'tag v1.2.3'],
    ['another repository', good, { ...env, GITHUB_REPOSITORY: 'else/revoke' }, 'this is else/'],
    ['no workflow', good, { GITHUB_REF_NAME: 'v1.2.3' }, 'GITHUB_REPOSITORY is not set'],
    ['no repository', { ...good, repository: {} }, env, 'is not git+https://github.com/'],
    [
      'a repository elsewhere',
      { ...good, repository: { url: 'git+https://example.com/acme-corp/revoke.git' } },
      env,
      'is not git+https://github.com/',
    ],
    ['no word about the name', { ...good, revoke: {} }, env, 'revoke.published'],
  ])('is refused for %s', (_what, given, where, problem) => {
    expect(releaseProblems(given, where as Record<string, string>).join('\n')).toContain(problem);
  });

  test('is refused for a placeholder, even where the workflow says the same', () => {
    const repository = { url: 'git+https://github.com/owner_not_set/revoke.git' };
    const where = { ...env, GITHUB_REPOSITORY: 'owner_not_set/revoke' };
    expect(releaseProblems({ ...good, repository }, where).join('\n')).toContain('placeholder');
  });

  test('is refused by the script with exit code 1, and nothing for the next steps', async () => {
    const told = await run(process.execPath, [join(root, '.github/release/check.mjs')], {
      env: bareEnv('/nonexistent', { ...env, GITHUB_REF_NAME: 'v0.0.0-none' }),
    });
    expect(told).toMatchObject({ code: 1, stdout: '' });
    expect(told.stderr).toContain('error: the tag is "v0.0.0-none"');
  });
});

/** A command that has a registry say what the package is. A path begins with `.`, `/`, `~` or `$`. */
function installsByName(text: string): readonly string[] {
  const commands =
    /\b(?:npm|pnpm|yarn|bun)(?: +global)? +(?:install|i|add|exec|x|dlx|update|create|init)\b[^\n`|&;]*|\b(?:npx|bunx)\b[^\n`|&;]*/g;
  const joined = text.replace(/\\\n\s*/g, ' ');
  return [...joined.matchAll(commands)]
    .map(([command]) => command.trim())
    .filter((command) =>
      /(?:^|[\s'"=])(?:npm:)?revoke(?:-cli)?(?:@[\w.^~*-]+)?(?=$|[\s'",)])/.test(
        command.replace(/^.*?(?:install|i|add|exec|x|dlx|update|create|init|npx|bunx)\b/, ''),
      ),
    );
}

test.each([
  'npm install -g revoke-cli',
  'npm i revoke-cli@latest --global',
  'npm install --save-dev \\\n  revoke-cli',
  'npx revoke-cli ably',
  'npx --yes revoke-cli@0.1.0',
  'npx revoke workspace',
  'npm exec revoke-cli -- --help',
  'yarn global add revoke-cli',
  'pnpm dlx revoke-cli',
  'pnpm add "revoke-cli"',
  'bunx revoke-cli',
])('%j installs by name', (command) => {
  expect(installsByName(`before\n${command}\nafter`)).toHaveLength(1);
});

test.each([
  'npm install -g .',
  'npm install -g ./revoke-cli-0.1.0.tgz',
  'npm install --global --ignore-scripts ./package/revoke-cli.tgz && revoke --version',
  'npm install --prefix ~/.config/revoke ./revoke-provider-acme-1.0.0.tgz',
  'npm ci --ignore-scripts',
])('%j does not install by name', (command) => {
  expect(installsByName(`before\n${command}\nrevoke-cli after`)).toEqual([]);
});

describe('how the pages say to install', () => {
  const pages = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '*.md', '*.yml', 'docs', 'providers/*/index.ts'],
    { cwd: root, encoding: 'utf8' },
  )
    .trim()
    .split('\n');
  const published = manifest.revoke?.published;

  async function everything(): Promise<ReadonlyMap<string, string>> {
    const texts = new Map(pages.map((page) => [page, read(page)]));
    for (const file of ['dist/man/revoke.1', 'dist/completion/bash', 'dist/completion/zsh'])
      texts.set(file, read(file));
    const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
    const commands = [
      [],
      ['sandbox'],
      ['providers'],
      ...providers.flatMap(({ id, actions }) => [
        [id],
        ...Object.keys(actions ?? {}).map((action) => [id, action]),
      ]),
    ];
    for (const words of commands) {
      const { stdout } = await revoke([...words, '--help'], { env: bareEnv('/nonexistent') });
      texts.set(`revoke ${[...words, '--help'].join(' ')}`, stdout);
    }
    return texts;
  }

  test('is by name where the name is ours, and by path everywhere where it is not', async () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs/recipes.md']),
    );
    const byName = [...(await everything())].flatMap(([page, text]) =>
      installsByName(text).map((command) => `${page}: ${command}`),
    );
    if (published === true) expect(byName).toContain('README.md: npm install -g revoke-cli');
    else expect(byName).toEqual([]);
  });

  test('is in the README as `npm run pages` writes it', () => {
    expect(withInstallText(read('README.md'), manifest)).toBe(read('README.md'));
  });

  test.each([true, false])('follows revoke.published: %s', (value) => {
    const text = installText({ ...manifest, revoke: { published: value } });
    expect(installsByName(text)).toEqual(value ? ['npm install -g revoke-cli'] : []);
    expect(text).toContain(`npm install -g ./revoke-cli-${manifest.version}.tgz`);
    expect(text).toContain('sha256sum --check');
  });

  test('lets no provider fetch the program by name, unasked, as its peer', () => {
    if (published === true) return;
    const packages = pages.flatMap((page) =>
      [...read(page).matchAll(/^```json[^\n]*\n([\s\S]*?)^```/gm)]
        .map(([, block = '']) => block)
        .filter((block) => /"(?:peerD|d|devD)ependencies"/.test(block)),
    );
    expect(packages.length).toBeGreaterThan(0);
    for (const block of packages) {
      expect(JSON.parse(block)).toMatchObject({
        peerDependenciesMeta: { 'revoke-cli': { optional: true } },
      });
      expect(block).not.toMatch(/"d(?:evD)?ependencies"/);
    }
  });
});
