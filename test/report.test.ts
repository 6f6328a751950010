/** `revoke report` through the program: which runs, which files, and what it says. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '../providers/index.js';
import { loadAllBuiltIn } from '../src/registry/registry.js';
import { revokeInProcess } from './support/in-process.js';
import { writeJournal } from './support/made-journal.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'revoke-report-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const journal = (id: string, day: string) =>
  join(
    home,
    `.local/state/revoke/journals/${day.replaceAll('-', '')}T120000Z-workspace-${id}.jsonl`,
  );

/** A run that revoked one target and left one active. */
function addRun(id: string, day: string, exit: number | null = 1): string {
  const at = `${day}T12:00:00.000Z`;
  const facts = { provider: 'workspace', at };
  writeJournal(journal(id, day), {
    head: { id, started_at: at },
    outcomes: [
      { ...facts, target: `jti_${id}`, status: 'revoked' },
      {
        ...facts,
        target: `jti_left_${id}`,
        status: 'alive',
        error: { code: 'still_active', message: 'it was active after 30 s' },
      },
    ],
    exit: exit ?? undefined,
  });
  return journal(id, day);
}

const file = (name: string) => join(home, name);
const report = (...args: readonly string[]) =>
  revokeInProcess(['report', ...args], { env: { HOME: home } });

test('a report of the record is written as HTML and as Markdown, for its owner alone', async () => {
  addRun('aaaa1111', '2026-11-20');
  addRun('bbbb2222', '2026-11-21');
  const told = await report('--html', file('r.html'), '--markdown', file('r.md'));
  expect(told).toMatchObject({ code: 0, stdout: '' });
  expect(told.stderr).toContain('Of 4 targets at workspace, 2 are revoked and 2 are still active.');
  expect(told.stderr).toContain('2 targets still need a person.');
  for (const name of ['r.html', 'r.md']) {
    const text = readFileSync(file(name), 'utf8');
    for (const said of [
      '2026-11-20 12:00 to 2026-11-21 12:00 UTC',
      'jti_left_bbbb2222',
      'alice',
      'laptop',
      '0.1.0',
    ])
      expect(text).toContain(said);
    for (const said of ['--resume aaaa1111', 'revoke log verify aaaa1111 --expect sha256:'])
      expect(text).toContain(said);
    expect(statSync(file(name)).mode & 0o777).toBe(0o600);
  }
  expect(readdirSync(home).sort()).toEqual(['.local', 'r.html', 'r.md']);
});

test('a report is of the runs that are named, by id or by path, or of a span of time', async () => {
  addRun('aaaa1111', '2026-11-20');
  const path = addRun('bbbb2222', '2026-11-21');
  addRun('cccc3333', '2026-11-22');
  const targets = async (...args: readonly string[]) => {
    const told = await report(...args, '--markdown', file('r.md'));
    expect(told.code).toBe(0);
    return [...new Set(readFileSync(file('r.md'), 'utf8').match(/jti_left_\w+/g))].sort();
  };
  expect(await targets('aaaa1111', path)).toEqual(['jti_left_aaaa1111', 'jti_left_bbbb2222']);
  expect(
    await targets('--since', '2026-11-21T00:00:00Z', '--until', '2026-11-22T00:00:00Z'),
  ).toEqual(['jti_left_bbbb2222']);
  expect(await targets('cccc3333', 'cccc3333')).toEqual(['jti_left_cccc3333']);
  const told = await report(
    'aaaa1111',
    '--since',
    '2026-11-21T00:00:00Z',
    '--markdown',
    file('r.md'),
  );
  expect(told.stderr).toContain('1 run began outside of that time');
});

test('a report of an empty record says so, and is no failure', async () => {
  const told = await report('--html', file('r.html'), '--markdown', file('r.md'));
  expect(told).toMatchObject({ code: 0, stdout: '' });
  expect(told.stderr).toContain('There is no run to report.');
  expect(readFileSync(file('r.html'), 'utf8')).toContain('Nothing is recorded');
  expect(readFileSync(file('r.md'), 'utf8')).toContain('there is nothing to report');
});

test('a report names the runs that are unfinished, and those whose journals were changed', async () => {
  addRun('aaaa1111', '2026-11-20', null);
  const path = addRun('bbbb2222', '2026-11-21');
  const changed = readFileSync(path, 'utf8').replace(
    '"target":"jti_bbbb2222"',
    '"target":"jti_other222"',
  );
  writeFileSync(path, changed);
  const told = await report('--html', file('r.html'), '--markdown', file('r.md'));
  expect(told.code).toBe(0);
  for (const name of ['r.html', 'r.md']) {
    const text = readFileSync(file(name), 'utf8');
    expect(text).toContain(
      'run bbbb2222 was changed after it was written; run aaaa1111 is unfinished',
    );
    expect(text).toContain('changed at line 3');
    expect(text).not.toContain('jti_other222');
  }
});

describe('a report is refused, with exit code 2 and nothing written,', () => {
  test.each([
    ['without a file', [], 'revoke report --html report.html'],
    ['for a run that is not there', ['zzzz9999', '--html', 'r.html'], 'there is no run zzzz9999'],
    ['for a time that is none', ['--since', 'soon', '--html', 'r.html'], 'invalid --since'],
    ['onto standard output', ['--html', '-'], 'needs the name of a file'],
    ['into a folder that is not there', ['--html', 'none/r.html'], 'there is no folder'],
    ['over a folder', ['--html', 'folder'], 'is a folder'],
    ['over a device', ['--html', '/dev/null'], 'is not a file'],
    ['twice into one file', ['--html', 'r.html', '--markdown', './r.html'], 'the same file'],
    ['over a journal', ['--markdown', 'copy'], 'is a journal'],
    ['over a journal behind a link', ['--markdown', 'link'], 'is a journal'],
  ])('%s', async (_, args, said) => {
    const path = addRun('aaaa1111', '2026-11-20');
    mkdirSync(file('folder'));
    writeFileSync(file('copy'), readFileSync(path));
    symlinkSync(path, file('link'));
    const before = readFileSync(path, 'utf8');
    const isName = (word: string, index: number) =>
      /^--(html|markdown)$/.test(args[index - 1] ?? '') && !/^[/-]/.test(word);
    const told = await report(
      ...args.map((word, index) => (isName(word, index) ? file(word) : word)),
    );
    expect(told).toMatchObject({ code: 2, stdout: '' });
    expect(told.stderr).toContain(said);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(home).sort()).toEqual(['.local', 'copy', 'folder', 'link']);
  });
});

test('an older report is replaced, whatever it was', async () => {
  addRun('aaaa1111', '2026-11-20');
  writeFileSync(file('r.html'), 'old');
  expect((await report('--html', file('r.html'))).code).toBe(0);
  expect(readFileSync(file('r.html'), 'utf8')).toMatch(/^<!doctype html>/);
});

test('each page that an outcome may name is one that a report links to', async () => {
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  const pages = new Set(providers.flatMap((provider) => provider.pages ?? []));
  const below = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? below(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  const written = below(join(__dirname, '../providers'))
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|emulator/.test(path))
    .flatMap((path) => [
      ...readFileSync(path, 'utf8').matchAll(/(?:manual_url|auditUrl):\s*'(https:[^']+)'/g),
    ])
    .map(([, url]) => url);
  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((url) => !pages.has(url ?? ''))).toEqual([]);
  expect([...pages].filter((url) => !/^https:\/\/[\w.-]+\/[\w./:?=#&%-]*$/.test(url))).toEqual([]);
});
