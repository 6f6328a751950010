/** The program of docs/library.md, run as it stands there against the sandbox's emulator. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startWorkspaceEmulator } from '../providers/workspace/emulator.js';
import { bareEnv, run, temporaryHome } from './support/cli.js';

const root = resolve(__dirname, '..');

test('docs/library.md does what it says', async () => {
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const program = /```mjs\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const expected = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { home, remove } = temporaryHome();
  const workspace = await startWorkspaceEmulator();
  try {
    mkdirSync(join(home, 'node_modules'));
    symlinkSync(root, join(home, 'node_modules/revoke-cli'));
    writeFileSync(join(home, 'program.mjs'), program);
    const ran = await run(process.execPath, ['program.mjs'], {
      cwd: home,
      env: bareEnv(home, workspace.environment),
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = (text: string) => text.split('\n').map((line) => line.trim());
    expect(lines(ran.stdout).sort()).toEqual(lines(expected).sort());
    expect(workspace.isAlive('jti_old789xyz012')).toBe(false);
  } finally {
    await workspace.close();
    remove();
  }
});
