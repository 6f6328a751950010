/** The streams: stdout is results and nothing else, and what could not be written is no success. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, jsonLines } from '../support/cli.js';
import { hasJq, onStage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';

const ESCAPE = /\u001b/;

const COMMANDS = [
  `revoke workspace ${JTI} --force`,
  'revoke workspace list',
  'revoke ably --client-id bob --force',
  'revoke ably --client-id bob --dry-run',
  'revoke providers',
  'revoke config show',
];
const FAILING = [
  'revoke workspace jti_nope --force',
  `revoke workspace ${JTI} jti_nope --force`,
  'revoke ably --client-id bob --app kL9pQ2 --force',
  'revoke workspace .. --force',
  `WORKSPACE_USER_TOKEN= revoke workspace ${JTI} --force`,
  'WORKSPACE_USER_TOKEN= revoke workspace list',
  `revoke workspace ${JTI} --force --endpoint http://127.0.0.1:9 --retries 0`,
];

describe('JSON', () => {
  test.concurrent.each(
    [...COMMANDS, ...FAILING].flatMap((command) => [
      `${command} --json`,
      `${command} --pretty-json`,
    ]),
  )('%s', (command) =>
    onStage(async (stage) => {
      const check = hasJq ? 'jq -e . > /dev/null' : 'cat > /dev/null';
      const ran = await stage.sh(`${command} 2> err.txt | tee out.txt | ${check}
        codes=("\${PIPESTATUS[@]}"); echo "\${codes[0]} \${codes[2]}"`);
      const [code, jq] = ran.stdout.trim().split(' ').map(Number);
      const out = readFileSync(join(stage.home, 'out.txt'), 'utf8');
      const err = readFileSync(join(stage.home, 'err.txt'), 'utf8');
      // jq -e of no value at all is 4: then the error is one line of JSON on stderr.
      if (out === '')
        expect(JSON.parse(err.trim().split('\n').at(-1) ?? '')).toHaveProperty('error');
      else expect(jq).toBe(0);
      expect(out === '' || out.endsWith('\n')).toBe(true);
      expect(out).not.toMatch(ESCAPE);
      if (!FAILING.some((one) => command.startsWith(one))) {
        expect(code).toBe(0);
        expect(out).not.toBe('');
      } else expect(code).not.toBe(0);
    }),
  );

  test.concurrent('one compact object a line, in the documented keys', () =>
    onStage(async (stage) => {
      const args = ['workspace', JTI, 'jti_live345mno678', '--force', '--json'];
      const ran = await stage.revoke(args);
      expect(ran.code).toBe(0);
      const outcomes = jsonLines(ran.stdout);
      expect(new Set(outcomes.map(({ target }) => target))).toEqual(new Set(args.slice(1, 3)));
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ provider: 'workspace', status: 'revoked' });
        expect(outcome['revoked_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      }
      expect(ran.stderr).toContain('2 targets');
    }),
  );

  test.concurrent('pretty JSON is the same, indented', () =>
    onStage(async (stage) => {
      const compact = await stage.revoke(['workspace', 'list', '--json']);
      const pretty = await stage.revoke(['workspace', 'list', '--pretty-json']);
      expect(JSON.parse(pretty.stdout)).toEqual(JSON.parse(compact.stdout));
      expect(compact.stdout.trimEnd()).not.toContain('\n');
      expect(pretty.stdout).toMatch(/^\{\n {2}"tokens": \[\n/);
    }),
  );
});

describe('colour', () => {
  const pretty = `revoke workspace ${JTI} --force --pretty-json`;
  test.concurrent.each<[string, string, boolean, Record<string, string>]>([
    ['piped', pretty, false, {}],
    ['piped with FORCE_COLOR', pretty, true, { FORCE_COLOR: '1' }],
    ['piped with FORCE_COLOR=0', pretty, false, { FORCE_COLOR: '0' }],
    ['NO_COLOR beats FORCE_COLOR', pretty, false, { FORCE_COLOR: '1', NO_COLOR: '1' }],
    ['an empty NO_COLOR says nothing', pretty, true, { FORCE_COLOR: '1', NO_COLOR: '' }],
    ['text, piped', `revoke workspace ${JTI} --force`, false, {}],
  ])('%s', (_name, script, coloured, env) =>
    onStage(async (stage) => {
      const ran = await stage.sh(script, { env });
      expect(ran.code).toBe(0);
      expect(ESCAPE.test(ran.stdout)).toBe(coloured);

      const plain = ran.stdout.replace(/\u001b\[\d+m/g, '');
      if (script === pretty) expect(JSON.parse(plain)).toMatchObject({ status: 'revoked' });
    }),
  );

  test.concurrent.each<[string, boolean, Record<string, string>]>([
    ['a terminal', true, {}],
    ['a terminal with NO_COLOR', false, { NO_COLOR: '1' }],
    ['a dumb terminal', false, { TERM: 'dumb' }],
  ])('%s', (_name, coloured, env) =>
    onStage(async (stage) => {
      const terminal = stage.terminal(pretty, { env });
      expect((await terminal.ended).code).toBe(0);
      expect(ESCAPE.test(terminal.screen())).toBe(coloured);
    }),
  );

  test.concurrent('JSON Lines have no colour even where it is forced', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', JTI, '--force', '--json'], {
        env: { FORCE_COLOR: '1' },
      });
      expect(ran.stdout).not.toMatch(ESCAPE);
    }),
  );
});

describe('results that cannot be written', () => {
  test.concurrent.each([
    ['a full disk', `revoke workspace ${JTI} --force > /dev/full`],
    ['a full disk, JSON', `revoke workspace ${JTI} --force --json > /dev/full`],
    ['a full disk, a list', 'revoke workspace list > /dev/full'],
    ['a full disk, help', 'revoke --help > /dev/full'],
    ['a full disk, providers', 'revoke providers > /dev/full'],
    ['a full disk, completion', 'revoke completion bash > /dev/full'],
    ['closed stdout', `revoke workspace ${JTI} --force >&-`],
    ['closed stdout, JSON', `revoke workspace ${JTI} --force --json >&-`],
    ['closed stdout, a list', 'revoke workspace list >&-'],
    ['closed stdout and stderr', `revoke workspace ${JTI} --force >&- 2>&-`],
    ['closed everything', `revoke workspace ${JTI} --force <&- >&- 2>&-`],
    ['stdout that cannot be written to', `revoke workspace ${JTI} --force 1< /dev/null`],
  ])('%s is exit 1', (_name, script) =>
    onStage(async (stage) => {
      // With something left to do the shell stays, as it does for a person or in a script.
      const ran = await stage.sh(`${script}; exit $?`);
      expect(ran.code).toBe(1);
      if (script.includes('>&-')) expect(stage.asked()).toEqual([]);
      expect(ran.stderr).not.toMatch(/ at .*:\d+:\d+/);
    }),
  );

  test.concurrent.each([
    ['one target', `revoke workspace ${JTI} --force`, `${JTI}: revoked`],
    ['one target, JSON', `revoke workspace ${JTI} --force --json`, `"hint":"${JTI}: revoked"`],
    ['a list', 'revoke workspace list', 'ENOSPC'],
    ['help', 'revoke workspace --help', 'ENOSPC'],
    ['a completion script', 'revoke completion bash', 'ENOSPC'],
  ])('a full disk is said with its cause: %s', (_name, script, said) =>
    onStage(async (stage) => {
      const ran = await stage.sh(`${script} > /dev/full`);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('ENOSPC');
      expect(ran.stderr).toContain(said);
      if (script.includes('--json')) {
        const { error } = JSON.parse(ran.stderr.trimEnd().split('\n').at(-1) ?? '') as {
          error: { code: string };
        };
        expect(error.code).toBe('no_output');
      }
      expect(ran.stderr.split('ENOSPC')).toHaveLength(2);
    }),
  );

  test.concurrent('a full disk and several targets: the journal with their outcomes is named', () =>
    onStage(async (stage) => {
      const ran = await stage.sh(`revoke workspace ${JTI} jti_b --force --journal j > /dev/full`);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('ENOSPC');
      expect(ran.stderr).toContain('the outcomes are in the journal: j');
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('a reader that left is no full disk', () =>
    onStage(async (stage) => {
      const ran = await stage.sh(`set -o pipefail; revoke workspace ${JTI} --force | true`);
      expect(ran.stderr).not.toContain('could not be written');
    }),
  );

  test.concurrent('closed stderr alone changes nothing', () =>
    onStage(async (stage) => {
      const ran = await stage.sh(`revoke workspace ${JTI} --force 2>&-`);
      expect(ran).toMatchObject({ code: 0, stdout: `Token ${JTI} revoked successfully.\n` });
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('output that another program discards is a success', () =>
    onStage(async (stage) => {
      const { code } = await new Promise<{ code: number | null }>((resolve) => {
        const child = spawn(process.execPath, [BIN, 'workspace', JTI, '--force'], {
          env: stage.env,
          stdio: 'ignore',
        });
        child.on('close', (code) => resolve({ code }));
      });
      expect(code).toBe(0);
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('stdout to /dev/null is a success', () =>
    onStage(async (stage) => {
      const ran = await stage.sh(`revoke workspace ${JTI} --force > /dev/null; exit $?`);
      expect(ran.code).toBe(0);
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('a reader that leaves early: no stack trace, not a success', () =>
    onStage(async (stage) => {
      stage.write('jtis.txt', stage.workspace.issueBare(5000).join('\n'));
      const ran = await stage.sh(`
        revoke workspace --from jtis.txt --force --json --concurrency 4 2> err.txt | head -1
        echo "\${PIPESTATUS[0]}"`);
      const [line = '', code] = ran.stdout.trim().split('\n');
      expect(JSON.parse(line)).toMatchObject({ status: 'revoked' });
      expect(Number(code)).toBe(1);
      const err = readFileSync(join(stage.home, 'err.txt'), 'utf8');
      expect(err).not.toMatch(/ at .*:\d+:\d+|EPIPE.*\n.*EPIPE/);
      // Nothing new is started for a reader that is gone, and all that was done is in the journal.
      const dead = Object.keys(stage.workspace.snapshot().revocations);
      expect(dead.length).toBeLessThan(5000);
      const journal = /Journal: (\S+)/.exec(err)?.[1] ?? '';
      const noted = readFileSync(journal, 'utf8');
      for (const jti of dead) expect(noted).toContain(`"${jti}"`);
    }),
  );

  test.concurrent('a slow reader gets every line', () =>
    onStage(async (stage) => {
      stage.write('jtis.txt', stage.workspace.issueBare(2000).join('\n'));
      const ran = await stage.sh(`
        revoke workspace --from jtis.txt --force --json --quiet | (sleep 1; wc -l)
        echo "\${PIPESTATUS[0]}"`);
      expect(ran.stdout.trim().split(/\s+/)).toEqual(['2000', '0']);
    }),
  );
});

describe('help is on stdout, exit 0, and needs no credentials', () => {
  test.concurrent.each([
    '--help',
    '-h',
    'help',
    'ably --help',
    'workspace --help',
    'workspace list --help',
    'workspace revoke -h',
    'help ably',
    'providers --help',
    'sandbox --help',
    'workspace --frob --help',
  ])('revoke %s', (words) =>
    onStage(async (stage) => {
      const ran = await stage.revoke(words.split(' '), { env: { HOME: stage.home, PATH: '' } });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout).toMatch(/^Usage: revoke/);
      expect(ran.stdout).toContain('Examples:');
      expect(stage.asked()).toEqual([]);
    }),
  );

  test.concurrent.each(['--version', '-V'])('revoke %s', (word) =>
    onStage(async (stage) => {
      const ran = await stage.revoke([word]);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    }),
  );
});
