import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock, type Lock, type LockWait } from './lock-file.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-lock-'));
  path = join(folder, 'j');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** This process, and which others it takes for running. */
const self = (...alive: number[]) => ({
  pid: process.pid,
  isAlive: (pid: number) => alive.includes(pid),
});

/** A clock of its own: what happens at each second of a wait. */
function waiting(act: (second: number) => void = () => undefined) {
  let slept = 0;
  const hosts: (string | undefined)[] = [];
  const wait: LockWait = {
    sleep: async (ms) => {
      slept += ms;
      if (slept > 1000_000) throw new Error('it waits for ever');
      act(slept / 1000);
    },
    onWait: (host) => void hosts.push(host),
  };
  return { wait, hosts, slept: () => slept / 1000 };
}

async function held(lock: Promise<Lock | undefined>): Promise<Lock> {
  const taken = await lock;
  if (!taken) throw new Error('the lock was not taken');
  return taken;
}

/** What this process writes into a lock of its own. */
async function ownText(): Promise<Record<string, unknown>> {
  const probe = join(folder, 'probe');
  const lock = await held(takeLock(probe, self()));
  const text = readFileSync(`${probe}.lock`, 'utf8');
  lock.release();
  return JSON.parse(text) as Record<string, unknown>;
}

const put = (text: string) => writeFileSync(`${path}.lock`, text);

test('a lock is a private file that names its owner, and is gone when it is released', async () => {
  const lock = await held(takeLock(path, self()));
  expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(`${path}.lock`, 'utf8'))).toMatchObject({
    pid: process.pid,
    host: hostname(),
  });
  expect(lock.isLost()).toBe(false);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock whose owner runs on this boot is refused at once', async () => {
  const lock = await held(takeLock(path, self()));
  const { wait, slept } = waiting();
  expect(await takeLock(path, self(process.pid), wait)).toBeUndefined();
  expect(slept()).toBe(0);
  lock.release();
});

test('a lock whose owner is gone from this boot is taken over at once', async () => {
  put(JSON.stringify({ ...(await ownText()), pid: 4_000_000, nonce: 'gone' }));
  const { wait, slept } = waiting();
  const lock = await held(takeLock(path, self(), wait));
  expect(slept()).toBe(0);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock whose pid was given out again on this boot is taken over at once', async () => {
  put(JSON.stringify({ ...(await ownText()), started: '1', nonce: 'gone' }));
  const { wait, slept } = waiting();
  await held(takeLock(path, self(process.pid), wait));
  expect(slept()).toBe(0);
});

test('a lock of another boot is taken over once its heartbeat has stood still for 60 s', async () => {
  // The pid is that of a process that lives here, and means nothing.
  put(JSON.stringify({ ...(await ownText()), place: 'another boot', host: 'pod-7' }));
  const { wait, slept, hosts } = waiting();
  await held(takeLock(path, self(process.pid), wait));
  expect(slept()).toBe(60);
  expect(hosts).toEqual(['pod-7']);
});

test('a lock of another boot is refused as soon as its heartbeat is seen', async () => {
  put(JSON.stringify({ ...(await ownText()), pid: 4_000_000, place: 'another boot' }));
  const { wait, slept } = waiting((second) => {
    if (second === 10) utimesSync(`${path}.lock`, 1, 1);
  });
  expect(await takeLock(path, self(), wait)).toBeUndefined();
  expect(slept()).toBe(10);
});

test('a lock of another boot that is released during the wait is taken', async () => {
  put(JSON.stringify({ ...(await ownText()), place: 'another boot' }));
  const { wait, slept } = waiting((second) => {
    if (second === 5) rmSync(`${path}.lock`);
  });
  await held(takeLock(path, self(), wait));
  expect(slept()).toBe(5);
});

test('a lock is refused where a system without boot ids says that its owner runs', async () => {
  const { place: _none, ...text } = await ownText();
  put(JSON.stringify(text));
  expect(await takeLock(path, self(process.pid), waiting().wait)).toBeUndefined();
});

test('an empty lock, whose owner was killed before it wrote its name, is taken over after 5 s', async () => {
  put('');
  const { wait, slept, hosts } = waiting();
  await held(takeLock(path, self(), wait));
  expect(slept()).toBe(5);
  expect(hosts).toEqual([]);
});

test('an empty lock whose owner writes its name during the wait is that owner’s', async () => {
  put('');
  const { wait } = waiting((second) => {
    if (second === 3) put(JSON.stringify({ pid: process.pid, nonce: 'theirs' }));
  });
  expect(await takeLock(path, self(process.pid), wait)).toBeUndefined();
});

test.each([
  ['torn text', '{"pid":1'],
  ['pid 0', JSON.stringify({ pid: 0, nonce: 'x' })],
  ['a pid that is a text', JSON.stringify({ pid: '1' })],
  ['null', 'null'],
  ['text', 'locked by me'],
])('a lock that holds %s neither spins nor blocks for ever', async (_what, text) => {
  const own = text.startsWith('{"pid":0') ? { ...(await ownText()), pid: 0 } : undefined;
  put(own ? JSON.stringify(own) : text);
  const { wait, slept } = waiting();
  await held(takeLock(path, { pid: process.pid, isAlive: () => true }, wait));
  expect(slept()).toBe(60);
});

test('a lock that is a dangling link is replaced, and nothing is made where it points', async () => {
  symlinkSync(join(folder, 'nowhere'), `${path}.lock`);
  const { wait, slept } = waiting();
  const lock = await held(takeLock(path, self(), wait));
  expect(slept()).toBe(60);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that is a link to a file is replaced, and the file is left as it is', async () => {
  const precious = join(folder, 'precious');
  writeFileSync(precious, 'text');
  symlinkSync(precious, `${path}.lock`);
  const lock = await held(takeLock(path, self(), waiting().wait));
  lock.release();
  expect(readFileSync(precious, 'utf8')).toBe('text');
});

test('a folder in the place of a lock is an error that names it', async () => {
  mkdirSync(`${path}.lock`);
  await expect(takeLock(path, self(), waiting().wait)).rejects.toThrow(
    `${path}.lock is in the way`,
  );
});

test('a dead lock that somebody else replaced in the meantime is not taken over', async () => {
  const dead = { ...(await ownText()), pid: 4_000_000, nonce: 'dead' };
  put(JSON.stringify(dead));
  const theirs = JSON.stringify({ ...dead, started: undefined, pid: 4_000_001, nonce: 'theirs' });
  let judged = 0;
  const slow = {
    pid: process.pid,
    isAlive(pid: number) {
      judged += 1;
      // Between judging the stale lock and taking it, another process has taken it.
      if (pid === 4_000_000) put(theirs);
      return pid === 4_000_001;
    },
  };
  expect(await takeLock(path, slow, waiting().wait)).toBeUndefined();
  expect(judged).toBeGreaterThanOrEqual(2);
  expect(readFileSync(`${path}.lock`, 'utf8')).toContain('theirs');
  expect(readdirSync(folder)).toEqual(['j.lock']);
});

test('a dead lock that another process is taking over at this moment is left to it', async () => {
  const dead = { ...(await ownText()), pid: 4_000_000, nonce: 'dead' };
  put(JSON.stringify(dead));
  writeFileSync(`${path}.lock.dead`, 'the claim of another process');
  const { wait } = waiting((second) => {
    if (second < 1) return;
    // It is done: its lock stands there, and the claim became it.
    rmSync(`${path}.lock.dead`, { force: true });
    put(JSON.stringify({ ...dead, started: undefined, pid: 4_000_001, nonce: 'theirs' }));
  });
  expect(await takeLock(path, self(4_000_001), wait)).toBeUndefined();
  expect(readFileSync(`${path}.lock`, 'utf8')).toContain('theirs');
});

test('a claim that a crash left behind does not block for ever', async () => {
  put(JSON.stringify({ ...(await ownText()), pid: 4_000_000, nonce: 'dead' }));
  writeFileSync(`${path}.lock.dead`, '');
  const { wait, slept } = waiting();
  const lock = await held(takeLock(path, self(), wait));
  expect(slept()).toBeLessThan(10);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('of many that find a dead owner’s lock at once, one gets it', async () => {
  for (let round = 0; round < 20; round++) {
    put(JSON.stringify({ ...(await ownText()), pid: 4_000_000, nonce: `dead${round}` }));
    const tries = await Promise.all(
      Array.from({ length: 6 }, () => takeLock(path, self(process.pid), waiting().wait)),
    );
    const won = tries.filter((lock) => lock !== undefined);
    expect(won).toHaveLength(1);
    won[0]?.release();
  }
});

test('an owner that was suspended notices that its lock was taken over, and leaves it alone', async () => {
  const lock = await held(takeLock(path, self()));
  const theirs = JSON.stringify({ ...(await ownText()), nonce: 'theirs' });
  put(theirs);
  const later = Date.now() + 120_000;
  const spy = jest.spyOn(Date, 'now').mockReturnValue(later);
  try {
    expect(lock.isLost()).toBe(true);
  } finally {
    spy.mockRestore();
  }
  lock.release();
  expect(readFileSync(`${path}.lock`, 'utf8')).toBe(theirs);
});

test('the heartbeat moves every ten seconds, for as long as the lock is held', async () => {
  jest.useFakeTimers();
  try {
    const lock = await held(takeLock(path, self()));
    const beats: bigint[] = [];
    for (let tens = 0; tens < 3; tens++) {
      beats.push(statSync(`${path}.lock`, { bigint: true }).mtimeNs);
      jest.advanceTimersByTime(10_000);
    }
    expect(new Set(beats).size).toBe(3);
    lock.release();
    jest.advanceTimersByTime(60_000);
    expect(existsSync(`${path}.lock`)).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});

test('a process that was killed leaves a lock that the next one takes at once', async () => {
  const place = (await ownText())['place'];
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  put(JSON.stringify({ pid, place, started: '12', nonce: 'killed' }));
  const { wait, slept } = waiting();
  await held(takeLock(path, self(), wait));
  expect(slept()).toBe(0);
});
