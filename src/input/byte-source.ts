/** The bytes of the input: regular files, which can be read again, and streams, which cannot. */
import {
  createReadStream,
  fstat as fstatWithCallback,
  fstatSync,
  open as openWithCallback,
  read as readWithCallback,
  type BigIntStats,
} from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { descriptorOf } from './descriptor-path.js';
import { isCode, usageError, type RevokeError } from '../contract/errors.js';
import { shownName } from '../contract/secret-name.js';
import { unreadable } from '../files/unreadable.js';

export interface StreamOptions {
  readonly stdin: NodeJS.ReadableStream & { readonly fd?: number };
  /** Once aborted a stream is read no further. */
  readonly signal: AbortSignal;
}

const openDescriptor = promisify(openWithCallback);

const CHUNK_BYTES = 16 * 1024;

export interface RegularFile {
  readonly stats: BigIntStats;
  /** Reads it, every time the same part of it. */
  open(): AsyncIterable<Buffer>;
  stat(): Promise<BigIntStats>;
}

/** A regular file, stdin included; undefined for pipes, terminals and the like. */
export async function regularFile(
  from: string,
  stdinFd: number | undefined,
): Promise<RegularFile | undefined> {
  const fd = from === '-' ? stdinFd : descriptorOf(from);
  if (fd !== undefined) return descriptorFile(fd);
  if (from === '-') return undefined;
  let stats: BigIntStats;
  try {
    stats = await stat(from, { bigint: true });
  } catch (error) {
    throw unreadableInput(from, error);
  }
  if (stats.isDirectory()) throw usageError(`--from ${from} is a folder`, 'name a file of targets');
  if (!stats.isFile()) return undefined;
  return {
    stats,
    stat: () => stat(from, { bigint: true }),
    open: () => piecesOf(from, from),
  };
}

const statOf = promisify(fstatWithCallback) as (
  fd: number,
  options: { bigint: true },
) => Promise<BigIntStats>;
const readFrom = promisify(readWithCallback);

/**
 * A file that somebody opened for us. It is read from its own offset, which others may have moved,
 * and left where reading ended; what was read can be read again.
 */
async function descriptorFile(fd: number): Promise<RegularFile | undefined> {
  let stats: BigIntStats;
  try {
    stats = await statOf(fd, { bigint: true });
  } catch (error) {
    if (isCode(error, 'EBADF', 'EPERM', 'EACCES')) return undefined;
    throw error;
  }
  if (!stats.isFile()) return undefined;
  let start: number | undefined;
  return {
    stats,
    stat: () => statOf(fd, { bigint: true }),
    async *open() {
      let position: number | null = start ?? null;
      let bytes = 0;
      for (;;) {
        const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
        const { bytesRead } = await readFrom(fd, buffer, 0, CHUNK_BYTES, position).catch(
          (error: unknown) => {
            throw unreadableInput('stdin', error);
          },
        );
        if (bytesRead === 0) break;
        bytes += bytesRead;
        if (position !== null) position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      // The position of a descriptor cannot be asked for, but at the end of the file it is known.
      start ??= Number((await statOf(fd, { bigint: true })).size) - bytes;
    },
  };
}

/** @param shown what an error calls it */
async function* piecesOf(path: string, shown: string): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
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
  } catch (error) {
    throw unreadableInput(shown, error);
  } finally {
    await handle?.close();
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
    throw unreadableInput(path, error);
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
  let giveUp: () => void = () => undefined;
  signal.addEventListener('abort', () => giveUp(), { once: true });
  while (!signal.aborted) {
    // Not Promise.race: what is raced against for ever keeps every piece that was read.
    const next = await new Promise<IteratorResult<Buffer> | undefined>((resolve, reject) => {
      giveUp = () => resolve(undefined);
      pieces.next().then(resolve, reject);
    });
    if (!next || next.done) return;
    yield next.value;
  }
}

function unreadableInput(path: string, error: unknown): RevokeError {
  const hint = 'check the path and its permissions; for one target leave --from out';
  return unreadable(shownName(path), error, hint);
}
