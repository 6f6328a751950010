/** Each option and setting of `revoke oauth`, through the built program: it changes what is sent or proven. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startOauthEmulator,
  type OauthEmulator,
  type OauthEmulatorOptions,
  type RegisteredClient,
} from '../../providers/oauth/emulator.js';
import { bareEnv, jsonLines, revoke, temporaryHome } from '../support/cli.js';

const ID = '3f1c1b0e-6a57-4c8e-9d2a-0b7f5e4d3c21';
const SECRET = "-_.~!*'()+/=% and more";
const API: RegisteredClient = {
  id: 'things-api',
  method: 'client_secret_basic',
  secret: 'a secret+of the%API',
  isResourceServer: true,
};
const UNPROVABLE = { introspection: 'absent', userinfo: false } as const;

interface Case {
  readonly name: string;
  readonly server: OauthEmulatorOptions;
  /** How the client of the run is registered. */
  readonly method?: RegisteredClient['method'];
  readonly args?: (emulator: OauthEmulator) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly outcome: object;
  /** What the run comes to without the arguments, variables and files of the case. */
  readonly without: object;
}

const proven = (method: string) => ({ status: 'revoked', verification: { method } });
const introspects = {
  introspection: 'resource-servers',
  userinfo: false,
  moreClients: [API],
} as const;

const cases: readonly Case[] = [
  {
    name: '--probe-url',
    server: UNPROVABLE,
    args: ({ issuer }) => ['--probe-url', `${issuer}/resource`],
    outcome: proven('probe'),
    without: { error: { code: 'cannot_verify' } },
  },
  {
    name: '--userinfo-endpoint',
    server: { introspection: 'absent', claims: { userinfo_endpoint: undefined } },
    args: ({ issuer }) => ['--userinfo-endpoint', `${issuer}/userinfo`],
    outcome: proven('userinfo'),
    without: { error: { code: 'cannot_verify' } },
  },
  {
    name: '--introspection-endpoint',
    server: { userinfo: false, claims: { introspection_endpoint: undefined } },
    args: ({ issuer }) => ['--introspection-endpoint', `${issuer}/introspect`],
    outcome: proven('introspection'),
    without: { error: { code: 'cannot_verify' } },
  },
  {
    name: 'OAUTH_INTROSPECTION_CLIENT_ID and _SECRET',
    server: introspects,
    env: {
      OAUTH_INTROSPECTION_CLIENT_ID: API.id,
      OAUTH_INTROSPECTION_CLIENT_SECRET: API.secret ?? '',
    },
    outcome: proven('introspection'),
    without: { status: 'unknown', error: { code: 'cannot_verify' } },
  },
  {
    name: 'OAUTH_INTROSPECTION_CLIENT_SECRET_FILE',
    server: introspects,
    env: {
      OAUTH_INTROSPECTION_CLIENT_ID: API.id,
      OAUTH_INTROSPECTION_CLIENT_SECRET_FILE: 'api-secret',
    },
    files: { 'api-secret': API.secret ?? '' },
    outcome: proven('introspection'),
    without: { status: 'unknown', error: { code: 'cannot_verify' } },
  },
  {
    name: 'introspection_client_id in the config file',
    server: introspects,
    files: {
      'api-secret': API.secret ?? '',
      '.config/revoke/config.json': JSON.stringify({
        profiles: {
          default: {
            oauth: {
              introspection_client_id: API.id,
              introspection_client_secret_file: 'api-secret',
            },
          },
        },
      }),
    },
    outcome: proven('introspection'),
    without: { status: 'unknown', error: { code: 'cannot_verify' } },
  },
  {
    name: '--client-auth client_secret_jwt',
    server: {},
    method: 'client_secret_jwt',
    args: () => ['--client-auth', 'client_secret_jwt'],
    outcome: { ...proven('introspection'), client_auth: 'client_secret_jwt' },
    without: { error: { code: 'still_active' } },
  },
  {
    name: '--client-auth bearer',
    server: {},
    method: 'bearer',
    args: () => ['--client-auth', 'bearer'],
    outcome: { ...proven('introspection'), client_auth: 'bearer' },
    without: { error: { code: 'still_active' } },
  },
  {
    name: '--assertion-audience',
    server: {
      audience: 'token-endpoint',
      claims: { token_endpoint_auth_methods_supported: ['client_secret_jwt'] },
    },
    method: 'client_secret_jwt',
    args: ({ issuer }) => ['--assertion-audience', `${issuer}/token`],
    outcome: { ...proven('introspection'), client_auth: 'client_secret_jwt' },
    without: { error: { code: 'still_active' } },
  },
];

interface Run {
  readonly one: Case;
  readonly emulator: OauthEmulator;
  readonly home: string;
  readonly secret: string;
}

/** Runs with what the case adds, or without. */
async function runCase({ one, emulator, home, secret }: Run, isWhole: boolean) {
  const token = emulator.mint({ clientId: ID, kind: 'access_token' });
  for (const [path, text] of Object.entries(isWhole ? (one.files ?? {}) : {})) {
    const file = join(home, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text.replaceAll('"api-secret"', JSON.stringify(join(home, 'api-secret'))), {
      mode: 0o600,
    });
  }
  const added = Object.entries(isWhole ? (one.env ?? {}) : {}).map(([name, value]) => [
    name,
    value === 'api-secret' ? join(home, value) : value,
  ]);
  const ran = await revoke(
    [
      ...['oauth', '--token-env', 'TOKEN', '--token-type-hint', 'access_token'],
      ...['--force', '--json', '--verbose'],
      ...['--verify', '--verify-timeout', '0.2'],
      ...(isWhole ? (one.args?.(emulator) ?? []) : []),
    ],
    {
      env: bareEnv(home, {
        OAUTH_ISSUER: emulator.issuer,
        OAUTH_CLIENT_ID: ID,
        OAUTH_CLIENT_SECRET: secret,
        TOKEN: token,
        ...(Object.fromEntries(added) as Record<string, string>),
      }),
    },
  );
  return { ...ran, token };
}

test.concurrent.each(cases)('$name changes what revoke oauth sends or proves', async (one) => {
  const method = one.method ?? 'client_secret_basic';
  const secret = method === 'bearer' ? 'an-access-token-of-the-client' : SECRET;
  const emulator = await startOauthEmulator({
    ...one.server,
    moreClients: [...(one.server.moreClients ?? []), { id: ID, method, secret }],
  });
  const { home, remove } = temporaryHome();
  try {
    const run = { one, emulator, home, secret };
    const without = await runCase(run, false);
    const [first = JSON.parse(without.stderr.trim().split('\n').at(-1) ?? '{}')] = jsonLines(
      without.stdout,
    );
    expect(first).toMatchObject(one.without);
    const whole = await runCase(run, true);
    expect(jsonLines(whole.stdout)).toMatchObject([one.outcome]);
    expect(whole.code).toBe(0);
    expect(emulator.isAlive(whole.token)).toBe(false);
    const journals = join(home, '.local/state/revoke/journals');
    const names = readdirSync(journals).filter((name) => name.endsWith('.jsonl'));
    const kept = names.map((name) => readFileSync(join(journals, name), 'utf8'));
    const shown = [whole.stdout, whole.stderr, ...kept].join('\n');
    for (const hidden of [whole.token, secret, API.secret ?? '', encodeURIComponent(secret)])
      expect(shown).not.toContain(hidden);
    expect(shown).not.toMatch(/eyJ|Basic [A-Za-z0-9+/]{8}/);
  } finally {
    remove();
    await emulator.close();
  }
});

test.concurrent(
  'completion offers the options of revoke oauth, and the registered hints',
  async () => {
    const { home, remove } = temporaryHome();
    const { stdout } = await revoke(['completion', 'bash'], { env: bareEnv(home) });
    remove();
    for (const word of [
      '--probe-url',
      '--userinfo-endpoint',
      '--assertion-audience',
      'pct',
      'bearer',
    ])
      expect(stdout).toContain(word);
  },
);
