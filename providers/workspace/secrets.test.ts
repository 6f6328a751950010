import fc from 'fast-check';
import { createWorld, ntcliConfig, revokeOne, type World } from '../../test/support/workspace.js';
import { type Fault, isRevokeError, path } from '../../src/contract/index.js';
import { startWorkspaceEmulator, type WorkspaceEmulator } from './emulator.js';
import workspace from './index.js';

let emulator: WorkspaceEmulator;
let world: World;

beforeEach(async () => {
  emulator = await startWorkspaceEmulator();
  world = createWorld({ timeoutMs: 300 });
  world.write('.ntcli/config.json', ntcliConfig(emulator));
});

afterEach(async () => {
  await world.close();
  await emulator.close();
});

/** Everything that people may come to read of one piece of work. */
async function said(work: () => Promise<unknown>): Promise<string> {
  let end: unknown;
  try {
    end = await work();
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    end = { ...error, message: error.message, stack: error.stack };
  }
  return JSON.stringify([end, world.warnings, world.details]);
}

const faults: [string, Fault | undefined][] = [
  ['nothing wrong', undefined],
  ['500', { kind: 'reply', reply: { status: 500 }, times: Infinity }],
  ['401', { kind: 'reply', reply: { status: 401 }, times: Infinity }],
  ['HTML', { kind: 'reply', reply: { status: 200, body: '<p>' }, times: Infinity }],
  ['a cut answer', { kind: 'truncate', times: Infinity }],
  ['a lost creation', { kind: 'truncate', match: /^POST / }],
];

test.each(faults)('no secret is in anything that is said (%s)', async (_name, fault) => {
  if (fault) emulator.server.addFault(fault);
  const bearer = emulator.environment['WORKSPACE_USER_TOKEN'] ?? '';
  const token = emulator.samples['WORKSPACE_CURRENT_TOKEN'] ?? '';
  const texts = [
    await said(async () => revokeOne(await world.open(), 'jti_old789xyz012')),
    await said(() => world.act('list')),
    await said(() => world.act('show')),
    await said(() => world.act('refresh')),
    await said(() => workspace.storedLogins(world.context)),
  ];
  const config = JSON.stringify(world.json('.ntcli/config.json'));
  const now = /"access_token":"([^"]+)"/.exec(config)?.[1] ?? '';
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(10);
    for (const secret of [bearer, token, now]) {
      expect(secret).toMatch(/^eyJ/);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.split('.')[2]);
    }
  }
  expect(world.masked).toEqual(expect.arrayContaining([bearer, token]));
});

test('no text becomes a JTI that could change its path', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[\w.~%/?#\\-]{0,12}$/),
    fc.constantFrom('.', '..', '%2e%2e', '../x', './x', 'x/..', '\u0000', 'a;b'),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let jti: string;
      try {
        jti = workspace.target.parse(text).id;
      } catch (error) {
        return isRevokeError(error) && error.kind === 'usage';
      }
      const route = path`/v1/workspaces/w/tokens/${jti}`;
      return (
        jti === text && new URL(route, 'http://h').pathname === `/v1/workspaces/w/tokens/${text}`
      );
    }),
    { numRuns: 2000 },
  );
});
