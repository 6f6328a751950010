/** `createRevoke({ journal })`: the same journal as the command's, read back by `readJournal`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../contract/emulator.js';
import {
  createRevoke,
  readJournal,
  type CreateRevokeOptions,
  type JournalEntry,
  type Outcome,
} from '../index.js';
import { createToy } from '../../test/support/toy.js';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function begin(more: Partial<CreateRevokeOptions> = {}, isSecret = false) {
  const provider = createToy({ secret: isSecret });
  const emulator = (await provider.startEmulator?.({})) as Emulator;
  cleanups.push(() => emulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'library-journal-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const journal = join(folder, 'run.jsonl');
  const { TOY_URL = '', TOY_API_TOKEN = '' } = emulator.environment;
  const settings = { url: TOY_URL, api_token: TOY_API_TOKEN };
  const revoke = await createRevoke({ provider, settings, retries: 0, journal, ...more });
  cleanups.push(() => revoke.close());
  const targets = (await emulator.issue(4)).map(({ target }) => target);
  return { emulator, journal, revoke, targets };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

const read = (path: string) => all(readJournal(path, { checkHashes: true }));
const only = <K extends JournalEntry['kind']>(entries: readonly JournalEntry[], kind: K) =>
  entries.filter((entry): entry is Extract<JournalEntry, { kind: K }> => entry.kind === kind);
const sorted = (outcomes: readonly Outcome[]) =>
  [...outcomes].sort((a, b) => a.target.localeCompare(b.target));

test('a run leaves its head, an intent before each request, the outcomes it gave, and an end', async () => {
  const { journal, revoke, targets } = await begin();
  const outcomes = await all(revoke.revoke([...targets, 'tok_99']));
  const entries = await read(journal);
  expect(entries[0]).toMatchObject({
    kind: 'head',
    head: { format: 2, command: ['createRevoke', 'toy'], providers: [{ provider: 'toy' }] },
  });
  expect(only(entries, 'intent').flatMap(({ intent }) => intent)).toHaveLength(5);
  expect(sorted(only(entries, 'outcome').map(({ outcome }) => outcome))).toEqual(sorted(outcomes));
  expect(entries.at(-1)).toMatchObject({
    kind: 'end',
    end: { exit: 1, counts: { revoked: 4, failed: 1 } },
    isIntact: true,
  });
  expect(existsSync(`${journal}.lock`)).toBe(false);
});

test('a later run of the same login adds a part of its own', async () => {
  const { journal, revoke, targets } = await begin();
  const [one = '', two = ''] = targets;
  await all(revoke.revoke([one]));
  await all(revoke.revoke([two]));
  const entries = await read(journal);
  const heads = only(entries, 'head').map(({ head }) => head.id);
  expect(new Set(heads).size).toBe(2);
  expect(only(entries, 'end').map(({ isIntact }) => isIntact)).toEqual([true, true]);
});

test('a file with lines in it is refused, and nothing is sent', async () => {
  const { emulator, journal, revoke, targets } = await begin();
  writeFileSync(journal, 'a shopping list\n');
  await expect(all(revoke.revoke(targets))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('exists') as string,
  });
  expect(emulator.server.requests).toEqual([]);
  expect(readFileSync(journal, 'utf8')).toBe('a shopping list\n');
});

test('a journal that cannot be written ends the run before anything is sent', async () => {
  const { emulator, revoke, targets } = await begin({ journal: '/dev/null/run.jsonl' });
  await expect(all(revoke.revoke(targets))).rejects.toMatchObject({ code: 'usage' });
  expect(emulator.server.requests).toEqual([]);
});

test('a run that its reader leaves has no end', async () => {
  const { journal, revoke, targets } = await begin({ concurrency: 1 });
  for await (const outcome of revoke.revoke(targets)) {
    expect(outcome.status).toBe('revoked');
    break;
  }
  const entries = await read(journal);
  expect(only(entries, 'outcome').length).toBeGreaterThan(0);
  expect(only(entries, 'end')).toEqual([]);
});

test('a second run at the same time is refused, and the first goes on', async () => {
  const { emulator, journal, revoke, targets } = await begin();
  const [one = '', two = ''] = targets;
  let refusal: unknown;
  const outcomes: Outcome[] = [];
  for await (const outcome of revoke.revoke([one])) {
    outcomes.push(outcome);
    refusal = await all(revoke.revoke([two])).catch((error: unknown) => error);
  }
  expect(refusal).toMatchObject({ code: 'journal_in_use' });
  expect(outcomes).toMatchObject([{ status: 'revoked' }]);
  expect(emulator.isAlive(two)).toBe(true);
  await all(revoke.revoke([two]));
  expect(only(await read(journal), 'end')).toHaveLength(2);
});

test('a dry run writes nothing', async () => {
  const { journal, revoke, targets } = await begin();
  await all(revoke.revoke(targets, { dryRun: true }));
  expect(existsSync(journal)).toBe(false);
});

test('no secret stands in it', async () => {
  const { emulator, journal, revoke, targets } = await begin({}, true);
  await all(revoke.revoke(targets));
  const text = readFileSync(journal, 'utf8');
  expect(only(await read(journal), 'outcome')).toHaveLength(4);
  for (const secret of [...targets, emulator.environment['TOY_API_TOKEN'] ?? ''])
    expect(text).not.toContain(secret);
});
