/** Bad input: exit code 2, an error that names what is wrong and what to do, and nothing sent. */
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const CANARY = 'cAnArY0123456789abcdefghijklmnop';
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJqdGlfY2FuYXJ5In0.${CANARY}`;
const API_KEY = `s57drg.3bnE1Q:${CANARY}`;
const ABLY_TOKEN = `s57drg.${CANARY}${CANARY}`;

type Says = readonly (string | RegExp)[];
interface Given {
  /** Added to the environment; an empty value takes a name out of it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: string;
}
type Row = readonly [name: string, args: readonly string[], says: Says, given?: Given];

async function isRefused(stage: Stage, [, args, says, given = {}]: Row) {
  for (const [path, text] of Object.entries(given.files ?? {})) stage.write(path, text);
  const input = given.input === undefined ? {} : { input: given.input };
  // A file is named as it lies in the folder that the program is started in.
  const isThere = Object.keys(given.files ?? {}).some((name) => args.includes(name));
  const options = { env: given.env ?? {}, ...input };
  const ran = await (isThere
    ? stage.revoke(args, { ...options, cwd: stage.home })
    : stage.here(args, options));
  const said = ran.stderr.trimEnd().split('\n');
  const [first = '', ...others] = said.filter((line) => !line.startsWith('warning: '));
  expect(first).toMatch(/^error: /);
  // One line says what is wrong, and at most one more what to do.
  expect(others.length).toBeLessThanOrEqual(1);
  for (const text of says) {
    if (typeof text === 'string') expect(ran.stderr).toContain(text);
    else expect(ran.stderr).toMatch(text);
  }
  expect(ran.stderr).not.toContain(CANARY);

  expect(ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(stage.asked()).toEqual([]);
}

const find = 'revoke workspace list';
const jti = (text: string, shown: string): Row => [
  `JTI ${JSON.stringify(text)}`,
  ['workspace', text, '--force'],
  [shown, 'is not a JTI', find],
];
const option = (...words: readonly string[]): Row => [
  words.join(' '),
  ['workspace', JTI, '--force', ...words],
  [words[0] ?? '', `"${words[1] ?? ''}"`],
];
const secret = (name: string, args: readonly string[], says: Says, given: Given = {}): Row => [
  `a secret as ${name}`,
  args,
  says,
  given,
];

const JTIS: readonly Row[] = [
  jti('..', '".."'),
  jti('.', '"."'),
  jti('../x', '"../x"'),
  jti('../../74e4f895-5c8a-4222-ac86-ae0885506202', '(not shown'),
  jti('a/b', '"a/b"'),
  jti('a?b', '"a?b"'),
  jti('a#b', '"a#b"'),
  jti('a\\b', '"a\\b"'),
  jti('%2e%2e', '"%2e%2e"'),
  jti('', 'an empty text'),
  jti(' ', '" "'),
  jti(' jti_x', '" jti_x"'),
  jti('jti x', '"jti x"'),
  jti('jti\tx', '"jti\\u0009x"'),
  jti('jti\nx', '"jti\\u000ax"'),
  jti('jti\u001b[31m', '"jti\\u001b[31m"'),
  jti('jti\u009b31m', '"jti\\u009b31m"'),
  jti('jti\u202ex', '"jti\\u202ex"'),
  jti('x'.repeat(257), '(not shown'),
  ['a bad one among good ones', ['workspace', JTI, '..', '--force'], ['".."']],
  ['revoke workspace revoke ..', ['workspace', 'revoke', '..', '--force'], ['".."', find]],
  ['a bad one after --', ['workspace', '--force', '--', '..'], ['".."', find]],
];

const USAGE: readonly Row[] = [
  [
    'an unknown option',
    ['workspace', JTI, '--force', '--frob'],
    ['unknown option --frob', '--from'],
  ],
  [
    'an option that is not whole',
    ['ably', '--client', 'bob', '--force'],
    ['unknown option --client', 'did you mean: --client-id'],
  ],
  [
    'an unknown option of ably',
    ['ably', '--client-id', 'b', '--frobnicate'],
    ['--frobnicate', 'ably --help'],
  ],
  ['a near-miss of an option', ['workspace', JTI, '--forse'], ['--forse', '--force']],
  ['an option of revoking at list', ['workspace', 'list', '--force'], ['--force']],
  ['an option of revoking before list', ['workspace', '--force', 'list'], ['--force']],
  ['an operand too many', ['workspace', 'list', 'demo', 'x'], [/a word too many/]],
  [
    'an unknown format',
    ['workspace', JTI, '-f', '--format', 'yaml'],
    ['--format', '"yaml"', 'json'],
  ],
  ['table is a format of list only', ['workspace', JTI, '-f', '--format', 'table'], ['"table"']],
  ['an unknown provider', ['wrkspace', JTI], ['"wrkspace"', 'workspace']],
  ['a near-miss of list', ['workspace', 'lst'], ['"lst"', 'list', 'revoke workspace -- lst']],
  [
    'a near-miss of list with --force',
    ['workspace', 'lists', '-f'],
    ['"lists"', 'revoke workspace -- lists'],
  ],
  [
    'a near-miss of revoke',
    ['workspace', 'revok', JTI, '-f'],
    ['"revok"', 'revoke workspace -- revok'],
  ],
  ['a near-miss of show', ['workspace', 'shwo', '-f'], ['"shwo"', 'revoke workspace show']],
  ['a near-miss of create', ['workspace', 'crate', '-f'], ['"crate"', 'revoke workspace create']],
  ['a near-miss of refresh', ['workspace', 'refesh', '-f'], ['"refesh"', 'workspace refresh']],
  ['list behind a JTI', ['workspace', JTI, 'list', '-f'], ['"list"', 'revoke workspace -- list']],
  ['no target', ['workspace', '--force'], ['no JTI', 'for example: revoke workspace']],
  ['no specifier', ['ably', '--force'], ['no specifier', 'for example: revoke ably']],
  ['an empty pipe', ['workspace', '-', '-f', '--quiet'], ['the input has no JTI'], { input: '' }],
  ['an option without its value', ['ably', '--client-id'], ['--client-id', 'missing']],
  ['stdin named twice', ['workspace', '-', '--from', '-', '-f'], ['stdin', '- once']],
  [
    'a file that is not there',
    ['workspace', '--from', 'nowhere.txt', '-f'],
    ['nowhere.txt', 'ENOENT'],
  ],
  ['a folder as a file', ['workspace', '--from', '.', '-f'], ['--from .', 'folder']],
  [
    'a bad line of a file',
    ['workspace', '--from', 'bad.txt', '-f'],
    ['bad.txt:2', 'nothing was sent'],
    { files: { 'bad.txt': `jti_a\n${JWT}\n` } },
  ],
  [
    '--resume and --journal',
    ['workspace', '--resume', 'a', '--journal', 'b', '-f'],
    ['--resume', '--journal'],
  ],
  ['--resume of nothing', ['workspace', '--resume', 'gone.jsonl', '-f'], ['gone.jsonl']],
  [
    '--verify where there is no way',
    ['ably', 'clientId:a', '--verify', '-f'],
    ['verify', '--probe-token-file'],
    { env: { ABLY_ACCESS_TOKEN: '' } },
  ],
  [
    'more than --max',
    ['workspace', 'jti_a', 'jti_b', '--max', '1', '-f'],
    ['more than 1', '--max'],
  ],
  option('--max', 'x'),
  option('--max', '-1'),
  option('--max', '1.5'),
  option('--shard', '0/3'),
  option('--shard', '4/3'),
  option('--shard', 'x'),
  option('--rate', '0'),
  option('--rate', 'fast'),
  option('--concurrency', '0'),
  option('--timeout', '0'),
  option('--timeout', '1e3'),
  option('--retries', '1.5'),
  option('--verify-timeout', 'x'),
  option('--max-failures', '0'),
  [
    'an option given twice',
    ['workspace', JTI, '-f', '--timeout', '1', '--timeout', '2'],
    ['--timeout', 'twice'],
  ],
  [
    '--app given twice',
    ['ably', '--client-id', 'b', '--app', 'a', '--app', 'b'],
    ['--app', 'twice'],
  ],
  [
    'a CA file that is not there',
    ['workspace', JTI, '-f', '--ca-file', 'ca.pem'],
    ['--ca-file', 'ENOENT'],
  ],
  [
    'a CA file that is none',
    ['workspace', JTI, '-f', '--ca-file', 'ca.pem'],
    ['--ca-file', 'PEM'],
    { files: { 'ca.pem': 'x' } },
  ],
  ['no completion for a shell', ['completion', 'tcsh'], ['tcsh', 'bash']],
];

const PLACES: readonly Row[] = [
  [
    'an endpoint that is no URL',
    ['workspace', JTI, '-f', '--endpoint', 'no url'],
    ['--endpoint', 'https://'],
  ],
  [
    'plain http beyond loopback',
    ['workspace', JTI, '-f', '--endpoint', 'http://example.com'],
    ['http://example.com', 'https'],
  ],
  [
    'localhost as a part of a name',
    ['workspace', JTI, '-f', '--endpoint', 'http://localhost.example.com'],
    ['https'],
  ],
  [
    'plain http for ably',
    ['ably', '--client-id', 'b', '-f', '--endpoint', 'http://example.com'],
    ['http://example.com', 'https'],
  ],
  ['a workspace that is a path', ['workspace', JTI, '-f', '-w', '../x'], ['--workspace', '"../x"']],
  [
    'no workspace',
    ['workspace', JTI, '-f'],
    ['no workspace selected', '--workspace'],
    { env: { WORKSPACE_ID: '' } },
  ],
  ['an unknown profile', ['workspace', JTI, '-f', '--profile', 'prod'], ['"prod"', 'config.json']],
  [
    'a config that is no JSON',
    ['workspace', JTI, '-f'],
    ['config.json', 'not valid JSON: line 1, column 2', 'a key in double quotes'],
    { env: { WORKSPACE_USER_TOKEN: '' }, files: { '.config/revoke/config.json': '{' } },
  ],
  [
    'a config with an unknown key',
    ['workspace', JTI, '-f'],
    ['config.json', '/profiles/default/workspace', 'frob', 'endpoint'],
    {
      env: { WORKSPACE_USER_TOKEN: '' },
      files: {
        '.config/revoke/config.json': '{"profiles":{"default":{"workspace":{"frob":"x"}}}}',
      },
    },
  ],
  [
    'a config with a key of a wrong type',
    ['workspace', JTI, '-f'],
    ['config.json', '/profiles'],
    {
      env: { WORKSPACE_USER_TOKEN: '' },
      files: { '.config/revoke/config.json': '{"profiles":[]}' },
    },
  ],
  [
    "ntcli's config that is no JSON",
    ['workspace', JTI, '-f'],
    ['.ntcli/config.json', 'line 1, column 2', 'a key in double quotes'],
    { env: { WORKSPACE_ID: '', WORKSPACE_API_URL: '' }, files: { '.ntcli/config.json': '{' } },
  ],
  [
    "ably's config that is no TOML",
    ['ably', '--client-id', 'b', '-f'],
    ['.ably/config'],
    { env: { ABLY_API_KEY: '', ABLY_ACCESS_TOKEN: '' }, files: { '.ably/config': '[[[' } },
  ],
];

const ABLY: readonly Row[] = [
  ['an empty client ID', ['ably', '--client-id', '', '-f'], ['--client-id is empty']],
  ['a blank client ID', ['ably', '--client-id', '  ', '-f'], ['--client-id is empty']],
  ['an empty specifier', ['ably', 'clientId:', '-f'], ['clientId: is empty']],
  [
    'control characters',
    ['ably', '--client-id', 'a\u001b[31m', '-f'],
    ['--client-id', 'control characters'],
  ],
  [
    'two kinds at once',
    ['ably', '--client-id', 'a', '--revocation-key', 'b', '-f'],
    ['--client-id and --revocation-key cannot be combined'],
  ],
  ['a specifier without a type', ['ably', 'bob', '-f'], ['clientId:bob']],
  ['an unknown type', ['ably', 'user:bob', '-f'], ['clientId:<id>']],
  ['an unknown --as', ['ably', '-', '--as', 'user', '-f'], ['--as', '"user"', 'clientId']],
  [
    'an empty key',
    ['ably', '--client-id', 'a', '-f'],
    ['ABLY_API_KEY', 'empty'],
    { env: { ABLY_API_KEY: ' ' } },
  ],
  ...[
    'bad',
    `keyonly:${CANARY}`,
    `a.b:c:${CANARY}`,
    `.x:${CANARY}`,
    `../x.y:${CANARY}`,
    `s57drg.3bnE1Q ${CANARY}`,
  ].map((key): Row => [
    `a malformed key ${key.slice(0, 12)}`,
    ['ably', '--client-id', 'a', '-f'],
    ['ABLY_API_KEY', 'appId.keyId:secret'],
    { env: { ABLY_API_KEY: key } },
  ]),
  [
    "an --app that is not the key's, by id",
    ['ably', '--client-id', 'a', '--app', 'kL9pQ2', '-f'],
    ['--app', 's57drg'],
    { env: { ABLY_ACCESS_TOKEN: '' } },
  ],
  [
    "an --app that is not the key's, by name",
    ['ably', '--client-id', 'a', '--app', 'Orders', '-f'],
    ['--app', 's57drg', 'ABLY_ACCESS_TOKEN'],
    { env: { ABLY_ACCESS_TOKEN: '' } },
  ],
  [
    "an ABLY_APP_ID that is not the key's",
    ['ably', '--client-id', 'a', '-f'],
    ['ABLY_APP_ID', 's57drg'],
    { env: { ABLY_APP_ID: 'kL9pQ2', ABLY_ACCESS_TOKEN: '' } },
  ],
  [
    'a time in seconds',
    ['ably', '--client-id', 'a', '--issued-before', '1700000000', '-f'],
    ['--issued-before 1700000000', 'milliseconds'],
  ],
  [
    'a time too long ago',
    ['ably', '--client-id', 'a', '--issued-before', '61m', '-f'],
    ['--issued-before', 'hour'],
  ],
  [
    'a time to come',
    ['ably', '--client-id', 'a', '--issued-before', '2999-01-01T00:00:00Z', '-f'],
    ['--issued-before', 'future'],
  ],
  [
    'no time',
    ['ably', '--client-id', 'a', '--issued-before', 'yesterday', '-f'],
    ['--issued-before', '10m'],
  ],
  [
    '--key and --all-keys',
    ['ably', '--client-id', 'a', '--key', 'x', '--all-keys', '-f'],
    ['--key', '--all-keys'],
  ],
];

const SECRETS: readonly Row[] = [
  secret('a JTI: JWT', ['workspace', JWT, '-f'], ['jti claim', find]),
  secret('a JTI: wst_', ['workspace', `wst_${CANARY}`, '-f'], ['jti claim']),
  secret('a JTI: Ably key', ['workspace', API_KEY, '-f'], ['JTI']),
  secret('a JTI after --', ['workspace', '-f', '--', JWT], ['jti claim']),
  secret('a command', [JWT], ['unknown command']),
  secret('a command: wst_', [`wst_${CANARY}`], ['unknown command']),
  secret('a command: Ably key', [API_KEY], ['unknown command']),
  secret('an operand of list', ['workspace', 'list', JWT], ['a word too many']),
  secret('an operand of completion', ['completion', JWT], ['bash']),
  secret('a specifier: JWT', ['ably', JWT, '-f'], ['clientId:<id>']),
  secret('a specifier: token', ['ably', ABLY_TOKEN, '-f'], ['clientId:<id>']),
  secret('a specifier: key', ['ably', API_KEY, '-f'], ['ABLY_API_KEY']),
  secret('a client ID: token', ['ably', '--client-id', ABLY_TOKEN, '-f'], ['clientId:<id>']),
  secret('a client ID: JWT', ['ably', `clientId:${JWT}`, '-f'], ['clientId:<id>']),
  secret('a revocation key: key', ['ably', '--revocation-key', API_KEY, '-f'], ['ABLY_API_KEY']),
  secret('an OAuth token in argv', ['oauth', CANARY, '-f'], ['pipe it in']),
  secret("an unknown option's value", ['workspace', JTI, `--token=${CANARY}`], ['--token']),
  secret(
    "an unknown option's value in two words",
    ['workspace', JTI, '-f', '--token', CANARY],
    ['--token'],
  ),
  secret("an unknown letter's value", ['workspace', JTI, `-t${CANARY}`], ['-t']),
  secret("a switch's value", ['workspace', JTI, `--force=${CANARY}`], ['--force']),
  secret('a value with a quote in it', ['ably', `--token=it's ${CANARY}`], ['--token']),
  secret('a value with a newline in it', ['ably', `--token=x\n${CANARY}`], ['--token']),
  secret('a format', ['workspace', JTI, '-f', '--format', CANARY], ['--format']),
  secret('a number', ['workspace', JTI, '-f', '--timeout', CANARY], ['--timeout']),
  secret('a shard', ['workspace', JTI, '-f', '--shard', CANARY], ['--shard']),
  secret('a kind', ['ably', '-', '--as', CANARY], ['--as']),
  secret('an option given twice', ['ably', '--app', 'a', '--app', CANARY], ['--app']),
  secret(
    'a time',
    ['ably', '--client-id', 'a', '--issued-before', CANARY, '-f'],
    ['--issued-before'],
  ),
  secret('a workspace', ['workspace', JTI, '-f', '-w', JWT], ['--workspace']),
  secret('an endpoint', ['workspace', JTI, '-f', '--endpoint', API_KEY], ['--endpoint']),
  secret(
    "an endpoint's user",
    ['workspace', JTI, '-f', '--endpoint', `https://u:${CANARY}@example.com`],
    ['--endpoint'],
  ),
  secret(
    'an endpoint of ably',
    ['ably', '--client-id', 'a', '-f', '--endpoint', `https://u:${CANARY}@example.com`],
    [],
  ),
  secret('an app', ['ably', '--client-id', 'a', '-f', '--app', API_KEY], ['--app'], {
    env: { ABLY_ACCESS_TOKEN: '' },
  }),
  ...['--from', '--journal', '--resume', '--ca-file', '--profile'].map((name) =>
    secret(`the value of ${name}`, ['workspace', JTI, name, `wst_${CANARY}`, '-f'], [name]),
  ),
  secret('a list: JWT', ['oauth', '--from', JWT, '-f'], ['--from']),
  secret('a file of tokens: JWT', ['oauth', '--token-file', JWT, '-f'], ['--token-file']),
  secret('a list: key', ['ably', '--from', API_KEY, '-f'], ['--from']),
  secret('a file of a login', ['workspace', JTI, '-f'], ['not shown', 'ENOENT'], {
    env: { WORKSPACE_USER_TOKEN: '', WORKSPACE_USER_TOKEN_FILE: JWT },
  }),
  secret('a token like a file', ['oauth', `${CANARY}.log`, '-f'], ['pipe it in']),
  secret('a line of a pipe', ['workspace', '-', '-f', '--strict', '--quiet'], ['stdin:1'], {
    input: `${JWT}\n`,
  }),
];

describe.each([
  ['names of tokens', JTIS],
  ['usage', USAGE],
  ['places and settings', PLACES],
  ['ably', ABLY],
  ['secrets where none belong are never echoed', SECRETS],
])('%s', (_title, rows) => {
  test.each(rows.map((row): [string, Row] => [row[0], row]))('%s', (_name, row) =>
    onStage((stage) => isRefused(stage, row)),
  );
});

describe('a login that cannot be used is exit 3, and nothing is sent', () => {
  test.concurrent.each<[string, (stage: Stage) => Promise<Record<string, string>>, RegExp]>([
    ['none', async () => ({ WORKSPACE_USER_TOKEN: '' }), /WORKSPACE_USER_TOKEN/],
    [
      'a workspace token',
      async ({ env }) => ({ WORKSPACE_USER_TOKEN: env['WORKSPACE_CURRENT_TOKEN'] ?? '' }),
      /workspace token/,
    ],
    [
      'an opaque workspace token',
      async () => ({ WORKSPACE_USER_TOKEN: `wst_${CANARY}` }),
      /workspace token/,
    ],
    [
      'an expired login',
      async ({ workspace }) => ({
        WORKSPACE_USER_TOKEN: await workspace.login({ expiresAt: Date.now() - 1000 }),
      }),
      /expired at/,
    ],
    [
      'a login with a newline in it',
      async () => ({ WORKSPACE_USER_TOKEN: `${CANARY}\nx` }),
      /not a bearer token/,
    ],
  ])('%s', (_name, envOf, says) =>
    onStage(async (stage) => {
      const env = await envOf(stage);
      const ran = await stage.revoke(['workspace', JTI, '--force'], { env });
      expect(ran).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).toMatch(says);
      expect(ran.stderr).not.toContain(CANARY);
      expect(stage.asked()).toEqual([]);
    }),
  );

  test.concurrent('no Ably key at all', () =>
    onStage(async (stage) => {
      const env = { ABLY_API_KEY: '', ABLY_ACCESS_TOKEN: '' };
      const ran = await stage.revoke(['ably', '--client-id', 'a', '--force'], { env });
      expect(ran).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).toContain('ABLY_API_KEY');
      expect(stage.asked()).toEqual([]);
    }),
  );
});

test.each([
  [['workspace', '..', '--force', '--json'], 'bad_target'],
  [['workspace', JTI, '--json'], 'usage'],
  [['workspace', JTI, '-f', '--format', 'text', '--pretty-json'], 'usage'],
  [['workspace', JTI, '-f', '--json', '--pretty-json'], 'usage'],
  [['workspace', 'list', '--json', '--format', 'table'], 'usage'],
  [['workspace', JTI, '--json', '--frob'], 'usage'],
  [['ably', '--client-id', '', '--force', '--format', 'pretty-json'], 'usage'],
])('in JSON modes the error is one line of JSON on stderr: %j', (args, code) =>
  onStage(async (stage) => {
    const ran = await stage.revoke(args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr.trimEnd()).not.toContain('\n');
    expect(JSON.parse(ran.stderr)).toEqual({
      error: { code, message: expect.any(String), hint: expect.any(String) },
    });
    expect(stage.asked()).toEqual([]);
  }),
);

test('a bad line of a stream is told by number and reason, and the good ones are revoked', () =>
  onStage(async (stage) => {
    const input = `${JTI}\n${JWT}\n{"jti":"jti_live345mno678"}\n`;
    const ran = await stage.revoke(['workspace', '-', '--force', '--json'], { input });
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).not.toContain(CANARY);
    expect(stage.workspace.snapshot().revocations).toEqual({ [JTI]: 1, jti_live345mno678: 1 });
    expect(ran.stdout.split('\n').filter((line) => line.includes('"failed"'))).toHaveLength(1);
    expect(ran.stdout).toContain('stdin:2');
  }));
