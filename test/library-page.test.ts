/** The programs of docs/library.md, run as they stand there against the sandbox's emulator. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startWorkspaceEmulator } from '../providers/workspace/emulator.js';
import { bareEnv, run, temporaryHome } from './support/cli.js';

const root = resolve(__dirname, '..');

const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
const programs = [...page.matchAll(/```mjs\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/g)].map(
  ([, program = '', expected = '']) => ({ program, expected }),
);

test('docs/library.md has its programs, each with what it prints', () => {
  expect(programs).toHaveLength([...page.matchAll(/^```mjs$/gm)].length);
  expect(programs.length).toBeGreaterThan(1);
});

test.each(programs)('program %# of docs/library.md does what it says', async (shown) => {
  const { home, remove } = temporaryHome();
  const workspace = await startWorkspaceEmulator();
  try {
    mkdirSync(join(home, 'node_modules'));
    symlinkSync(root, join(home, 'node_modules/revoke-cli'));
    writeFileSync(join(home, 'program.mjs'), shown.program);
    const ran = await run(process.execPath, ['program.mjs'], {
      cwd: home,
      env: bareEnv(home, workspace.environment),
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const lines = (text: string) => text.split('\n').map((line) => line.trim());
    expect(lines(ran.stdout).sort()).toEqual(lines(shown.expected).sort());
    const [, jti = ''] = /revoke\(\['(\w+)'/.exec(shown.program) ?? [];
    expect(workspace.isAlive(jti)).toBe(false);
  } finally {
    await workspace.close();
    remove();
  }
});
