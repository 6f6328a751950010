/** Where the journal of a run lies, and how it is opened. */
import { isCode, isRevokeError, usageError } from '../contract/errors.js';
import { join, resolve } from 'node:path';
import { mkdir, unlink, stat, readdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { World } from '../runtime/world.js';
import type { JournalHeader } from './format.js';
import { assertSame, type PriorRun } from './reader.js';
import { type Journal, openJournal, unwritable } from './writer.js';
import type { SourceNote } from '../input/source-note.js';

export interface JournalRequest {
  readonly world: Pick<World, 'clock' | 'self'>;
  /** Undefined: one of our own under the state folder. */
  readonly path: string | undefined;
  readonly priorRun: PriorRun | undefined;
  readonly header: Omit<JournalHeader, 'version' | 'started_at'>;
  readonly stateDir: string;
  readonly warn: (text: string) => void;
}

/** Opens the record of this run; where our own cannot be written that is a warning. */
export async function startJournal(request: JournalRequest): Promise<Journal | undefined> {
  const { world, priorRun } = request;
  const startedAt = new Date(world.clock.now()).toISOString();
  const header: JournalHeader = {
    version: 1,
    ...request.header,
    sources: request.header.sources.map(withFullPath),
    started_at: startedAt,
  };
  const open = (path: string) => openJournal(path, header, world.clock.now, world.self, priorRun);
  if (request.path !== undefined) {
    if (priorRun) assertSame(priorRun.header, header, request.path);
    try {
      return await open(request.path);
    } catch (error) {
      if (isRevokeError(error)) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? 'unwritable';
      if (FULL.has(code)) throw unwritable(request.path, error);
      throw usageError(
        `cannot write the journal ${request.path}: ${code}`,
        'name another with --journal',
      );
    }
  }
  const folder = join(request.stateDir, 'journals');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await prune(folder);
    const stamp = startedAt.slice(0, 19).replaceAll(/[-:]/g, '');
    return await open(
      join(folder, `${stamp}Z-${header.provider}-${randomBytes(3).toString('hex')}.jsonl`),
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    request.warn(
      `no journal is kept: ${folder} cannot be written (${code}); --no-journal silences this`,
    );
    return undefined;
  }
}

/** The name is right, and the disk is not. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);
const KEPT = 20;

/** Leaves room for one more of the newest twenty. */
async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  if (names.length < KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, age: (await stat(path).catch(goneAlready))?.mtimeMs ?? 0 };
    }),
  );
  aged.sort((a, b) => a.age - b.age);
  const locked = new Set((await readdir(folder)).filter((name) => name.endsWith('.lock')));
  for (const { path } of aged.slice(0, aged.length - KEPT + 1)) {
    if (!locked.has(`${path.slice(folder.length + 1)}.lock`)) await unlink(path).catch(goneAlready);
  }
}

/** Another run that starts now may prune as well. */
function goneAlready(error: unknown): undefined {
  if (!isCode(error, 'ENOENT')) throw error;
}

function withFullPath(source: SourceNote): SourceNote {
  return source.kind === 'file' ? { ...source, path: resolve(source.path) } : source;
}
