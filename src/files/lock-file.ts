/** One writer at a time: a lock file that names its owner, and is taken over from a dead one. */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from '../contract/errors.js';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../runtime/world.js';

export interface Lock {
  release(): Promise<void>;
}

/** Takes `<path>.lock`; undefined where a living process holds it. */
export async function takeLock(path: string, self: ProcessIdentity): Promise<Lock | undefined> {
  const { pid } = self;
  const file = `${path}.lock`;
  const nonce = randomUUID();
  const ownContent = JSON.stringify({ pid, started: startOf(pid), nonce });
  for (let tookOver = false; ;) {
    if (await create(file, ownContent)) {
      // Who took a dead lock away at the same moment may have taken this one, and has put it back.
      if (tookOver) await sleep(20);
      if (tookOver && (await textOf(file)) !== ownContent) return undefined;
      return {
        async release() {
          if ((await textOf(file)) === ownContent) await unlink(file);
        },
      };
    }
    const found = await textOf(file);
    if (found === undefined) continue;
    if (await isHeld(file, found, self)) return undefined;
    tookOver = true;
    await removeStaleLock(file, found, `${file}.${nonce}`);
  }
}

/** Makes the lock; false where there is one. */
async function create(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Takes a dead owner's lock away, and nobody else's: of several who try, one finds it. */
async function removeStaleLock(
  file: string,
  staleContent: string,
  stalePath: string,
): Promise<void> {
  if ((await textOf(file)) !== staleContent) return;
  try {
    await rename(file, stalePath);
    if ((await textOf(stalePath)) !== staleContent) await link(stalePath, file);
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'EEXIST')) throw error;
  }
  await rm(stalePath, { force: true });
}

async function isHeld(file: string, text: string, self: ProcessIdentity): Promise<boolean> {
  let owner: { pid?: number; started?: string };
  try {
    owner = JSON.parse(text) as typeof owner;
  } catch (error) {
    // Torn: its writer died between creating and writing it, or is writing it now.
    if (!(error instanceof SyntaxError)) throw error;
    await sleep(50);
    return ((await textOf(file)) ?? text) !== text;
  }
  if (owner.pid === undefined) return false;
  return (
    self.isAlive(owner.pid) && (owner.started === undefined || owner.started === startOf(owner.pid))
  );
}

/** When a process started, where the system tells: a pid alone may have been given out again. */
function startOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
