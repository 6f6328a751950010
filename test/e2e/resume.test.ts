/** Continuing a run: what is sent again, what is not, and what is refused before anything is sent. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLines, type Ran } from '../support/cli.js';
import { editJournal } from '../support/journal.js';
import { onStage, type Stage } from '../support/stage.js';

const FORCE = ['--force', '--json', '--retries', '0'];

/** The JTIs whose revocation was asked for, oldest first. */
function sentTo({ workspace }: Stage): string[] {
  return workspace.server.requests
    .filter(({ method }) => method === 'DELETE')
    .map(({ path }) => path.split('/').at(-1) ?? '');
}

/** How many outcomes have each status; a skipped one with what the journal says of it. */
function counts({ stdout }: Ran): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status, journaled_status: before } of jsonLines(stdout)) {
    const word = before === undefined ? String(status) : `${String(status)}: ${String(before)}`;
    counted[word] = (counted[word] ?? 0) + 1;
  }
  return counted;
}

/** A run of two tokens that were answered 503, so many requests long. */
async function unfinishedRun(stage: Stage, times: number) {
  const jtis = stage.workspace.issueBare(2);
  const journal = join(stage.home, 'j');
  stage.workspace.server.addFault({ kind: 'reply', reply: unavailable, match: /^DELETE/, times });
  await stage.revoke(['workspace', ...jtis, '--journal', journal, ...FORCE]);
  return { jtis, journal };
}

/** The error of a run that ended before it began. */
function errorOf({ stderr }: Ran): { code: string; message: string } {
  const line = stderr.split('\n').find((each) => each.startsWith('{"error"')) ?? '{"error":{}}';
  return (JSON.parse(line) as { error: { code: string; message: string } }).error;
}

const unavailable = { status: 503, body: { error: 'unavailable' } };
const rejected = { status: 401, body: { error: 'Unauthorized' } };

describe('what a resume sends', () => {
  test('targets that failed for rejected credentials are sent again once those are fixed', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(40);
      const list = stage.write('list.txt', jtis.join('\n'));
      const journal = join(stage.home, 'j');
      const first = ['workspace', '--from', list, '--journal', journal, ...FORCE];
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: rejected,
        match: /^DELETE/,
        times: Infinity,
      });
      const wrong = await stage.revoke(first);
      expect(wrong.code).toBe(3);
      expect(counts(wrong)['failed']).toBeGreaterThan(0);
      stage.workspace.server.clearFaults();
      const right = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
      expect(counts(right)).toEqual({ revoked: 40 });
      expect(right.code).toBe(0);
    }));

  test('a target that the provider does not know is not sent again, and stays exit code 1', () =>
    onStage(async (stage) => {
      const [jti] = stage.workspace.issueBare(1) as [string];
      const journal = join(stage.home, 'j');
      const first = await stage.revoke([
        'workspace',
        jti,
        'jti_unknown1',
        '--journal',
        journal,
        ...FORCE,
      ]);
      expect(first.code).toBe(1);
      const sent = sentTo(stage).length;
      const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(sentTo(stage)).toHaveLength(sent);
      expect(counts(again)).toEqual({ 'skipped: revoked': 1, 'skipped: failed': 1 });
      expect(again.code).toBe(1);
    }));

  test('a resume of a run that is finished and good says what is done, and exits with 0', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3);
      const journal = join(stage.home, 'j');
      await stage.revoke(['workspace', ...jtis, '--journal', journal, ...FORCE]);
      const again = await stage.revoke(['workspace', '--resume', journal, '--force']);
      expect(again.stderr).toContain('3 targets, all already done: 3 revoked');
      expect(again.code).toBe(0);
    }));

  test('a dry run of a resume plans only what the resume would send', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3) as [string, string, string];
      const journal = join(stage.home, 'j');
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: unavailable,
        match: /^DELETE.*bare1$/,
        times: 1,
      });
      const dry = ['workspace', '--resume', journal, '--dry-run', ...FORCE];
      await stage.revoke(['workspace', ...jtis, '--journal', journal, ...FORCE]);
      const before = readFileSync(journal, 'utf8');
      const open = await stage.revoke(dry);
      expect(counts(open)).toEqual({ 'skipped: revoked': 2, planned: 1 });
      expect(readFileSync(journal, 'utf8')).toBe(before);
      await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      const finished = await stage.revoke(dry);
      expect(counts(finished)).toEqual({ 'skipped: revoked': 3 });
      expect(finished.code).toBe(0);
    }));

  test('a target whose status the program does not know is sent again', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(2);
      const journal = join(stage.home, 'j');
      await stage.revoke(['workspace', ...jtis, '--journal', journal, ...FORCE]);
      const text = readFileSync(journal, 'utf8');
      writeFileSync(journal, text.replace('"status":"revoked"', '"status":"melted!"'));
      const sent = sentTo(stage).length;
      await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(sentTo(stage)).toHaveLength(sent + 1);
    }));

  test('a target that a damaged line calls done is sent', () =>
    onStage(async (stage) => {
      const [a, b] = stage.workspace.issueBare(2) as [string, string];
      const journal = join(stage.home, 'j');
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: unavailable,
        match: /^DELETE.*bare1$/,
        times: 1,
      });
      await stage.revoke(['workspace', a, b, '--journal', journal, ...FORCE]);
      expect(stage.workspace.isAlive(b)).toBe(true);
      // One bit of the journal tips over: the outcome of the one reads like that of the other.
      const lines = readFileSync(journal, 'utf8').split('\n');
      const damaged = lines.map((line) =>
        line.startsWith('{"outcome"') && line.includes('"revoked"') ? line.replaceAll(a, b) : line,
      );
      writeFileSync(journal, damaged.join('\n'));
      await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(stage.workspace.isAlive(b)).toBe(false);
    }));

  test('targets of a pipe that are not given again are said, and make exit code 1', () =>
    onStage(async (stage) => {
      const [a, b] = stage.workspace.issueBare(2) as [string, string];
      const journal = join(stage.home, 'j');
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: unavailable,
        match: /^DELETE.*bare1$/,
        times: 1,
      });
      const piped = ['workspace', '-', ...FORCE];
      await stage.revoke([...piped, '--journal', journal], { input: `${a}\n${b}\n` });
      const again = await stage.revoke([...piped, '--resume', journal], { input: `${a}\n` });
      expect(stage.workspace.isAlive(b)).toBe(true);
      expect(counts(again)).toEqual({ 'skipped: revoked': 1, 'skipped: unknown': 1 });
      expect(again.code).toBe(1);
    }));
});

describe('what a resume refuses', () => {
  const CLIENTS = ['--client-id', 'alice', '--client-id', 'bob'];
  const recent = () => new Date(Date.now() - 60_000).toISOString();

  test.each<[string, () => readonly string[], () => readonly string[], string]>([
    [
      'a cut-off that the first run had not',
      () => [],
      () => ['--issued-before', recent()],
      '--issued-before',
    ],
    [
      'another cut-off',
      () => ['--issued-before', new Date(Date.now() - 600_000).toISOString()],
      () => ['--issued-before', recent()],
      '--issued-before',
    ],
    [
      'a margin that the first run had not',
      () => [],
      () => ['--allow-reauth-margin'],
      '--allow-reauth-margin',
    ],
  ])('%s is refused, and nothing is sent', (_what, before, now, flag) =>
    onStage(async (stage) => {
      const journal = join(stage.home, 'j');
      stage.ably.server.addFault({
        kind: 'reply',
        reply: { status: 503, body: {} },
        match: /revokeTokens/,
        times: Infinity,
      });
      await stage.revoke(['ably', ...CLIENTS, ...before(), '--journal', journal, ...FORCE]);
      stage.ably.server.clearFaults();
      const sent = stage.writes().length;
      const again = await stage.revoke(['ably', '--resume', journal, ...now(), ...FORCE]);
      expect(again.code).toBe(2);
      expect(errorOf(again)).toMatchObject({ code: 'other_terms' });
      expect(errorOf(again).message).toContain(flag);
      expect(stage.writes()).toHaveLength(sent);
    }),
  );

  test('bare lines read as another kind are refused, and nothing is sent', () =>
    onStage(async (stage) => {
      const journal = join(stage.home, 'j');
      const list = stage.write('list.txt', 'one\ntwo\n');
      stage.ably.server.addFault({
        kind: 'reply',
        reply: { status: 503, body: {} },
        match: /revokeTokens/,
        times: Infinity,
      });
      await stage.revoke([
        'ably',
        '--from',
        list,
        '--as',
        'clientId',
        '--journal',
        journal,
        ...FORCE,
      ]);
      stage.ably.server.clearFaults();
      const sent = stage.writes().length;
      const again = await stage.revoke(['ably', '--resume', journal, '--as', 'channel', ...FORCE]);
      expect(again.code).toBe(2);
      expect(errorOf(again).message).toContain('--as');
      expect(stage.writes()).toHaveLength(sent);
    }));

  test('a resume keeps the cut-off and the margin of the first run without naming them', () =>
    onStage(async (stage) => {
      const journal = join(stage.home, 'j');
      const cutOff = new Date(Date.now() - 60_000).toISOString();
      stage.ably.server.addFault({
        kind: 'reply',
        reply: { status: 503, body: {} },
        match: /revokeTokens/,
        times: Infinity,
      });
      const first = ['ably', ...CLIENTS, '--issued-before', cutOff, '--allow-reauth-margin'];
      const ran = await stage.revoke([...first, '--journal', journal, ...FORCE]);
      stage.ably.server.clearFaults();
      // The command that the first run printed works as it stands.
      const command = /^To (?:go on|continue): (.*)$/m.exec(ran.stderr)?.[1] ?? '';
      const again = await stage.sh(command);
      expect(again.code).toBe(0);
      expect(stage.ably.rules.map(({ issuedBefore }) => issuedBefore)).toEqual([
        Date.parse(cutOff),
        Date.parse(cutOff),
      ]);
      const body = stage.ably.server.requests.at(-1)?.body.toString() ?? '{}';
      expect(JSON.parse(body)).toMatchObject({ allowReauthMargin: true });
    }));

  test.each([
    ['another version', (text: string) => text.replace(/"(version|format)":\d/, '"$1":9')],
    [
      'a head of odd shape',
      (text: string) => text.replace(/"sources":\[\{.*?\}\]/, '"sources":[null,5]'),
    ],
    [
      'a head that lacks its endpoint',
      (text: string) => text.replace(/"endpoint":"[^"]*"/, '"endpoint":7'),
    ],
  ])('a journal of %s is refused, and nothing is sent', (_what, change) =>
    onStage(async (stage) => {
      const { journal } = await unfinishedRun(stage, Infinity);
      stage.workspace.server.clearFaults();
      const text = readFileSync(journal, 'utf8');
      editJournal(journal, change);
      expect(readFileSync(journal, 'utf8')).not.toBe(text);
      const sent = sentTo(stage).length;
      const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(again.code).toBe(2);
      expect(again.stderr).not.toContain('internal');
      expect(sentTo(stage)).toHaveLength(sent);
    }),
  );
});

describe('one writer', () => {
  test('a resume is refused while another one waits for its answer', () =>
    onStage(async (stage) => {
      const { journal } = await unfinishedRun(stage, 2);
      const sent = sentTo(stage).length;
      const first = stage.terminal(`revoke workspace --resume ${journal}`);
      await first.see('Are you sure?');
      const second = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      first.type('y\r');
      expect((await first.ended).code).toBe(0);
      expect(second.code).toBe(2);
      expect(errorOf(second).message).toContain('another process is writing');
      expect(sentTo(stage)).toHaveLength(sent + 2);
      expect(existsSync(`${journal}.lock`)).toBe(false);
    }));

  test.each<[string, (lock: string) => void]>([
    ['is a link to nowhere', (lock) => symlinkSync('/nowhere/at/all', lock)],
    ['names process 0', (lock) => writeFileSync(lock, '{"pid":0}')],
  ])('a lock that %s blocks a resume for no more than a minute', (_what, makeLock) =>
    onStage(async (stage) => {
      const { jtis, journal } = await unfinishedRun(stage, 2);
      makeLock(`${journal}.lock`);
      const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE], {
        env: { NODE_OPTIONS: `--require ${join(__dirname, '../support/fast-lock.cjs')}` },
        timeoutMs: 10_000,
      });
      expect(again).toMatchObject({ code: 0, signal: null });
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
    }),
  );

  const canUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
  (canUnshare ? test : test.skip)(
    'a resume is refused while a run in another PID namespace, as in another pod, is writing',
    () =>
      onStage(async (stage) => {
        const jtis = stage.workspace.issueBare(2);
        const journal = join(stage.home, 'j');
        const NODE_OPTIONS = `--require ${join(__dirname, '../support/fast-lock.cjs')}`;
        stage.workspace.server.addFault({ kind: 'delay', ms: 3000, match: /^DELETE/, times: 2 });
        const pod = stage.sh(
          `exec unshare --pid --fork --mount-proc revoke workspace ${jtis.join(' ')} --journal j ${FORCE.join(' ')}`,
          { env: { NODE_OPTIONS } },
        );
        while (sentTo(stage).length < 2) await new Promise((done) => setTimeout(done, 20));
        const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE], {
          env: { NODE_OPTIONS },
        });
        expect(again.code).toBe(2);
        expect(errorOf(again).message).toContain('another process is writing');
        expect(sentTo(stage)).toHaveLength(2);
        expect((await pod).code).toBe(0);
      }),
  );

  test('a lock is released where a run ends without a request: declined, dry, refused', () =>
    onStage(async (stage) => {
      const { journal } = await unfinishedRun(stage, 2);
      const declined = stage.terminal(`revoke workspace --resume ${journal}`);
      await declined.see('Are you sure?');
      declined.type('n\r');
      expect((await declined.ended).code).toBe(5);
      expect(existsSync(`${journal}.lock`)).toBe(false);
      await stage.revoke(['workspace', '--resume', journal, '--dry-run']);
      expect(existsSync(`${journal}.lock`)).toBe(false);
      const refused = await stage.revoke([
        'workspace',
        '--resume',
        journal,
        ...FORCE,
        '--max',
        '1',
      ]);
      expect(refused.code).toBe(2);
      expect(existsSync(`${journal}.lock`)).toBe(false);
    }));
});

describe('a list that changes between the two readings', () => {
  /** Changes the list while the question stands, and answers yes. */
  async function answerAfter(stage: Stage, change: (list: string, other: string) => string) {
    const [a, b] = stage.workspace.issueBare(2) as [string, string];
    const list = stage.write('list.txt', `${a}\n`);
    const other = stage.write('other.txt', `${b}\n`);
    await stage.sh(`touch -r ${list} kept && touch -r ${list} ${other}`);
    const terminal = stage.terminal(`revoke workspace --from ${list}`);
    await terminal.see('Are you sure?');
    await stage.sh(change(list, other));
    terminal.type('y\r');
    const { code } = await terminal.ended;
    return { code, screen: terminal.screen(), sent: sentTo(stage) };
  }

  test('is refused where its content was exchanged and its time put back', () =>
    onStage(async (stage) => {
      const { code, screen, sent } = await answerAfter(
        stage,
        (list, other) => `cat ${other} > ${list} && touch -r kept ${list}`,
      );
      expect(sent).toEqual([]);
      expect(screen).toContain('changed');
      expect(code).toBe(2);
    }));

  test('is refused where another file was moved into its place', () =>
    onStage(async (stage) => {
      const { code, sent } = await answerAfter(stage, (list, other) => `mv ${other} ${list}`);
      expect(sent).toEqual([]);
      expect(code).toBe(2);
    }));

  test('is refused where it was deleted', () =>
    onStage(async (stage) => {
      const { code, screen, sent } = await answerAfter(stage, (list) => `rm ${list}`);
      expect(sent).toEqual([]);
      expect(screen).toContain('deleted');
      expect(code).toBe(2);
    }));
});
