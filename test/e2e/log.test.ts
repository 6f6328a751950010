/** `revoke log` after what happens to runs: killed, two at once, no room, a clock set back, joined. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, jsonLines, run } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const journalsIn = (stage: Stage) => {
  const folder = join(stage.home, '.local/state/revoke/journals');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
    .map((name) => join(folder, name));
};

async function runsOf(stage: Stage, ...filters: string[]) {
  return jsonLines((await stage.here(['log', '--json', ...filters])).stdout);
}

test.each([1, 2])(
  'a run that was killed is unfinished in the log, and the command that it shows finishes it (kill %i)',
  (round) =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(120);
      const list = stage.write('a list.txt', `${jtis.join('\n')}\n`);
      const { server } = stage.workspace;
      server.addFault({ kind: 'delay', ms: 5, match: /^DELETE/, times: Infinity });
      const most = 1 + Math.floor(Math.random() * 40 * round);
      const killed = await stage.revoke(['workspace', '--from', list, '--force', '--quiet'], {
        onStart: (child) => {
          const watch = async () => {
            while (server.requests.filter(({ method }) => method === 'DELETE').length < most)
              await sleep(1);
            child.kill('SIGKILL');
          };
          void watch();
        },
      });
      expect(killed.signal).toBe('SIGKILL');
      const [unfinished, ...others] = await runsOf(stage, '--unfinished');
      expect(others).toEqual([]);
      expect(unfinished).toMatchObject({ state: 'unfinished', exit: null, hash: null });
      const verified = await stage.here(['log', 'verify']);
      expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining('unfinished:') });

      // What is left is looked at, and nothing is sent.
      const sent = server.requests.length;
      const planned = await stage.here([
        ...['workspace', '--resume', String(unfinished?.['run']), '--dry-run', '--json'],
      ]);
      const left = jtis.filter((jti) => stage.workspace.isAlive(jti));
      const open = jsonLines(planned.stdout).filter(({ status }) => status === 'planned');
      expect(open.length).toBeGreaterThanOrEqual(left.length);
      expect(server.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([]);

      const shown = (await stage.here(['log'])).stdout;
      const [, command = ''] = /to continue: (.*)/.exec(shown) ?? [];
      expect(command).toContain(String(unfinished?.['run']));
      const finished = await stage.sh(command);
      expect(finished).toMatchObject({ code: 0 });
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
      expect(await runsOf(stage)).toMatchObject([
        { run: unfinished?.['run'], state: 'finished', targets: 120, exit: 0, continue: null },
      ]);
      expect(await stage.here(['log', 'verify'])).toMatchObject({ code: 0 });
    }),
);

test('two runs at once are two runs in the log, both whole, and the next head names both', () =>
  onStage(async (stage) => {
    const [one = '', two = '', three = ''] = stage.workspace.issueBare(3);
    const { server } = stage.workspace;
    // Long enough for the second to begin before the first ends, on a busy machine too.
    server.addFault({ kind: 'delay', ms: 1000, match: /^DELETE/, times: 2 });
    await Promise.all([one, two].map((jti) => stage.revoke(['workspace', jti, '--force'])));
    const both = await runsOf(stage);
    expect(both).toHaveLength(2);
    const hashes = both.map(({ hash }) => hash);
    await stage.here(['workspace', three, '--force']);
    const [last] = await runsOf(stage);
    const head = readFileSync(String(last?.['journal']), 'utf8').split('\n')[1] ?? '';
    const { previous } = (JSON.parse(head) as { run: { previous: string[] } }).run;
    expect([...previous].sort()).toEqual([...hashes].sort());
    expect(await stage.here(['log', 'verify'])).toMatchObject({ code: 0 });
  }));

test('a run that is going on is shown as running, and is no fault', () =>
  onStage(async (stage) => {
    const [one = ''] = stage.workspace.issueBare(1);
    stage.workspace.server.addFault({ kind: 'delay', ms: 1500, match: /^DELETE/ });
    let seen: readonly Record<string, unknown>[] = [];
    let code: number | null = null;
    await stage.revoke(['workspace', one, '--force'], {
      onStart: (child) => {
        const look = async () => {
          while (!stage.workspace.server.requests.some(({ method }) => method === 'DELETE'))
            await sleep(5);
          const listed = await run(process.execPath, [BIN, 'log', '--json'], { env: stage.env });
          seen = jsonLines(listed.stdout);
          code = (await run(process.execPath, [BIN, 'log', 'verify'], { env: stage.env })).code;
          child.kill('SIGKILL');
        };
        void look();
      },
    });
    expect(seen).toMatchObject([{ state: 'running', exit: null, continue: null }]);
    expect(code).toBe(0);
  }));

test('no room for the journal is one warning, the revocation goes on, and the log calls the run unfinished', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(60);
    const list = stage.write('list.txt', `${jtis.join('\n')}\n`);
    const words = `'${process.execPath}' '${BIN}' workspace --from '${list}' --force --json`;
    const ran = await run('bash', ['-c', `ulimit -f 4; exec ${words}`], { env: stage.env });
    expect(ran.code).toBe(0);
    expect(ran.stderr.match(/is not whole/g)).toHaveLength(1);
    expect(jsonLines(ran.stdout)).toHaveLength(60);
    expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
    expect(await runsOf(stage)).toMatchObject([{ state: 'unfinished', exit: null }]);
    expect(await stage.here(['log', 'verify'])).toMatchObject({ code: 1 });
  }));

test('a home where nothing can be written is one warning, and the revocation goes on', () =>
  onStage(async (stage) => {
    const [one = ''] = stage.workspace.issueBare(1);
    const env = { XDG_STATE_HOME: '/proc/none' };
    const ran = await stage.here(['workspace', one, '--force'], { env });
    expect(ran.code).toBe(0);
    expect(ran.stderr.match(/no journal is kept/g)).toHaveLength(1);
    expect(stage.workspace.isAlive(one)).toBe(false);
    const listed = await stage.here(['log'], { env });
    expect(listed).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('No runs'),
    });
  }));

test('files and folders that are no journals are shown as unreadable beside the runs, and are faults of the record', () =>
  onStage(async (stage) => {
    const [one = ''] = stage.workspace.issueBare(1);
    await stage.here(['workspace', one, '--force', '--no-verify']);
    const [journal = ''] = journalsIn(stage);
    mkdirSync(join(dirname(journal), 'folder.jsonl'));
    writeFileSync(join(dirname(journal), 'notes.jsonl'), 'a shopping list\n');
    writeFileSync(join(dirname(journal), 'read-me.txt'), 'not looked at\n');
    expect((await runsOf(stage)).map(({ state }) => state)).toEqual([
      'finished',
      'unreadable',
      'unreadable',
    ]);
    const { all } = await stage.seen(['log'], { columns: 40 });
    expect(all.filter((line) => /^ +-?:/.test(line))).toEqual([]);
    expect(all.filter((line) => line.trim() === 'not counted')).toHaveLength(2);
    const verified = await stage.here(['log', 'verify']);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain(': intact, sha256:');
    expect(verified.stdout).toContain('folder: cannot be read: it is a folder (EISDIR)\n');
    expect(verified.stdout).toContain('notes: changed at line 1: no run begins here\n');
    expect(await stage.here(['log', '--until', '1h'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'No runs fit these filters\n',
    });
    expect(await stage.here(['log', 'notes'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Run: +notes, unreadable\nJournal: .*\n$/),
      stderr: expect.stringContaining('No run begins in this file'),
    });
    expect(await stage.here(['log', 'folder'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is a folder (EISDIR)'),
    });
  }));

test('a clock that was set back between runs breaks no chain', () =>
  onStage(async (stage) => {
    const back = stage.write(
      'back.cjs',
      'const now = Date.now; Date.now = () => now() - 86400000;',
    );
    const [one = '', two = ''] = stage.workspace.issueBare(2);
    await stage.revoke(['workspace', one, '--force']);
    const [first] = await runsOf(stage);
    const later = ['-r', back, BIN, 'workspace', two, '--force', '--no-verify'];
    expect(await run(process.execPath, later, { env: stage.env })).toMatchObject({ code: 0 });
    const runs = await runsOf(stage);
    expect(runs).toHaveLength(2);
    const other = runs.find(({ run: id }) => id !== first?.['run']);
    expect(readFileSync(String(other?.['journal']), 'utf8')).toContain(String(first?.['hash']));
    expect(await stage.here(['log', 'verify'])).toMatchObject({ code: 0 });
  }));

test('journals that were joined are checked part by part, and a change in one is named by its line', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(2);
    for (const jti of jtis) await stage.here(['workspace', jti, '--force', '--no-verify']);
    const texts = journalsIn(stage).map((path) => readFileSync(path, 'utf8'));
    const joined = stage.write('joined.jsonl', texts.join(''));
    const verified = await stage.here(['log', 'verify', joined, '--json']);
    const [checked] = jsonLines(verified.stdout);
    expect(checked).toMatchObject({ intact: true, findings: [] });
    expect(checked?.['hashes']).toHaveLength(2);
    const shown = await stage.here(['log', joined, '--json']);
    expect(
      jsonLines(shown.stdout)
        .map(({ target }) => target)
        .sort(),
    ).toEqual([...jtis].sort());
    const lines = texts.join('').split('\n');
    const at = lines.findIndex((line) => line.startsWith('{"outcome"'));
    writeFileSync(
      joined,
      lines.with(at, (lines[at] ?? '').replace('revoked', 'unknown')).join('\n'),
    );
    const again = await stage.here(['log', 'verify', joined]);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain(`changed at line ${at + 1}: this line is not what was written`);
  }));

test('the hash that a CI job printed is compared by one command, and a rewritten record does not match', () =>
  onStage(async (stage) => {
    const [one = '', two = ''] = stage.workspace.issueBare(2);
    const ran = await stage.here(['workspace', one, two, '--force']);
    const [, hash = ''] = /Hash: (sha256:[0-9a-f]{64})/.exec(ran.stderr) ?? [];
    expect(await stage.here(['log', 'verify', '--expect', hash])).toMatchObject({ code: 0 });
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await stage.here(['log', 'verify', '--expect', other])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('does not match'),
    });
  }));

test('a run whose targets could not be reached shows the command that continues it, and one whose targets are unknown does not', () =>
  onStage(async (stage) => {
    const [one = '', two = ''] = stage.workspace.issueBare(2);
    const words = ['--force', '--retries', '0', '--quiet'];
    const env = { WORKSPACE_API_URL: 'http://127.0.0.1:9' };
    await stage.here(['workspace', one, two, ...words], { env });
    expect(await runsOf(stage)).toMatchObject([
      { counts: { failed: 2 }, continue: expect.stringContaining('--resume') },
    ]);
    await stage.here(['workspace', 'jti_nobody1', 'jti_nobody2', ...words]);
    const [last] = await runsOf(stage);
    expect(last).toMatchObject({ counts: { failed: 2 }, continue: null });
  }));
