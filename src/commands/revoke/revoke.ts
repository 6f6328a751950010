/** One revoking command: what was asked → permission → the engine → what happened → exit code. */
import { execute } from './execute.js';
import { SIGNAL_CODES } from './interrupt.js';
import { openCommand } from '../open-command.js';
import { assertCanAsk, ask, promptLines } from './confirm.js';
import { isRevokeError, unforeseenError, usageError } from '../../contract/errors.js';
import { endingOf, exitCodeOf } from '../../contract/exit-codes.js';
import { collectTargets, fromArguments } from './collect-targets.js';
import { assertNotCommandName } from './typed-words.js';
import type { RevokeArguments } from '../../command-line/command-tree.js';
import { hasNoFindings, settleRows } from './list-rows.js';
import { readLimits, type Invocation } from './invocation.js';
import { describeRun, loadPriorRun, openRunJournal, withPriorTerms } from './open-journal.js';
import type { ContinuedRun } from '../../journal/resume.js';
import { prepareRun } from '../../engine/prepare-run.js';
import type { Provider, Revoker } from '../../contract/provider.js';
import type { TargetSource } from '../../input/target-source.js';
import { kebab } from '../../context/option-values.js';
import { guardShapes, readGuard } from '../../input/shape-guard.js';
import type { Output } from '../../output/output.js';
import type { World } from '../../runtime/world.js';

/** Runs `revoke <provider> …` and resolves with the exit code. Faults before the run are thrown. */
export async function revokeCommand(world: World, args: RevokeArguments): Promise<number> {
  const command = await openCommand(world, args.provider, args);
  const { output, session, stop } = command;
  try {
    const invocation = { world, args, ...command, limits: readLimits(command.options) };
    const priorRun = await loadPriorRun(invocation);
    try {
      return await revoke(invocation, priorRun);
    } finally {
      priorRun?.lock?.release();
    }
  } catch (caught) {
    const error = isRevokeError(caught) ? caught : unforeseenError(caught);
    await output.printError(error);
    return exitCodeOf(endingOf(error));
  } finally {
    // A pipe that is still open would keep the process.
    stop.abort();
    await session.close();
  }
}

async function revoke(command: Invocation, priorRun: ContinuedRun | undefined): Promise<number> {
  const invocation = { ...command, options: withPriorTerms(command.options, priorRun) };
  const { world, args, options, session } = invocation;
  const { provider } = args;
  const asks = !options.flag('force') && !options.flag('dryRun');
  const { max } = invocation.limits;
  const given = await collectTargets(invocation, priorRun);
  if (hasNoFindings(given, command)) return exitCodeOf('done');
  const isTyped = given.count === 0 && !given.mayBeEmpty();
  if (isTyped) settleRows(given, undefined, invocation);
  const typed = isTyped ? await typedTargets(invocation, asks) : { input: given };
  if ('code' in typed) return typed.code;
  const { input } = typed;
  const isBulk = input.count === undefined || input.count > 1 || priorRun !== undefined;
  if (!isBulk) {
    session.expectOne();
    session.beforeConnect(world.useBaselineCompiler);
  }
  if (asks) assertCanAsk(world, invocation.isJson);
  if (max !== undefined && (await input.hasMoreThan(max))) {
    throw usageError(
      `there are more than ${max} targets`,
      `raise --max, or give fewer targets`,
      'too_many_targets',
    );
  }
  const revoker = await provider.open(session.context, options);
  assertNotCommandName(args, revoker.reservedNames ?? new Set());
  settleRows(input, revoker, invocation);
  const head = await describeRun(invocation, { revoker, input, priorRun });
  const prepared = await prepareRun([{ provider, revoker, network: session.network }], {
    clock: world.clock,
    signal: invocation.stop.signal,
    verify: verifyMode(invocation),
    verifyMs: invocation.limits.verifyTimeoutMs,
    dryRun: options.flag('dryRun'),
    count: input.count,
  });
  const refused = asks ? await askPerson(invocation, { revoker, input }) : undefined;
  if (refused !== undefined) return refused;
  const journal = options.flag('dryRun')
    ? undefined
    : await openRunJournal(invocation, { priorRun, head, isBulk });
  return execute(invocation, { revoker, run: prepared.run, input, journal, priorRun, isBulk });
}

/** What a person types; what the provider lacks is said before, so that nobody types in vain. */
async function typedTargets(
  invocation: Invocation,
  asks: boolean,
): Promise<{ readonly input: TargetSource } | { readonly code: number }> {
  const { world, args, options, session } = invocation;
  const { provider } = args;
  if (!canType(invocation)) throw nothingGiven(invocation);
  if (asks) assertCanAsk(world, invocation.isJson);
  await provider.open(session.context, options);
  const { typeSecrets } = await import('./type-secrets.js');
  const target = guardShapes(provider, await readGuard(provider, session.context, options));
  const { end, targets } = await typeSecrets(world, { target }, session.context.mask);
  if (end !== 'done') {
    invocation.output.printMessage('Nothing was revoked.');
    return { code: SIGNAL_CODES[end] };
  }
  if (targets.length === 0) throw noneTyped(provider);
  return { input: fromArguments(targets) };
}

/** A terminal that stays empty looks like a program that hangs. Ends with what it returns. */
function sayAfterAWhile({ stderr, env }: World, { live }: Output, text: string): () => void {
  const draws = stderr.isTTY && env['TERM'] !== 'dumb';
  const timer = setTimeout(() => (draws ? live.draw(() => text) : undefined), 1000);
  return () => {
    clearTimeout(timer);
    live.stop();
  };
}

/** Resolves with the exit code where the answer is not yes. */
async function askPerson(
  { world, args, options, output, limits }: Invocation,
  { revoker, input }: { readonly revoker: Revoker; readonly input: TargetSource },
): Promise<number | undefined> {
  const { max } = limits;
  const { noun } = args.provider.target;
  const hideWait = sayAfterAWhile(world, output, `Checking each ${noun} before the question …`);
  // Nothing was sent that changes anything, so that a signal ends it at once.
  const off = world.onSignal((name) => {
    hideWait();
    output.printMessage(`${name}: nothing was revoked.`);
    world.killSelf(name);
  });
  const checked = options.isOff('verify') ? undefined : revoker.preview?.(input.sample);
  const preview = await Promise.resolve(checked).finally(() => {
    hideWait();
    off();
  });
  const lines = promptLines({ revoker, input, noun, max, preview });
  const answer = await ask(world, lines, input.count ?? max ?? 0);
  if (answer === 'yes') return undefined;
  output.printMessage('Nothing was revoked.');
  return answer === 'interrupted' ? SIGNAL_CODES.SIGINT : exitCodeOf('declined');
}

function verifyMode({ args, options }: Invocation): 'always' | 'default' | 'never' {
  if (options.flag('verify')) return 'always';
  return args.values['verify'] === false ? 'never' : 'default';
}

/** Secrets are asked for where a person is there to type them. */
function canType({ world, args }: Invocation): boolean {
  return args.provider.target.secret === true && world.stdin.isTTY && world.stderr.isTTY;
}

/** The provider's own options that name targets: `--client-id, --revocation-key or --channel; `. */
function howToName({ target, options }: Provider): string {
  const names = target.kinds.map(({ name }) => `--${kebab(name)}`);
  const known = names.filter((name) => options.some(({ flags }) => flags.split(' ')[0] === name));
  const last = known.at(-1);
  return last === undefined ? '' : `give ${known.slice(0, -1).join(', ')} or ${last}; `;
}

/** Where none of several lines was accepted, each has been answered with the reason. */
function noneTyped({ target }: Provider) {
  const hint = 'run this again, and give one on each line';
  return usageError(`nothing to revoke: no ${target.noun} was accepted`, hint, 'no_targets');
}

function nothingGiven({ args, options }: Invocation) {
  const { target, examples } = args.provider;
  const isList = options.list('from').length > 0 || args.operands.includes('-');
  const what = isList ? `the list has no ${target.noun}` : `no ${target.noun} was given`;
  return usageError(
    `nothing to revoke: ${what}`,
    `${howToName(args.provider)}for example: ${examples[0]?.command}`,
    'no_targets',
  );
}
