/** One revoking command: what was asked → permission → the engine → what happened → exit code. */
import { carryOut, SIGNAL_CODES } from './execute.js';
import { openCommand } from '../open-command.js';
import { assertCanAsk, ask, promptLines } from './confirm.js';
import { isRevokeError, usageError } from '../../contract/errors.js';
import { gather, handful, refuseNames, type Asked } from './collect-targets.js';
import { boundsOf, type Job } from './invocation.js';
import { journalOf, pastOf } from './open-journal.js';
import { prepare } from '../../engine/runner.js';
import type { World } from '../../runtime/world.js';

/** Runs `revoke <provider> …` and resolves with the exit code. Faults before the run are thrown. */
export async function revocation(world: World, asked: Asked): Promise<number> {
  const command = await openCommand(world, asked.provider, asked.values);
  const { output, session, stop } = command;
  try {
    return await revoke({ world, asked, ...command, bounds: boundsOf(command.options) });
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    await output.fault(error);
    return error.exit;
  } finally {
    // A pipe that is still open would keep the process.
    stop.abort();
    await session.close();
  }
}

async function revoke(job: Job): Promise<number> {
  const { world, asked, options, output, session } = job;
  const { provider } = asked;
  const asks = !options.flag('force') && !options.flag('dryRun');
  const { max } = job.bounds;
  const past = await pastOf(options);
  let input = await gather(world, asked, options, session.context, past);
  let isTyped = false;
  if (input.count === 0 && !input.sharded) {
    if (!canType(job)) throw nothingGiven(job);
    if (asks) assertCanAsk(world, job.isJson);
    const { typeSecrets } = await import('./type-secrets.js');
    const { end, targets } = await typeSecrets(world, provider, session.context.mask);
    if (end !== 'done') return SIGNAL_CODES[end];
    if (targets.length === 0) throw nothingGiven(job);
    input = handful(targets);
    isTyped = true;
  }
  const many = input.count === undefined || input.count > 1 || past !== undefined;
  if (!many) session.beforeConnect(world.preferQuickStart);
  if (asks) assertCanAsk(world, job.isJson);
  if (max !== undefined && (await input.exceeds(max))) {
    throw usageError(
      `there are more than ${max} targets`,
      `raise --max ${max}, or give fewer`,
      'too_many_targets',
    );
  }
  const revoker = await provider.open(session.context, options);
  refuseNames(asked, revoker.reservedNames ?? new Set());
  const runner = await prepare({
    provider,
    revoker,
    pacer: session.pacer,
    clock: world.clock,
    signal: job.stop.signal,
    proofMs: options.flag('verify') ? job.bounds.proofMs : undefined,
    count: input.count,
  });
  if (asks) {
    const answer = await ask(world, promptLines(revoker, input, provider.target.noun, max), {
      count: input.count ?? max ?? 0,
      isTyped,
    });
    if (answer === 'interrupted') return 130;
    if (answer === 'no') {
      output.say('Nothing was revoked.');
      return 5;
    }
  }
  const journal = options.flag('dryRun')
    ? undefined
    : await journalOf(job, revoker, input, past, many);
  return carryOut(job, { revoker, run: runner.run, input, journal, past, many });
}

/** Secrets are asked for where a person is there to type them. */
function canType({ world, asked }: Job): boolean {
  return asked.provider.target.secret === true && world.stdin.isTTY && world.stderr.isTTY;
}

function nothingGiven({ asked }: Job) {
  const { target, examples } = asked.provider;
  return usageError(
    `nothing to revoke: no ${target.noun} was given`,
    `for example: ${examples[0]?.command}`,
    'no_targets',
  );
}
