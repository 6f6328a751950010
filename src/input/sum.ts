/** What became of the rows of a list: rows = taken + duplicates + left out + refused, and it adds up. */
import { escapeControls, grouped } from '../contract/text.js';

export interface RefusedRow {
  readonly row: number;
  /** The list that it stands in, where there are several. */
  readonly list?: string | undefined;
  /** Groups the rows in the sum. */
  readonly reason: string;
  /** Why, and how to fix it, without the value. */
  readonly words: string;
  /** Where it was found: `src/app.env:3`. */
  readonly place?: string | undefined;
}

export interface RowSum {
  taken(): void;
  duplicate(): void;
  leftOut(reason: string): void;
  refused(row: RefusedRow): void;
  readonly counts: RowCounts;
  /** The sum in plain words, then the refused rows: ten of them, or all. */
  lines(options: { readonly all: boolean }): readonly string[];
}

export interface RowCounts {
  readonly rows: number;
  readonly taken: number;
  readonly duplicates: number;
  readonly leftOut: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
}

/** How many refused rows are listed where not all are asked for. */
export const LISTED_ROWS = 10;
/** More are counted, and not kept. */
const MOST_KEPT_ROWS = 10_000;

/** What a reason means when rows are counted. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['masked', 'masked'],
  ['no_secret', 'without the secret'],
  ['no_value', 'without a value'],
  ['html', 'HTML'],
  ['damaged', 'damaged'],
  ['cut_off', 'cut off'],
  ['ambiguous', 'with two tokens'],
  ['key_file', 'keys or files of several lines'],
  ['other_kind', 'not a secret'],
  ['other_host', 'for another host'],
  ['other_provider', 'for another provider'],
  ['unknown_shape', 'not recognized'],
  ['bad_checksum', 'mistyped or cut off'],
  ['example', 'documented examples'],
  ['half_of_pair', 'halves of pairs'],
  ['other_part', 'of other parts'],
  ['bad_input', 'bad'],
]);

export function createRowSum(): RowSum {
  let taken = 0;
  let duplicates = 0;
  const leftOut = new Map<string, number>();
  const refused = new Map<string, number>();
  const kept: RefusedRow[] = [];

  function counts(): RowCounts {
    const rows = taken + duplicates + total(leftOut) + total(refused);
    return { rows, taken, duplicates, leftOut, refused };
  }

  return {
    taken: () => void taken++,
    duplicate: () => void duplicates++,
    leftOut: (reason) => count(leftOut, reason),
    refused(row) {
      count(refused, row.reason);
      if (kept.length < MOST_KEPT_ROWS) kept.push(row);
    },
    get counts() {
      return counts();
    },
    lines({ all }) {
      const lists = [...new Set(kept.map(({ list }) => list))];
      const sorted = lists.flatMap((list) =>
        kept.filter((row) => row.list === list).sort((a, b) => a.row - b.row),
      );
      const listed = all ? sorted : sorted.slice(0, LISTED_ROWS);
      const more = total(refused) - listed.length;
      const hint = all ? '' : ' (--verbose lists all)';
      return [
        sentence(counts()),
        ...listed.map(refusedLine),
        ...(more > 0 ? [`  and ${grouped(more)} more${hint}`] : []),
      ];
    },
  };
}

/** The sum of rows of which the bad ones are told as outcomes, each by itself. */
export function sumSentence(counts: {
  readonly taken: number;
  readonly duplicates: number;
  readonly bad: number;
}): string {
  const { taken, duplicates, bad } = counts;
  const refused = new Map(bad > 0 ? [['bad_input', bad]] : []);
  return sentence({
    rows: taken + duplicates + bad,
    taken,
    duplicates,
    leftOut: new Map(),
    refused,
  });
}

/** `520 rows read: 480 tokens, 30 duplicates, 6 left out (6 resolved), 4 refused (3 masked, 1 damaged)` */
function sentence({ rows, taken, duplicates, leftOut, refused }: RowCounts): string {
  const parts = [amount(taken, 'to revoke')];
  if (duplicates > 0) parts.push(amount(duplicates, duplicates === 1 ? 'duplicate' : 'duplicates'));
  if (leftOut.size > 0) parts.push(`${amount(total(leftOut), 'left out')} (${listOf(leftOut)})`);
  if (refused.size > 0) parts.push(`${amount(total(refused), 'refused')} (${listOf(refused)})`);
  return `${amount(rows, rows === 1 ? 'row' : 'rows')} read: ${parts.join(', ')}`;
}

function refusedLine({ row, list, place, words }: RefusedRow): string {
  const where = place === undefined ? '' : ` (${escapeControls(place)})`;
  const of = list === undefined ? '' : ` of ${escapeControls(list)}`;
  return `  row ${row}${of}${where}: ${words}`;
}

function listOf(reasons: ReadonlyMap<string, number>): string {
  const parts = [...reasons].map(([code, number]) => amount(number, REASONS.get(code) ?? code));
  return parts.join(', ');
}

function amount(number: number, what: string): string {
  return `${grouped(number)} ${what}`;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, number) => sum + number, 0);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
