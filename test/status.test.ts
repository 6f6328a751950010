/** `revoke status`: which login would be used, and whether it works. */
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
