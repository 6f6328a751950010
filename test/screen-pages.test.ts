/** What a person sees of help, tables, proofs, dry runs and questions: drawn at 40, 80 and 200 columns. */
import { startOauthEmulator } from '../providers/oauth/emulator.js';
import { bareEnv } from './support/cli.js';
import { helpPages } from './support/help-pages.js';
import { screenInProcess } from './support/in-process.js';
import type { Seen } from './support/screen.js';
import { onStage, type Stage } from './support/stage.js';

const WIDTHS = [40, 80, 200];
const CURRENT = 'jti_abc123def456';
const GONE = 'jti_dead567stu890';

/** Room that the widest indentation takes from a word. */
const INDENT = 8;

/** A terminal broke no line, but within a word that has no room on a line of its own. */
function expectWhole({ text }: Seen, columns: number): void {
  const cut = text
    .split('\n')
    .filter((line) => [...line].length > columns)
    .filter((line) => !line.split(' ').some((word) => word.length > columns - INDENT));
  expect(cut).toEqual([]);
}

const words = ({ text }: Seen) => text.replace(/\s+/g, ' ');

/** The state that ntcli's stand-in keeps: which token is the current one. */
function withCurrent(stage: Stage): Stage {
  for (const [name, text] of Object.entries(stage.workspace.stateFiles()))
    stage.write(`.local/state/revoke/${name}`, text);
  return stage;
}

describe.each(WIDTHS)('at %i columns', (columns) => {
  test('every help page is wrapped between words, and its titles are bold', async () => {
    const pages = await helpPages();
    expect(pages.length).toBeGreaterThan(25);
    for (const page of pages) {
      const seen = await screenInProcess([...page, '--help'], { columns });
      expect([page, seen.code]).toEqual([page, 0]);
      expect([page, seen.broken]).toEqual([page, []]);
      expect([page, seen.raw]).toEqual([page, expect.stringContaining('\u001b[1mUsage:')]);
    }
  });

  test('help for a page by its words is the page itself', async () => {
    const page = await screenInProcess(['workspace', 'list', '--help'], { columns });
    const byWords = await screenInProcess(['help', 'workspace', 'list'], { columns });
    expect(byWords.raw).toBe(page.raw);
  });

  test('every table fits, with the current row marked and each status in words', () =>
    onStage(async (given) => {
      const stage = withCurrent(given);
      await stage.here(['ably', '--client-id', 'bob', '--force']);
      const list = await stage.seen(['workspace', 'list', '--show-expired'], { columns });
      expect(list.text).toMatch(/^\* jti_abc123def456|│ jti_abc123def456 .*✓/m);
      expect(list.text).toContain('Revoked');
      expect(list.raw).toContain('\u001b[');
      for (const args of [['providers'], ['status'], ['config', 'show'], ['log'], ['log', 'x']]) {
        const seen = await stage.seen(args, { columns });
        expectWhole(seen, columns);
        expect(seen.text).not.toMatch(/: -$/m);
      }
      expectWhole(list, columns);
    }));

  test('a proof says how, when, and what was seen before and after', () =>
    onStage(async (stage) => {
      const seen = await stage.seen(['workspace', 'jti_live345mno678', '--force', '--verify'], {
        columns,
      });
      expectWhole(seen, columns);
      expect(words(seen)).toMatch(
        /revoked successfully\. Verified \(list, \d\d:\d\d:\d\dZ\): active before, inactive after\./,
      );
    }));

  test('a check that was refused gives its own reason, and never says to run it again', async () => {
    const emulator = await startOauthEmulator({ introspection: 'denied', userinfo: false });
    try {
      const [issued] = await emulator.issue(1);
      const env = bareEnv('/nonexistent', { ...emulator.environment, T: issued?.token ?? '' });
      const seen = await screenInProcess(['oauth', '--token-env', 'T', '--force', '--verify'], {
        env,
        columns,
      });
      expectWhole(seen, columns);
      expect(seen.code).toBe(4);
      expect(words(seen)).toMatch(/403|access_denied/);
      expect(words(seen)).not.toContain('run it again');
    } finally {
      await emulator.close();
    }
  });

  test('a dry run says of each target what it is now, and an empty part says so', () =>
    onStage(async (given) => {
      const stage = withCurrent(given);
      const seen = await stage.seen(
        ['workspace', CURRENT, GONE, 'jti_missing', '--dry-run', '--verify'],
        { columns },
      );
      expectWhole(seen, columns);
      expect(words(seen)).toMatch(/jti_abc123def456.*your current token/i);
      expect(words(seen)).toContain('jti_missing: not found (list');
      expect(words(seen)).toMatch(/jti_dead567stu890: already revoked/);
      stage.write('one.txt', 'jti_missing\n');
      const parts = await Promise.all(
        ['1/2', '2/2'].map((shard) =>
          stage.seen(
            ['workspace', '--from', `${stage.home}/one.txt`, '--shard', shard, '--dry-run'],
            {
              columns,
            },
          ),
        ),
      );
      expect(
        parts.filter((part) => /Part \d\/2 of the list is empty/.test(words(part))),
      ).toHaveLength(1);
      expect(stage.writes()).toEqual([]);
    }));

  test('the question about the current token says that it is yours, and how it ends', () =>
    onStage(async (given) => {
      const stage = withCurrent(given);
      const seen = await stage.seen(['workspace', CURRENT], { columns, typed: 'n\r' });
      expectWhole(seen, columns);
      expect(words(seen)).toMatch(/It is your current token\..*cannot be undone\..*\(y\/N\)/);
      expect(seen.text.match(/cannot be undone/g)).toHaveLength(1);
      expect(seen.code).toBe(5);
      expect(stage.writes()).toEqual([]);
    }));
});
