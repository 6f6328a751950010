/** Every example of docs/input.md is read as the page says. */
import { readTable } from '../src/input/csv.js';
import { listForm } from '../src/input/list-form.js';
import { createRecordReader } from '../src/input/record-reader.js';
import { createReportReader } from '../src/input/reports/read-report.js';
import type { ReportRow } from '../src/input/reports/row.js';
import { createTableRows } from '../src/input/reports/table-rows.js';
import { blocksOf } from './support/doc-blocks.js';
import { streamed } from './support/read-lists.js';

const PAGE = 'docs/input.md';
const KEYS = ['token', 'secret'];

/** What the page says of each example: the tokens, and what becomes of the other rows. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  'text lines': ['EXAMPLE-TOKEN-0001', 'EXAMPLE-TOKEN-0002'],
  'text csv': ['EXAMPLE-TOKEN-0001', 'EXAMPLE-TOKEN-0002', 'masked'],
  'text gitleaks-csv': ['EXAMPLE-TOKEN-0001'],
  'text gitleaks': ['EXAMPLE-TOKEN-0001'],
  'text betterleaks': ['EXAMPLE-TOKEN-0001'],
  'text trufflehog': ['EXAMPLE-TOKEN-0001', 'EXAMPLE-TOKEN-0002'],
  'text kingfisher': ['EXAMPLE-TOKEN-0001'],
  'text ggshield': ['EXAMPLE-TOKEN-0001'],
  'text github-alerts': ['EXAMPLE-TOKEN-0001'],
  'text gitlab-report': ['EXAMPLE-TOKEN-0001'],
  'text sarif': ['EXAMPLE-TOKEN-0001'],
};

const blocks = blocksOf(PAGE);

const nothing = () => [];
const gist = ({ secret, refused }: ReportRow) => secret ?? refused?.reason ?? '';

async function read(text: string): Promise<readonly string[]> {
  const form = listForm(text, { keys: KEYS, isWhole: true });
  if (form.kind === 'lines') {
    const reader = createRecordReader({ lists: [], targets: [] });
    return [...reader.push(text), ...reader.end()].map((record) => record.text ?? '');
  }
  if (form.kind === 'table') {
    const rowOf = createTableRows(form, nothing);
    const rows: string[] = [];
    for await (const row of readTable(streamed([text]), form)) rows.push(gist(rowOf(row)));
    return rows;
  }
  const reader = createReportReader({ find: nothing });
  reader.push(text);
  const report = reader.end();
  return report.kind === 'report' ? report.rows.map(gist) : [report.kind];
}

test(`${PAGE} has an example of each format`, () => {
  expect(blocks.map(({ language }) => language).sort()).toEqual(Object.keys(SAID).sort());
});

test.each(blocks.map((block) => [block.language, block.text] as const))(
  'the example "%s" is read as the page says',
  async (language, text) => {
    expect(await read(`${text}\n`)).toEqual(SAID[language]);
  },
);

test.each(
  blocks
    .filter(({ language }) => !/(lines|csv)$/.test(language))
    .map((b) => [b.language, b.text] as const),
)('the example "%s" says where the token was found', (_language, text) => {
  const reader = createReportReader({ find: nothing });
  reader.push(text);
  const report = reader.end();
  const [first] = report.kind === 'report' ? report.rows : [];
  expect(first?.location).toMatchObject({ file: expect.any(String), line: expect.any(Number) });
  expect(first?.location.detector).toMatch(/generic/i);
});
