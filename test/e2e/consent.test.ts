/** Permission to destroy: only a person at a terminal, or --force, gives it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { showScreen } from '../support/screen.js';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const ELEVEN = Array.from({ length: 11 }, (_, index) => `jti_many${index}`);

/** Text as it is read: without colour, cursor movement and carriage returns. */
function plain(screen: string): string {
  return screen.replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '');
}

/** Answers the question of a command, and tells how it ended. */
async function answer(stage: Stage, command: string, keys: string, columns?: number) {
  const terminal = stage.terminal(command, columns === undefined ? {} : { columns });
  await terminal.see('Are you sure?');
  expect(stage.writes()).toEqual([]);
  terminal.type(keys);
  const { code } = await terminal.ended;
  return { code, screen: plain(terminal.screen()) };
}

describe('the prompt', () => {
  test.concurrent('tells what dies at a workspace, then asks', () =>
    onStage(async (stage) => {
      const { code, screen } = await answer(stage, `revoke workspace ${JTI}`, 'y\r');
      expect(screen).toContain('Workspace: 74e4f895-5c8a-4222-ac86-ae0885506202');
      expect(screen).toContain(stage.workspace.server.url);
      const lines = screen.split('\n').map((line) => line.trimEnd());
      const first = lines.indexOf(`Token ${JTI} will be permanently revoked.`);
      expect(lines.slice(first, first + 3)).toEqual([
        `Token ${JTI} will be permanently revoked.`,
        'This action cannot be undone.',
        '',
      ]);
      expect(lines[first + 3]).toContain('Are you sure? (y/N)');
      expect(lines).toContain(`Token ${JTI} revoked successfully.`);
      expect(code).toBe(0);
      expect(stage.workspace.isAlive(JTI)).toBe(false);
      expect(stage.workspace.snapshot().revocations).toEqual({ [JTI]: 1 });
      expect(screen).not.toContain(stage.env['WORKSPACE_USER_TOKEN']);
    }),
  );

  test.concurrent('tells what dies at Ably, then asks', () =>
    onStage(async (stage) => {
      const { code, screen } = await answer(stage, 'revoke ably --client-id bob', 'y\r');
      expect(screen).toMatch(/App: +s57drg/);
      expect(screen).toMatch(/Key: +s57drg\.3bnE1Q/);
      expect(screen).toContain('You are about to revoke all tokens matching:\nClient ID: bob\n');
      expect(screen).toContain('Takes effect immediately: connected clients are disconnected.');
      expect(screen).toContain('Revocation does not block the client');
      expect(code).toBe(0);
      expect(stage.ably.rules).toMatchObject([{ type: 'clientId', value: 'bob' }]);
      expect(stage.ably.isAlive(stage.env['ABLY_SAMPLE_TOKEN'] ?? '')).toBe(false);
      expect(screen).not.toContain((stage.env['ABLY_API_KEY'] ?? '').split(':')[1]);
    }),
  );

  test.concurrent(
    'says that a revocation key matches only JWTs with the claim, and the margin',
    () =>
      onStage(async (stage) => {
        const command = 'revoke ably --revocation-key group1 --allow-reauth-margin';
        const { code, screen } = await answer(stage, command, 'n\r');
        expect(screen).toContain(
          'A revocation key matches only JWTs that carry it in the claim x-ably-revocation-key.',
        );
        expect(screen).toContain('Takes effect after about 30 s');
        expect(screen).toContain('Revocation Key: group1');
        expect(code).toBe(5);
        expect(stage.writes()).toEqual([]);
      }),
  );

  test.concurrent('warns where the current token is among them', () =>
    onStage(async (stage) => {
      const item = { workspace_id: stage.env['WORKSPACE_ID'], jti: 'jti_abc123def456' };
      const token = { ...item, access_token: stage.env['WORKSPACE_CURRENT_TOKEN'] };
      const workspaces = {
        activeWorkspaceId: item.workspace_id,
        items: { [String(item.workspace_id)]: token },
      };
      const domain = `127.0.0.1:${stage.workspace.server.port}`;
      stage.write('.ntcli/config.json', JSON.stringify({ domain, workspaces }));
      const { code, screen } = await answer(stage, `revoke workspace jti_abc123def456`, 'y\r');
      expect(screen).toMatch(/[Yy]our current token/);
      expect(screen).toContain('revoke workspace refresh');
      expect(code).toBe(0);
      expect(stage.workspace.isAlive('jti_abc123def456')).toBe(false);
    }),
  );

  test.concurrent.each<[string, string, (stage: Stage) => void]>([
    ['a client ID', "revoke ably --client-id $'bob\\u202egnp\\u200b'", () => undefined],
    [
      "a workspace's name",
      `revoke workspace ${JTI}`,
      (stage) => {
        const item = {
          workspace_id: stage.env['WORKSPACE_ID'],
          workspace_name: 'de\u202emo\u2066\u001b[2J\u009b',
        };
        const items = { [String(item.workspace_id)]: item };
        const workspaces = { activeWorkspaceId: item.workspace_id, items };
        const domain = `127.0.0.1:${stage.workspace.server.port}`;
        stage.write('.ntcli/config.json', JSON.stringify({ domain, workspaces }));
      },
    ],
  ])('the question shows hostile text of %s as what it is', (_what, command, prepare) =>
    onStage(async (stage) => {
      prepare(stage);
      const bin = join(stage.home, '.bin');
      const screen = showScreen(command, {
        columns: 100,
        rows: 30,
        cwd: stage.home,
        env: { ...stage.env, LC_ALL: 'C.UTF-8', PATH: `${bin}:${stage.env['PATH']}` },
      });
      await screen.see('Are you sure?');
      const { text, raw } = await screen.look();
      expect(text).toContain('u202e');
      expect(`${text}${raw}`).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u009b]|\u001b\[2J/);
      expect(stage.writes()).toEqual([]);
      screen.type('n\r');
      expect((await screen.ended).code).toBe(5);
      expect(stage.writes()).toEqual([]);
    }),
  );

  test.concurrent.each([
    ['y', 'y\r', 0],
    ['yes', 'yes\r', 0],
    ['Y', 'Y\r', 0],
    ['n', 'n\r', 5],
    ['Enter', '\r', 5],
    ['another word', 'yess\r', 5],
    ['Ctrl-D', '\u0004', 5],
    ['Ctrl-C', '\u0003', 130],
    ['Escape', '\u001b', 5],
  ])('%s', (_name, keys, code) =>
    onStage(async (stage) => {
      const ended = await answer(stage, `revoke workspace ${JTI}`, keys);
      expect(ended.code).toBe(code);
      expect(stage.workspace.isAlive(JTI)).toBe(code !== 0);
      if (code !== 0) expect(stage.writes()).toEqual([]);
      if (code === 5) expect(ended.screen).toContain('Nothing was revoked.');
    }),
  );

  test.concurrent.each([
    ['y', 5],
    ['10', 5],
    ['11', 0],
  ])('more than ten targets ask for their number: %s', (typed, code) =>
    onStage(async (stage) => {
      for (const jti of ELEVEN) await stage.workspace.addToken({ jti });
      const ended = await answer(stage, `revoke workspace ${ELEVEN.join(' ')}`, `${typed}\r`);
      expect(ended.screen).toContain('Are you sure? Type 11');
      expect(ended.screen).toContain('Targets:');
      expect(ended.screen).toContain('… and 6 more');
      expect(ended.code).toBe(code);
      expect(ELEVEN.map((jti) => stage.workspace.isAlive(jti))).toEqual(
        ELEVEN.map(() => code !== 0),
      );
      expect(stage.writes()).toHaveLength(code === 0 ? 11 : 0);
    }),
  );

  test.concurrent('ten targets are a yes or no', () =>
    onStage(async (stage) => {
      const ten = ELEVEN.slice(1);
      for (const jti of ten) await stage.workspace.addToken({ jti });
      const ended = await answer(stage, `revoke workspace ${ten.join(' ')}`, 'y\r');
      expect(ended.screen).toContain('Are you sure? (y/N)');
      expect(ended.code).toBe(0);
      expect(stage.writes()).toHaveLength(10);
    }),
  );

  test.concurrent.each([1, 0])('a terminal of %i columns', (columns) =>
    onStage(async (stage) => {
      const terminal = stage.terminal(`stty cols ${columns} rows 0; revoke workspace ${JTI}`);
      // One character a line: the question cannot be waited for as a text.
      await terminal.see(/\?[\s\S]*N[\s\S]*\)/);
      terminal.type('y\r');
      const { code } = await terminal.ended;
      expect(code).toBe(0);
      expect(stage.workspace.isAlive(JTI)).toBe(false);
      expect(terminal.screen().length).toBeLessThan(20_000);
    }),
  );

  test.concurrent('with --force nothing is asked on a terminal', () =>
    onStage(async (stage) => {
      const terminal = stage.terminal(`revoke workspace ${JTI} --force`);
      expect((await terminal.ended).code).toBe(0);
      expect(plain(terminal.screen())).not.toContain('Are you sure');
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('the question goes to stderr: stdout holds the result only', () =>
    onStage(async (stage) => {
      const { code, screen } = await answer(stage, `revoke workspace ${JTI} > out.txt`, 'y\r');
      expect(code).toBe(0);
      expect(screen).toContain('Are you sure?');
      expect(readFileSync(join(stage.home, 'out.txt'), 'utf8')).toBe(
        `Token ${JTI} revoked successfully.\n`,
      );
    }),
  );
});

describe('where nobody can be asked, nothing is sent', () => {
  const commands = [`revoke workspace ${JTI}`, 'revoke ably --client-id bob'];
  const rows: [string, string][] = commands.flatMap((command): [string, string][] => [
    ['a closed pipe', command],
    ['a yes in a pipe', `echo y | ${command}`],
    ['many yeses in a pipe', `yes | ${command}`],
    ['no stdin', `${command} <&-`],
    ['an empty device', `${command} </dev/null`],
    ['a yes in a file', `echo y > yes.txt; ${command} < yes.txt`],
    ['a yes in a here-string', `${command} <<< yes`],
    ['no controlling terminal', `setsid -w ${command}`],
    ['CI', `CI=true ${command}`],
  ]);

  test.concurrent.each(rows)('%s: %s', (_name, script) =>
    onStage(async (stage) => {
      const ran = await stage.sh(script);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toBe('');
      expect(ran.stderr).toMatch(/^error: .*--force/);
      expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
      expect(stage.asked()).toEqual([]);
    }),
  );

  test.concurrent.each([
    ['stderr is a file', `revoke workspace ${JTI} 2> err.txt`],
    ['stdin is a pipe', `echo y | revoke workspace ${JTI} 2> err.txt`],
    ['stdin is nothing', `revoke workspace ${JTI} < /dev/null 2> err.txt`],
    [
      'no stderr',
      `revoke workspace ${JTI} 2>&-; code=$?; echo 'error: --force' > err.txt; exit $code`,
    ],
  ])('on a terminal, but %s', (_name, script) =>
    onStage(async (stage) => {
      const terminal = stage.terminal(script);
      expect((await terminal.ended).code).toBe(2);
      expect(readFileSync(join(stage.home, 'err.txt'), 'utf8')).toMatch(/^error: .*--force/);
      expect(plain(terminal.screen())).not.toContain('Are you sure');
      expect(stage.asked()).toEqual([]);
    }),
  );

  test.concurrent.each(['--json', '--pretty-json', '--format json', '--format=pretty-json'])(
    '%s needs --force, on a terminal too',
    (flag) =>
      onStage(async (stage) => {
        const terminal = stage.terminal(`revoke workspace ${JTI} ${flag} 2> err.txt`);
        expect((await terminal.ended).code).toBe(2);
        const said = readFileSync(join(stage.home, 'err.txt'), 'utf8');
        expect(JSON.parse(said)).toMatchObject({
          error: { hint: expect.stringContaining('--force') },
        });
        expect(terminal.screen()).toBe('');
        expect(stage.asked()).toEqual([]);
      }),
  );

  test.concurrent('a SIGTERM at the question ends it', () =>
    onStage(async (stage) => {
      const terminal = stage.terminal(`echo pid=$$; exec revoke workspace ${JTI}`);
      await terminal.see('Are you sure?');
      process.kill(Number(/pid=(\d+)/.exec(terminal.screen())?.[1]), 'SIGTERM');
      const { code, signal } = await terminal.ended;
      expect([code, signal]).not.toEqual([0, 0]);
      expect(stage.writes()).toEqual([]);
      expect(stage.workspace.isAlive(JTI)).toBe(true);
    }),
  );
});

describe('--dry-run', () => {
  test.concurrent('a workspace token is planned, not revoked, without a question', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', JTI, '--dry-run', '--json']);
      expect(ran).toMatchObject({ code: 0, stderr: expect.any(String) });
      expect(JSON.parse(ran.stdout)).toMatchObject({
        provider: 'workspace',
        target: JTI,
        status: 'planned',
      });
      expect(stage.writes()).toEqual([]);
      expect(stage.workspace.isAlive(JTI)).toBe(true);
    }),
  );

  test.concurrent('Ably too, with the reads that the run would make', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke([
        'ably',
        '--client-id',
        'bob',
        '--issued-before',
        '10m',
        '-n',
      ]);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(/^Tokens matching clientId:bob, .* would be revoked/);
      expect(stage.asked()).toContain('GET /time');
      expect(stage.writes()).toEqual([]);
      expect(stage.ably.ruleCount).toBe(0);
    }),
  );

  test.concurrent('--dry-run with --force changes nothing', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', JTI, '--force', '--dry-run']);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toBe(`Token ${JTI} would be revoked.\n`);
      expect(stage.writes()).toEqual([]);
    }),
  );
});
