import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOf, openLine, seal } from './format.js';
import { readJournal, readJournalInPieces, type JournalEntry, type ReadOptions } from './reader.js';

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'revoke-reader-')), 'j');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const AT = '2026-01-01T00:00:00.000Z';
const HEAD = {
  format: 2,
  id: 'one',
  version: '0.2.0',
  started_at: AT,
  command: ['revoke'],
  providers: [],
  terms: {},
  sources: [],
};
const END = { at: AT, exit: 0, counts: { revoked: 1 } };
const intent = (...keys: readonly string[]) => ({ intent: keys, at: AT });
const outcome = (target: string) => ({
  outcome: { provider: 'toy', target, status: 'revoked', at: AT },
});

function sealed(open: string, seed: number): string {
  const bytes = Buffer.from(openLine(open));
  seal(bytes, seed);
  return bytes.toString('utf8');
}
const opened = (value: object) => JSON.stringify(value).slice(0, -1);

/** A part as the program writes it; a text stands in it as it is, and counts for its hash. */
function partOf(lines: readonly (object | string)[], end?: object, head: object = HEAD): string {
  const first = sealed(opened({ run: head }), 0);
  const seed = checksumOf(Buffer.from(first.slice(0, -1)), 0) ?? 0;
  const text =
    first +
    lines.map((each) => (typeof each === 'string' ? each : sealed(opened(each), seed))).join('');
  if (!end) return `\n${text}`;
  const hash = createHash('sha256')
    .update(text + opened({ end }))
    .digest('hex');
  return `\n${text}${sealed(`${opened({ end })},"sha256":"${hash}"`, seed)}`;
}

/** The entries of a text, in short: line, kind, and why it cannot be read. */
async function read(text: string, options: ReadOptions = {}) {
  writeFileSync(path, text);
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(path, options)) entries.push(entry);
  const short = entries.map((entry) =>
    `${entry.line} ${entry.kind} ${entry.kind === 'unreadable' ? entry.reason : ''}`.trim(),
  );
  return { entries, short };
}

test('the entries of a journal have the numbers of their lines, and blank lines are none', async () => {
  const { entries, short } = await read(`${partOf([intent('a'), '\n', outcome('a')], END)}\n`);
  expect(short).toEqual(['2 head', '3 intent', '5 outcome', '6 end']);
  expect(entries).toMatchObject([
    { head: HEAD },
    intent('a'),
    outcome('a'),
    { end: END, isIntact: undefined },
  ]);
});

test('a file without a line has no entry', async () => {
  for (const text of ['', '\n', '\n\n']) expect((await read(text)).short).toEqual([]);
});

test('where hashes are checked, each part says whether it is what its writer hashed', async () => {
  const whole = partOf([intent('a'), '\n', outcome('a')], END);
  const cut = partOf([intent('a'), outcome('a')], END).replace(/\{"intent".*\n/, '');
  const { entries } = await read(whole + cut + whole, { checkHashes: true });
  const ends = entries.flatMap((entry) => (entry.kind === 'end' ? [entry.isIntact] : []));
  expect(ends).toEqual([true, false, true]);
});

test('what stands behind an end belongs to no hash, and a second end has none to compare', async () => {
  const part = partOf([outcome('a')], END);
  const end = part.slice(part.indexOf('{"end"'));
  const { entries } = await read(part + end, { checkHashes: true });
  expect(entries.slice(-2)).toMatchObject([{ isIntact: true }, { isIntact: undefined }]);
});

test('intents may be left out, and count for the hash all the same', async () => {
  const { entries, short } = await read(partOf([intent('a'), outcome('a'), intent('b')], END), {
    checkHashes: true,
    skipIntents: true,
  });
  expect(short).toEqual(['2 head', '4 outcome', '6 end']);
  expect(entries.at(-1)).toMatchObject({ isIntact: true });
});

test('a damaged line before an intent that is left out is damaged', async () => {
  const { short } = await read(partOf(['half\n', intent('a')]), { skipIntents: true });
  expect(short).toEqual(['2 head', '3 unreadable damaged']);
});

test('a head whose format was damaged is damaged, and no head of another format', async () => {
  const { short } = await read(partOf([intent('a')]).replace('"format":2', '"format":3'));
  expect(short).toEqual(['2 unreadable damaged', '3 unreadable damaged']);
});

test('a line before any head is damaged, whatever checksum it has', async () => {
  const { short } = await read(`${sealed(opened(outcome('a')), 0)}${partOf([])}`);
  expect(short).toEqual(['1 unreadable damaged', '3 head']);
});

test('an intent that is damaged is not left out: it may have been anything', async () => {
  const { short } = await read(partOf(['{"intent":["a"]}\n', outcome('a')]), { skipIntents: true });
  expect(short).toEqual(['2 head', '3 unreadable damaged', '4 outcome']);
});

test.each<[string, string, readonly string[]]>([
  [
    'before a line of its part',
    partOf(['half\n', intent('a')]),
    ['2 head', '3 unreadable damaged', '4 intent'],
  ],
  ['before a blank line', partOf(['half\n', '\n']), ['2 head', '3 unreadable damaged']],
  ['at the end of the file', partOf(['half\n']), ['2 head', '3 unreadable damaged']],
  [
    'before another one',
    partOf(['half\n', 'half\n', intent('a')]),
    ['2 head', '3 unreadable damaged', '4 unreadable damaged', '5 intent'],
  ],
  ['before any head', `half\n${partOf([])}`, ['1 unreadable damaged', '3 head']],
])('a line that cannot be read %s is damaged', async (_where, text, expected) => {
  expect((await read(text)).short).toEqual(expected);
});

test.each<[string, string, readonly string[]]>([
  [
    'right before a head',
    `${partOf(['half'])}${partOf([intent('b')])}`,
    ['2 head', '3 unreadable torn', '4 head', '5 intent'],
  ],
  ['at the end of the file, without a newline', partOf(['half']), ['2 head', '3 unreadable torn']],
  [
    'at the end, behind a damaged one',
    partOf(['half\n', 'half']),
    ['2 head', '3 unreadable damaged', '4 unreadable torn'],
  ],
])('a line that cannot be read %s is torn', async (_where, text, expected) => {
  expect((await read(text)).short).toEqual(expected);
});

test('a line that lacks its newline alone is whole', async () => {
  expect((await read(partOf([intent('a')]).slice(0, -1))).short).toEqual(['2 head', '3 intent']);
});

test('a line that is whole and says nothing known is damaged, and so is a head that stands in a part', async () => {
  const head = { run: HEAD };
  const { short } = await read(partOf([{ other: 1 }, head, intent('a')]));
  expect(short).toEqual(['2 head', '3 unreadable damaged', '4 unreadable damaged', '5 intent']);
});

test('a line with the checksum of another head is damaged', async () => {
  const other = partOf([outcome('a')], undefined, { ...HEAD, id: 'two' });
  const line = other.split('\n')[2] ?? '';
  expect((await read(partOf([`${line}\n`]))).short).toEqual(['2 head', '3 unreadable damaged']);
});

test('a part of another format is given line by line as it stands, until the next head', async () => {
  const old = '\n{"run":{"version":1}}\n{"done":"a"}\nhalf\n';
  const later = partOf([{ new: 1 }], undefined, { ...HEAD, format: 3 });
  const { entries } = await read(old + later + partOf([outcome('a')], END), { checkHashes: true });
  expect(entries).toMatchObject([
    { line: 2, kind: 'foreign', format: 1, value: { run: { version: 1 } } },
    { line: 3, kind: 'foreign', format: 1, value: { done: 'a' } },
    { line: 4, kind: 'foreign', format: 1, value: undefined },
    { line: 6, kind: 'foreign', format: 3, value: { run: { format: 3 } } },
    { line: 7, kind: 'foreign', format: 3, value: { new: 1 } },
    { line: 9, kind: 'head' },
    { line: 10, kind: 'outcome' },
    { line: 11, kind: 'end', isIntact: true },
  ]);
});

test('lines that are longer than a piece of the file are read whole', async () => {
  const long = 'x'.repeat(700_000);
  const { entries } = await read(partOf([intent(long, 'ü'), outcome(long)], END), {
    checkHashes: true,
  });
  expect(entries).toMatchObject([
    { kind: 'head', line: 2 },
    { kind: 'intent', line: 3, intent: [long, 'ü'] },
    { kind: 'outcome', line: 4 },
    { kind: 'end', line: 5, isIntact: true },
  ]);
});

test('in pieces the entries are the same, and no piece is made for nothing at the end', async () => {
  writeFileSync(path, partOf([intent('a')], END));
  const pieces: number[] = [];
  for await (const some of readJournalInPieces(path)) pieces.push(some.length);
  expect(pieces).toEqual([3]);
});
