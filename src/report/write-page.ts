/** Where a report may be written: a new file, or over an old report; never over what is something else. */
import { closeSync, openSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isCode, isRevokeError, refusedError, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { shownName } from '../contract/secret-name.js';
import { replaceFile } from '../files/replace-file.js';
import type { ProcessIdentity } from '../runtime/world.js';

/** Throws a usage error where nothing may be written there; says so before the journals are read. */
export function assertWritable(path: string, flag: string): void {
  const name = shownName(path);
  if (path === '' || path === '-')
    throw usageError(`${flag} needs the name of a file`, `revoke report ${flag} <file>`);
  const folder = statOf(dirname(resolve(path)));
  if (!folder?.isDirectory())
    throw usageError(`there is no folder ${shownName(dirname(path))}`, 'make it, or name another');
  const there = statOf(path);
  if (!there) return;
  const kind = there.isDirectory() ? 'a folder' : there.isFile() ? undefined : 'not a file';
  if (kind !== undefined) throw usageError(`${name} is ${kind}`, `name a file after ${flag}`);
  if (isJournal(path))
    throw usageError(`${name} is a journal, and stays as it is`, `name another file after ${flag}`);
}

/** Undefined where nothing is. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isCode(error, 'ENOTDIR')) return undefined;
    throw usageError(
      `cannot write ${shownName(path)}: ${systemWords(error)}`,
      'check the path and its permissions',
    );
  }
}

const JOURNAL_STARTS = ['{"run":', '{"pruned":'];

function isJournal(path: string): boolean {
  if (basename(realpathSync(path)).endsWith('.jsonl')) return true;
  const start = Buffer.alloc(64);
  try {
    const fd = openSync(path, 'r');
    try {
      const text = start.toString('utf8', 0, readSync(fd, start, 0, start.length, 0)).trimStart();
      return JOURNAL_STARTS.some((each) => text.startsWith(each));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isCode(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
}

/** Beside its place first, then renamed into it: nobody ever sees half a page. */
export async function writePage(path: string, text: string, self: ProcessIdentity): Promise<void> {
  try {
    await replaceFile(path, () => text, self);
  } catch (error) {
    if (isRevokeError(error)) throw error;
    throw refusedError({
      code: 'report_failed',
      message: `the report ${shownName(path)} could not be written: ${systemWords(error)}`,
      hint: 'check the folder, its permissions and the room on its disk',
      affects: 'run',
      cause: error,
    });
  }
}
