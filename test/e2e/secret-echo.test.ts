/** A server that repeats its client's login in whatever spelling: none of it shows. */
import { readFileSync, writeFileSync } from 'node:fs';
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
