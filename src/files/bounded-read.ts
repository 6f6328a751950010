/** Reads a file whole, and never more of it, or longer, than a file of its kind can ask for. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode, usageError } from '../contract/errors.js';

const PIPE_MS = 10_000;
const POLL_MS = 20;
const CHUNK_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The text of a file, without a byte order mark. A pipe (`<(pass show token)`) is read where it may
 * stand in its place, for some seconds; a device, and a pipe elsewhere, is refused.
 * @throws a usage error, or an error of the system
 */
export async function readBounded(path: string, most: number, also?: 'or pipe'): Promise<string> {
  // A pipe without a writer must not hold the process when it is opened.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(fd);
    const isPipe = stats.isFIFO() || stats.isSocket();
    if (stats.isDirectory()) throw usageError(`${path} is a folder`, 'name a file');
    if (!stats.isFile() && !(isPipe && also))
      throw usageError(`${path} is not a regular file`, 'name a file');
    const deadline = isPipe ? performance.now() + PIPE_MS : 0;
    const bytes = await readAll(fd, { path, most, deadline });
    const text = bytes.toString('utf8');
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  } finally {
    closeSync(fd);
  }
}

interface ReadLimits {
  readonly path: string;
  /** The most bytes. */
  readonly most: number;
  /** Until when more may come; 0: the end of what there is is the end. */
  readonly deadline: number;
}

async function readAll(fd: number, { path, most, deadline }: ReadLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let size = 0; ;) {
    const chunk = readChunk(fd);
    const isOver = chunk?.length === 0 && (size > 0 || deadline === 0);
    if (isOver) return Buffer.concat(chunks);
    if (chunk && chunk.length > 0) {
      chunks.push(chunk);
      if ((size += chunk.length) > most)
        throw usageError(`${path} is larger than ${most} bytes`, 'check that it is the right file');
      continue;
    }
    if (performance.now() > deadline)
      throw usageError(`nothing came from the pipe ${path}`, 'check the command that writes to it');
    await sleep(POLL_MS);
  }
}

/** Undefined where a writer is there and has written nothing yet. */
function readChunk(fd: number): Buffer | undefined {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if (isCode(error, 'EAGAIN')) return undefined;
    throw error;
  }
}
