/** The journal of a revoking command: the one it writes, and the one it continues. */
import { statSync, type Stats } from 'node:fs';
import { isCode, usageError } from '../../contract/errors.js';
import type { Options, Outcome, Revoker } from '../../contract/provider.js';
import { placesOf } from '../../engine/run-lane.js';
import type { TargetSource } from '../../input/target-source.js';
import type { Terms } from '../../journal/format.js';
import { termsOf } from '../../journal/terms.js';
import type { JournalRequest } from '../../journal/journal-file.js';
import type { ContinuedRun } from '../../journal/resume.js';
import type { Journal } from '../../journal/writer.js';
import { version } from '../../command-line/version.js';
import type { Invocation } from './invocation.js';

/** The earlier run that --resume names. Nobody else writes to its journal until it is released. */
export async function loadPriorRun(invocation: Invocation): Promise<ContinuedRun | undefined> {
  const { world, options } = invocation;
  const run = options.text('resume');
  const journal = options.text('journal');
  if (journal !== undefined) assertCanBeJournal(journal, '--journal');
  if (run === undefined) return undefined;
  if (journal !== undefined) {
    throw usageError('--resume continues its own journal', 'omit --journal');
  }
  const path = await pathOfRun(run, invocation.session.context.stateDir);
  assertCanBeJournal(path, '--resume');
  const { continueRun } = await import('../../journal/resume.js');
  return continueRun(path, {
    self: world.self,
    isDryRun: options.flag('dryRun'),
    wait: lockWait(invocation),
  });
}

/** The journal of a run by its path or its short id. */
async function pathOfRun(run: string, stateDir: string): Promise<string> {
  const isId = /^[a-z0-9]{3,}$/.test(run) && !statSync(run, { throwIfNoEntry: false });
  if (!isId) return run;
  const { findJournal } = await import('../../record/runs.js');
  const { journalFolder } = await import('../../journal/journal-file.js');
  return findJournal(journalFolder(stateDir), run);
}

/** A device keeps nothing, and a pipe would be waited for without an end. */
function assertCanBeJournal(path: string, option: string): void {
  let stats: Stats | undefined;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Opening it says why it cannot be opened.
    if (isCode(error, 'EACCES', 'ELOOP', 'ENAMETOOLONG')) return;
    throw error;
  }
  if (!stats || stats.isFile()) return;
  const what = stats.isDirectory() ? 'a folder' : 'not a regular file';
  const hint =
    option === '--journal'
      ? 'give a new file; --no-journal writes none'
      : 'give the path of a journal';
  throw usageError(`${option} ${path} is ${what}`, hint);
}

function lockWait({ world, output }: Invocation) {
  return {
    sleep: (ms: number) => world.clock.sleep(ms),
    onWait: (host: string | undefined, seconds: number) =>
      output.printMessage(
        `The journal is locked${host === undefined ? '' : ` by a process on ${host}`}: waiting up to ${seconds} s for it.`,
      ),
  };
}

/** The options that were given; where they decide what is revoked, those of the first run too. */
export function withPriorTerms(options: Options, priorRun: ContinuedRun | undefined): Options {
  const terms: Terms = priorRun?.head.terms ?? {};
  if (Object.keys(terms).length === 0) return options;
  const term = (name: string) => (Object.hasOwn(terms, name) ? terms[name] : undefined);
  return {
    text(name) {
      const prior = term(name);
      return options.text(name) ?? (typeof prior === 'string' ? prior : undefined);
    },
    list(name) {
      const given = options.list(name);
      const prior = term(name);
      return given.length === 0 && Array.isArray(prior) ? (prior as readonly string[]) : given;
    },
    flag: (name) => options.flag(name) || term(name) === true,
    isOff: (name) => options.isOff(name),
  };
}

export interface RunParts {
  readonly revoker: Revoker;
  readonly input: TargetSource;
  readonly priorRun: ContinuedRun | undefined;
}

/** What a journal is bound to. Throws a usage error where the earlier run was bound to something else. */
export async function describeRun(invocation: Invocation, { revoker, input, priorRun }: RunParts) {
  const { world, args, options, mask } = invocation;
  const shard = options.text('shard') ?? priorRun?.head.shard;
  const described = {
    version,
    command: commandOf(world.argv, mask),
    again: args.given.map(mask),
    providers: placesOf(revoker).map((place) => ({ provider: args.provider.id, ...place })),
    terms: termsOf({ provider: args.provider, options, revoker }),
    sources: input.origins,
    ...(shard !== undefined && { shard }),
  };
  if (priorRun) {
    const { assertSame } = await import('../../journal/join-heads.js');
    assertSame(priorRun.head, described, priorRun.path);
  }
  return described;
}

const MOST_WORDS = 100;

/** A command line may hold thousands of targets: they stand in the sources. */
function commandOf(argv: readonly string[], mask: (text: string) => string): readonly string[] {
  const words = ['revoke', ...argv.slice(0, MOST_WORDS)].map(mask);
  return argv.length > MOST_WORDS ? [...words, '…'] : words;
}

/** What is known already is reported first: each as skipped, with what became of it. */
export async function reportPriorOutcomes(
  priorRun: ContinuedRun,
  report: (outcomes: readonly Outcome[]) => Promise<void> | undefined,
): Promise<void> {
  let several: Outcome[] = [];
  for await (const known of priorRun.outcomes()) {
    several.push({ ...known, status: 'skipped', journaled_status: known.status });
    if (several.length < AT_ONCE) continue;
    await report(several);
    several = [];
  }
  if (several.length > 0) await report(several);
}

const AT_ONCE = 256;

/** What the journal leaves open and the input did not hold this time: it is not forgotten. */
export async function reportNotGiven(
  { world, args }: Pick<Invocation, 'world' | 'args'>,
  { priorRun, input }: Pick<RunParts, 'priorRun' | 'input'>,
  report: (outcomes: readonly Outcome[]) => Promise<void> | undefined,
): Promise<void> {
  const { seen } = input;
  if (!priorRun || !seen) return;
  for (const [key, { target, status }] of priorRun.open()) {
    if (seen.has(key)) continue;
    const error = {
      code: 'not_given',
      message: 'the journal has no final result for it, and the input does not contain it',
      hint: 'give the same targets again',
    };
    await report([
      {
        provider: args.provider.id,
        target: target ?? key,
        status: 'skipped',
        at: new Date(world.clock.now()).toISOString(),
        journaled_status: status,
        error,
      },
    ]);
  }
}

interface NewJournal {
  readonly priorRun: ContinuedRun | undefined;
  readonly head: JournalRequest['head'];
  readonly isBulk: boolean;
}

/** The journal of this run; none where --no-journal leaves it out. */
export async function openRunJournal(
  invocation: Invocation,
  { priorRun, head, isBulk }: NewJournal,
): Promise<Journal | undefined> {
  const { world, args, options, session, output } = invocation;
  const path = priorRun?.path ?? options.text('journal');
  if (path === undefined && args.values['journal'] === false) return undefined;
  const { startJournal } = await import('../../journal/journal-file.js');
  return startJournal({
    world,
    path,
    prior: priorRun,
    head,
    isBulk,
    stateDir: session.context.stateDir,
    wait: lockWait(invocation),
    warn: output.log.warn,
  });
}
