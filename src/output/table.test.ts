import type { Table } from '../contract/provider.js';
import { drawTable } from './table.js';
import { textWidth } from './text-width.js';

const tokens: Table = {
  head: ['JTI', 'Created', 'Expires', 'Current'],
  rows: [
    ['jti_abc123def456', '2024-08-07 10:30:00', '2025-08-07 10:30:00', '✓'],
    ['jti_old789xyz012', '2024-06-01 09:15:00', '-', ''],
  ],
  mark: 'Current',
  priority: ['JTI', 'Status', 'Expires', 'Created'],
};

const draw = (table: Table, width: number | undefined) =>
  drawTable(table, {
    width,
    clean: (text) => text,
    paintStatus: (word) => (text) => (word === 'Active' ? `\u001b[32m${text}\u001b[39m` : text),
  });

const BOXED = `┌──────────────────┬─────────────────────┬─────────────────────┬─────────┐
│ JTI              │ Created             │ Expires             │ Current │
├──────────────────┼─────────────────────┼─────────────────────┼─────────┤
│ jti_abc123def456 │ 2024-08-07 10:30:00 │ 2025-08-07 10:30:00 │ ✓       │
│ jti_old789xyz012 │ 2024-06-01 09:15:00 │ -                   │         │
└──────────────────┴─────────────────────┴─────────────────────┴─────────┘`;

test.each([
  ['off a terminal', undefined],
  ['at 80 columns', 80],
  ['at 200 columns', 200],
])('a table %s is boxed', async (_name, width) => {
  expect(await draw(tokens, width)).toBe(BOXED);
});

test('a table that is wider than the terminal by one column has no box, and loses nothing', async () => {
  expect(await draw(tokens, 73)).toBe(
    [
      '  JTI               Expires              Created',
      '* jti_abc123def456  2025-08-07 10:30:00  2024-08-07 10:30:00',
      '  jti_old789xyz012  -                    2024-06-01 09:15:00',
    ].join('\n'),
  );
});

test('at 40 columns what has no room beside the most important columns stands beneath them', async () => {
  expect(await draw(tokens, 40)).toBe(
    [
      '  JTI               Expires',
      '* jti_abc123def456  2025-08-07 10:30:00',
      '    Created: 2024-08-07 10:30:00',
      '  jti_old789xyz012  -',
      '    Created: 2024-06-01 09:15:00',
    ].join('\n'),
  );
});

test('a status is coloured and stays a word, boxed or not', async () => {
  const table: Table = {
    head: ['JTI', 'Status'],
    rows: [['jti_'.padEnd(30, 'x'), 'Active']],
    status: 'Status',
  };
  for (const width of [40, 80]) {
    expect(await draw(table, width)).toContain('\u001b[32mActive\u001b[39m');
  }
});

test('wide characters keep the columns straight', async () => {
  const table: Table = {
    head: ['Name', 'App', 'Note'],
    rows: [
      ['日本語日本語', 'one', 'x'.repeat(20)],
      ['plain', 'two', 'y'.repeat(20)],
    ],
  };
  expect(await draw(table, 44)).toBe(
    [
      'Name          App  Note',
      `日本語日本語  one  ${'x'.repeat(20)}`,
      `plain         two  ${'y'.repeat(20)}`,
    ].join('\n'),
  );
});

test.each([40, 60, 80, 120])(
  'no line is wider than %i columns where words allow it',
  async (width) => {
    const table: Table = {
      head: ['Provider', 'Takes', 'Verify', 'Commands'],
      rows: [['toy', 'JTI', 'yes', 'list, create, refresh, show, revoke, and several more words']],
    };
    for (const line of (await draw(table, width)).split('\n')) {
      expect(textWidth(line)).toBeLessThanOrEqual(width);
    }
  },
);
