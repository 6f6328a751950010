/**
 * Writes one part of a journal (format.ts): what survives `kill -9`. It holds no secret. Nothing is
 * sent before its intent is on disk, and no outcome is printed before it is with the system.
 */
import type { Hash } from 'node:crypto';
import { closeSync, constants, fdatasync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Batch, Entry } from '../engine/batcher.js';
import type { RunJournal } from '../engine/run-journal.js';
import type { Outcome } from '../contract/provider.js';
import { isCode, usageError } from '../contract/errors.js';
import type { Lock } from '../files/lock-file.js';
import { syncFolder } from '../files/sync-folder.js';
import {
  checksumOf,
  openLine,
  seal,
  type JournalHead,
  type RunEnd,
  type SeenBefore,
} from './format.js';
import { LostLockError, unwritable } from './journal-errors.js';
import { createPartDigest } from './part-digest.js';
import type { PriorRun } from './prior-run.js';
import { priorTry, seenBefore } from './prior-try.js';

export interface Journal extends RunJournal {
  readonly path: string;
  readonly id: string;
  /**
   * Writes the end of the part, where an end was reached; resolves with its hash. Releases the lock.
   */
  close(end?: Omit<RunEnd, 'at'>): Promise<string | undefined>;
  /** Leaves the journal without an end and without its lock, at once: the process ends. */
  abandon(): void;
}

export interface JournalOptions {
  readonly path: string;
  readonly head: JournalHead;
  readonly now: () => number;
  /** Held already: it is released with the journal, and where the journal cannot be opened. */
  readonly lock: Lock;
  readonly prior?: PriorRun | undefined;
  /** The file has parts of other runs, and this one adds its own. */
  readonly isAdded?: boolean | undefined;
  /** SHA-256, for a part that may be long. */
  readonly hash?: Hash | undefined;
  /**
   * One target of a run that nobody asked a journal of: only its intent is awaited on the disk. What
   * a power cut takes of the rest leaves the run unfinished.
   */
  readonly isBrief?: boolean;
}

/** Opens a journal to append to. Throws a usage error where the file has lines and is not continued. */
export function openJournal(options: JournalOptions): Journal {
  const { path, head, lock, prior, now, isBrief = false } = options;
  const { fd, part } = startPart(options);
  return {
    path,
    id: head.id,
    async writeIntents(batches) {
      try {
        const at = timeText(now());
        let text = '';
        for (const batch of batches) text += intentLine(batch, at);
        part.write(text);
        await sync(fd);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    writeOutcomes(outcomes, lines, keys) {
      let text = '';
      for (let index = 0; index < outcomes.length; index++) {
        const outcome = outcomes[index] as Outcome;
        if (outcome.status === 'skipped' || outcome.status === 'planned') continue;
        const key = keys[index];
        const named =
          key === undefined || key === outcome.target ? '' : `,"key":${JSON.stringify(key)}`;
        text += openLine(`{"outcome":${lines[index]}${named}`);
      }
      try {
        if (text !== '') part.write(text);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    priorState: (key) => prior && priorTry(prior, key),
    abandon: lock.release,
    async close(end) {
      try {
        const hash = end && (await part.writeEnd({ at: timeText(now()), ...end }));
        if (!isBrief) await syncFile(fd);
        return hash;
      } catch (error) {
        throw unwritable(path, error);
      } finally {
        closeSync(fd);
        lock.release();
      }
    },
  };
}

/** Opens the file and writes the head of a part. An error of it releases the lock. */
function startPart(options: JournalOptions) {
  const { path, head, lock, prior, isAdded = false, isBrief = false } = options;
  let fd: number | undefined;
  try {
    fd = openFile(path, isAdded || prior !== undefined);
    const part = createPart(fd, options);
    part.writeHead(head);
    if (!isBrief) syncFolder(dirname(path));
    return { fd, part };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    lock.release();
    throw error;
  }
}

/** A part that is being written: torn lines, checksums and its hash. */
function createPart(fd: number, { lock, hash: given }: JournalOptions) {
  const digest = createPartDigest(given);
  let seed = 0;
  // A line that was cut off, by another run too, must not spoil the next one.
  let isTorn = true;
  let isWhole = true;

  function append(bytes: Uint8Array): void {
    if (lock.isLost()) throw new LostLockError();
    if (isTorn) writeAll(fd, NEWLINE);
    isTorn = true;
    writeAll(fd, bytes);
    isTorn = false;
  }

  function write(text: string, from: number): Buffer {
    const bytes = Buffer.from(text);
    seal(bytes, from);
    try {
      append(bytes);
    } catch (error) {
      isWhole = false;
      throw error;
    }
    digest.update(bytes);
    return bytes;
  }

  return {
    writeHead(head: JournalHead): void {
      const bytes = write(openLine(JSON.stringify({ run: head }).slice(0, -1)), 0);
      seed = checksumOf(bytes.subarray(0, -1), 0) ?? 0;
    },
    write: (text: string) => void write(text, seed),
    /** Undefined where something of the part could not be written: then it has no end. */
    async writeEnd(end: object): Promise<string | undefined> {
      if (!isWhole) return undefined;
      const body = JSON.stringify({ end }).slice(0, -1);
      digest.update(Buffer.from(body));
      const hash = await digest.end();
      const bytes = Buffer.from(openLine(`${body},"sha256":"${hash}"`));
      seal(bytes, seed);
      append(bytes);
      return hash;
    },
  };
}

const NEWLINE = Buffer.from('\n');

/** A write may take less than it was given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const written = writeSync(fd, bytes, at);
    if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    at += written;
  }
}

function openFile(path: string, isContinued: boolean): number {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  try {
    return openSync(path, isContinued || isEmpty(path) ? flags : flags | constants.O_EXCL, 0o600);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    throw usageError(
      `the journal ${path} exists`,
      `continue it with --resume ${path}, or name another`,
    );
  }
}

/** A file that `mktemp` made may be filled; one with lines in it may only be resumed. */
function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => (error ? reject(error) : resolve()));
  });
}

async function syncFile(fd: number): Promise<void> {
  try {
    await sync(fd);
  } catch (error) {
    // A device has nothing to make durable.
    if (!isCode(error, 'EINVAL', 'EROFS', 'ENOTSUP')) throw error;
  }
}

/** @param now RFC 3339 */
function intentLine({ entries, firstTriedAt }: Batch, now: string): string {
  const intent = JSON.stringify(entries.map(({ key }) => key));
  const at = firstTriedAt === undefined ? now : timeText(firstTriedAt);
  const isSeen = entries.some(({ before }) => before !== undefined);
  const seen = isSeen ? `,"seen":${JSON.stringify(entries.map(seenOf))}` : '';
  return openLine(`{"intent":${intent},"at":"${at}"${seen}`);
}

function seenOf({ before }: Entry): SeenBefore | null {
  return before ? seenBefore(before) : null;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
