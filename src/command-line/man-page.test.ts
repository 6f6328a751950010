import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import fc from 'fast-check';
import { registry } from '../../providers/index.js';
import { treeData } from './command-model.js';
import { manPage, pageDate } from './man-page.js';
import { CONTRACT, type Provider } from '../contract/provider.js';
import { loadAllBuiltIn } from '../registry/registry.js';

const ROOT = join(__dirname, '../..');
const PAGE = join(ROOT, 'dist', 'man', 'revoke.1');

let folder: string;
let providers: readonly Provider[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-man-'));
  providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A test that needs a program; without it, it is shown as skipped, and why. */
function testWith(program: string, name: string, run: () => void): void {
  if (isInstalled(program)) test(`${program}: ${name}`, run);
  else test.skip(`${program}: ${name} (skipped: ${program} is not installed)`, run);
}

/** The page as it reads, without roff. */
function unescaped(page: string): string {
  return page
    .replace(/\\f[BR]|\\&/g, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'");
}

function sectionOf(page: string, command: string): string {
  const [, ...sections] = page.split(/^\.S[HS] /m);
  const section = sections.find((text) => text.startsWith(`"${command}"\n`));
  if (section === undefined) throw new Error(`no section for ${command}`);
  return section;
}

function everyCommand(command: Command, path: string): readonly (readonly [string, Command])[] {
  return [
    [path, command] as const,
    ...command.commands.flatMap((child) => everyCommand(child, `${path} ${child.name()}`)),
  ];
}

function providerSaying(text: string): Provider {
  return {
    contract: CONTRACT,
    id: 'evil',
    summary: text,
    notes: [text],
    target: {
      noun: 'thing',
      argument: 'thing',
      kinds: [{ name: 'thing', keys: ['thing'] }],
      lists: [],
      parse: (id) => ({ id }),
    },
    settings: [{ name: 'it', env: 'EVIL_IT', help: text }],
    options: [{ flags: '--pick <it>', help: text, choices: ['one'] }],
    examples: [{ command: `revoke evil ${text}`, why: text }],
    limits: { batch: 1, concurrency: 1 },
    open: () => Promise.reject(new Error('never opened')),
  };
}

test('names every variable of the page of configuration, and the files that are read', () => {
  const page = manPage(providers, '').replaceAll('\\-', '-').replaceAll('\\(ti', '~');
  const configuration = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
  const names = [...configuration.matchAll(/`([A-Z][A-Z0-9_]{3,})`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(30);
  // That one is not used, and only an error speaks of it.
  const missing = names.filter((name) => name !== 'ABLY_TOKEN' && !page.includes(name));
  expect(missing).toEqual([]);
  expect(page).toMatch(/\.SH FILES\n[^]*\/journals\/[^]*config show[^]*\.SH SEE ALSO\n/);
});

test('the build writes the page that package.json names, and it is this one', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    man: readonly string[];
    version: string;
  };
  // npm installs no page that is named by a text alone.
  expect(manifest.man.map((page) => join(ROOT, page))).toEqual([PAGE]);
  const [header = '', ...built] = readFileSync(PAGE, 'utf8').split('\n');
  expect(header).toMatch(/^\.TH REVOKE 1 "(\d{4}-\d\d-\d\d)?" "revoke [^"]+" "User Commands"$/);
  expect(header).toContain(`"revoke ${manifest.version.replaceAll('-', '\\-')}"`);
  expect(built).toEqual(manPage(providers, '').split('\n').slice(1));
});

test('nothing that runs loads what makes the page', () => {
  const program = readFileSync(join(ROOT, 'dist', 'bin.cjs'), 'utf8');
  expect(existsSync(join(ROOT, 'dist', 'man.cjs'))).toBe(false);
  expect(program).not.toContain('.TH REVOKE');
});

test('every command has a section with each of its options in it', () => {
  const page = unescaped(manPage(providers, '2026-01-02'));
  const commands = everyCommand(treeData(providers).source, 'revoke').slice(1);
  expect(commands.length).toBeGreaterThan(5);
  const described = page.slice(page.indexOf('.SH COMMANDS'));
  for (const [path, command] of commands) {
    const section = sectionOf(page, path);
    for (const { long, flags } of command.options) {
      expect(section).toMatch(new RegExp(`(^|[\\s,])${long}(?![\\w-])`, 'm'));
      expect(described).toContain(`\n${flags}\n`);
    }
  }
});

test('every setting of a provider is told by its environment variable', () => {
  const page = unescaped(manPage(providers, ''));
  const names = providers.flatMap(({ settings }) => settings.map(({ env }) => env));
  expect(names).toContain('OAUTH_ISSUER');
  for (const name of names) expect(page).toContain(`\n${name}\n`);
});

test('the date is of SOURCE_DATE_EPOCH, else of the newest changelog heading, else none', () => {
  const changelog =
    '# Changelog\n\n## 0.2.0 (2026-03-04)\n\nText of 2027-01-01.\n\n## 0.1.0 (2026-01-02)\n';
  expect(pageDate('1700000000', changelog)).toBe('2023-11-14');
  expect(pageDate(undefined, changelog)).toBe('2026-03-04');
  expect(pageDate('soon', changelog)).toBe('2026-03-04');
  expect(pageDate(undefined, '# Changelog\n\nof 2026-03-04\n')).toBe('');
  expect(manPage([], '2026-03-04')).toContain('.TH REVOKE 1 "2026-03-04" ');
  expect(manPage([], '" "x')).toContain('.TH REVOKE 1 "" ');
});

test('no text begins a request or smuggles an escape in', () => {
  const parts = [
    '.',
    "'",
    '\\',
    '\\fB',
    '\\n(.x',
    '"',
    '-',
    '\n',
    '\n.so /etc/passwd\n',
    ' ',
    'word',
  ];
  const requests = /^\.(TH|SH|SS|TP|PP|IP|br|nh|ad)\b/;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1 }), (texts) => {
      for (const line of manPage([providerSaying(texts.join(''))], '').split('\n')) {
        if (/^['.]/.test(line)) expect(line).toMatch(requests);
        expect(
          line.replace(/\\(?:f[BR]|&|e|-|\((?:ha|ti|ga|aq|dq|bu)|\[u[0-9A-F]{4,6}\])/g, ''),
        ).not.toContain('\\');
      }
    }),
  );
});

testWith('mandoc', 'lint finds nothing', () => {
  const file = join(folder, 'revoke.1');
  writeFileSync(file, manPage(providers, '2026-01-02'));
  const { status, stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', file], {
    encoding: 'utf8',
  });
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});

testWith('groff', 'formats it without a warning', () => {
  const { status, stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-c'], {
    encoding: 'utf8',
    input: manPage(
      [...providers, providerSaying(`.so '/etc/passwd' \\fB "$x" -- \u2019~^\``)],
      '2026-01-02',
    ),
  });
  expect([status, stderr]).toEqual([0, '']);
  const shown = stdout.replace(/.\x08/g, '');
  expect(shown).toContain(`.so '/etc/passwd' \\fB "$x" -- `);
  expect(shown).toContain('--verify-timeout <s>');
});

testWith('man', 'shows it', () => {
  const { status, stdout } = spawnSync('man', ['-l', PAGE], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '100', MANPAGER: 'cat', LC_ALL: 'C' },
  });
  expect(status).toBe(0);
  expect(stdout).toContain('REVOKE(1)');
});
