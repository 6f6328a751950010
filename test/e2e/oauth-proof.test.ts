/** What proves a token of `revoke oauth` on a terminal, and over a run that was killed. */
import { join } from 'node:path';
import {
  startOauthEmulator,
  type OauthEmulator,
  type OauthEmulatorOptions,
} from '../../providers/oauth/emulator.js';
import type { Reply } from '../../src/contract/emulator.js';
import { withSandbox, type Sandbox } from '../support/sandbox.js';

/** One emulator, with what it was started with. */
async function atServer(
  options: OauthEmulatorOptions,
  use: (emulator: OauthEmulator, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  let emulator: OauthEmulator | undefined;
  await withSandbox([async () => (emulator = await startOauthEmulator(options))], (sandbox) =>
    use(emulator as OauthEmulator, sandbox),
  );
}

const access = (emulator: OauthEmulator) =>
  emulator.mint({ clientId: emulator.clients.basic.id, kind: 'access_token' });

const NO_INTROSPECTION = { introspection: 'absent' } as const;

test.concurrent.each([
  ['probe', { ...NO_INTROSPECTION, userinfo: false }],
  ['userinfo', NO_INTROSPECTION],
  ['introspection', {}],
] as const)(
  'a token that %s saw active before the run was killed is proven revoked by its resume',
  (method, options) =>
    atServer(options, async (emulator, { run, home, write }) => {
      const token = access(emulator);
      const list = write('list.json', JSON.stringify([{ access_token: token }]));
      const journal = join(home, 'j');
      const args = [
        ...['--force', '--json', '--verify'],
        ...(method === 'probe' ? ['--probe-url', `${emulator.issuer}/resource`] : []),
      ];
      let kill = () => {};
      const alter = (reply: Reply): Reply => {
        kill();
        return reply;
      };
      emulator.server.addFault({ kind: 'alter', alter, match: emulator.revokes });
      const first = await run(['oauth', '--from', list, '--journal', journal, ...args], {
        onStart: (child) => (kill = () => void child.kill('SIGKILL')),
      });
      expect(first.signal).toBe('SIGKILL');
      expect(first.outcomes).toEqual([]);
      expect(emulator.isAlive(token)).toBe(false);
      const sent = emulator.server.requests.filter(({ path }) => path === '/revoke').length;
      const resumed = await run(['oauth', '--resume', journal, ...args]);
      expect(resumed.outcomes).toMatchObject([
        { status: 'revoked', verification: { method, before: 'active', after: 'absent' } },
      ]);
      expect(resumed.code).toBe(0);
      expect(emulator.server.requests.filter(({ path }) => path === '/revoke')).toHaveLength(sent);
    }),
);

test.concurrent('a token that another way saw active is not called revoked by a resume', () =>
  atServer({ userinfo: false }, async (emulator, { run, home, write }) => {
    const token = access(emulator);
    const list = write('list.json', JSON.stringify([{ access_token: token }]));
    const journal = join(home, 'j');
    let kill = () => {};
    emulator.server.addFault({
      kind: 'alter',
      alter: (reply: Reply) => (kill(), reply),
      match: emulator.revokes,
    });
    await run(['oauth', '--from', list, '--journal', journal, '--force', '--json', '--verify'], {
      onStart: (child) => (kill = () => void child.kill('SIGKILL')),
    });
    emulator.server.addFault({
      kind: 'reply',
      reply: { status: 403, body: { error: 'access_denied' } },
      match: /introspect/,
      times: Infinity,
    });
    const probe = ['--probe-url', `${emulator.issuer}/resource`];
    const args = ['--force', '--json', '--verify', ...probe];
    const { outcomes, code } = await run(['oauth', '--resume', journal, ...args]);
    expect(outcomes).toMatchObject([{ status: 'unknown' }]);
    expect(code).toBe(4);
  }),
);

test.concurrent('the question says which tokens cannot be checked, where proof is asked for', () =>
  atServer(NO_INTROSPECTION, async (emulator, { screen }) => {
    const shown = screen('revoke oauth --token-env OAUTH_SAMPLE_TOKEN --verify', { columns: 80 });
    await shown.see('Are you sure?');
    const { text } = await shown.look();
    for (const line of [
      /Issuer: +http:\/\/127\.0\.0\.1/,
      /Endpoint: +http:\S+\/revoke/,
      /Client: +demo app/,
      /Login: +client_secret_basic: client secret from OAUTH_CLIENT_SECRET/,
      /sha256:[0-9a-f]{12}/,
      /add\s+--token-type-hint\s+access_token/,
    ])
      expect(text).toMatch(line);
    expect(text).not.toContain(emulator.samples['OAUTH_SAMPLE_TOKEN']);
    shown.type('n\r');
    expect((await shown.ended).code).toBe(5);
    expect(emulator.server.requests.map(({ method }) => method)).not.toContain('POST');
  }),
);

test.concurrent.each([[[]], [['--json']]])(
  'a rejected client is told what the server said and how it was presented, %j',
  (format) =>
    atServer({}, async (emulator, { run }) => {
      const token = access(emulator);
      const { code, stdout, stderr } = await run(
        ['oauth', '--token-env', 'TOKEN', '--force', ...format],
        { env: { TOKEN: token, OAUTH_CLIENT_SECRET: 'wrong-secret' } },
      );
      expect(code).toBe(3);
      for (const words of [
        'invalid_client',
        'client_secret_basic (encoded), then client_secret_basic (not encoded), then client_secret_post were used',
        'check the client ID and its secret, or choose another method with --client-auth',
      ])
        expect(stdout + stderr).toContain(words);
      expect(emulator.isAlive(token)).toBe(true);
    }),
);
