import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCompileCache } from './compile-cache.js';

const root = mkdtempSync(join(tmpdir(), 'revoke-cache-'));
const uid = process.getuid?.() ?? 0;
let count = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

function newHome(): string {
  const home = join(root, `${count++}`);
  mkdirSync(home);
  return home;
}

/** The folders that Node was told to use. */
function used(env: Readonly<Record<string, string>>, owner: number | undefined = uid): string[] {
  const folders: string[] = [];
  const module = { enableCompileCache: (folder: string) => void folders.push(folder) };
  useCompileCache({ module, env, uid: owner });
  return folders;
}

test('the cache lies in the home of the user, for the user alone', () => {
  const HOME = newHome();
  const folder = join(HOME, '.cache/revoke');
  expect(used({ HOME })).toEqual([folder]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(used({ HOME })).toEqual([folder]);
});

test('the cache lies where XDG_CACHE_HOME says', () => {
  const cache = newHome();
  expect(used({ HOME: newHome(), XDG_CACHE_HOME: cache })).toEqual([join(cache, 'revoke')]);
});

test.each([
  [
    'a relative XDG_CACHE_HOME is passed over, and a relative home',
    { XDG_CACHE_HOME: '.', HOME: '.' },
  ],
  ['without a home', {}],
  ['with a home that is not there', { HOME: join(root, 'nowhere') }],
])('there is no cache, and no folder is made: %s', (_case, env) => {
  expect(used(env)).toEqual([]);
  expect(existsSync('.cache/revoke') || existsSync('revoke')).toBe(false);
  expect(existsSync(join(root, 'nowhere'))).toBe(false);
});

test("there is no cache in the home of somebody else, such as root's run in a user's home", () => {
  const HOME = newHome();
  expect(used({ HOME }, uid + 1)).toEqual([]);
  expect(existsSync(join(HOME, '.cache'))).toBe(false);
});

test('there is no cache in a folder that others may write to or read, nor behind a link', () => {
  const open = newHome();
  mkdirSync(join(open, 'revoke'));
  chmodSync(join(open, 'revoke'), 0o755);
  const linked = newHome();
  symlinkSync(newHome(), join(linked, 'revoke'));
  for (const XDG_CACHE_HOME of [open, linked]) expect(used({ XDG_CACHE_HOME })).toEqual([]);
});

test('a folder that cannot be made leaves the program to start without', () => {
  const HOME = newHome();
  writeFileSync(join(HOME, '.cache'), '');
  expect(used({ HOME })).toEqual([]);
});

test('a Node without such a cache, and a system without users, start as they are', () => {
  const HOME = newHome();
  useCompileCache({ module: {}, env: { HOME }, uid });
  useCompileCache({
    module: {
      enableCompileCache() {
        throw new Error('never called');
      },
    },
    env: { HOME },
    uid: undefined,
  });
  expect(existsSync(join(HOME, '.cache'))).toBe(false);
});
