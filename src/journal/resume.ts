/** Where the record of a run lies, and how a later run takes it up again. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isCode, isRevokeError, usageError } from '../contract/errors.js';
import {
  openJournal,
  unwritable,
  type Journal,
  type JournalHeader,
  type SourceNote,
} from './writer.js';
import { assertSame, readJournal, type PriorRun } from './reader.js';
import type { World } from '../runtime/world.js';

/** Opens the journal of an earlier run. Throws a usage fault where there is none. */
export async function readPriorRun(path: string): Promise<PriorRun> {
  try {
    return await readJournal(path);
  } catch (error) {
    if (isRevokeError(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw usageError(
      `cannot read the journal ${path}: ${code}`,
      'name the file that the run named at its end',
    );
  }
}

/** The files of the earlier run; a stream that it read must be given again. */
export function filesOf(priorRun: PriorRun, given: readonly string[]): readonly string[] {
  const named = new Set(given.map((path) => resolve(path)));
  const streams = priorRun.header.sources.filter(({ kind }) => kind === 'stream');
  if (streams.length > 0 && given.length === 0) {
    throw usageError(
      `the targets of this journal came from ${streams.map((one) => ('name' in one ? one.name : '')).join(', ')}`,
      'give the same targets again: ... | revoke <provider> - --resume <journal>',
    );
  }
  return priorRun.header.sources.flatMap((source) =>
    source.kind === 'file' && !named.has(source.path) ? [source.path] : [],
  );
}

/** Refuses a file that is not what the earlier run read. */
export function assertUnchanged(priorRun: PriorRun, now: readonly SourceNote[]): void {
  for (const before of priorRun.header.sources) {
    if (before.kind !== 'file') continue;
    const after = now.find(
      (source) => source.kind === 'file' && resolve(source.path) === before.path,
    );
    if (after?.kind === 'file' && after.sha256 === before.sha256) continue;
    throw usageError(
      `${before.path} changed since the journal was begun`,
      'restore it, or start anew without --resume',
      'input_changed',
    );
  }
}

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
