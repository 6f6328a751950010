/** The world of the tests themselves: any provider, started, driven and seen to revoke. */
import { existsSync } from 'node:fs';
import { registry } from '../providers/index.js';
import { createToy } from './support/toy.js';
import { withSandbox } from './support/sandbox.js';

/** `leaked` has the emulators of the others, and none of its own. */
const withEmulator = Object.keys(registry).filter((id) => id !== 'leaked');

test.each(withEmulator)(
  'a sandbox of %s starts with a live credential and an empty home',
  async (id) => {
    await withSandbox([id], async ({ emulators: [emulator], env, asked }) => {
      const [issued] = (await emulator?.issue(1)) ?? [];
      expect(issued && emulator?.isAlive(issued.token)).toBe(true);
      expect(env).toMatchObject(emulator?.environment ?? {});
      expect(asked()).toEqual([]);
    });
  },
);

test('a sandbox of two providers revokes at the one that is named, and tells the outcomes', async () => {
  await withSandbox(['ably', 'workspace'], async ({ emulators: [ably], run, writes }) => {
    const issued = (await ably?.issue(2)) ?? [];
    const targets = issued.map(({ target }) => target);
    const { code, outcomes } = await run(['ably', '--force', '--json', ...targets]);
    expect(code).toBe(0);
    expect(outcomes.map(({ target }) => target).sort()).toEqual(issued.map(({ id }) => id).sort());
    expect(issued.map(({ token }) => ably?.isAlive(token))).toEqual([false, false]);
    expect(writes()).not.toEqual([]);
  });
});

test('a sandbox takes a provider that the registry lacks, and leaves no home behind', async () => {
  const folder = await withSandbox([createToy()], async ({ home, env }) => {
    expect(env['TOY_URL']).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(existsSync(home)).toBe(true);
    return home;
  });
  expect(existsSync(folder)).toBe(false);
});

test('a sandbox of a provider that does not exist is an error that names it', async () => {
  await expect(withSandbox(['nobody'], async () => undefined)).rejects.toThrow('nobody');
});
