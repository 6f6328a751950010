/** What used to hang, shout or answer for somebody: each is told, and ends. */
import { join } from 'node:path';
import { jsonLines } from '../support/cli.js';
import { onStage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';

test.concurrent('keys that were typed before the question do not answer it', () =>
  onStage(async (stage) => {
    const terminal = stage.terminal(`echo ready; sleep 0.6; revoke workspace ${JTI}`);
    await terminal.see('ready');
    terminal.type('y\r');
    await terminal.see('Are you sure?');
    // Long enough for an answer that was waiting to be read.
    await new Promise((done) => setTimeout(done, 200));
    expect(stage.writes()).toEqual([]);
    terminal.type('n\r');
    expect((await terminal.ended).code).toBe(5);
    expect(stage.workspace.isAlive(JTI)).toBe(true);
  }),
);

test.concurrent('many requests at once draw no warning of Node', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(120);
    const list = stage.write('list.txt', jtis.join('\n'));
    const words = ['workspace', '--from', list, '--force', '--concurrency', '60'];
    const { stderr, code } = await stage.revoke(words);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/Warning|\(node:\d+\)|DEP\d{4}/);
  }),
);

test.concurrent('a limit on open files is named where connections meet it, for each target', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(60);
    const list = stage.write('list.txt', jtis.join('\n'));
    const slow = { kind: 'delay', ms: 100, match: /DELETE/, times: Infinity } as const;
    stage.workspace.server.addFault(slow);
    const { stdout, stderr, code } = await stage.sh(
      `ulimit -n 40; revoke workspace --from ${list} --force --json --concurrency 60 --retries 0`,
    );
    expect(code).toBe(1);
    expect(stderr).not.toContain('internal error');
    const outcomes = jsonLines(stdout);
    expect(outcomes).toHaveLength(60);
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed[0]).toMatchObject({
      error: {
        message: expect.stringContaining('EMFILE'),
        hint: expect.stringContaining('ulimit -n'),
      },
    });
    const revoked = outcomes.filter(({ status }) => status === 'revoked').length;
    expect(jtis.filter((jti) => !stage.workspace.isAlive(jti))).toHaveLength(revoked);
  }),
);

// In this process: not concurrent.
test.each(['/dev/null', '/'])(
  '--journal %s says what to give instead, and sends nothing',
  (journal) =>
    onStage(async (stage) => {
      const { code, stderr } = await stage.here([
        'workspace',
        JTI,
        '--force',
        '--journal',
        journal,
      ]);
      expect([code, stage.asked()]).toEqual([2, []]);
      expect(stderr).toMatch(/is not a regular file|is a folder/);
      expect(stderr).toContain('--no-journal writes none');
    }),
);

test('revoke ably without a target names all three options for one', () =>
  onStage(async (stage) => {
    const { code, stderr } = await stage.here(['ably', '--force']);
    expect([code, stage.asked()]).toEqual([2, []]);
    for (const option of ['--client-id', '--revocation-key', '--channel'])
      expect(stderr).toContain(option);
  }));

test.each([[[]], [['--json']]])('a message of 500 kB is cut, %j', (format) =>
  onStage(async (stage) => {
    const body = { error: 'bad_request', message: `long ${'x'.repeat(500_000)}` };
    stage.workspace.server.addFault({
      kind: 'reply',
      reply: { status: 400, body },
      match: /DELETE/,
    });
    const { code, stdout, stderr } = await stage.here(['workspace', JTI, '--force', ...format]);
    expect(code).toBe(1);
    expect(stdout.length + stderr.length).toBeLessThan(5000);
  }),
);

test.concurrent(
  'a callback that is lost below the program makes a failure of the run, and loses no target',
  () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(2);
      const ran = await stage.revoke(['workspace', ...jtis, '--force', '--json'], {
        env: { NODE_OPTIONS: `--require ${join(__dirname, '../support/lost-callback.cjs')}` },
      });
      const told = jsonLines(ran.stdout).map(({ target, status }) => [target, status]);
      expect([ran.code, ...told.sort()]).toEqual([4, ...jtis.map((jti) => [jti, 'unknown'])]);
    }),
);

test('a list of some MiB is read, and one without an end is given up at 32', () =>
  onStage(async (stage) => {
    const body = { tokens: [], total_active: 0, more: 'x'.repeat(2 * 1024 * 1024) };
    const match = /tokens/;
    stage.workspace.server.addFault({ kind: 'reply', reply: { status: 200, body }, match });
    stage.workspace.server.addFault({ kind: 'endless', match });
    const list = ['workspace', 'list', '--retries', '0'];
    expect((await stage.here(list)).code).toBe(0);
    const { code, stderr } = await stage.here(list);
    expect(code).toBe(1);
    expect(stderr).toContain('more than 33554432 bytes');
  }));
