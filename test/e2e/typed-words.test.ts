/** Words of the command line that may be meant otherwise than as a target. */
import { jsonLines } from '../support/cli.js';
import { onStage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';

test.concurrent.each<[string, readonly string[], readonly string[]]>([
  ['lst', ['lst'], ['-- lst', 'workspace revoke lst', 'for the command: revoke workspace list']],
  ['lists', ['lists'], ['-- lists', 'workspace revoke lists', 'revoke workspace list']],
  ['rm', ['rm', JTI], ['-- rm', 'workspace revoke rm']],
  [
    'a mistyped revoke',
    ['revok', JTI],
    [`"revok" is nearly "revoke"`, `leave it out: revoke workspace ${JTI};`, '-- revok'],
  ],
  ['delete', ['delete', JTI], ['-- delete', 'workspace revoke delete']],
  ['ls after a JTI', [JTI, 'ls'], ['"ls"', '-- ls', 'workspace revoke ls']],
  ['help after a JTI', [JTI, 'help'], ['"help"', '-- help', 'workspace revoke help']],
  ['a file', ['jtis'], ['"jtis" is a file', '--from jtis', '-- jtis']],
  ['a path of a file', ['./jtis'], ['"./jtis" is a file', '--from ./jtis']],
  ['a list that is not there', ['old.txt'], ['"old.txt"', '--from old.txt', '-- old.txt']],
  ['a word with a hyphen before it', ['-rf'], ['unknown option -r', 'workspace -- ']],
])('%s as a JTI is refused, and the error names the ways', (_name, words, says) =>
  onStage(async (stage) => {
    stage.write('jtis', `${JTI}\n`);
    const ran = await stage.revoke(['workspace', ...words, '--force'], { cwd: stage.home });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    for (const text of says) expect(ran.stderr).toContain(text);
    expect(stage.asked()).toEqual([]);
  }),
);

test.concurrent(
  'a file of specifiers or tokens as a target is refused, and the error names --from',
  () =>
    onStage(async (stage) => {
      stage.write('clients', 'bob\n');
      for (const provider of ['ably', 'oauth']) {
        const ran = await stage.revoke([provider, 'clients', '--force'], { cwd: stage.home });
        expect(ran).toMatchObject({ code: 2, stdout: '' });
        expect(ran.stderr).toContain(`revoke ${provider} --from clients`);
      }
    }),
);

test.concurrent.each([
  ['after --', ['--force', '--', 'refresh', 'list', 'rm', 'old.txt', '-rf']],
  ['after -- and an option with a value', ['-f', '--timeout', '9', '--', 'refresh']],
  ['after `workspace revoke`', ['revoke', 'refresh', 'lst', 'delete', '--force']],
])('a command’s name %s is a JTI', (_name, words) =>
  onStage(async (stage) => {
    const ran = await stage.revoke(['workspace', '--json', ...words]);
    const jtis = words.slice(words.indexOf('refresh')).filter((word) => word !== '--force');
    expect(jsonLines(ran.stdout).map(({ target }) => target)).toEqual(jtis);
    expect(ran.code).toBe(1);
    const writes = stage.writes().map((line) => line.replace(/\/v1\/.*\//, ''));
    expect(writes.sort()).toEqual(jtis.map((jti) => `DELETE ${jti}`).sort());
  }),
);

test.concurrent('the same names in a list are JTIs', () =>
  onStage(async (stage) => {
    const words = ['ls', 'rm', 'help', 'list', 'old.txt', '-rf'];
    const ran = await stage.revoke(['workspace', '-', '--dry-run', '--json'], {
      input: words.join('\n'),
    });
    expect(jsonLines(ran.stdout).map(({ target, status }) => [target, status])).toEqual(
      words.map((word) => [word, 'planned']),
    );
  }),
);

test.concurrent('`workspace ls` lists the tokens as `workspace list` does', () =>
  onStage(async (stage) => {
    const [long, short] = await Promise.all(
      ['list', 'ls'].map((word) => stage.revoke(['workspace', word, '--json'])),
    );
    expect(short).toEqual(long);
    expect(short?.stdout).toContain('"tokens"');
  }),
);

test.concurrent.each(['workspace', 'ably', 'oauth'])('`%s help` is help', (provider) =>
  onStage(async (stage) => {
    const ran = await stage.revoke([provider, 'help']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`Usage: revoke ${provider} `);
    expect(stage.asked()).toEqual([]);
  }),
);

test.concurrent.each([
  ['a JTI', `workspace "jti_$(printf '\\377')"`],
  ['a client ID', `ably --client-id "bob$(printf '\\377')"`],
  ['a channel', `ably "channel:$(printf 'a\\303')"`],
])('%s that is not UTF-8 is refused', (_name, words) =>
  onStage(async (stage) => {
    const ran = await stage.sh(`revoke ${words} --force`);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('not valid UTF-8');
    expect(stage.asked()).toEqual([]);
  }),
);

test.concurrent('an invisible character in a JTI is refused and shown', () =>
  onStage(async (stage) => {
    const ran = await stage.revoke(['workspace', 'jti_a\u200b', '--force']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('"jti_a\\u200b" is not a JTI');
    const piped = await stage.revoke(['workspace', '-', '--json', '--force'], {
      input: 'jti_a\u200b\n',
    });
    expect(jsonLines(piped.stdout)).toMatchObject([{ target: 'stdin:1', status: 'failed' }]);
    expect(stage.asked()).toEqual([]);
  }),
);
