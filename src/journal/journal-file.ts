/** Where the journal of a run lies: where the run was told to, or in the state folder. */
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isRevokeError, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { makeFolder } from '../files/make-folder.js';
import { takeLock, type LockWait } from '../files/lock-file.js';
import type { World } from '../runtime/world.js';
import { addFinishedRun, finishedRuns } from './finished-runs.js';
import type { SourceNote } from '../input/source-note.js';
import { FORMAT, type JournalHead } from './format.js';
import { heldByAnother, unwritable } from './journal-errors.js';
import type { ContinuedRun } from './resume.js';
import { optionalJournal } from './optional-journal.js';
import { openJournal, type Journal } from './writer.js';
import { userName } from '../runtime/user-name.js';

export interface JournalRequest {
  readonly world: Pick<World, 'clock' | 'self'>;
  /** Undefined: one of our own under the state folder. */
  readonly path: string | undefined;
  readonly prior: ContinuedRun | undefined;
  /** The file has parts of other runs, and this one adds its own. */
  readonly isAdded?: boolean;
  readonly head: Pick<
    JournalHead,
    'version' | 'command' | 'again' | 'action' | 'providers' | 'terms' | 'sources' | 'shard'
  >;
  /** Several targets: a part that may be long. */
  readonly isBulk: boolean;
  readonly stateDir: string;
  readonly wait: LockWait;
  readonly warn: (text: string) => void;
}

/** Opens the journal of this run; where our own cannot be written that is a warning. */
export async function startJournal(request: JournalRequest): Promise<Journal | undefined> {
  const { path, stateDir, warn } = request;
  if (path !== undefined) {
    try {
      return await open(path, request, newId());
    } catch (error) {
      if (isRevokeError(error)) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? 'unwritable';
      if (FULL.has(code)) throw unwritable(path, error);
      const why = systemWords(error);
      throw usageError(`cannot write the journal ${path}: ${why}`, 'name another with --journal');
    }
  }
  const folder = journalFolder(stateDir);
  try {
    makeFolder(folder);
    const id = newId();
    const stamp = timeText(request).slice(0, 19).replaceAll(/[-:]/g, '');
    const provider = request.head.providers[0]?.provider ?? 'revoke';
    const journal = await open(join(folder, `${stamp}Z-${provider}-${id}.jsonl`), request, id);
    return optionalJournal(journal, (error) =>
      warn(`the journal of this run is not whole: ${(error as Error).message}`),
    );
  } catch (error) {
    const why = systemWords(error);
    warn(`no journal is kept: cannot write ${folder}: ${why}; --no-journal silences this`);
    return undefined;
  }
}

/** Where the record of this user lies. */
export function journalFolder(stateDir: string): string {
  return join(stateDir, 'journals');
}

/** The name is right, and the disk is not. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

async function open(path: string, request: JournalRequest, id: string): Promise<Journal> {
  const { world, prior, isAdded, wait, isBulk, stateDir } = request;
  const lock = prior?.lock ?? (await takeLock(path, world.self, wait));
  if (!lock) throw heldByAnother(path);
  const folder = journalFolder(stateDir);
  const isOurs = dirname(resolve(path)) === resolve(folder);
  const finished = isOurs ? finishedRuns(folder) : undefined;
  const previous = finished?.hashes ?? [];
  const hash = isBulk ? (await import('node:crypto')).createHash('sha256') : undefined;
  const journal = openJournal({
    path,
    head: { ...headOf(request, id), ...(previous.length > 0 && { previous }) },
    now: world.clock.now,
    lock,
    prior,
    isAdded,
    hash,
    isBrief: !isBulk && request.path === undefined,
  });
  return finished ? chained(journal, finished.named, { folder, request }) : journal;
}

/** A journal of the record: the next run's head names how this one ended. */
function chained(
  journal: Journal,
  named: () => void,
  { folder, request }: { readonly folder: string; readonly request: JournalRequest },
): Journal {
  return {
    ...journal,
    async close(end) {
      const hash = await journal.close(end);
      named();
      if (hash !== undefined) addFinishedRun(folder, timeText(request), hash);
      return hash;
    },
  };
}

function headOf({ world, prior, head }: JournalRequest, id: string): JournalHead {
  const { sources, shard, ...rest } = head;
  const user = userName();
  return {
    format: FORMAT,
    id: prior?.head.id ?? id,
    ...(prior?.head.joins && { joins: prior.head.joins }),
    version: rest.version,
    started_at: new Date(world.clock.now()).toISOString(),
    ...(user !== undefined && { user }),
    host: hostname(),
    command: rest.command,
    ...(rest.again && rest.again.length > 0 && { again: rest.again }),
    ...(rest.action !== undefined && { action: rest.action }),
    providers: rest.providers,
    terms: rest.terms,
    sources: sources.map(withFullPath),
    ...(shard !== undefined && { shard }),
  };
}

function timeText({ world }: JournalRequest): string {
  return new Date(world.clock.now()).toISOString();
}

/** Short enough to be typed: eight letters and digits. */
function newId(): string {
  return Array.from({ length: 8 }, () => Math.floor(Math.random() * 36).toString(36)).join('');
}

function withFullPath(source: SourceNote): SourceNote {
  return source.kind === 'file' ? { ...source, path: resolve(source.path) } : source;
}
