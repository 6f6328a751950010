import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBounded } from './bounded-read.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'revoke-read-'))));
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('a pipe that nobody writes to is given up after some seconds, by name', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const now = performance.now.bind(performance);
  let asked = 0;
  // Ten seconds go by with each question but the first.
  jest.spyOn(performance, 'now').mockImplementation(() => now() + 11_000 * Math.min(asked++, 1));
  await expect(readBounded(pipe, 100, 'or pipe')).rejects.toMatchObject({
    kind: 'usage',
    message: `nothing came from the pipe ${pipe}`,
  });
});

test('a pipe where only a file may stand is refused without waiting', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(readBounded(pipe, 100)).rejects.toMatchObject({
    message: `${pipe} is not a regular file`,
  });
});

test('a file without an end is refused', async () => {
  await expect(readBounded('/dev/zero', 100, 'or pipe')).rejects.toMatchObject({
    message: '/dev/zero is not a regular file',
  });
});
