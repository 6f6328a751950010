/** `revoke log prune`: deletes finished runs, after a question, and leaves a record of it. */
import { hostname } from 'node:os';
import { usageError } from '../../contract/errors.js';
import { exitCodeOf } from '../../contract/exit-codes.js';
import { durationMs } from '../../contract/time.js';
import { mayBePruned, prune } from '../../record/prune.js';
import { listRuns } from '../../record/list-runs.js';
import { ask, assertCanAsk } from '../revoke/confirm.js';
import type { LogCommand } from './log-command.js';
import { timeText } from '../../record/texts.js';
import { userName } from '../../runtime/user-name.js';

export async function pruneRecord(command: LogCommand): Promise<number> {
  const { world, folder, options, format, output } = command;
  const age = durationMs(options.text('olderThan') ?? '');
  if (age === undefined) {
    throw usageError('--older-than is not an age', 'revoke log prune --older-than 90d');
  }
  const now = world.clock.now();
  const old = await listRuns(folder, world.self, { until: now - age });
  const runs = old.filter(mayBePruned);
  const kept = old.length - runs.length;
  if (kept > 0) {
    output.printMessage(
      `${runCount(kept, 'older ')} kept: unfinished, or with a target that is active or unknown.`,
    );
  }
  if (runs.length > 0 && !options.flag('force')) {
    assertCanAsk(world, format !== 'text');
    const lines = [
      `${runCount(runs.length, 'finished ')} of ${timeText(runs.at(-1)?.startedAt)} to ${timeText(runs[0]?.startedAt)} (UTC) will be deleted for good.`,
      'What they came to, and their hashes, are written down.',
    ];
    const answer = await ask(world, lines, 1);
    if (answer === 'interrupted') return 130;
    if (answer === 'no') {
      output.printMessage('Nothing was deleted.');
      return exitCodeOf('declined');
    }
  }
  const by = { at: new Date(now).toISOString(), user: userName() ?? null, host: hostname() };
  const gone = runs.length === 0 ? [] : await prune(runs, { folder, self: world.self, by });
  await output.report({
    json: { pruned: gone.map(({ id }) => id), kept },
    text: [`${runCount(gone.length)} deleted.`],
  });
  return 0;
}

function runCount(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'run' : 'runs'}`;
}
