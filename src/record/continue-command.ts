/** The command that continues a run, from what its journal says of itself. */
import type { JournalHead } from '../journal/format.js';
import { resumeCommand } from '../output/summary.js';

/** @param head of the last part. Undefined where the run cannot be continued. */
export function lastHeadCommand(head: JournalHead, path: string): string | undefined {
  if (head.action !== undefined) return undefined;
  const [, provider] = head.command;
  const known = head.providers.some((note) => note.provider === provider);
  const word = known && provider !== undefined ? provider : head.providers[0]?.provider;
  if (word === undefined) return undefined;
  const run = path.endsWith(`-${head.id}.jsonl`) ? head.id : path;
  return resumeCommand({
    provider: word,
    given: head.again ?? [],
    journal: run,
    sources: head.sources,
  });
}
