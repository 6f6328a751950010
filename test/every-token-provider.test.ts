/** One list with a token of each provider: each goes to its own service alone; one journal, one summary. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '../providers/index.js';
import type { TokenEmulator } from '../src/emulator/token-emulator.js';
import { isTokenProvider } from '../src/families/define-token-provider.js';
import { loadAllBuiltIn } from '../src/registry/registry.js';
import { revokeTokens } from './support/run-tokens.js';

let home: string;
let emulators: ReadonlyMap<string, TokenEmulator>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'revoke-every-'));
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  const starting = providers.filter(isTokenProvider).map(async ({ id, startEmulator }) => {
    return [id, (await startEmulator?.({})) as TokenEmulator] as const;
  });
  emulators = new Map(await Promise.all(starting));
});
afterAll(async () => {
  await Promise.all([...emulators.values()].map((emulator) => emulator.close()));
  rmSync(home, { recursive: true, force: true });
});

test('a token of each provider is revoked in one run, at its own service and at no other', async () => {
  const given = [...emulators].map(async ([id, emulator]) => {
    const [issued] = await emulator.issue(1);
    return { id, emulator, token: issued?.token ?? '' };
  });
  const tokens = await Promise.all(given);
  expect(tokens).toHaveLength(15);
  const lines = tokens.map(({ token }) => token);
  const all = { emulators: tokens.map(({ emulator }) => emulator), lines };
  const ran = await revokeTokens('leaked', all, { words: [], home });

  const statuses = ran.outcomes.map(({ provider, status }) => `${provider} ${status}`);
  expect(statuses.sort()).toEqual(tokens.map(({ id }) => `${id} revoked`).sort());
  expect(ran.code).toBe(0);
  for (const { id, emulator, token } of tokens) {
    expect([id, emulator.isAlive(token)]).toEqual([id, false]);
    const asked = emulator.server.requests.map(
      ({ url, headers, body }) => `${url} ${JSON.stringify(headers)} ${body.toString()}`,
    );
    expect(asked.length).toBeGreaterThan(1);
    for (const other of tokens) {
      if (other.id === id) continue;
      expect(asked.filter((text) => text.includes(other.token))).toEqual([]);
    }
  }

  const journals = [...ran.stderr.matchAll(/Journal: (\S+)/g)].map(([, file]) => file ?? '');
  expect(journals).toHaveLength(1);
  const journal = readFileSync(journals[0] ?? '', 'utf8');
  expect(journal.match(/"outcome"/g)).toHaveLength(tokens.length);
  expect(ran.stderr).toContain(`${tokens.length} targets: ${tokens.length} revoked`);
  for (const token of lines) expect(ran.stdout + ran.stderr + journal).not.toContain(token);
});
