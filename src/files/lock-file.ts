/**
 * One writer at a time: a lock file that names its owner. A lock of this boot and PID namespace is
 * judged by its process; any other (another machine, a container, content that is none) by its
 * heartbeat. It is taken over where its owner is gone.
 */
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { isCode, usageError } from '../contract/errors.js';
import { parseJson } from '../contract/json.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { textIfThere } from './text-if-there.js';

export interface Lock {
  /** Whether another process has taken it over, which may happen to one that was suspended. */
  isLost(): boolean;
  release(): void;
}

export interface LockWait {
  sleep?(ms: number): Promise<unknown>;
  /** Called once before the wait for a heartbeat. @param host where the owner runs, if it says so */
  onWait?(host: string | undefined, seconds: number): void;
}

const BEAT_MS = 10_000;
/** A heartbeat that stands still for so long belongs to a process that is gone. */
const STILL_MS = 60_000;
/** The name of a lock and its text are made in one breath; a shared folder shows both within seconds. */
const EMPTY_MS = 5000;
const POLL_MS = 1000;
/** How long another process may take to take a lock over. */
const CLAIM_MS = 2000;
const CLAIM_POLL_MS = 20;

/** Takes `<path>.lock`; undefined where a living process holds it. Waits for a heartbeat up to 60 s. */
export async function takeLock(
  path: string,
  self: ProcessIdentity,
  wait: LockWait = {},
): Promise<Lock | undefined> {
  const sleep = wait.sleep ?? pause;
  const file = `${path}.lock`;
  const mine = describe(self);
  let claimedFor = 0;
  for (;;) {
    // One that was suspended before it wrote may have been taken for gone.
    if (create(file, mine) && inspect(file)?.text === mine) return hold(file, mine);
    const found = inspect(file);
    if (!found) continue;
    if (await isHeld({ file, found }, self, wait)) return undefined;
    const claim = `${file}.${found.id}`;
    const taken = takeOver({ file, claim, mine }, found);
    if (taken === 'taken') return hold(file, mine);
    if (taken === 'changed') continue;
    // Another process takes it over at this moment, or died while it did.
    await sleep(CLAIM_POLL_MS);
    claimedFor += CLAIM_POLL_MS;
    if (claimedFor < CLAIM_MS) continue;
    remove(claim);
    claimedFor = 0;
  }
}

/** Whether somebody holds `<path>.lock` at this moment, as far as that can be told without waiting. */
export function isHeldNow(path: string, self: ProcessIdentity): boolean {
  const file = `${path}.lock`;
  const found = inspect(file);
  if (!found) return false;
  const owner = ownerOf(found);
  if (owner && isOfThisPlace(owner)) return isRunning(owner, self);
  const beatAt = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return beatAt !== undefined && Date.now() - beatAt < STILL_MS;
}

/** What stands at the lock's path at one moment. */
interface Found {
  /** Undefined for a link, which is no lock of ours and is never followed. */
  readonly text: string | undefined;
  /** The same for as long as nobody wrote to it or put another in its place. */
  readonly beat: string;
  /** Names this very lock among all that may ever stand here. */
  readonly id: string;
}

interface Owner {
  readonly pid: number;
  readonly started?: string;
  readonly place?: string;
  readonly host?: string;
}

async function isHeld(
  { file, found }: { readonly file: string; readonly found: Found },
  self: ProcessIdentity,
  { sleep = pause, onWait }: LockWait,
): Promise<boolean> {
  const owner = ownerOf(found);
  if (owner && isOfThisPlace(owner)) return isRunning(owner, self);
  // A system that says nothing of boots and namespaces still knows its processes.
  if (owner && owner.place === undefined && owner.host === hostname() && isRunning(owner, self)) {
    return true;
  }
  if (found.text !== '') {
    onWait?.(typeof owner?.host === 'string' ? owner.host : undefined, STILL_MS / 1000);
  }
  return isBeating(file, found, sleep);
}

/** What a lock says of its owner; the last word makes it unlike any other. */
function describe({ pid }: ProcessIdentity): string {
  const nonce = `${pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const place = placeOf();
  return JSON.stringify({ pid, started: startOf(pid), place, host: hostname(), nonce });
}

/** Makes the lock; false where there is one. */
function create(file: string, text: string): boolean {
  let fd: number;
  try {
    fd = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    writeSync(fd, text);
  } catch (error) {
    remove(file);
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

function hold(file: string, mine: string): Lock {
  let lastBeat = Date.now();
  let isGone = false;
  const beat = () => {
    try {
      const now = new Date();
      if (inspect(file)?.text === mine) utimesSync(file, now, now);
      else isGone = true;
      lastBeat = now.getTime();
    } catch (error) {
      // A disk that does not answer may do so again; others wait for it as long as this owner.
      if (!isCode(error, 'EIO', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ESTALE')) throw error;
    }
  };
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  return {
    isLost() {
      if (Date.now() - lastBeat > 2 * BEAT_MS) beat();
      return isGone || Date.now() - lastBeat > STILL_MS - BEAT_MS;
    },
    release() {
      clearInterval(timer);
      if (inspect(file)?.text === mine) remove(file);
    },
  };
}

/**
 * Puts our lock in the place of a stale one, and never of another: who makes the claim that is named
 * after the stale lock is the only one that may replace it, and checks again that it is there.
 */
function takeOver(
  { file, claim, mine }: { readonly file: string; readonly claim: string; readonly mine: string },
  stale: Found,
): 'taken' | 'changed' | 'claimed' {
  if (!create(claim, mine)) return 'claimed';
  if (inspect(file)?.beat !== stale.beat) {
    remove(claim);
    return 'changed';
  }
  renameSync(claim, file);
  return 'taken';
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/** Undefined where there is nothing. */
function inspect(file: string): Found | undefined {
  try {
    const stats = lstatSync(file, { bigint: true });
    if (!stats.isFile() && !stats.isSymbolicLink()) {
      throw usageError(`${file} is in the way: it is not a lock`, 'move it away');
    }
    const text = stats.isFile() ? readFileSync(file, 'utf8').slice(0, LONGEST) : undefined;
    const beat = [stats.ino, stats.mtimeNs, text].join(' ');
    const [, nonce] = /"nonce":"([\w-]{1,80})"/.exec(text ?? '') ?? [];
    return { text, beat, id: nonce ?? `${stats.ino}-${stats.mtimeNs}` };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const LONGEST = 4096;

/** Undefined where the text names no process: it is torn, or no lock. */
function ownerOf({ text }: Found): Owner | undefined {
  const owner = parse(text);
  return Number.isSafeInteger(owner?.pid) && (owner?.pid ?? 0) > 0 ? owner : undefined;
}

function parse(text = ''): Owner | undefined {
  const value = parseJson(text) as Owner | null | undefined;
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Whether its process id means something here. */
function isOfThisPlace(owner: Owner): boolean {
  const place = placeOf();
  return place !== undefined && owner.place === place;
}

function isRunning({ pid, started }: Owner, self: ProcessIdentity): boolean {
  return self.isAlive(pid) && (started === undefined || started === startOf(pid));
}

/**
 * Waits until the lock changes, or has stood still for so long that its owner is gone. One that is
 * empty was made by a process that was killed before it wrote its name.
 */
async function isBeating(
  file: string,
  found: Found,
  sleep: (ms: number) => Promise<unknown>,
): Promise<boolean> {
  const most = found.text === '' ? EMPTY_MS : STILL_MS;
  for (let waited = 0; waited < most; waited += POLL_MS) {
    await sleep(POLL_MS);
    const now = inspect(file);
    if (!now) return false;
    if (now.beat !== found.beat) return true;
  }
  return false;
}

/** Where a process id means the same process: this boot, this PID namespace. */
function placeOf(): string | undefined {
  const boot = textIfThere('/proc/sys/kernel/random/boot_id', 'EACCES', 'ESRCH')?.trim();
  if (boot === undefined) return undefined;
  try {
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EINVAL')) return undefined;
    throw error;
  }
}

/** When a process started, where the system tells: a pid alone may have been given out again. */
function startOf(pid: number): string | undefined {
  return textIfThere(`/proc/${pid}/stat`, 'EACCES', 'ESRCH')?.split(') ').at(-1)?.split(' ')[19];
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
