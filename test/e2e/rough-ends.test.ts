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
