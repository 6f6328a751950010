/** `revoke log`: what was revoked, when and by whom; what is unfinished; whether anything was changed. */
import { stateFolder } from '../../context/config-file.js';
import { optionsOf } from '../../context/option-values.js';
import { isRevokeError, unforeseenError, usageError } from '../../contract/errors.js';
import { endingOf, exitCodeOf } from '../../contract/exit-codes.js';
import type { Options } from '../../contract/provider.js';
import { journalFolder } from '../../journal/journal-file.js';
import { formatOf } from '../../output/format.js';
import { createOutput } from '../../output/output.js';
import type { World } from '../../runtime/world.js';
import { readFilters } from './filters.js';
import type { LogCommand } from './log-command.js';

export async function log(
  world: World,
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const options = optionsOf(values);
  const format = formatOf(options, ['table']);
  const output = createOutput(world, { format, verbose: true, redactor: world.redactor });
  const folder = journalFolder(stateFolder(world));
  const command: LogCommand = { world, options, format, output, folder };
  try {
    return await run(command, words);
  } catch (caught) {
    const error = isRevokeError(caught) ? caught : unforeseenError(caught);
    await output.printError(error);
    return exitCodeOf(endingOf(error));
  }
}

async function run(command: LogCommand, words: readonly string[]): Promise<number> {
  const { options, world } = command;
  const [first, ...rest] = words;
  if (first === 'verify') {
    assertOnly(options, ['expect']);
    if (rest.length > 1) throw tooMany();
    return (await import('./verify-record.js')).verifyRecord(command, rest[0]);
  }
  if (first === 'prune') {
    assertOnly(options, ['olderThan', 'force']);
    if (rest.length > 0) throw tooMany();
    return (await import('./prune-record.js')).pruneRecord(command);
  }
  if (rest.length > 0) throw tooMany();
  assertOnly(options, ['since', 'until', 'provider', 'status', 'unfinished']);
  const filters = readFilters(options, world.clock.now());
  if (first === undefined) return (await import('./list-runs.js')).showRuns(command, filters);
  return (await import('./show-run.js')).showRun(command, first, filters);
}

const OPTIONS: Readonly<Record<string, string>> = {
  since: '--since',
  until: '--until',
  provider: '--provider',
  status: '--status',
  unfinished: '--unfinished',
  expect: '--expect',
  olderThan: '--older-than',
  force: '--force',
};

/** An option of another part of the command would be passed over in silence. */
function assertOnly(options: Options, names: readonly string[]): void {
  for (const [name, flag] of Object.entries(OPTIONS)) {
    const isGiven = options.text(name) !== undefined || options.flag(name);
    if (isGiven && !names.includes(name)) {
      throw usageError(`${flag} does not go with this`, 'revoke log --help');
    }
  }
}

function tooMany() {
  return usageError('one run at a time', 'revoke log <run>');
}
