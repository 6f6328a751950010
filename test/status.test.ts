/** `revoke status`: which login would be used, and whether it works. */
import { startAblyEmulator } from '../providers/ably/emulator.js';
import { startOauthEmulator } from '../providers/oauth/emulator.js';
import { bareEnv, revoke } from './support/cli.js';
import { startWorkspaceEmulator } from '../providers/workspace/emulator.js';

const status = async (env: Readonly<Record<string, string>>, ...words: readonly string[]) => {
  const ran = await revoke(['status', '--json', ...words], { env: bareEnv('/nonexistent', env) });
  const { providers } = JSON.parse(ran.stdout) as {
    providers: { provider: string; state: string; source: string | null; note: string | null }[];
  };
  return { code: ran.code, of: (id: string) => providers.find(({ provider }) => provider === id) };
};

test.concurrent('without any login the status names the variables, and is exit 3', async () => {
  const { code, of } = await status({});
  expect(code).toBe(3);
  expect(of('ably')).toMatchObject({ state: 'not_configured', source: null });
  expect(of('workspace')?.note).toContain('WORKSPACE_USER_TOKEN');
});

test.concurrent('a login in a variable is shown by its source, never by its value', async () => {
  const { code, of } = await status({ ABLY_API_KEY: 'abc.def:canary' });
  expect(code).toBe(0);
  expect(of('ably')).toMatchObject({ state: 'configured', source: 'ABLY_API_KEY' });
  expect(JSON.stringify(of('ably'))).not.toContain('canary');
});

test.concurrent('--check tries a login with reads: usable, or not and exit 3', async () => {
  const emulator = await startWorkspaceEmulator({});
  try {
    const good = await status(emulator.environment, '--check');
    expect([good.code, good.of('workspace')?.state]).toEqual([0, 'usable']);
    const env = { ...emulator.environment, WORKSPACE_USER_TOKEN: 'wrong' };
    const bad = await status(env, '--check');
    expect([bad.code, bad.of('workspace')?.state]).toEqual([3, 'not_usable']);
    expect(emulator.server.requests.every(({ method }) => method === 'GET')).toBe(true);
  } finally {
    await emulator.close();
  }
});

test.concurrent(
  '--check has Ably and the OAuth server say whether they take the login',
  async () => {
    const [ably, oauth] = await Promise.all([startAblyEmulator({}), startOauthEmulator()]);
    try {
      const env = { ...ably.environment, ...oauth.environment };
      const good = await status(env, '--check');
      expect(good.of('ably')?.state).toBe('usable');
      expect(good.of('oauth')?.state).toBe('usable');
      expect(good.code).toBe(0);
      const key = String(env['ABLY_API_KEY']).replace(/:.*/, ':wrong-secret');
      const bad = await status({ ...env, ABLY_API_KEY: key, OAUTH_CLIENT_SECRET: 'x' }, '--check');
      expect(bad.of('ably')?.state).toBe('not_usable');
      expect(bad.of('oauth')?.state).toBe('not_usable');
      expect(bad.code).toBe(3);
      const paths = [...ably.server.requests, ...oauth.server.requests].map(({ url }) => url);
      expect(paths.filter((url) => /revoke(?:Tokens)?$/.test(url))).toEqual([]);
    } finally {
      await Promise.all([ably.close(), oauth.close()]);
    }
  },
);

test.concurrent('--check calls no login usable that only a revocation could try', async () => {
  const oauth = await startOauthEmulator({ introspection: 'absent' });
  try {
    const { code, of } = await status(oauth.environment, '--check');
    expect(of('oauth')).toMatchObject({ state: 'not_tried' });
    expect(code).toBe(3);
    expect(oauth.server.requests.every(({ method }) => method === 'GET')).toBe(true);
  } finally {
    await oauth.close();
  }
});
