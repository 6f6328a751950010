/** A server that repeats its client's login in whatever spelling: none of it shows. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOauthEmulator, type RegisteredClient } from '../../providers/oauth/emulator.js';
import type { Reply, SeenRequest } from '../../src/contract/emulator.js';
import { bareEnv, temporaryHome } from '../support/cli.js';
import { revokeInProcess } from '../support/in-process.js';

interface Heard {
  readonly authorization: string;
  readonly login: string;
  readonly secret: string;
  readonly body: string;
}

const lower = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
const base64 = (text: string) => Buffer.from(text).toString('base64');

const ECHOES: readonly [string, (heard: Heard) => string][] = [
  ['its Authorization header', ({ authorization }) => authorization],
  ['that header, percent-encoded', ({ authorization }) => encodeURIComponent(authorization)],
  ['that header in base64', ({ authorization }) => base64(authorization)],
  ['the login, decoded', ({ login }) => login],
  ['the login in lower case', ({ login }) => lower(login)],
  ['the secret', ({ secret }) => secret],
  ['the secret as a form', ({ secret }) => new URLSearchParams({ s: secret }).toString()],
  ['the secret, percent-encoded in lower case', ({ secret }) => lower(encodeURIComponent(secret))],
  ['the secret in hex', ({ secret }) => Buffer.from(secret).toString('hex')],
  ['the secret in base64url', ({ secret }) => Buffer.from(`.${secret}`).toString('base64url')],
  ['the body', ({ body }) => body],
  [
    'its assertion, or the token',
    ({ body }) => {
      const form = new URLSearchParams(body);
      return form.get('client_assertion') ?? form.get('token') ?? '';
    },
  ],
  ['the body in base64', ({ body }) => base64(body)],
];

/** Pieces that must be nowhere: eight characters of a secret are too many. */
function pieces(secrets: readonly string[]): string[] {
  const spelled = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    lower(encodeURIComponent(secret)),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString('hex'),
    base64(secret).replace(/=+$/, '').slice(0, -1),
    base64(`.${secret}`).slice(4, -4),
    base64(`..${secret}`).slice(4, -4),
  ]);
  return spelled.map((text) => text.slice(0, 20));
}

interface Presented {
  readonly method: string;
  readonly id: string;
  /** Undefined for a client without one. */
  readonly secret?: string;
  readonly args?: readonly string[];
}

const SECRET = 'a+b:c%d/e&f=g secret that is long';

const CLIENTS: readonly Presented[] = [
  { method: 'client_secret_basic', id: 'demo app', secret: SECRET },
  { method: 'client_secret_basic, not encoded', id: 'demo app', secret: SECRET },
  { method: 'client_secret_post', id: 'posting-app', secret: SECRET },
  { method: 'client_secret_jwt', id: 'jwt-app', secret: SECRET },
  { method: 'private_key_jwt', id: 'key-app', args: ['--client-key-file', 'KEY'] },
  { method: 'bearer', id: 'bearer-app', secret: 'bearer-credential-that-is-long' },
  { method: 'none', id: 'public-app' },
];

/** The pieces of everything secret in what the server was sent: the login, the assertion, the token. */
function hiddenOf({ authorization, body }: Heard, secrets: readonly string[]): string[] {
  const assertion = new URLSearchParams(body).get('client_assertion');
  const [scheme = '', value = ''] = authorization.split(' ');
  return [
    ...pieces([
      ...secrets,
      ...(assertion === null ? [] : [assertion, assertion.split('.')[2] ?? '']),
    ]),
    ...(scheme === 'Basic' ? [value.slice(0, 24), value.slice(20, 40)] : []),
  ].filter((piece) => piece !== '');
}

const cases = CLIENTS.flatMap((client) =>
  ECHOES.map(([name, spell]) => [client.method, name, client, spell] as const),
);

test.each(cases)('by %s, a server that repeats %s', async (_method, _name, client, spell) => {
  const { home, remove } = temporaryHome();
  const [method = ''] = client.method.split(', ');
  const isRaw = client.method.endsWith('not encoded');
  const isAdded = method === 'client_secret_jwt' || method === 'bearer';
  const registered = { id: client.id, method, secret: client.secret } as RegisteredClient;
  const emulator = await startOauthEmulator({
    basic: isRaw ? 'undecoded' : 'decoded',
    moreClients: method.startsWith('client_secret') || isAdded ? [registered] : [],
  });
  try {
    const [issued] = await emulator.issue(1);
    const token = issued?.token ?? '';
    const key = join(home, 'key.pem');
    writeFileSync(key, emulator.clientKey, { mode: 0o600 });
    let heard: Heard | undefined;
    let said = '';
    const alter = (reply: Reply, request: SeenRequest): Reply => {
      const authorization = request.headers.authorization ?? '';
      if (isRaw && reply.status === 401) return reply;
      const login = Buffer.from(authorization.replace(/^\w+ /, ''), 'base64').toString();
      heard = {
        authorization,
        login,
        secret: client.secret ?? token,
        body: request.body.toString(),
      };
      said = spell(heard);
      return { status: 400, body: { error: 'odd_refusal', error_description: said } };
    };
    emulator.server.addFault({ kind: 'alter', alter, match: /revoke/, times: Infinity });
    for (const format of [[], ['--json']]) {
      const journal = join(home, `journal${format.length}`);
      const args = (client.args ?? []).map((arg) => (arg === 'KEY' ? key : arg));
      const ran = await revokeInProcess(
        [
          ...['oauth', '-', '--force', '--verbose', '--journal', journal, ...format],
          ...['--client-auth', method, ...args],
        ],
        {
          env: bareEnv(home, {
            OAUTH_ISSUER: emulator.issuer,
            OAUTH_CLIENT_ID: client.id,
            ...(client.secret !== undefined && { OAUTH_CLIENT_SECRET: client.secret }),
          }),
          input: `${token}\n`,
        },
      );
      expect(ran.code).toBe(1);
      const shown = ran.stdout + ran.stderr + readFileSync(journal, 'utf8');
      expect(shown).toContain('odd_refusal');
      const secrets = [...(client.secret === undefined ? [] : [client.secret]), token];
      for (const piece of hiddenOf(heard as Heard, secrets)) expect(shown).not.toContain(piece);
    }
  } finally {
    await emulator.close();
    remove();
  }
});

const API = { id: 'things-api', secret: 'q7/R+t9 the secret of the API' };

const VERBS: readonly (readonly string[])[] = [
  ['--force'],
  ['--force', '--json', '--verify', '--verify-timeout', '0.2'],
  ['--dry-run', '--verify'],
];
const AFTER: readonly (readonly string[])[] = [
  ['status', '--check'],
  ['status', '--check', '--json'],
  ['config', 'show', '--json'],
  ['log'],
  ['report', '--html', 'PAGE.html', '--markdown', 'PAGE.md'],
];

/** Repeats one spelling of what it was sent with each answer, at every endpoint. */
function repeating(status: number, heard: Heard[]) {
  return (_reply: Reply, request: SeenRequest): Reply => {
    const authorization = request.headers.authorization ?? '';
    const value = authorization.replace(/^\w+ /, '');
    const login = /^Basic/.test(authorization) ? Buffer.from(value, 'base64').toString() : value;
    const body = request.body.toString();
    heard.push({ authorization, login, secret: login.replace(/^[^:]*:/, ''), body });
    const [, spell] = ECHOES[heard.length % ECHOES.length] as (typeof ECHOES)[number];
    const said = spell(heard.at(-1) as Heard);
    return { status, body: { error: `odd ${said}`, error_description: said, active: said } };
  };
}

/** The files below a home that the program has written. */
function written(home: string): string[] {
  return readdirSync(home, { recursive: true })
    .map((name) => join(home, String(name)))
    .filter((path) => statSync(path).isFile() && !path.endsWith('key.pem'))
    .map((path) => readFileSync(path, 'utf8'));
}

test.each(CLIENTS)(
  'by $method, no verb and no command after it shows what servers repeat at any endpoint',
  async ({ method: name, id, secret, args = [] }) => {
    const { home, remove } = temporaryHome();
    const [method = ''] = name.split(', ');
    const added = { id, method, secret } as RegisteredClient;
    const api: RegisteredClient = { ...API, method: 'client_secret_basic', isResourceServer: true };
    const isRaw = name.endsWith('not encoded');
    const emulator = await startOauthEmulator({
      basic: isRaw ? 'undecoded' : 'decoded',
      moreClients: ['demo app', 'key-app', 'public-app'].includes(id) ? [api] : [added, api],
    });
    try {
      const issued = (await emulator.issue(2)).map(({ token }) => token);
      const key = join(home, 'key.pem');
      writeFileSync(key, emulator.clientKey, { mode: 0o600 });
      const env = bareEnv(home, {
        OAUTH_ISSUER: emulator.issuer,
        OAUTH_CLIENT_ID: id,
        OAUTH_INTROSPECTION_CLIENT_ID: API.id,
        OAUTH_INTROSPECTION_CLIENT_SECRET: API.secret,
        ...(secret !== undefined && { OAUTH_CLIENT_SECRET: secret }),
      });
      const shown: string[] = [];
      const heard: Heard[] = [];
      const runIn = async (words: readonly string[], input = '') => {
        const { stdout, stderr } = await revokeInProcess(words, { env, input });
        shown.push(stdout, stderr);
      };
      const login = ['--client-auth', method, ...args.map((arg) => (arg === 'KEY' ? key : arg))];
      const input = `${JSON.stringify({ access_token: issued[0] })}\n${issued[1]}\n`;
      for (const status of [200, 400, 401, 500]) {
        emulator.server.clearFaults();
        const alter = repeating(status, heard);
        const match = /revoke|introspect|userinfo/;
        emulator.server.addFault({ kind: 'alter', alter, match, times: Infinity });
        for (const verb of VERBS)
          await runIn(['oauth', '-', '--verbose', '--retries', '0', ...login, ...verb], input);
      }
      for (const words of AFTER)
        await runIn(words.map((word) => word.replace('PAGE', join(home, 'page'))));
      expect(heard.length).toBeGreaterThan(ECHOES.length);
      const secrets = [API.secret, ...issued, ...(secret === undefined ? [] : [secret])];
      const hidden = new Set(heard.flatMap((one) => hiddenOf(one, secrets)));
      for (const text of [...shown, ...written(home)])
        for (const piece of hidden)
          if (text.includes(piece)) throw new Error(`${piece} is shown:\n${text}`);
    } finally {
      await emulator.close();
      remove();
    }
  },
);
