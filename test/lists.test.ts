/** Lists as people have them: reports and tables with live tokens, into tokens that are revoked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { startHuggingfaceEmulator } from '../providers/huggingface/emulator.js';
import { registry } from '../providers/index.js';
import type { Outcome } from '../src/contract/index.js';
import { startAblyEmulator } from '../providers/ably/emulator.js';
import { makeToken } from '../src/emulator/fake-tokens.js';
import type { TokenEmulator } from '../src/emulator/token-emulator.js';
import { main } from '../src/main.js';
import { fakeWorld } from '../src/testing/fake-world.js';
import { gitleaksCsv, MADE, SHAPE } from './support/made-reports.js';

let folder: string;
let gitlab: TokenEmulator;
let hugging: TokenEmulator;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-lists-'));
  gitlab = await startGitlabEmulator();
  hugging = await startHuggingfaceEmulator();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([gitlab.close(), hugging.close()]);
});

const minted = (count: number) => Array.from({ length: count }, () => gitlab.mint('gitlab_pat'));

/** A report with live tokens of another service wherever it does not hold the secret. */
function withLiveDecoys(report: string): { readonly text: string; readonly decoys: string[] } {
  const decoys: string[] = [];
  const text = report.replace(SHAPE, () => {
    const decoy = hugging.mint('huggingface_user');
    decoys.push(decoy);
    return decoy;
  });
  return { text, decoys };
}

async function run(argv: readonly string[], options: { readonly stdin?: string } = {}) {
  const world = fakeWorld({
    argv,
    home: folder,
    env: { ...gitlab.environment, ...hugging.environment },
    ...options,
  });
  const code = await main(world, registry);
  const { stdout, stderr } = world.written;
  const outcomes = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Outcome);
  return { code, stdout, stderr, outcomes };
}

const write = (text: string | Buffer) => {
  const path = join(folder, 'list');
  writeFileSync(path, text);
  return path;
};
const revoking = (path: string) => ['leaked', '--from', path, '--force', '--json', '--no-journal'];
const writes = ({ server, revokes }: TokenEmulator) =>
  server.requests.filter(({ method, path }) => revokes.test(`${method} ${path}`));

const REPORTS = [
  ...MADE.map((made, index) => ({ ...made, title: `${made.name}, form ${index + 1}` })),
  { name: 'gitleaks', title: 'gitleaks CSV', make: gitleaksCsv, masks: () => ['REDACTED'] },
];

test.each(REPORTS.map((made) => [made.title, made] as const))(
  'a report of %s: its tokens are revoked once each, and live tokens in its other fields stay',
  async (_title, made) => {
    const [one = '', two = ''] = minted(2);
    const { text, decoys } = withLiveDecoys(made.make([one, two, one]));
    const { code, outcomes, stdout, stderr } = await run(revoking(write(text)));
    expect(outcomes.map(({ status }) => status)).toEqual(['revoked', 'revoked']);
    expect([code, [one, two].map(gitlab.isAlive)]).toEqual([0, [false, false]]);
    expect(writes(gitlab)).toHaveLength(2);
    expect(decoys.length).toBeGreaterThan(0);
    expect(decoys.filter((decoy) => !hugging.isAlive(decoy))).toEqual([]);
    expect(hugging.server.requests).toEqual([]);
    const twice = outcomes.find((outcome) => outcome['locations_total'] === 2);
    expect(twice?.['locations']).toMatchObject([
      { file: 'src/1.env', line: 1 },
      { file: 'src/3.env', line: 3 },
    ]);
    expect(stderr).toContain('3 rows read: 2 to revoke, 1 duplicate');
    for (const token of [one, two, ...decoys]) expect(stdout + stderr).not.toContain(token);
  },
);

test.each(REPORTS.map((made) => [made.title, made] as const))(
  'a report of %s: each mask is refused with the way to export without it, and the rest goes on',
  async (_title, made) => {
    const [one = '', hidden = ''] = minted(2);
    const masks = made.masks(hidden);
    const { text } = withLiveDecoys(made.make([one, ...masks]));
    const { code, outcomes, stderr } = await run(revoking(write(text)));
    expect(outcomes.map(({ status }) => status)).toEqual(['revoked']);
    expect([code, gitlab.isAlive(hidden)]).toEqual([1, true]);
    expect(stderr).toContain(`${masks.length} refused (${masks.length} masked)`);
    expect(stderr).toMatch(/row \d .*: masked by .+: .+/);
  },
);

test('a report that is cut off anywhere sends no value that is not in the whole one', async () => {
  const tokens = minted(3);
  const text = MADE[0]?.make(tokens) ?? '';
  const planned = async (stdin: string) => {
    const argv = ['leaked', '-', '--dry-run', '--no-verify', '--json', '--no-journal'];
    const { outcomes } = await run(argv, { stdin });
    return outcomes.flatMap(({ status, target }) => (status === 'planned' ? target : []));
  };
  const whole = await planned(text);
  expect(whole).toHaveLength(3);
  for (let end = 1; end < text.length; end += Math.ceil(text.length / 40)) {
    const part = await planned(text.slice(0, end));
    expect(part).toEqual(whole.slice(0, part.length));
  }
});

test.each(['gitleaks', 'trufflehog', 'GitHub', 'GitLab'])(
  '500 rows of a report of %s are revoked and proven by one command',
  async (scanner) => {
    const tokens = minted(500);
    const made = MADE.find(({ name }) => name.startsWith(scanner));
    const { code, outcomes } = await run(revoking(write(made?.make(tokens) ?? '')));
    expect(code).toBe(0);
    const proven = { status: 'revoked', verification: { before: 'active', after: 'dead' } };
    expect(outcomes).toHaveLength(500);
    for (const outcome of outcomes) expect(outcome).toMatchObject(proven);
    expect(tokens.filter(gitlab.isAlive)).toEqual([]);
  },
  60_000,
);

test('a report that cannot be sent for a row leaves exit code 1, and unrecognized rows none with --ignore-unknown', async () => {
  const [one = '', two = ''] = minted(2);
  const report = (secrets: readonly string[]) => write(MADE[0]?.make(secrets) ?? '');
  expect((await run(revoking(report([one, 'hunter2-hunter2'])))).code).toBe(1);
  const ignored = await run([...revoking(report([two, 'hunter2-hunter2'])), '--ignore-unknown']);
  expect(ignored.code).toBe(0);
  expect(ignored.stderr).toContain('2 rows read: 1 to revoke, 1 refused (1 not recognized)');
  expect(ignored.stderr).not.toContain('hunter2');
});

test('a row that names another host for its token is not sent, and another row of the same token is', async () => {
  const [one = '', two = ''] = minted(2);
  const remote = (token: string) => `https://oauth2:${token}@git.elsewhere.example/a.git`;
  const path = write(MADE[0]?.make([remote(one), remote(two), two]) ?? '');
  const { code, outcomes, stderr } = await run(revoking(path));
  expect(stderr).toContain('3 rows read: 1 to revoke, 2 refused (2 for another host)');
  expect(stderr).toContain('git.elsewhere.example');
  expect(outcomes.map(({ status }) => status)).toEqual(['revoked']);
  expect([code, gitlab.isAlive(one), gitlab.isAlive(two)]).toEqual([1, true, false]);
});

test('rows of another provider are counted in the command of one', async () => {
  const [one = ''] = minted(1);
  const other = makeToken('slack_bot');
  const path = write(MADE[0]?.make([one, other]) ?? '');
  const argv = ['gitlab', '--from', path, '--force', '--json', '--no-journal'];
  const { code, stderr } = await run(argv);
  expect(stderr).toContain('2 rows read: 1 to revoke, 1 refused (1 for another provider)');
  expect([code, gitlab.isAlive(one)]).toEqual([1, false]);
});

test.each([
  ['no findings', '[]', 0, ''],
  [
    'an envelope without findings',
    '{"findings":[],"stats":{"kingfisher_version":"1"}}',
    0,
    'no findings',
  ],
  ['only masks', MADE[0]?.make(['REDACTED']) ?? '', 2, 'no row of the list can be used'],
  [
    'a baseline of hashes',
    '{"results":{},"plugins_used":[],"generated_at":"x"}',
    2,
    'detect-secrets',
  ],
  ['a zip file', 'PK\u0003\u0004aaaa', 2, 'a zip file'],
  ['JUnit', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><testsuites/>', 2, 'XML'],
  ['an HTML page', '<!DOCTYPE html><html><body>Sign in</body></html>', 2, 'an HTML page'],
])('%s: the exit code says it, and nothing is sent', async (_name, text, exit, says) => {
  const { code, stderr, outcomes } = await run(revoking(write(text)));
  expect([code, outcomes]).toEqual([exit, []]);
  expect(stderr).toContain(says);
});

test('resolved alerts are left out and counted, and taken with --include-resolved', async () => {
  const [one = '', two = ''] = minted(2);
  const alert = (secret: string, state: string) => ({
    secret_type: 'x',
    html_url: 'https://h/x',
    secret,
    state,
  });
  const path = write(JSON.stringify([alert(one, 'resolved'), alert(two, 'open')]));
  const without = await run(revoking(path));
  expect(without.stderr).toContain('2 rows read: 1 to revoke, 1 left out (1 resolved)');
  expect([without.code, gitlab.isAlive(one), gitlab.isAlive(two)]).toEqual([0, true, false]);
  await run([...revoking(path), '--include-resolved']);
  expect(gitlab.isAlive(one)).toBe(false);
});

test('a table of tokens is read in UTF-16 and by its column, and a second column of tokens is refused', async () => {
  const [one = '', two = '', three = ''] = minted(3);
  const table = `Name\tSecret Value\tFile\nx\t${one}\t=cmd|' /C calc'!A0\n`;
  const path = write(Buffer.from(`\ufeff${table}`, 'utf16le'));
  expect((await run(revoking(path))).code).toBe(2);
  const { code, outcomes } = await run([...revoking(path), '--column', 'Secret Value']);
  expect([code, outcomes[0]?.status]).toEqual([0, 'revoked']);
  expect(outcomes[0]?.['locations']).toMatchObject([{ file: "=cmd|' /C calc'!A0" }]);
  const rivals = await run(revoking(write(`token,new token\n${two},${three}\n`)));
  expect([rivals.code, gitlab.isAlive(two)]).toEqual([2, true]);
  expect(rivals.stderr).toContain('--column');
});

describe('lists of handles', () => {
  async function withAbly(argv: readonly string[], stdin: string) {
    const ably = await startAblyEmulator();
    try {
      const world = fakeWorld({
        argv: ['ably', ...argv, '--json', '--no-journal'],
        home: folder,
        env: ably.environment,
        stdin,
      });
      const code = await main(world, registry);
      const sent = ably.server.requests.filter(({ method }) => method !== 'GET');
      return { code, ...world.written, sent: sent.length };
    } finally {
      await ably.close();
    }
  }
  const targets = (stdout: string) =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as Outcome).target);

  test('a CSV is read by its column, with quotes, and the header is no client', async () => {
    const csv = 'region;client_id;note\r\neu;bob;x\r\nus;"a;b";"two\nlines"\r\neu;bob;\r\n';
    const { code, stdout, stderr } = await withAbly(['-', '--force'], csv);
    expect([code, targets(stdout)]).toEqual([0, ['clientId:bob', 'clientId:a;b']]);
    expect(stderr).toContain('3 rows read: 2 to revoke, 1 duplicate');
  });

  test('a table without a known column is refused before anything is sent', async () => {
    const { code, stderr, sent } = await withAbly(
      ['-', '--as', 'clientId', '--force'],
      'user,mail\nbob,b@x.example\nann,a@x.example\n',
    );
    expect([code, sent]).toEqual([2, 0]);
    expect(stderr).toContain('--column');
    expect(stderr).toContain('--input lines');
  });

  test.each([
    'null',
    'undefined',
    'None',
    'NaN',
    '***',
    '[REDACTED]',
    'abc...xyz',
    'clientId:null',
  ])('%s in a list is no target, and the rest of a pipe goes on', async (value) => {
    const { code, stdout, stderr } = await withAbly(
      ['-', '--as', 'clientId', '--force'],
      `${value}\nbob\n`,
    );
    expect([code, targets(stdout)]).toEqual([1, ['stdin:1', 'clientId:bob']]);
    expect(stderr).toContain('2 rows read: 1 to revoke, 1 refused');
  });

  test('a value that is none in a list passes where it is typed', async () => {
    const option = await withAbly(['--client-id', 'undefined', '--force'], '');
    expect([option.code, targets(option.stdout)]).toEqual([0, ['clientId:undefined']]);
    const word = await withAbly(['clientId:null', '--force'], '');
    expect([word.code, targets(word.stdout)]).toEqual([0, ['clientId:null']]);
  });

  test('a report and a page of HTML are refused by name', async () => {
    const report = await withAbly(['-', '--force'], MADE[0]?.make(['x']) ?? '');
    expect([report.code, report.sent]).toEqual([2, 0]);
    expect(report.stderr).toContain('a report of gitleaks');
    const page = await withAbly(['-', '--as', 'clientId', '--force'], '<html>\nSign in\n</html>\n');
    expect([page.code, page.sent]).toEqual([2, 0]);
  });
});
