/** No secret in any output or file where it does not belong; no server text that a terminal obeys. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Reply, SeenRequest } from '../../src/contract/emulator.js';
import { jsonLines } from '../support/cli.js';
import { withSandbox } from '../support/sandbox.js';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const LIVE = 'jti_live345mno678';

/** Every spelling that a secret could travel in. */
function spellings(secret: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + secret)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2),
  );
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    // A part of it is too much as well.
    secret.slice(-16),
  ];
}

/** The secrets of this stage that no command here is to print. */
function secretsOf({ env, ably }: Stage): Record<string, string> {
  const names = [
    'WORKSPACE_USER_TOKEN',
    'WORKSPACE_CURRENT_TOKEN',
    'ABLY_ACCESS_TOKEN',
    'ABLY_SAMPLE_TOKEN',
  ];
  const keys = Object.values(ably.keyNames).map((name) => [
    name,
    ably.apiKey(name).split(':')[1] ?? '',
  ]);
  return Object.fromEntries([...names.map((name) => [name, env[name] ?? '']), ...keys]);
}

function expectClean(text: string, secrets: Readonly<Record<string, string>>, where: string) {
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(15);
    for (const spelling of spellings(secret)) {
      if (text.includes(spelling)) throw new Error(`${name} is in ${where}:\n${text}`);
    }
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

/**
 * What a hostile server would echo: what it was sent, one spelling with each answer, since an excerpt
 * alone is quoted of a longer text.
 */
function echo(status: number) {
  let count = 0;
  return (_reply: Reply, request: SeenRequest): Reply => {
    const told = request.headers.authorization ?? '';
    const decoded = Buffer.from(told.replace(/^\w+ /, ''), 'base64').toString('utf8');
    const secret = told.startsWith('Basic') ? decoded.replace(/^[^:]*:/, '') : told.slice(7);
    const bytes = Buffer.from(secret);
    const forms = [
      told,
      decoded,
      secret,
      encodeURIComponent(decoded),
      bytes.toString('hex'),
      bytes.toString('base64'),
      Buffer.from(`.${secret}`).toString('base64url'),
      encodeURIComponent(decoded).replace(/%../g, (code) => code.toLowerCase()),
    ];
    const text = `bad ${forms[count++ % forms.length]}`;
    return {
      status,
      body: {
        error: { code: 40000, message: text, statusCode: status },
        detail: text,
        message: text,
      },
    };
  };
}

/** Of each kind one is seen in the built program itself; the others in its source, in this process. */
const BUILT = ['400 that echoes', 'a failed target at Ably'];

const FAULTS: readonly [string, Fault | undefined][] = [
  ['all is well', undefined],
  ['401 that echoes', { kind: 'alter', alter: echo(401), times: Infinity }],
  ['400 that echoes', { kind: 'alter', alter: echo(400), times: Infinity }],
  ['200 that echoes', { kind: 'alter', alter: echo(200), times: Infinity }],
  ['500 that echoes', { kind: 'alter', alter: echo(500), times: Infinity }],
  ['reset', { kind: 'reset', times: Infinity }],
];

const VERBS: readonly [string, Readonly<Record<string, string>>?][] = [
  [`workspace ${JTI} --force`],
  [`workspace ${JTI} ${LIVE} --force --journal JOURNAL`],
  [`workspace ${JTI} --force --verify --verify-timeout 0.2`],
  [`workspace ${JTI} --dry-run --workspace demo`],
  ['workspace list --show-expired'],
  ['workspace show'],
  ['workspace refresh'],
  ['ably --client-id bob --force'],
  ['ably --client-id bob --client-id eve --force --journal JOURNAL'],
  ['ably --client-id bob --force --verify --probe-token-file probe.txt --verify-timeout 0.2'],
  ['ably --client-id bob --force --app Orders --all-keys', { ABLY_API_KEY: '', ABLY_APP_ID: '' }],
  ['config show'],
];

describe.each(FAULTS)('no secret in any output or new file: %s', (name, fault) => {
  test.each(VERBS)('%s', (command, env = {}) =>
    onStage(async (stage) => {
      const item = { workspace_id: stage.env['WORKSPACE_ID'], jti: 'jti_abc123def456' };
      const token = { ...item, access_token: stage.env['WORKSPACE_CURRENT_TOKEN'] };
      const workspaces = {
        activeWorkspaceId: item.workspace_id,
        items: { [String(item.workspace_id)]: token },
      };
      const domain = `127.0.0.1:${stage.workspace.server.port}`;
      const ours = [
        stage.write('.ntcli/config.json', JSON.stringify({ domain, workspaces })),
        stage.write('probe.txt', stage.env['ABLY_SAMPLE_TOKEN'] ?? ''),
      ];
      const secrets = secretsOf(stage);
      if (fault) {
        stage.ably.server.addFault(fault);
        stage.workspace.server.addFault(fault);
      }
      const words = command.split(' ').map((word) => word.replace(/^probe/, `${stage.home}/probe`));
      const start = BUILT.includes(name) ? stage.revoke : stage.here;
      const more = words[0] === 'config' ? [] : ['--verbose', '--timeout', '2', '--retries', '1'];
      for (const format of [[], ['--json']]) {
        const journal = join(stage.home, `j${format.length}.jsonl`);
        const named = words.map((word) => word.replace('JOURNAL', journal));
        const ran = await start([...named, ...more, ...format], { env });
        expect(ran.code).not.toBeNull();
        // A token that died in the first run is no proof for the second.
        if (!fault) expect([0, 1, 4]).toContain(ran.code);
        // The echo arrives: without masking this would be the key.
        if (name === '400 that echoes' && command === 'ably --client-id bob --force')
          expect(ran.stdout).toContain('[secret]');
        expectClean(ran.stdout, secrets, 'stdout');
        expectClean(ran.stderr, secrets, 'stderr');
      }
      for (const path of filesIn(stage.home)) {
        if (ours.includes(path)) continue;
        expectClean(readFileSync(path, 'utf8'), secrets, path);
        if (!path.includes('/.bin/')) expect(statSync(path).mode & 0o077).toBe(0);
      }
    }),
  );
});

describe('secrets by other ways', () => {
  test('from a file, from the config, from a file that the config names', () =>
    onStage(async (stage) => {
      const secrets = secretsOf(stage);
      const user = stage.env['WORKSPACE_USER_TOKEN'] ?? '';
      const file = stage.write('user.txt', `${user}\n`);
      const section = { workspace: { user_token_file: file } };
      const ways = [
        { env: { WORKSPACE_USER_TOKEN: '', WORKSPACE_USER_TOKEN_FILE: file }, config: {} },
        { env: { WORKSPACE_USER_TOKEN: '' }, config: section },
        { env: { WORKSPACE_USER_TOKEN: '' }, config: { workspace: { user_token: user } } },
      ];
      for (const { env, config } of ways) {
        stage.write(
          '.config/revoke/config.json',
          JSON.stringify({ profiles: { default: config } }),
        );
        for (const words of [
          ['workspace', 'list', '-v'],
          ['config', 'show'],
          ['config', 'show', '--json'],
        ]) {
          const ran = await stage.here(words, { env });
          expect(ran.code).toBe(0);
          expectClean(ran.stdout + ran.stderr, secrets, words.join(' '));
        }
      }
    }));

  test.concurrent('a config that others can read is refused where it holds a secret', () =>
    onStage(async (stage) => {
      const profile = { workspace: { user_token: stage.env['WORKSPACE_USER_TOKEN'] } };
      const text = JSON.stringify({ profiles: { default: profile } });
      stage.write('.config/revoke/config.json', text, 0o644);
      const ran = await stage.revoke(['workspace', 'list'], { env: { WORKSPACE_USER_TOKEN: '' } });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('chmod 600');
      expect(stage.asked()).toEqual([]);
      expectClean(ran.stderr, secretsOf(stage), 'stderr');
    }),
  );

  test('in a fatal error: a short user token, the token and the keys of the Control API', () =>
    onStage(async (stage) => {
      const short = 'q7Rt9x';
      let echoed = false;
      const { ABLY_ACCESS_TOKEN: control = '' } = stage.env;
      for (const status of [400, 401, 403, 500]) {
        for (const { server } of [stage.ably, stage.workspace]) {
          server.clearFaults();
          server.addFault({ kind: 'alter', alter: echo(status), times: Infinity });
        }
        for (const format of ['--json', '--verbose']) {
          const runs = [
            await stage.here(['workspace', 'list', '--retries', '0', format], {
              env: { WORKSPACE_USER_TOKEN: short },
            }),
            await stage.here(
              ['ably', 'clientId:bob', '--force', '--all-keys', '--retries', '0', format],
              {
                env: { ABLY_API_KEY: '' },
              },
            ),
          ];
          for (const { code, stdout, stderr } of runs) {
            expect(code).not.toBe(0);
            echoed ||= (stdout + stderr).includes('[secret]');
            expectClean(stdout + stderr, { ...secretsOf(stage), control }, `${status} ${format}`);
            for (const spelling of [short, Buffer.from(short).toString('hex')])
              expect(stdout + stderr).not.toContain(spelling);
          }
        }
      }
      expect(echoed).toBe(true);
    }));

  test.concurrent('no secret is shown with NODE_DEBUG=*', () =>
    onStage(async (stage) => {
      const secrets = secretsOf(stage);
      for (const words of [
        ['workspace', JTI, '--force', '-v'],
        ['ably', '--client-id', 'bob', '--force', '-v'],
      ]) {
        const ran = await stage.revoke(words, { env: { NODE_DEBUG: '*' } });
        expect(ran.code).toBe(0);
        expect(ran.stderr.length).toBeGreaterThan(2000);
        expectClean(ran.stdout + ran.stderr, secrets, 'what Node tells');
      }
    }),
  );

  test.concurrent('no leaked token is shown with NODE_DEBUG=*, the path of a webhook neither', () =>
    withSandbox(['discord', 'github', 'gitlab', 'vault', 'doppler'], async ({ emulators, run }) => {
      const issued = await Promise.all(emulators.map((emulator) => emulator.issue(1)));
      const tokens = issued.flat().map(({ token }) => token);
      const input = `${tokens.join('\n')}\n`;
      const secrets = Object.fromEntries(
        tokens.map((token) => [token, token.replace(/^https:.*\//, '')]),
      );
      const env = { NODE_DEBUG: '*' };
      const ran = await run(['leaked', '-', '--force', '--json', '-v'], { input, env });
      expect(ran.outcomes).toHaveLength(tokens.length);
      expect(ran.stderr.length).toBeGreaterThan(2000);
      expectClean(ran.stdout + ran.stderr, secrets, 'what Node tells');
    }),
  );

  test.concurrent('the command line of the process never holds one', () =>
    onStage(async (stage) => {
      stage.workspace.server.addFault({ kind: 'delay', ms: 300 });
      let seen = '';
      const ran = await stage.revoke(['workspace', 'list'], {
        onStart(child) {
          const look = () => {
            if (child.exitCode !== null) return;
            seen += readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
            setTimeout(look, 50);
          };
          setTimeout(look, 100);
        },
      });
      expect(ran.code).toBe(0);
      expect(seen).toContain('workspace\0list');
      expectClean(seen, secretsOf(stage), 'the command line');
    }),
  );

  test.concurrent('create prints the new token once, and on stdout only', () =>
    onStage(async (stage) => {
      for (const format of [[], ['--json']]) {
        const ran = await stage.revoke(['workspace', 'create', '--verbose', ...format]);
        expect(ran.code).toBe(0);
        const [token = ''] = /eyJ[\w.-]+/.exec(ran.stdout) ?? [];
        expect(stage.workspace.isAlive(token)).toBe(true);
        expect(ran.stdout.split(token)).toHaveLength(2);
        expectClean(ran.stderr, { ...secretsOf(stage), token }, 'stderr');
        expectClean(ran.stdout, secretsOf(stage), 'stdout');
      }
    }),
  );

  test.concurrent('refresh never prints the new token', () =>
    onStage(async (stage) => {
      const first = await stage.revoke(['workspace', 'create', '--save', '--json']);
      const { token } = JSON.parse(first.stdout) as { token: string };
      const ran = await stage.revoke(['workspace', 'refresh', '--verbose', '--json']);
      expect(ran.code).toBe(0);
      expect(stage.workspace.isAlive(token)).toBe(false);
      const shown = await stage.revoke(['workspace', 'show', '--show-token', '--json']);
      const now = (JSON.parse(shown.stdout) as { token: string }).token;
      expect(stage.workspace.isAlive(now)).toBe(true);
      expectClean(ran.stdout + ran.stderr, { ...secretsOf(stage), token, now }, 'refresh');
    }),
  );
});

describe('server text does nothing', () => {
  const HOSTILE =
    '\u001b[2J\u001b[31mred\u001b]0;title\u0007\u001b]8;;http://evil.example\u0007link\u001b]52;c;eA==\u001b\\\u001bP+q\u001b\\\u001b_x\u001b\\' +
    '\u009b2J\u009d0;t\u009c\r\n::add-mask::x\r\n::set-output name=a::b\n##vso[task.setvariable]x\n##[error]y\u2028::warning::z\u0000\b\u007f\u202eevil\u202c\u2066x\u2069\u200b\ufeff\u{e0041}';

  const RAW =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u206f\u200b-\u200f\ufeff]|\u{e0041}/u;

  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return `${value}${HOSTILE}`;
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poison(one)]));
  };
  /** One string field after the other is poisoned, and then all of them. */
  const bodies = (status: number, body: Record<string, unknown>): Reply[] => [
    ...Object.keys(body).map((key) => ({ status, body: { ...body, [key]: poison(body[key]) } })),
    { status, body: poison(body) as object },
    { status, body: HOSTILE },
    { status, headers: { 'x-ably-errorcode': '40000', 'x-ably-errormessage': 'a\tb' }, body: '' },
  ];
  const token = {
    jti: LIVE,
    created_at: '2026-01-01T00:00:00Z',
    expires_at: null,
    status: 'active',
  };
  const ofError = {
    error: { code: 'X', message: 'no', details: { field: 'a', reason: 'b' } },
    detail: 'no',
  };
  const ablyError = {
    error: { code: 40100, statusCode: 400, message: 'no', href: 'https://x.example' },
  };
  const failed = {
    target: 'clientId:bob',
    error: { code: 40164, statusCode: 400, message: HOSTILE },
  };

  const cases: readonly [string, 'ably' | 'workspace', string, Reply[]][] = [
    [
      'a receipt',
      'workspace',
      `workspace ${JTI} --force`,
      bodies(200, { token_jti: JTI, status: 'revoked', revoked_at: '2026-01-01T00:00:00Z' }),
    ],
    ['a refusal', 'workspace', `workspace ${JTI} --force`, bodies(400, ofError)],
    [
      'not found',
      'workspace',
      `workspace ${JTI} --force`,
      [{ status: 404, body: { detail: `Token with JTI '${JTI}' not found${HOSTILE}` } }],
    ],
    [
      'a list',
      'workspace',
      'workspace list --show-expired',
      bodies(200, { tokens: [token], count: 1 }),
    ],
    ['a list that is refused', 'workspace', 'workspace list', bodies(403, ofError)],
    [
      'a new token',
      'workspace',
      'workspace create',
      bodies(200, { access_token: 'x', token_type: 'Bearer', jti: 'jti_x' }),
    ],
    [
      'names of workspaces',
      'workspace',
      'workspace list -w nope',
      [{ status: 200, body: { workspaces: [{ workspace_id: HOSTILE, workspace_name: HOSTILE }] } }],
    ],
    ['a failure at Ably', 'ably', 'ably --client-id bob --force', bodies(401, ablyError)],
    [
      'a failed target at Ably',
      'ably',
      'ably --client-id bob --force',
      [
        { status: 200, body: { results: [failed] } },
        { status: 200, body: [poison(failed)] },
      ],
    ],
  ];

  test.each(cases)('%s', (name, server, command, replies) =>
    onStage(async (stage) => {
      const start = BUILT.includes(name) ? stage.revoke : stage.here;
      for (const reply of replies) {
        for (const format of ['', ' --json', ' --pretty-json']) {
          stage[server].server.clearFaults();
          stage[server].server.addFault({ kind: 'reply', reply, times: Infinity });
          const words = `${command}${format} --verbose --retries 0`.split(' ');
          const ran = await start(words, { env: { ABLY_ACCESS_TOKEN: '' } });
          for (const text of [ran.stdout, ran.stderr]) {
            const line = text.split('\n').find((one) => RAW.test(one));
            expect(line).toBeUndefined();
            expect(text).not.toMatch(/^\s*(?:::|##\[|##vso\[)/m);
          }
          if (format === ' --json') jsonLines(ran.stdout);
        }
      }
    }),
  );

  test.concurrent('text of a server moves nothing on a terminal', () =>
    onStage(async (stage) => {
      const reply = { status: 400, body: { detail: HOSTILE } };
      stage.workspace.server.addFault({ kind: 'reply', reply, times: Infinity });
      const terminal = stage.terminal(`revoke workspace ${JTI} --force -v`, {
        env: { NO_COLOR: '1' },
      });
      expect((await terminal.ended).code).toBe(1);
      const screen = terminal.screen().replaceAll('\r\n', '\n');
      expect(screen.split('\n').find((one) => RAW.test(one))).toBeUndefined();
      expect(screen).toContain('\\u001b[31mred');
    }),
  );

  test.concurrent('JSON keeps what was said, escaped', () =>
    onStage(async (stage) => {
      const reply = { status: 200, body: [failed] };
      stage.ably.server.addFault({ kind: 'reply', reply, times: Infinity });
      const ran = await stage.revoke(['ably', '--client-id', 'bob', '--force', '--json'], {
        env: { ABLY_ACCESS_TOKEN: '' },
      });
      const [outcome] = jsonLines(ran.stdout) as { error: { message: string } }[];
      expect(ran.stdout).toContain('\\u');
      expect(outcome?.error.message).toContain('red');
    }),
  );
});
