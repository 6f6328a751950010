import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIndexFile, INDEX } from './index-file.js';
import { PRUNED, readPruneRecord } from './pruned.js';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'revoke-pruned-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('a pipe in the place of the record of what was pruned is a problem, and holds nobody', () => {
  execFileSync('mkfifo', [join(folder, PRUNED)]);
  expect(readPruneRecord(folder)).toEqual({
    prunings: [],
    problem: '.pruned.jsonl cannot be read: it is not a regular file (EFTYPE)',
  });
});

test('a pipe in the place of the index is no index, and holds nobody', () => {
  execFileSync('mkfifo', [join(folder, INDEX)]);
  expect(openIndexFile({ folder, version: '1' })('shown')).toBeUndefined();
});
