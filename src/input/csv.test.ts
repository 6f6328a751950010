import { readTable, type TableRow } from './csv.js';
import { planTable, type TableOptions, type TablePlan } from './plan-table.js';
import { listForm } from './list-form.js';
import { createTableRows } from './reports/table-rows.js';
import { find, gitleaksCsv, SHAPE, token } from '../../test/support/made-reports.js';
import { streamed } from '../../test/support/read-lists.js';

const HANDLES = ['client_id', 'clientId', 'channel', 'target'];
const TOKENS = ['token', 'secret', 'value', 'key'];
const isToken = (cell: string) => new RegExp(`^(?:${SHAPE.source})$`).test(cell);

function plan(text: string, options: Partial<TableOptions> = {}): ReturnType<typeof planTable> {
  return planTable(text, { keys: HANDLES, isWhole: true, ...options });
}

async function rows(text: string, options: Partial<TableOptions> = {}): Promise<TableRow[]> {
  const table = plan(text, options);
  if (table.kind !== 'table') throw new Error(`read as ${table.kind}`);
  const found: TableRow[] = [];
  for await (const row of readTable(streamed([text]), table)) found.push(row);
  return found;
}

const values = async (text: string, options: Partial<TableOptions> = {}) =>
  (await rows(text, options)).map(({ value, bad }) => bad?.reason ?? value);

describe('a table with a header that the provider knows', () => {
  test.each<[string, string, readonly string[]]>([
    ['commas', 'name,client_id\nBob,b1\nAnn,a1\n', ['b1', 'a1']],
    ['semicolons', 'name;client_id\nBob;b1\n', ['b1']],
    ['tabs', 'name\tclient_id\nBob\tb1\n', ['b1']],
    ['sep= before the header', 'sep=;\r\nname;client_id\r\nBob;b1\r\n', ['b1']],
    ['a name with blanks and capitals', 'Name,Client ID\nBob,b1\n', ['b1']],
    ['a name with a dash', 'name,CLIENT-ID\nBob,b1\n', ['b1']],
    ['quotes', '"name","client_id"\n"Bob, Jr.","b""1"\n', ['b"1']],
    ['a line break in a cell', 'name,client_id\n"Bob\nJr.",b1\nAnn,a1\n', ['b1', 'a1']],
    ['empty lines between the rows', 'name,client_id\n\nBob,b1\n\n', ['b1']],
    ['comments before the header', '# from the team\nname,client_id\nBob,b1\n', ['b1']],
    ['no line break at the end', 'name,client_id\nBob,b1', ['b1']],
    ['the key alone on the first line', 'client_id\nb1\na1\n', ['b1', 'a1']],
    ['the key alone, in quotes', '"client_id"\n"b,1"\n', ['b,1']],
    ['an empty cell', 'name,client_id\nBob,\n', ['']],
    ['a formula, which is only text', 'name,client_id\n=cmd(),=1+1\n', ['=1+1']],
    ['cells that are missing behind the key', 'client_id,name,note\nb1\na1,Ann\n', ['b1', 'a1']],
  ])('%s', async (_name, text, wanted) => {
    expect(await values(text)).toEqual(wanted);
  });

  test('the header is never a target, and rows count as in a spreadsheet', async () => {
    const found = await rows('# x\nname,client_id\n"Bob\nJr.",b1\n\nAnn,a1\n');
    expect(found.map(({ row, line, value }) => [row, line, value])).toEqual([
      [2, 3, 'b1'],
      [4, 6, 'a1'],
    ]);
  });

  test('the column names the kind of its targets', () => {
    expect(plan('channel,name\nnews,x\n')).toMatchObject({ key: 'channel', column: 0 });
  });
});

describe('rows that cannot be used', () => {
  test.each<[string, string, readonly string[]]>([
    ['more cells than the header', 'client_id,name\nb1,Bob,Jr.\na1,Ann\n', ['damaged', 'a1']],
    ['a comma in a list of one column', 'client_id\nb,1\na1\n', ['damaged', 'a1']],
    ['a list that ends in a row', 'name,client_id,note\nBob,b1,x\nAnn,a', ['b1', 'cut_off']],
    ['a number that a spreadsheet changed', 'client_id,x\n1.23457E+15,\n', ['damaged']],
    ['null', 'client_id,x\nnull,\n', ['no_value']],
    ['bytes that are not UTF-8', 'client_id,x\nb\ufffd,\n', ['damaged']],
    [
      'two kinds in one row behind the head',
      `client_id,channel\n${'b,\n'.repeat(25)}b,c\n`,
      [...Array<string>(25).fill('b'), 'two_targets'],
    ],
  ])('%s', async (_name, text, wanted) => {
    expect(await values(text)).toEqual(wanted);
  });

  test('a quote that is not closed makes the rest one bad row, which names its line', async () => {
    const found = await rows('name,client_id\nBob,b1\nAnn,"a1\nEve,e1\n');
    expect(found.map(({ value, bad }) => bad?.reason ?? value)).toEqual(['b1', 'cut_off']);
    expect(found[1]?.line).toBe(3);
    expect(found[1]?.bad?.words).not.toMatch(/a1|e1|Ann/);
  });
});

describe('lists that are no tables', () => {
  test.each<[string, string]>([
    ['IDs with commas in some of them', 'a,b\nc\nd,e,f\n'],
    ['IDs', 'a\nb\n'],
    ['assignments that end in a semicolon', 'A=1;\nB=2;\n'],
    ['nothing', ''],
    ['comments', '# a,b\n# c,d\n'],
  ])('%s are lines', (_name, text) => {
    expect(plan(text).kind).toBe('lines');
  });
});

describe('a table that cannot be read as it is', () => {
  test('delimited without a known header is refused, naming --column', () => {
    expect(() => plan('S3CRET,b\nc,d\n')).toThrow(/is a table/);
    expect(() => plan('S3CRET,b\nc,d\n')).not.toThrow(/S3CRET/);
  });

  test('a delimited list is told by its first 20 records', () => {
    expect(() => plan(`${'a,b\n'.repeat(20)}c\n`)).toThrow(/is a table/);
    expect(plan(`${'a,b\n'.repeat(19)}c\n`).kind).toBe('lines');
  });

  test('two known columns that both hold something are refused', () => {
    expect(() => plan('client_id,channel\nb,c\n')).toThrow(/columns 1 and 2 both hold/);
    expect(plan('client_id,channel\n,c\n')).toMatchObject({ column: 1, key: 'channel' });
  });

  test('two columns with tokens are refused, whatever the second is called', () => {
    const text = `token,backup\n${token(1)},${token(2)}\n`;
    expect(() => plan(text, { keys: TOKENS, isToken })).toThrow(/columns 1 and 2/);
    const same = `token,copy\n${token(1)},${token(1)}\n`;
    expect(plan(same, { keys: TOKENS, isToken })).toMatchObject({ column: 0 });
    const named = plan(text, { keys: TOKENS, isToken, column: 'backup' });
    expect(named).toMatchObject({ column: 1 });
  });

  test('a known column without tokens gives way to one that holds them', () => {
    const text = `key,secret\nprod-db,${token(1)}\n`;
    expect(plan(text, { keys: TOKENS, isToken })).toMatchObject({ column: 1, key: 'secret' });
  });
});

describe('--column', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['by name', 'name,cid\nBob,b1\n', 'cid', ['b1']],
    ['by name in other letters', 'name;C I D\nBob;b1\n', 'c-i-d', ['b1']],
    ['by number, without a header', 'Bob,b1\nAnn,a1\n', '2', ['b1', 'a1']],
    ['by number, with a header', 'name,cid\nBob,b1\n', '2', ['b1']],
    ['by number, with a header that has a key', 'cid,client_id\nb1,x\n', '1', ['b1']],
    ['instead of the known column', 'client_id,cid\nx,b1\n', 'cid', ['b1']],
  ])('%s', async (_name, text, column, wanted) => {
    expect(await values(text, { column })).toEqual(wanted);
  });

  test.each<[string, string, RegExp]>([
    ['a name that is not there', 'nobody', /no column of the first line has the name/],
    ['a number that is too high', '7', /no column 7/],
    ['zero', '0', /no column of the first line/],
  ])('%s is refused without showing the list', (_name, column, message) => {
    expect(() => plan('S3CRET,b\nc,d\n', { column })).toThrow(message);
    expect(() => plan('S3CRET,b\nc,d\n', { column })).not.toThrow(/S3CRET/);
  });
});

describe('tables of scanners and teams', () => {
  async function found(text: string) {
    const table = plan(text, { keys: TOKENS, isToken }) as TablePlan;
    const rowOf = createTableRows(table, find);
    const read = [];
    for await (const row of readTable(streamed([text]), table)) read.push(rowOf(row));
    return read;
  }

  test('gitleaks CSV is read as its JSON is, decoys and all', async () => {
    const [first, second] = await found(gitleaksCsv([token(1), 'REDACTED']));
    expect(first).toMatchObject({
      row: 2,
      secret: token(1),
      location: { file: 'src/1.env', line: 1, column: 8, detector: 'generic' },
    });
    expect(first?.location.link).toBe('https://example.com/app/blob/x#L3');
    expect(second?.refused).toEqual({
      reason: 'masked',
      words: 'masked by gitleaks: run the scan again without --redact',
    });
  });

  test('a spreadsheet gives places, and a column of them names no host', async () => {
    const [row] = await found(
      `Secret,Type,File,Line,Commit,URL\n${token(1)},PAT,src/a,3,abcdef1,https://git.example.com/x?y=1\n`,
    );
    expect(row).toEqual({
      row: 2,
      secret: token(1),
      location: {
        file: 'src/a',
        line: 3,
        commit: 'abcdef1',
        link: 'https://git.example.com/x',
        detector: 'PAT',
      },
    });
  });

  test('columns named like parts of the prototype are harmless', async () => {
    const [row] = await found(`token,__proto__,constructor\n${token(1)},x,y\n`);
    expect(row?.secret).toBe(token(1));
  });

  test.each<[string, string]>([
    ['HCP Vault Radar', 'Category,Value Hash,Deep Link\na,b,c\n'],
    ["GitLab's vulnerability export", 'Project Name,Scanner Name,Vulnerability\na,b,c\n'],
    ['ThreatMapper', 'Filename,Content,Name,Rule,Severity\na,b,c,d,e\n'],
  ])('%s is refused by name', (name, text) => {
    expect(plan(text, { keys: TOKENS })).toMatchObject({ kind: 'refused', name });
  });
});

describe('what a list is', () => {
  const form = (text: string, options: Partial<TableOptions> = {}) =>
    listForm(text, { keys: HANDLES, isWhole: true, ...options });

  test.each<[string, string, string]>([
    ['an object', ' {"a":1}', 'json'],
    ['an array', '[1]', 'json'],
    ['trufflehog with its banner', '🐷🔑🐷  TruffleHog. 🐷🔑🐷\n\n{"a":1}', 'json'],
    ['a table', 'client_id,x\na,b', 'table'],
    ['lines', 'a\nb', 'lines'],
  ])('%s', (_name, text, kind) => {
    expect(form(text).kind).toBe(kind);
  });

  test.each<[string, string]>([
    ['an HTML page', '<!DOCTYPE html><html>'],
    ['JUnit XML', '<?xml version="1.0"?>\n<testsuites>'],
    ['XML', '<!DOCTYPE x [<!ENTITY a "b">]><x/>'],
    ['an HTTP answer with its headers', 'HTTP/2.0 200 OK\nX: y\n\n[{}]'],
    ['text with colour codes', '\u001b[1;37m[\u001b[m'],
    ["trufflehog's text output", 'Found verified result 🐷🔑\nDetector Type: X\nRaw result: x'],
    ["ggshield's text output", 'secrets-engine-version: 2.1\n'],
  ])('%s is refused by name', (name, text) => {
    expect(form(text)).toMatchObject({ kind: 'refused', name });
  });
});

describe('a table of pairs', () => {
  const options = {
    keys: ['token'],
    arePair: (first: string, second: string) => /^id-/.test(first) && /^secret-/.test(second),
    isToken: (cell: string) => cell.startsWith('token-'),
  };

  test('is told by its cells, with a header of any names', () => {
    const text = 'who,Access key ID,Secret access key\nme,id-1,secret-1\n';
    expect(plan(text, options)).toMatchObject({
      column: 1,
      half: 2,
      header: ['who', 'Access key ID', 'Secret access key'],
    });
  });

  test('a table of pairs is read without a header', () => {
    const planned = plan('id-1;secret-1\nid-2;secret-2\n', options);
    expect(planned).toMatchObject({ kind: 'table', column: 0, half: 1 });
    expect(planned).not.toHaveProperty('header');
  });

  test.each([
    ['a line with a token', 'token-1\nid-1,secret-1\n'],
    ['a record of another width', 'a,b,c\nid-1,secret-1\n'],
    ['a record with a token in it', 'me,token-1\nid-1,secret-1\n'],
  ])('is none where %s would be lost as its header', (_what, text) => {
    let planned: object = {};
    try {
      planned = plan(text, options);
    } catch {
      // Refused, which loses nothing either.
      return;
    }
    expect(planned).not.toHaveProperty('half');
  });
});
