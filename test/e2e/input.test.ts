/** What is read of lists: from where, as what, and what a bad line means. */
import { startOauthEmulator } from '../../providers/oauth/emulator.js';
import { jsonLines } from '../support/cli.js';
import { onStage } from '../support/stage.js';

const LIST = 'jti_a\njti_b\njti_c\n';
const targets = (text: string) => jsonLines(text).map(({ target }) => target);

test.concurrent.each([
  ['-', '{ read -r h; revoke workspace - --dry-run --json; } < list'],
  ['--from -', '{ read -r h; revoke workspace --from - --dry-run --json; } < list'],
  ['--from /dev/stdin', '{ read -r h; revoke workspace --from /dev/stdin -n --json; } < list'],
  [
    'another descriptor',
    'exec 3< list; read -r h <&3; revoke workspace --from /dev/fd/3 --dry-run --json',
  ],
])('a file is read from where its descriptor stands: %s', (_name, script) =>
  onStage(async (stage) => {
    stage.write('list', LIST);
    const ran = await stage.sh(script);
    expect(targets(ran.stdout)).toEqual(['jti_b', 'jti_c']);
    expect(ran.code).toBe(0);
  }),
);

test.concurrent('a file on stdin is left where reading ended', () =>
  onStage(async (stage) => {
    stage.write('list', LIST);
    const ran = await stage.sh(
      `{ read -r h; revoke workspace - -f --json --quiet > out; printf 'left:'; cat; } < list; cat out`,
    );
    const [left, ...outcomes] = ran.stdout.split('\n');
    expect(left?.startsWith('left:{')).toBe(true);
    expect(targets([left?.slice('left:'.length), ...outcomes].join('\n'))).toEqual([
      'jti_b',
      'jti_c',
    ]);
    expect(stage.writes()).toHaveLength(2);
  }),
);

test.concurrent('a file on stdin that stands at its end is an empty list', () =>
  onStage(async (stage) => {
    stage.write('list', LIST);
    const ran = await stage.sh('{ cat > /dev/null; revoke workspace - --force; } < list');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(stage.writes()).toEqual([]);
  }),
);

test.concurrent.each([
  ['a target and a list', '{"jti":"jti_a","tokens":["read","write"]}'],
  ['a list and a target', '{"tokens":["read","write"],"jti":"jti_a"}'],
  ['a list twice', '{"tokens":["read"],"tokens":["write"]}'],
  ['a target twice', '{"jti":"jti_a","jti":"jti_b"}'],
])('%s in one object: nothing of it is sent', (_name, text) =>
  onStage(async (stage) => {
    const piped = await stage.revoke(['workspace', '-', '--force', '--json'], {
      input: `${text}\njti_old789xyz012\n`,
    });
    expect(jsonLines(piped.stdout)).toMatchObject([
      { target: 'stdin:1', status: 'failed', error: { code: 'bad_input' } },
      { target: 'jti_old789xyz012', status: 'revoked' },
    ]);
    expect(piped.code).toBe(1);
    expect(stage.writes()).toHaveLength(1);
    const list = stage.write('list', `${text}\njti_live345mno678\n`);
    const file = await stage.revoke(['workspace', '--from', list, '--force']);
    expect(file).toMatchObject({ code: 2, stdout: '' });
    expect(stage.writes()).toHaveLength(1);
  }),
);

test.concurrent.each<[string, string, string, boolean]>([
  ['an invisible character in a client ID', 'clientId:bo\u200bb', 'U+200B', true],
  ['an invisible character in a channel', 'channel:ne\u2060ws', 'U+2060', true],
  ['a comma in a client ID', 'clientId:bob,ann', 'comma', true],
  ['a comma in a channel', 'channel:bob,ann', 'comma', false],
  ['a plain client ID', 'clientId:b-o_b@x.example', 'warning', false],
])('%s draws a warning where it is odd, on the command line and in lists', (_n, id, says, isSaid) =>
  onStage(async (stage) => {
    const list = stage.write('list.txt', `# odd\n${id}\n`);
    const [typed, piped, file] = await Promise.all([
      stage.revoke(['ably', id, '--dry-run', '--json']),
      stage.revoke(['ably', '-', '--dry-run', '--json'], { input: `${id}\n` }),
      stage.revoke(['ably', '--from', list, '--dry-run', '--json']),
    ]);
    for (const ran of [typed, piped, file]) {
      expect(jsonLines(ran.stdout)).toMatchObject([{ target: id, status: 'planned' }]);
      expect(ran.stderr.split(says).length - 1).toBe(isSaid ? 1 : 0);
    }
    if (isSaid) expect(file.stderr).toContain('list.txt:2: ');
  }),
);

test.concurrent(
  'an empty pipe is a mistake with --shard too; an empty part of a list is none',
  () =>
    onStage(async (stage) => {
      const codes: (number | null)[] = [];
      for (const [shard, input] of [
        ['1/2', ''],
        ['2/2', '# none\n'],
        ['1/2', 'jti_a\n'],
        ['2/2', 'jti_a\n'],
      ] as const) {
        const words = ['workspace', '-', '--shard', shard, '--dry-run', '--json'];
        codes.push((await stage.revoke(words, { input })).code);
      }
      expect(codes).toEqual([2, 2, 0, 0]);
    }),
);

test.concurrent(
  'an empty JSON list of secrets is a success; a list of nothing is a mistake',
  async () => {
    const emulator = await startOauthEmulator();
    try {
      await onStage(async (stage) => {
        const env = emulator.environment as Record<string, string>;
        for (const [input, code] of [
          ['[]', 0],
          ['{"tokens":[]}', 0],
          ['', 2],
          ['# none\n', 2],
        ] as const) {
          const piped = await stage.revoke(['oauth', '-', '--force'], { input, env });
          const list = stage.write('list', input);
          const file = await stage.revoke(['oauth', '--from', list, '--force'], { env });
          expect([input, piped.code, file.code]).toEqual([input, code, code]);
        }
      });
    } finally {
      await emulator.close();
    }
  },
);

test.concurrent('a bad line of secrets keeps no other active, unless --strict', async () => {
  const emulator = await startOauthEmulator();
  try {
    await onStage(async (stage) => {
      const env = emulator.environment as Record<string, string>;
      const [one, two] = await emulator.issue(2);
      const token = (issued: typeof one) => issued?.target ?? '';
      const list = stage.write('list', `${token(one)}\nBearer x\n${token(two)}\n`);
      const strict = await stage.revoke(['oauth', '--from', list, '--force', '--strict'], { env });
      expect(strict).toMatchObject({ code: 2, stdout: '' });
      const ran = await stage.revoke(['oauth', '--from', list, '--force', '--json'], { env });
      expect(
        jsonLines(ran.stdout)
          .map(({ status }) => status)
          .sort(),
      ).toEqual(['accepted', 'accepted', 'failed']);
      expect(ran.code).toBe(1);
      const bad = stage.write('bad', 'Bearer x\n');
      const none = await stage.revoke(['oauth', '--from', bad, '--force', '--json'], { env });
      expect(none).toMatchObject({ code: 2, stdout: '' });
      expect(none.stderr).toContain('bad:1');
    });
  } finally {
    await emulator.close();
  }
});
