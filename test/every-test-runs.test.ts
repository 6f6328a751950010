import { execFileSync } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { filesBelow } from './support/import-graph.js';

const root = resolve(__dirname, '..');

test('every *.test.ts of the tree is one that jest runs', () => {
  const jest = require.resolve('jest/bin/jest');
  const listed = execFileSync(process.execPath, [jest, '--listTests'], {
    cwd: root,
    encoding: 'utf8',
  });
  const runs = listed
    .split('\n')
    .filter((line) => line !== '')
    .map((file) => relative(root, file));
  const tree = ['src', 'providers', 'test'].flatMap((folder) => filesBelow(root, folder));
  const tests = tree.filter((file) => file.endsWith('.test.ts'));
  expect(tests).toContain('test/every-test-runs.test.ts');
  expect([...runs].sort()).toEqual([...tests].sort());
});

test('the suites run in another zone than UTC, and with another umask than the usual one', () => {
  // Reading the umask sets it.
  const umask = process.umask(0o022);
  process.umask(umask);
  expect(process.env['TZ']).toBeTruthy();
  expect(new Date(0).getTimezoneOffset()).not.toBe(0);
  expect(umask).not.toBe(0o022);
});
