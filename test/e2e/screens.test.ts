/** What a person sees of runs on a terminal: no result is covered, cut or lost at any width. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Seen } from '../support/screen.js';
import { withSandbox } from '../support/sandbox.js';
import { onStage, type Stage } from '../support/stage.js';

const WIDTHS = [40, 80, 200];

async function manyTokens(stage: Stage, count: number): Promise<readonly string[]> {
  const jtis = Array.from({ length: count }, (_, index) => `jti_many${index}`);
  for (const jti of jtis) await stage.workspace.addToken({ jti });
  stage.write('jtis.txt', jtis.join('\n'));
  return jtis;
}

/** Runs the script to its end and says what is seen then, and how it ended. */
async function run(
  stage: Stage,
  script: string,
  columns: number,
  env: Record<string, string> = {},
): Promise<Seen & { readonly code: number }> {
  const screen = stage.screen(script, { columns, env });
  try {
    const { code } = await screen.ended;
    return { ...(await screen.look()), code };
  } finally {
    screen.close();
  }
}

/** The terminal is as it was before, and nothing was drawn that a terminal keeps. */
function expectWhole(seen: Seen): void {
  expect(seen).toMatchObject({ isCursorShown: true, wraps: true, bracketsPastes: false });
  // Saving and restoring the cursor, and switching wrapping off.
  const afterQuestion = seen.raw.slice(seen.raw.lastIndexOf('\u001b[?25h') + 1);
  expect(afterQuestion).not.toMatch(/\u001b(?:7|8|\[s|\[u|\[\?7l)/);
}

describe.each(WIDTHS)('a run of several targets at %i columns', (columns) => {
  test.concurrent('each of a few has its line, and the summary stands below them', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 5);
      const seen = await run(stage, `revoke workspace ${jtis.join(' ')} --force --rate 3`, columns);
      expectWhole(seen);
      expect(seen.raw).toContain('left');
      const told = seen.all.map((line) => line.trim());
      for (const jti of jtis) {
        expect(seen.text.replace(/\s+/g, ' ')).toContain(`Token ${jti} revoked successfully.`);
      }
      expect(told).toContain('5 targets: 5 revoked');
      expect(seen.text).not.toContain(' left');
      // A hash is one word, which a terminal may have to break; a path that it would is not shown.
      const [hash = ''] = seen.text.match(/sha256:[0-9a-f]{64}/) ?? [];
      expect(seen.broken.filter((row) => !hash.includes(row.trim()))).toEqual([]);
      const named = /^Journal:\s+(\S+\.jsonl|revoke log [0-9a-z]{8})$/m.exec(seen.text)?.[1];
      expect(named).toMatch(columns < 200 ? /^revoke log / : /\.jsonl$/);
      expect(seen.code).toBe(0);
    }),
  );

  test.concurrent('of many only what needs a person has a line, while the bar is drawn', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 60);
      stage.write('jtis.txt', [...jtis.slice(0, 30), 'jti_missing', ...jtis.slice(30)].join('\n'));
      const command = 'revoke workspace --from jtis.txt --force --rate 30';
      const seen = await run(stage, command, columns);
      expectWhole(seen);
      expect(seen.text).not.toContain('revoked successfully');
      expect(seen.text.match(/^(?:Token )?jti_missing.*/gm) ?? []).toHaveLength(1);
      expect(seen.text).toContain('61 targets: 60 revoked, 1 failed');
      expect(seen.raw).toMatch(/\d+ of 61 done/);
      expect(seen.text).not.toContain('done');
      expect(jtis.some((jti) => stage.workspace.isAlive(jti))).toBe(false);
      // Every drawing of the line fits the terminal.
      for (const [, line = ''] of seen.raw.matchAll(
        /\u001b\[J([^\r\n\u001b]*of 61[^\r\n\u001b]*)/g,
      )) {
        expect(line.length).toBeLessThan(columns);
      }
    }),
  );

  test.concurrent('JSON on a terminal is whole, and no line of it is broken', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 20);
      const seen = await run(
        stage,
        'revoke workspace --from jtis.txt --force --json --rate 10',
        columns,
      );
      expectWhole(seen);
      const objects = (seen.text.match(/^\{(?:.*\}$|\n[^]*?^\}$)/gm) ?? []).map(
        (text) => JSON.parse(text) as { target: string },
      );
      expect(objects.map(({ target }) => target).sort()).toEqual([...jtis].sort());
      // At 40 columns the id of a workspace is wider than a line has room for.
      if (columns > 40) expect(seen.broken.filter((row) => row.includes(`"`))).toEqual([]);
    }),
  );

  test.concurrent('with --verbose each of many has its line', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 15);
      const seen = await run(
        stage,
        'revoke workspace --from jtis.txt --force --verbose --rate 10',
        columns,
      );
      expectWhole(seen);
      const text = seen.text.replace(/\s+/g, ' ');
      for (const jti of jtis) expect(text).toContain(`Token ${jti} revoked successfully.`);
    }),
  );

  test.concurrent('a dry run draws no bar, and counts', () =>
    onStage(async (stage) => {
      await manyTokens(stage, 15);
      const seen = await run(stage, 'revoke workspace --from jtis.txt --dry-run', columns);
      expectWhole(seen);
      expect(seen.raw).not.toContain('\u001b[J');
      expect(seen.text).toContain('15 targets: 15 planned');
      expect(stage.writes()).toEqual([]);
    }),
  );

  test.concurrent('TERM=dumb draws no bar, and uses no colour', () =>
    onStage(async (stage) => {
      await manyTokens(stage, 15);
      const seen = await run(stage, 'revoke workspace --from jtis.txt --force --rate 10', columns, {
        TERM: 'dumb',
      });
      expect(seen.raw).not.toContain('\u001b');
      expect(seen.text).toContain('15 targets: 15 revoked');
    }),
  );

  test.concurrent('after a typed answer the results stand below the question', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 3);
      const screen = stage.screen(`revoke workspace ${jtis.join(' ')} --rate 2`, { columns });
      await screen.see('(y/N)');
      screen.type('y\r');
      await screen.ended;
      const seen = await screen.look();
      screen.close();
      expectWhole(seen);
      const text = seen.text.replace(/\s+/g, ' ');
      for (const jti of jtis) expect(text).toContain(`Token ${jti} revoked successfully.`);
      expect(text).toMatch(/\(y\/N\) .*revoked successfully.*3 targets: 3 revoked/);
    }),
  );

  test.concurrent(
    'the question about one secret names its fingerprint and source, without colour under NO_COLOR',
    () =>
      withSandbox(['oauth'], async (sandbox) => {
        const script = 'revoke oauth --token-env OAUTH_SAMPLE_TOKEN';
        const screen = sandbox.screen(script, { columns, env: { NO_COLOR: '1' } });
        await screen.see('(y/N)');
        screen.type('n\r');
        const { code } = await screen.ended;
        const seen = await screen.look();
        screen.close();
        expectWhole(seen);
        expect(seen.text.replace(/\s+/g, ' ')).toMatch(
          /Token: sha256:[0-9a-f]{12}, from OAUTH_SAMPLE_TOKEN .*\(y\/N\)/,
        );
        expect(seen.raw).not.toMatch(/\u001b\[[\d;]*m/);
        expect(seen.raw).not.toContain(sandbox.env['OAUTH_SAMPLE_TOKEN']);
        expect(code).toBe(5);
        expect(sandbox.writes()).toEqual([]);
      }),
  );

  test.concurrent(
    'Ctrl-C says at once what it waits for and how to quit now; then the run ends in order',
    () =>
      onStage(async (stage) => {
        await manyTokens(stage, 100);
        const screen = stage.screen('revoke workspace --from jtis.txt --force --rate 10', {
          columns,
        });
        await screen.see(/of 100 done/);
        screen.type('\u0003');
        await screen.see(/waiting\s+for\s+the\s+requests\s+in\s+flight/);
        await screen.see(/press\s+Ctrl-C\s+again/);
        const { code } = await screen.ended;
        const seen = await screen.look();
        screen.close();
        expectWhole(seen);
        expect(code).toBe(130);
        expect(seen.text).toMatch(/100 targets: \d+ revoked, \d+ skipped/);
        expect(seen.text).toContain('To continue:');
      }),
  );

  test.concurrent(
    'a second Ctrl-C prints what is known and how to continue, and leaves no lock',
    () =>
      onStage(async (stage) => {
        await manyTokens(stage, 30);
        stage.workspace.server.addFault({ match: /many1\b/, kind: 'delay', ms: 20_000 });
        const screen = stage.screen('revoke workspace --from jtis.txt --force --rate 10', {
          columns,
        });
        await screen.see(/of 30 done/);
        screen.type('\u0003');
        await screen.see(/press\s+Ctrl-C\s+again/);
        screen.type('\u0003');
        await screen.ended;
        const seen = await screen.look();
        screen.close();
        expectWhole(seen);
        // What is in flight is not known, and is not left out.
        expect(seen.text).toMatch(/30 targets: \d+ revoked, 1 unknown, \d+\s+skipped/);
        expect(seen.text).toContain('Journal:');
        expect(seen.text).toContain('--resume');
        const journals = readdirSync(join(stage.home, '.local/state/revoke/journals'));
        expect(journals.filter((name) => name.endsWith('.lock'))).toEqual([]);
        expect(journals).toHaveLength(1);
      }),
  );
});

describe('a terminal that is resized', () => {
  test.concurrent('while a run goes on loses no result, and the bar follows the width', () =>
    onStage(async (stage) => {
      const jtis = await manyTokens(stage, 60);
      stage.write('jtis.txt', ['jti_missing', ...jtis].join('\n'));
      const screen = stage.screen('revoke workspace --from jtis.txt --force --rate 20', {
        columns: 100,
      });
      await screen.see(/of 61 done/);
      screen.resize(40);
      await screen.see(/^\d+ of 61 done[^=\n]*$/m);
      screen.resize(120);
      await screen.see(/\[=+ *\] \d+ of 61 done/);
      const { code } = await screen.ended;
      const seen = await screen.look();
      expect(code).toBe(1);
      expectWhole(seen);
      expect(seen.text.replace(/\s+/g, ' ')).toContain("Token with JTI 'jti_missing' not found");
      expect(seen.text).toContain('61 targets: 60 revoked, 1 failed');
    }),
  );

  test.concurrent('at a question keeps the question, and takes the answer', () =>
    onStage(async (stage) => {
      const screen = stage.screen('revoke workspace jti_live345mno678', { columns: 80 });
      await screen.see('(y/N)');
      screen.resize(40);
      await screen.see('(y/N)');
      screen.type('n');
      screen.resize(120);
      screen.type('\r');
      const { code } = await screen.ended;
      const seen = await screen.look();
      expect(code).toBe(5);
      expectWhole(seen);
      expect(seen.text).toContain('This action cannot be undone.');
      expect(seen.text).toMatch(/\(y\/N\) … n\nNothing was revoked\.$/);
      expect(stage.writes()).toEqual([]);
    }),
  );
});

describe('a terminal that can draw nothing (TERM=dumb)', () => {
  const env = { TERM: 'dumb' };

  test.concurrent.each([
    ['y\r', 0, 'Token jti_live345mno678 revoked successfully.', false],
    ['n\r', 5, 'Nothing was revoked.', true],
    ['\u0003', 130, 'Nothing was revoked.', true],
  ])('asks in plain text, and takes %j', (typed, code, said, isAlive) =>
    onStage(async (stage) => {
      const screen = stage.screen('revoke workspace jti_live345mno678', { columns: 80, env });
      await screen.see('(y/N)');
      screen.type(typed);
      const ended = await screen.ended;
      const seen = await screen.look();
      expect(seen.raw).not.toContain('\u001b');
      expect(seen.text).toMatch(new RegExp(`\\n${said}$`));
      expect(ended.code).toBe(code);
      expect(stage.workspace.isAlive('jti_live345mno678')).toBe(isAlive);
    }),
  );

  test.concurrent('reads secrets without a mark around what is pasted, and shows none', () =>
    withSandbox(['oauth'], async (sandbox) => {
      const screen = sandbox.screen('revoke oauth', { columns: 80, env });
      await screen.see('An empty line ends.');
      screen.paste(`${sandbox.env['OAUTH_SAMPLE_TOKEN']}\n`);
      await screen.see(/^1: sha256:[0-9a-f]{12}/m);
      screen.type('\r');
      await screen.see('(y/N)');
      screen.type('y\r');
      await screen.ended;
      const seen = await screen.look();
      expect(seen.raw).not.toContain('\u001b');
      expect(seen.raw).not.toContain(sandbox.env['OAUTH_SAMPLE_TOKEN']);
      expect(seen.text).toContain('accepted by the server');
    }),
  );
});
