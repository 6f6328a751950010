import fc from 'fast-check';
import { planTable, type TablePlan } from '../plan-table.js';
import { readTable } from '../csv.js';
import { createTableRows } from './table-rows.js';
import { find, gitleaksCsv, MADE, token } from '../../../test/support/made-reports.js';
import { reading, secretsIn, secretsOf, streamed } from '../../../test/support/read-lists.js';

const SECRETS = [token(1), token(2)];
const forms = MADE.map((made, index) => [`${made.name}, form ${index + 1}`, made] as const);

/** Places in a text, in order, at which it is cut into chunks. */
function chunksAt(text: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => text.slice(from, cuts[index] ?? text.length));
}

async function tableSecrets(text: string, chunks: readonly string[]): Promise<readonly string[]> {
  const plan = planTable(text, { keys: ['token', 'secret'], isWhole: true }) as TablePlan;
  if (plan.kind !== 'table') return [];
  const rowOf = createTableRows(plan, find);
  const rows = [];
  for await (const row of readTable(streamed(chunks), plan)) rows.push(rowOf(row));
  return secretsIn(rows);
}

describe('a report that is cut off anywhere', () => {
  test.each(forms)('%s: no value comes out that is not in the whole report', (_name, made) => {
    const text = made.make(SECRETS);
    const invented: string[] = [];
    for (let end = 0; end < text.length; end++) {
      const found = secretsOf(reading([text.slice(0, end)]));
      invented.push(...found.filter((secret, index) => secret !== SECRETS[index]));
    }
    expect(invented).toEqual([]);
    expect(secretsOf(reading([text]))).toEqual(SECRETS);
  });

  test.each(forms)('%s: it is told, where it is seen to be cut', (_name, made) => {
    const text = made.make(SECRETS).trimEnd();
    const cut = reading([text.slice(0, -1)]);
    const rows = cut.kind === 'report' ? cut.rows : [];
    expect(rows.at(-1)?.refused?.reason).toBe('cut_off');
  });

  test('gitleaks CSV: no value comes out that is not in the whole report', async () => {
    const text = gitleaksCsv(SECRETS);
    for (let end = 0; end <= text.length; end += 3) {
      const part = text.slice(0, end);
      if (!part.includes('\n')) continue;
      const found = await tableSecrets(part, [part]);
      expect(SECRETS.slice(0, found.length)).toEqual(found);
    }
  });
});

describe('a report in chunks', () => {
  test.each(forms)('%s: any split changes nothing', (_name, made) => {
    const text = made.make(SECRETS);
    const whole = reading([text]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
        expect(reading(chunksAt(text, places))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
    expect(reading([...text])).toEqual(whole);
  });

  test('gitleaks CSV: any split changes nothing', async () => {
    const text = gitleaksCsv(SECRETS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (places) => {
        expect(await tableSecrets(text, chunksAt(text, places))).toEqual(SECRETS);
      }),
      { numRuns: 20 },
    );
  });
});

describe('text that is no report', () => {
  test('any text in any chunks is read without an error, and the same each time', () => {
    const piece = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\n', ' ', 'null', '1'),
      fc.constantFrom('"RuleID":"x"', '"Secret":"tok_0000000000000001"', '"runs"', '"results"'),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
        fc.array(fc.nat(), { maxLength: 10 }),
        (text, places) => {
          const whole = reading([text]);
          expect(reading(chunksAt(text, places))).toEqual(whole);
          expect(['report', 'refused', 'other']).toContain(whole.kind);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
