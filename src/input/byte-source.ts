/** The bytes of the input: regular files, which can be read again, and streams, which cannot. */
import { createReadStream, fstatSync, open as openWithCallback, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isCode, usageError, type RevokeError } from '../contract/errors.js';

export interface StreamOptions {
  readonly stdin: NodeJS.ReadableStream & { readonly fd?: number };
  /** Once aborted a stream is read no further. */
  readonly signal: AbortSignal;
}

const openDescriptor = promisify(openWithCallback);

const CHUNK_BYTES = 16 * 1024;

export interface RegularFile {
  readonly stats: BigIntStats;
  open(): AsyncIterable<Buffer>;
  stat(): Promise<BigIntStats>;
}

/** A regular file, stdin included; undefined for pipes, terminals and the like. */
export async function regularFile(
  from: string,
  stdinFd: number | undefined,
): Promise<RegularFile | undefined> {
  if (from === '-') {
    if (stdinFd === undefined) return undefined;
    const handle = await openFd(stdinFd);
    if (!handle) return undefined;
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) return undefined;
    return {
      stats,
      stat: () => handle.stat({ bigint: true }),
      open: () => piecesOf(handle, false),
    };
  }
  let stats: BigIntStats;
  try {
    stats = await stat(from, { bigint: true });
  } catch (error) {
    throw unreadable(from, error);
  }
  if (stats.isDirectory()) throw usageError(`--from ${from} is a folder`, 'name a file of targets');
  if (!stats.isFile()) return undefined;
  return {
    stats,
    stat: () => stat(from, { bigint: true }),
    async *open() {
      let handle: FileHandle;
      try {
        handle = await open(from, 'r');
      } catch (error) {
        throw unreadable(from, error);
      }
      yield* piecesOf(handle, true);
    },
  };
}

/** stdin by its descriptor, where the system lets it be opened a second time by name. */
async function openFd(fd: number): Promise<FileHandle | undefined> {
  try {
    const stats = await stat(`/dev/fd/${fd}`);
    return stats.isFile() ? await open(`/dev/fd/${fd}`, 'r') : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENXIO', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}

async function* piecesOf(handle: FileHandle, close: boolean): AsyncGenerator<Buffer> {
  try {
    for (let position = 0; ;) {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafe(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        position,
      );
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    if (close) await handle.close();
  }
}

/** Anything else, read until it ends or the signal aborts. */
export async function* streamOf(from: string, options: StreamOptions): AsyncGenerator<Buffer> {
  const { signal } = options;
  const stream = from === '-' ? (options.stdin as Readable) : await openStream(from);
  // An open pipe would keep the process until its other end is closed.
  const stop = () => void stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield* untilAborted(stream as AsyncIterable<Buffer>, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** A pipe is read as a socket is, so that giving up on it takes no thread with it. */
async function openStream(path: string): Promise<Readable> {
  let fd: number;
  try {
    fd = await openDescriptor(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!fstatSync(fd).isFIFO()) return createReadStream('', { fd, highWaterMark: CHUNK_BYTES });
  const { Socket } = await import('node:net');
  return new Socket({ fd, readable: true, writable: false });
}

async function* untilAborted(
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const pieces = stream[Symbol.asyncIterator]();
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    const next = await Promise.race([pieces.next(), stopped]);
    if (!next || next.done) return;
    yield next.value;
  }
}

function unreadable(name: string, error: unknown): RevokeError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return usageError(`cannot read ${name}: ${code}`, 'check the path and its permissions');
}
