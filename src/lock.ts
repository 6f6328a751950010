/** One writer at a time: a lock file that names its owner, and is taken over from a dead one. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

export interface Lock {
  release(): Promise<void>;
}

/** The process that locks, and how it tells whether another is alive. */
export interface Self {
  readonly pid: number;
  isAlive(pid: number): boolean;
}

/** Takes `<path>.lock`; undefined where a living process holds it. */
export async function takeLock(path: string, self: Self): Promise<Lock | undefined> {
  const { pid } = self;
  const file = `${path}.lock`;
  const mine = JSON.stringify({ pid, started: startOf(pid), nonce: randomUUID() });
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(mine);
    await handle.close();
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    if (await isHeld(file, self)) return undefined;
    // Two may find the same dead owner: the last rename wins, and the other sees it and gives way.
    const mineFile = `${file}.${pid}`;
    await writeFile(mineFile, mine, { mode: 0o600 });
    await rename(mineFile, file);
    await sleep(20);
    if ((await textOf(file)) !== mine) return undefined;
  }
  return {
    async release() {
      if ((await textOf(file)) === mine) await unlink(file);
    },
  };
}

async function isHeld(file: string, self: Self): Promise<boolean> {
  let owner: { pid?: number; started?: string };
  try {
    owner = JSON.parse((await textOf(file)) ?? '{}') as typeof owner;
  } catch (error) {
    // Torn: its writer died between creating and writing it, or is writing it now.
    if (!(error instanceof SyntaxError)) throw error;
    await sleep(50);
    return (await textOf(file))?.endsWith('}') ?? false;
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

/** Whether an error of the system has one of these codes; a realm of its own (a vm, jest) is no matter. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return isNativeError(error) && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
