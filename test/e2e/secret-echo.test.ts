/** A server that repeats its client's login in whatever spelling: none of it shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOauthEmulator } from '../../providers/oauth/emulator.js';
import type { Reply, SeenRequest } from '../../src/contract/emulator.js';
import { bareEnv, revoke, temporaryHome } from '../support/cli.js';

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

test.concurrent.each(ECHOES)('a server that repeats %s', async (_name, spell) => {
  const emulator = await startOauthEmulator();
  const { home, remove } = temporaryHome();
  try {
    const secret = emulator.clients.basic.secret ?? '';
    const [issued] = await emulator.issue(1);
    const token = issued?.token ?? '';
    let said = '';
    const alter = (_reply: Reply, request: SeenRequest): Reply => {
      const authorization = request.headers.authorization ?? '';
      const login = Buffer.from(authorization.replace(/^\w+ /, ''), 'base64').toString();
      said = spell({ authorization, login, secret, body: request.body.toString() });
      return { status: 400, body: { error: 'invalid_request', error_description: said } };
    };
    emulator.server.addFault({ kind: 'alter', alter, match: /revoke/, times: Infinity });
    for (const format of [[], ['--json']]) {
      const journal = join(home, `journal${format.length}`);
      const ran = await revoke(
        ['oauth', '-', '--force', '--verbose', '--journal', journal, ...format],
        { env: bareEnv(home, emulator.environment), input: `${token}\n` },
      );
      expect(ran.code).toBe(1);
      expect(said).not.toBe('');
      const shown = ran.stdout + ran.stderr + readFileSync(journal, 'utf8');
      for (const piece of [...pieces([secret, token]), base64(`${emulator.clients.basic.id}:`)])
        expect(shown).not.toContain(piece);
      const login = base64(`demo+app:${new URLSearchParams({ s: secret }).toString().slice(2)}`);
      expect(shown).not.toContain(login.slice(0, 24));
      expect(shown).not.toContain(login.slice(20, 40));
    }
  } finally {
    await emulator.close();
    remove();
  }
});
