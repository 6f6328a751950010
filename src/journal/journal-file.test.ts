/** Where journals lie, and what stands at their head. */
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os, { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import { MEMORY_HEAD } from '../../test/support/made-journal.js';
import type { JournalHead } from './format.js';
import { startJournal, type JournalRequest } from './journal-file.js';
import { readPriorRun } from './prior-run.js';
import { readJournal } from './reader.js';
import { continueRun } from './resume.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-journal-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const alone = { pid: process.pid, isAlive: () => false };

async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<RevokeError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (isRevokeError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('where a journal lies', () => {
  const clock = { now: Date.now, monotonic: Date.now, sleep: async () => undefined };
  const world = { clock, self: alone };
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
  });
  const journals = () => join(folder, 'state', 'journals');

  function request(path: string | undefined, more: Partial<JournalRequest> = {}): JournalRequest {
    return {
      world,
      path,
      prior: undefined,
      head: MEMORY_HEAD,
      isBulk: false,
      stateDir: join(folder, 'state'),
      wait: {},
      warn: (text) => void warnings.push(text),
      ...more,
    };
  }

  test('a journal that nobody named lies under the state folder, and nothing there is deleted', async () => {
    mkdirSync(journals(), { recursive: true });
    for (let index = 0; index < 40; index++) {
      writeFileSync(join(journals(), `old-${index}.jsonl`), 'x');
    }
    const journal = await startJournal(request(undefined));
    await journal?.close();
    const path = journal?.path ?? '';
    expect(path.startsWith(journals())).toBe(true);
    expect(path).toContain(`-memory-${journal?.id}.jsonl`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(journals()).filter((name) => name.endsWith('.jsonl'))).toHaveLength(41);
    expect(warnings).toEqual([]);
  });

  test('a head says who began the run, and with which words', async () => {
    const journal = await startJournal(request(undefined));
    await journal?.close();
    const { head } = await readPriorRun(journal?.path ?? '');
    expect(head).toMatchObject({
      format: 2,
      id: journal?.id,
      command: MEMORY_HEAD.command,
      terms: {},
    });
    expect(head.host).not.toBe('');
    expect(Math.abs(Date.parse(head.started_at) - Date.now())).toBeLessThan(60_000);
  });

  test('a head names the finished runs that no head names yet, in the order of their ending', async () => {
    const end = { exit: 0, counts: { revoked: 1 } };
    const first = await startJournal(request(undefined));
    const second = await startJournal(request(undefined));
    const unfinished = await startJournal(request(undefined));
    await unfinished?.close();
    const hashes = [await second?.close(end)];
    await new Promise((resolve) => setTimeout(resolve, 5));
    hashes.push(await first?.close(end));
    const third = await startJournal(request(undefined));
    hashes.push(await third?.close(end));
    const fourth = await startJournal(request(undefined));
    await fourth?.close();
    const previous = async (path: string) => (await readPriorRun(path)).head.previous;
    expect(await previous(third?.path ?? '')).toEqual(
      hashes.slice(0, 2).map((hash) => `sha256:${hash}`),
    );
    expect(await previous(fourth?.path ?? '')).toEqual([`sha256:${hashes[2]}`]);
    const elsewhere = await startJournal(request(join(folder, 'j')));
    await elsewhere?.close(end);
    expect(await previous(join(folder, 'j'))).toBeUndefined();
  });

  test('many that start at once do not get in each other’s way', async () => {
    const started = await Promise.all(
      Array.from({ length: 8 }, () => startJournal(request(undefined))),
    );
    expect(warnings).toEqual([]);
    for (const journal of started) await journal?.close({ exit: 0, counts: {} });
    expect(new Set(started.map((journal) => journal?.path)).size).toBe(8);
  });

  test('a state folder that cannot be written is a warning', async () => {
    writeFileSync(join(folder, 'state'), 'a file');
    expect(await startJournal(request(undefined))).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('--no-journal');
  });

  test('a full disk is no mistake in the command', async () => {
    if (!existsSync('/dev/full')) return;
    const error = await faultOf(startJournal(request('/dev/full')));
    expect(error.code).toBe('journal_failed');
    expect(error.kind).toBe('refused');
    expect(existsSync('/dev/full.lock')).toBe(false);
  });

  test('a journal with lines in it is not begun again; an empty one may be filled', async () => {
    const path = join(folder, 'j');
    writeFileSync(path, '');
    await (await startJournal(request(path)))?.close();
    const error = await faultOf(startJournal(request(path)));
    expect(error.message).toBe(`the journal ${path} exists`);
    expect(error.hint).toContain(`--resume ${path}`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('a journal that is written is neither begun nor continued by another process', async () => {
    const path = join(folder, 'j');
    const living = { ...alone, isAlive: () => true };
    const of = { world: { ...world, self: living } };
    const journal = await startJournal(request(path, of));
    const options = { self: living, isDryRun: false, wait: {} };
    for (const attempt of [startJournal(request(path, of)), continueRun(path, options)]) {
      const error = await faultOf(attempt);
      expect(error.message).toContain('another process is writing');
      expect(error.kind).toBe('usage');
    }
    await journal?.close();
    const prior = await continueRun(path, options);
    const again = await startJournal(request(path, { ...of, prior }));
    expect((await faultOf(continueRun(path, options))).message).toContain('another process');
    await again?.close({ exit: 0, counts: {} });
    const heads: string[] = [];
    for await (const entry of readJournal(path))
      if (entry.kind === 'head') heads.push(entry.head.id);
    expect(heads).toEqual([journal?.id, journal?.id]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('the lock is released where a journal cannot be read', async () => {
    const path = join(folder, 'j');
    for (const text of [undefined, 'text']) {
      if (text !== undefined) writeFileSync(path, text);
      const error = await faultOf(continueRun(path, { self: alone, isDryRun: false, wait: {} }));
      expect(error.kind).toBe('usage');
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });

  describe('the head of a journal', () => {
    const TIME = Date.parse('2026-11-28T09:08:07.006Z');
    const at = { world: { clock: { ...clock, now: () => TIME }, self: alone } };
    const headOf = async (more: Partial<JournalRequest> = {}) => {
      const path = join(mkdtempSync(join(folder, 'head-')), 'j');
      await (await startJournal(request(path, { ...at, ...more })))?.close();
      return JSON.parse(readFileSync(path, 'utf8').trim()).run as JournalHead;
    };

    test('has what is known of a run, and no key for what is not', async () => {
      jest.spyOn(os, 'userInfo').mockImplementation(() => {
        throw new Error('nobody');
      });
      const { id, ...head } = await headOf();
      expect(id).toMatch(/^[0-9a-z]{8}$/);
      const { id: _id, ...given } = MEMORY_HEAD;
      const started_at = '2026-11-28T09:08:07.006Z';
      expect(head).toStrictEqual({ ...given, started_at, host: hostname() });
    });

    test('names the user, the options to give again, the action and the shard where there are such', async () => {
      jest.spyOn(os, 'userInfo').mockReturnValue({ username: 'eve' } as os.UserInfo<string>);
      const more = { again: ['--endpoint', 'https://one.example'], action: 'create', shard: '1/4' };
      const head = await headOf({ head: { ...MEMORY_HEAD, ...more } });
      expect(head).toMatchObject({ ...more, user: 'eve' });
      expect(await headOf({ head: { ...MEMORY_HEAD, again: [] } })).not.toHaveProperty('again');
    });

    test('names a file by its full path, and other sources as they are', async () => {
      const path = join(folder, 'list');
      const file = { kind: 'file', path: relative(process.cwd(), path), size: 1 } as const;
      const others = [
        { kind: 'stream', name: 'stdin' },
        { kind: 'arguments', targets: ['a'] },
      ] as const;
      const { sources } = await headOf({ head: { ...MEMORY_HEAD, sources: [file, ...others] } });
      expect(sources).toEqual([{ ...file, path }, ...others]);
    });

    test('keeps the id of the run that it continues, and the runs that were joined to it', async () => {
      const path = join(folder, 'j');
      await (await startJournal(request(path)))?.close();
      const prior = await readPriorRun(path);
      const joined = { ...prior, head: { ...prior.head, joins: ['bcd23456'] } };
      const journal = await startJournal(request(path, { prior: joined as never }));
      await journal?.close();
      expect(journal?.id).toBe(prior.head.id);
      const heads = readFileSync(path, 'utf8').split('\n').filter(Boolean);
      expect(heads.map((line) => JSON.parse(line).run)).toEqual([
        expect.not.objectContaining({ joins: expect.anything() }),
        expect.objectContaining({ id: prior.head.id, joins: ['bcd23456'] }),
      ]);
    });
  });

  test('a journal of our own is named by the second of its start, its provider and its id', async () => {
    const now = () => Date.parse('2026-11-28T09:08:07.006Z');
    const at = { world: { clock: { ...clock, now }, self: alone } };
    const [known, nobody] = [
      await startJournal(request(undefined, at)),
      await startJournal(request(undefined, { ...at, head: { ...MEMORY_HEAD, providers: [] } })),
    ];
    for (const journal of [known, nobody]) await journal?.close();
    expect([known?.path, nobody?.path]).toEqual([
      join(journals(), `20261128T090807Z-memory-${known?.id}.jsonl`),
      join(journals(), `20261128T090807Z-revoke-${nobody?.id}.jsonl`),
    ]);
  });

  test('a journal of our own that cannot be written any more is said once, and the run goes on', async () => {
    const journal = await startJournal(request(undefined));
    const real = fs.writeSync;
    jest.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    const batch = { entries: [{ target: { id: 'a' }, key: 'a' }], firstTriedAt: undefined };
    for (let count = 0; count < 2; count++) await journal?.writeIntents([batch]);
    fs.writeSync = real;
    expect(await journal?.close({ exit: 0, counts: {} })).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/not whole: .*the disk is full/)]);
    expect(readdirSync(journals()).filter((name) => name === '.finished')).toEqual([]);
  });

  test.each<[string, Partial<JournalRequest>, boolean]>([
    ['of one target that nobody named', {}, false],
    ['of many targets', { isBulk: true }, true],
    ['that was named', { path: 'j' }, true],
    ['of many targets that was named', { isBulk: true, path: 'j' }, true],
  ])('a journal %s is flushed at its end: %#', async (_which, { path, isBulk }, isFlushed) => {
    const named = path === undefined ? undefined : join(folder, path);
    const journal = await startJournal(request(named, { isBulk: isBulk === true }));
    const flush = jest.spyOn(fs, 'fdatasync');
    const hash = await journal?.close({ exit: 0, counts: {} });
    expect(flush.mock.calls.length > 0).toBe(isFlushed);
    const text = readFileSync(journal?.path ?? '', 'utf8');
    expect(text).toContain(`"sha256":"${hash}"`);
  });

  test.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'])(
    'a named journal that cannot be begun for %s is no mistake in the command',
    async (code) => {
      jest.spyOn(fs, 'openSync').mockImplementation(() => {
        throw Object.assign(new Error(code), { code });
      });
      const wait = { sleep: async () => undefined };
      const error = await faultOf(startJournal(request(join(folder, 'j'), { wait })));
      expect([error.code, error.kind]).toEqual(['journal_failed', 'refused']);
    },
  );

  test('a named journal whose place is not there is a mistake in the command, which says what to do', async () => {
    const path = join(folder, 'not', 'there');
    const error = await faultOf(startJournal(request(path)));
    expect(error).toMatchObject({
      kind: 'usage',
      message: `cannot write the journal ${path}: no such file or folder (ENOENT)`,
      hint: 'name another with --journal',
    });
  });
});
