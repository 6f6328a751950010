/** The record of a revoking command: the journal it writes, and the one it goes on with. */
import { usageError } from '../../contract/errors.js';
import type { Job } from './invocation.js';
import type { Journal } from '../../journal/writer.js';
import type { Past } from '../../journal/reader.js';
import type { Output } from '../../output/output.js';
import type { Options, Outcome, Revoker } from '../../contract/provider.js';
import type { Input } from '../../input/target-source.js';

/** The earlier run that --resume names. */
export async function pastOf(options: Options): Promise<Past | undefined> {
  const path = options.text('resume');
  if (path === undefined) return undefined;
  if (options.text('journal') !== undefined) {
    throw usageError('--resume goes on in its own journal', 'leave --journal out');
  }
  return (await import('../../journal/resume.js')).openPast(path);
}

/** What is known already is told first: each as skipped, with what became of it. */
export async function tellPast(
  past: Past,
  output: Output,
  deliver: (outcomes: readonly Outcome[], lines: readonly string[]) => Promise<void> | undefined,
): Promise<void> {
  for await (const known of past.outcomes()) {
    const told: Outcome = { ...known, status: 'skipped', journaled_status: known.status };
    await deliver([told], [output.line(told)]);
  }
}

/** The journal of this run; none for one target, unless it was asked for. */
export async function journalOf(
  { world, asked, options, session, output }: Job,
  revoker: Revoker,
  input: Input,
  past: Past | undefined,
  many: boolean,
): Promise<Journal | undefined> {
  const path = options.text('resume') ?? options.text('journal');
  if (path === undefined && (!many || asked.values['journal'] === false)) return undefined;
  const { startJournal } = await import('../../journal/resume.js');
  const as = options.text('as') ?? past?.header.as;
  const shard = options.text('shard') ?? past?.header.shard;
  return startJournal({
    world,
    path,
    past,
    header: {
      provider: asked.provider.id,
      endpoint: revoker.endpoint,
      scope: revoker.scope,
      sources: input.notes,
      ...(as !== undefined && { as }),
      ...(shard !== undefined && { shard }),
    },
    stateDir: session.context.stateDir,
    warn: output.log.warn,
  });
}
