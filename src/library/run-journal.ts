/** The journal of a program's runs: one file, to which each run adds its part. */
import { exitCodeOf } from '../contract/exit-codes.js';
import type { Options, Outcome, Provider, Revoker } from '../contract/provider.js';
import { usageError } from '../contract/errors.js';
import { version } from '../command-line/version.js';
import type { Session } from '../context/session.js';
import { placesOf } from '../engine/run-lane.js';
import { createTally } from '../engine/tally.js';
import type { ProcessIdentity } from '../runtime/world.js';

/** What a createRevoke knows of its journal between its runs. */
export interface JournalState {
  readonly path: string;
  /** A run of this program has begun it: the next ones add to it. */
  isBegun: boolean;
  isOpen: boolean;
}

interface JournalledRun {
  readonly provider: Provider;
  readonly revoker: Revoker;
  readonly options: Options;
  readonly context: Session['context'];
  readonly self: ProcessIdentity;
  readonly isBulk: boolean;
}

/** Opens the part of one run. Throws a usage error where the file cannot be begun, or is in use. */
export async function openRunJournal(state: JournalState, run: JournalledRun) {
  const { path } = state;
  if (state.isOpen) {
    throw usageError(
      `another run writes the journal ${path}`,
      'wait for its end, or give each run a createRevoke with a journal of its own',
      'journal_in_use',
    );
  }
  state.isOpen = true;
  try {
    const journal = await start(state, run);
    state.isBegun = true;
    return tallied(journal, () => (state.isOpen = false));
  } catch (error) {
    state.isOpen = false;
    throw error;
  }
}

async function start({ path, isBegun }: JournalState, run: JournalledRun) {
  const { provider, revoker, options, context, self, isBulk } = run;
  const { startJournal } = await import('../journal/journal-file.js');
  const { termsOf } = await import('../journal/terms.js');
  const journal = await startJournal({
    world: { clock: context.clock, self },
    path,
    prior: undefined,
    isAdded: isBegun,
    head: {
      version,
      command: ['createRevoke', provider.id],
      providers: placesOf(revoker).map((place) => ({ provider: provider.id, ...place })),
      terms: termsOf({ provider, options, revoker }),
      sources: [{ kind: 'stream', name: 'the program' }],
    },
    isBulk,
    stateDir: context.stateDir,
    wait: { sleep: (ms) => context.clock.sleep(ms) },
    warn: context.log.warn,
  });
  if (!journal) throw new Error('a journal with a path is always opened');
  return journal;
}

type Journal = Awaited<ReturnType<typeof start>>;

function tallied(journal: Journal, onClosed: () => void) {
  const tally = createTally();
  return {
    journal,
    count: (outcomes: readonly Outcome[]) => outcomes.forEach(tally.count),
    onLoginRefused: tally.loginRefused,
    /** @param isWhole the run came to its end: only then does its part have one */
    async close(isWhole: boolean): Promise<void> {
      const { unsettled } = tally;
      const exit = exitCodeOf(tally.ending());
      const end = { exit, counts: tally.known(), ...(unsettled > 0 && { open: unsettled }) };
      try {
        await journal.close(isWhole ? end : undefined);
      } finally {
        onClosed();
      }
    },
  };
}
