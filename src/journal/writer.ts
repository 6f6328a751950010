/**
 * The record that survives `kill -9`: an append-only file of JSON Lines. Each run begins with a
 * newline and a header that binds it to provider, endpoint and account; then a line before a
 * request leaves (`intent`) and one when its outcome is known. It holds no secret.
 */
import { closeSync, constants, fdatasync, openSync, statSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Batch } from '../engine/batcher.js';
import type { RunJournal } from '../engine/engine.js';
import { isCode, isRevokeError, refusedError, usageError } from '../contract/errors.js';
import type { PriorRun } from './reader.js';
import { takeLock } from '../files/lock-file.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { targetKey, routed } from '../engine/target-key.js';
import type { JournalHeader } from './format.js';

const sync = promisify(fdatasync);

export interface Journal extends RunJournal {
  readonly path: string;
  close(): Promise<void>;
}

/** Opens a journal to append to. Throws a usage fault where another process holds it. */
export async function openJournal(
  path: string,
  header: JournalHeader,
  now: () => number,
  self: ProcessIdentity,
  priorRun?: PriorRun,
): Promise<Journal> {
  const lock = await takeLock(path, self);
  if (!lock) {
    throw usageError(
      `another process is writing the journal ${path}`,
      'wait for it, or name another --journal',
    );
  }
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(path, priorRun || isEmpty(path) ? flags : flags | constants.O_EXCL, 0o600);
  } catch (error) {
    await lock.release();
    if (isCode(error, 'EEXIST')) {
      throw usageError(
        `the journal ${path} exists`,
        `continue it with --resume ${path}, or name another`,
      );
    }
    throw error;
  }
  // A line that was cut off must not spoil the next one.
  let isTorn = true;
  const write = (text: string) => {
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    isTorn = true;
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    isTorn = false;
  };
  try {
    write(`${JSON.stringify({ run: header })}\n`);
  } catch (error) {
    closeSync(fd);
    await lock.release();
    throw error;
  }
  return {
    path,
    async writeIntents(batches) {
      try {
        write(batches.map((batch) => intentLine(batch, now())).join(''));
        await sync(fd);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    writeOutcomes(outcomes, lines, keys) {
      let text = '';
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'skipped' || outcome.status === 'planned') continue;
        const key = keys[index];
        const named =
          key === undefined || key === outcome.target ? '' : `,"key":${JSON.stringify(key)}`;
        text += `{"outcome":${lines[index]}${named}}\n`;
      }
      try {
        if (text !== '') write(text);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    priorState: (key) => priorRun?.priorState(key),
    async close() {
      try {
        await sync(fd);
      } catch (error) {
        // A device has nothing to make durable.
        if (!isCode(error, 'EINVAL', 'EROFS', 'ENOTSUP')) throw unwritable(path, error);
      } finally {
        closeSync(fd);
        await lock.release();
      }
    },
  };
}

/** The fault of a disk that is full or broken, before or during a run. */
export function unwritable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (isRevokeError(error) || code === undefined) return error as Error;
  return refusedError({
    code: 'journal_failed',
    message: `the journal ${path} could not be written: ${code}`,
    hint: 'nothing more was sent; make room for it, then go on with --resume',
    affects: 'run',
    cause: error,
  });
}

/** A file that `mktemp` made may be filled; one with lines in it may only be resumed. */
function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function intentLine({ targets, attempt }: Batch, now: number): string {
  const keys = targets.map((target) => routed(targetKey(target), attempt.route));
  return `${JSON.stringify({ intent: keys, at: attempt.firstTriedAt ?? now })}\n`;
}
