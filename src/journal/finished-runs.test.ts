import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addFinishedRun, finishedRuns } from './finished-runs.js';

let journals = '';
beforeEach(() => {
  journals = mkdtempSync(join(tmpdir(), 'revoke-finished-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(journals, { recursive: true, force: true });
});

/** Lets a call of the file system fail, which root is refused nothing by. */
function fail(name: 'mkdirSync' | 'readdirSync' | 'unlinkSync', code: string): void {
  jest.spyOn(fs, name).mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
}

const folder = () => join(journals, '.finished');
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)] as const;

test('finished runs are given in the order of their ending, and are gone once a head names them', () => {
  addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE);
  addFinishedRun(journals, '2026-01-01T23:59:59.999Z', TWO);
  expect(readdirSync(folder()).sort()[0]).toBe(`20260101T235959999Z-${TWO}`);
  const runs = finishedRuns(journals);
  expect(runs.hashes).toEqual([`sha256:${TWO}`, `sha256:${ONE}`]);
  addFinishedRun(journals, '2026-01-03T00:00:00.000Z', ONE);
  runs.named();
  expect(finishedRuns(journals).hashes).toEqual([`sha256:${ONE}`]);
  runs.named();
});

test('the note of a finished run is private, and so is its folder', () => {
  addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE);
  const [name = ''] = readdirSync(folder());
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder(), name)).size).toBe(0);
});

test.each([
  `20260101T235959999Z-${ONE}x`,
  `x20260101T235959999Z-${ONE}`,
  `20260101T235959Z-${ONE}`,
  '20260101T235959999Z-abc',
  `20260101T235959999Z-${'g'.repeat(64)}`,
])('a file that is named %s is no finished run, and stays', (name) => {
  mkdirSync(folder());
  writeFileSync(join(folder(), name), '');
  const runs = finishedRuns(journals);
  expect(runs.hashes).toEqual([]);
  runs.named();
  expect(readdirSync(folder())).toEqual([name]);
});

test('a folder that is not there, or is a file, has no finished runs', () => {
  expect(finishedRuns(journals).hashes).toEqual([]);
  writeFileSync(folder(), '');
  expect(finishedRuns(journals).hashes).toEqual([]);
  expect(() => addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE)).toThrow('ENOTDIR');
});

test('a folder that cannot be made is an error', () => {
  const nowhere = join(journals, 'not', 'there');
  expect(() => addFinishedRun(nowhere, '2026-01-02T00:00:00.001Z', ONE)).toThrow('ENOENT');
});

test('finished runs are in the order of their ending, in whatever order the file system names them', () => {
  const names = [`20260102T000000001Z-${ONE}`, 'other', `20260101T235959999Z-${TWO}`];
  jest.spyOn(fs, 'readdirSync').mockReturnValueOnce(names as never);
  expect(finishedRuns(journals).hashes).toEqual([`sha256:${TWO}`, `sha256:${ONE}`]);
});

test.each([
  ['EACCES', []],
  ['EMFILE', undefined],
])('a folder that cannot be read for %s has these finished runs: %j', (code, hashes) => {
  addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE);
  fail('readdirSync', code);
  if (hashes) expect(finishedRuns(journals).hashes).toEqual(hashes);
  else expect(() => finishedRuns(journals)).toThrow(code);
});

test('a folder that is there, and of which the system says something else, is an error', () => {
  mkdirSync(folder());
  fail('mkdirSync', 'EROFS');
  expect(() => addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE)).toThrow('EROFS');
  expect(readdirSync(folder())).toEqual([]);
});

test.each(['ENOENT', 'EACCES', 'EPERM', 'EROFS'])(
  'a note that cannot be taken away for %s is left to the next run',
  (code) => {
    addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE);
    const runs = finishedRuns(journals);
    fail('unlinkSync', code);
    runs.named();
    expect(finishedRuns(journals).hashes).toEqual([`sha256:${ONE}`]);
  },
);

test('a note that cannot be taken away because the device fails is an error', () => {
  addFinishedRun(journals, '2026-01-02T00:00:00.001Z', ONE);
  const runs = finishedRuns(journals);
  fail('unlinkSync', 'EIO');
  expect(() => runs.named()).toThrow('EIO');
});
