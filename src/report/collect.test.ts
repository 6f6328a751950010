/** What a report counts and keeps, from journals that were made for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRun } from '../record/runs.js';
import {
  writeJournal,
  type MadeJournal,
  type MadeOutcome,
} from '../../test/support/made-journal.js';
import { collect } from './collect.js';
import { htmlPage } from './html-page.js';
import { markdownPage } from './markdown-page.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PAGE = 'https://vendor.example/tokens';
const title = { scope: 'all runs', madeAt: '2026-11-22T13:00:00.000Z', version: '0.1.0' };
const options = { title, pages: new Set([PAGE]) };

/** Journals, the earliest first. */
async function reportOf(...journals: readonly MadeJournal[]) {
  const runs = [];
  for (const [index, journal] of journals.entries()) {
    const id = `run${index}aaaa`;
    const path = join(folder, `2026112${index}T120000Z-workspace-${id}.jsonl`);
    const started_at = `2026-11-2${index}T12:00:00.000Z`;
    writeJournal(path, { ...journal, head: { id, started_at, ...journal.head } });
    const run = await readRun(path, { isRunning: false });
    if (run) runs.unshift(run);
  }
  return collect(runs, { pages: options.pages, mask: (value) => value });
}

function outcome(target: string, status: string, facts: object = {}): MadeOutcome {
  const code = { failed: 'not_found', alive: 'still_active', unknown: 'timed_out' }[status];
  const error = code === undefined ? {} : { error: { code, message: `${target}: ${code}` } };
  const at = '2026-11-22T12:00:01.000Z';
  return { provider: 'workspace', target, status, at, ...error, ...facts };
}

const finished = (...outcomes: readonly MadeOutcome[]): MadeJournal => ({ outcomes, exit: 0 });

test('a report counts each target of a run once, and sorts what needs a person by urgency', async () => {
  const report = await reportOf(
    finished(
      outcome('a', 'revoked'),
      outcome('b', 'failed'),
      outcome('c', 'unknown'),
      outcome('d', 'alive'),
      outcome('e', 'accepted'),
    ),
  );
  expect(report.total).toBe(5);
  expect(report.needs.total).toBe(3);
  expect(report.needs.kinds.map(({ status }) => status)).toEqual(['alive', 'unknown', 'failed']);
  expect(report.people).toEqual(['alice on laptop']);
});

test('what was refused and is known to be active comes before what is unknown', async () => {
  const verification = { method: 'token', before: 'active', checked_at: '2026-11-22T12:00:01Z' };
  const report = await reportOf(
    finished(outcome('a', 'unknown'), outcome('b', 'failed', { verification })),
  );
  expect(report.needs.kinds).toMatchObject([
    { status: 'failed', isActive: true },
    { status: 'unknown' },
  ]);
  expect(htmlPage(report, options)).toContain('active when last checked');
});

test('the command to continue stands with what a resume can change, and only there', async () => {
  const report = await reportOf(
    finished(
      outcome('a', 'alive'),
      outcome('b', 'unknown', { error: { code: 'inactive_before', message: 'it was inactive' } }),
      outcome('c', 'failed'),
    ),
  );
  const resume = '<the same input> | revoke workspace - --force --resume run0aaaa';
  expect(report.needs.kinds.map(({ command }) => command)).toEqual([resume, undefined, undefined]);
});

test.each([
  ['ignored', 'failed', { ignored: true }],
  ["another owner's", 'skipped', { error: { code: 'other_owner', message: 'it is of another' } }],
  ['done in the journal', 'skipped', { journaled_status: 'revoked' }],
])('a target that is %s needs nobody', async (_, status, facts) => {
  const report = await reportOf(finished(outcome('a', status, facts)));
  expect(report.needs.total).toBe(0);
  expect(report.total).toBe(1);
});

test('a status that this version does not know needs a person, and is shown as it is', async () => {
  const report = await reportOf(finished(outcome('a', 'vanished')));
  expect(report.needs.total).toBe(1);
  expect(htmlPage(report, options)).toContain('vanished');
});

describe('a target of several runs', () => {
  test('that a later run revoked is open no more, and counts once', async () => {
    const report = await reportOf(
      finished(outcome('a', 'alive'), outcome('b', 'unknown')),
      finished(outcome('a', 'revoked')),
    );
    expect(Object.fromEntries(report.counts)).toMatchObject({ revoked: 1, unknown: 1, alive: 0 });
    expect(report.needs.kinds.map(({ targets }) => targets)).toEqual([['b']]);
    expect(report.repeated).toBe(1);
    expect(report.timeline?.counts.has('alive')).toBe(false);
    expect(report.accounts[0]?.rows.map(({ target, status }) => [target, status])).toEqual([
      ['b', 'unknown'],
      ['a', 'revoked'],
    ]);
  });

  test('that a later run saw active is open, whatever an earlier one says', async () => {
    const report = await reportOf(
      finished(outcome('a', 'revoked')),
      finished(outcome('a', 'alive')),
    );
    expect(report.needs.kinds).toMatchObject([{ status: 'alive', targets: ['a'] }]);
  });

  test('that was revoked and is not found later is revoked', async () => {
    const report = await reportOf(
      finished(outcome('a', 'revoked')),
      finished(outcome('a', 'failed'), outcome('b', 'failed')),
    );
    expect(report.needs.kinds.map(({ targets }) => targets)).toEqual([['b']]);
    expect(report.counts.get('revoked')).toBe(1);
  });

  test('that a later run did not try keeps what the earlier one says', async () => {
    const skipped = { error: { code: 'stopped_early', message: 'the run stopped' } };
    const report = await reportOf(
      finished(outcome('a', 'revoked')),
      finished(outcome('a', 'skipped', skipped)),
    );
    expect(report.needs.total).toBe(0);
  });

  test('is another one at another account', async () => {
    const at = (endpoint: string) => ({
      providers: [{ provider: 'workspace', endpoint, scope: {} }],
    });
    const report = await reportOf(
      { head: at('https://a.example'), outcomes: [outcome('a', 'alive')], exit: 1 },
      { head: at('https://b.example'), outcomes: [outcome('a', 'revoked')], exit: 0 },
    );
    expect(report.needs.total).toBe(1);
    expect(report.accounts.map(({ name }) => name)).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });
});

test('a run without an end is named at the top, with what it began and the command to continue', async () => {
  const report = await reportOf({ outcomes: [outcome('a', 'revoked')], begun: ['a', 'b'] });
  expect(Object.fromEntries(report.counts)).toEqual({ revoked: 1, unknown: 1 });
  const page = htmlPage(report, options);
  expect(page).toContain('run run0aaaa is unfinished');
  expect(page).toContain('--resume run0aaaa');
  expect(markdownPage(report, options)).toContain('is unfinished');
});

test('a URL is a link only where it is a page of ours, in HTML and in Markdown', async () => {
  const facts = { manual_url: PAGE, audit_url: 'https://evil.example/login' };
  const report = await reportOf(finished(outcome('a', 'failed', facts)));
  const page = htmlPage(report, options);
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, url]) => url);
  expect(new Set(links)).toEqual(new Set([PAGE]));
  expect(page).toContain('<code>https://evil.example/login</code>');
  const text = markdownPage(report, options);
  expect(text).toContain(`<${PAGE}>`);
  expect(text).toContain('`https://evil.example/login`');
  expect(text).not.toContain('<https://evil.example/login>');
});

test('of many targets the counts are whole, the page is small, and it says where the rest is', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) =>
    outcome(`jti_${index}`, index % 50 === 0 ? 'alive' : 'revoked'),
  );
  const report = await reportOf(finished(...many));
  expect(report.needs.total).toBe(400);
  expect(report.accounts[0]?.rows.every(({ status }) => status === 'alive')).toBe(true);
  const page = htmlPage(report, options);
  expect(page.length).toBeLessThan(400_000);
  expect(page).toContain('19,800 targets are left out here');
  expect(page).toContain('revoke log run0aaaa --json');
  expect(markdownPage(report, options)).toContain('19,800 targets are left out here');
});

test('with the longest texts in every field and as many accounts the page stays below 5 MB', async () => {
  const long = '"'.repeat(400);
  const place = { file: long, commit: long, link: long, detector: long };
  const many = Array.from({ length: 1500 }, (_, index) =>
    outcome(`${index}${long}`, 'failed', {
      provider: `p${index % 70}`,
      owner: long,
      token_type: long,
      error: { code: `code_${index}`, message: long, hint: long },
      locations: Array.from({ length: 6 }, () => place),
    }),
  );
  const report = await reportOf(finished(...many));
  expect(report.total).toBe(1500);
  expect(report.accounts.length).toBeLessThan(60);
  expect(Buffer.byteLength(htmlPage(report, options))).toBeLessThan(5_000_000);
  expect(Buffer.byteLength(markdownPage(report, options))).toBeLessThan(5_000_000);
});
