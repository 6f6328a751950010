import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileChunks } from './file-chunks.js';

const folder = mkdtempSync(join(tmpdir(), 'revoke-chunks-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 1, 4096, 262_144, 262_145, 700_000])(
  'a file of %i bytes is what its pieces are together, none of them empty',
  (size) => {
    const path = join(folder, String(size));
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
    writeFileSync(path, bytes);
    const pieces = [...fileChunks(path)];
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.every(({ length }) => length > 0)).toBe(true);
  },
);

test('what is added to a file while it is read is read too', () => {
  const path = join(folder, 'growing');
  writeFileSync(path, 'one\n');
  const pieces = fileChunks(path);
  const first = pieces.next().value?.toString();
  appendFileSync(path, 'two\n');
  expect([first, ...pieces].map(String)).toEqual(['one\n', 'two\n']);
});

test('a file that is not there is the error of the file system', () => {
  expect(() => [...fileChunks(join(folder, 'nowhere'))]).toThrow(/ENOENT/);
});

test.each(['a pipe that nobody writes to', 'a device without an end'])(
  '%s is refused, and holds nobody',
  (what) => {
    const pipe = join(folder, 'j.jsonl');
    execFileSync('mkfifo', [pipe]);
    const path = what.startsWith('a pipe') ? pipe : '/dev/zero';
    expect(() => [...fileChunks(path)]).toThrow(expect.objectContaining({ code: 'EFTYPE' }));
    rmSync(pipe);
  },
);
