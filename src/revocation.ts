/** One revoking command: what was asked → permission → the engine → what happened → exit code. */
import { assertCanAsk, ask, promptLines } from './confirm.js';
import { openSession, wireFrom, type Session } from './context.js';
import { isFault, usage } from './errors.js';
import { gather, refuseNames, type Asked } from './gather.js';
import type { Journal, Past } from './journal.js';
import { amount, count, formatOf, optionsOf } from './options.js';
import { createOutput, type Output } from './output.js';
import type { Options, Outcome, Revoker } from './provider.js';
import { createRedactor } from './redact.js';
import { prepare, type Runner } from './runner.js';
import type { Input } from './source.js';
import { createTally, type Tally } from './tally.js';
import type { SignalName, World } from './world.js';

/** Everything that one revoking command works with. */
interface Job {
  readonly world: World;
  readonly asked: Asked;
  readonly options: Options;
  readonly output: Output;
  readonly session: Session;
  /** Aborted: nothing new is started. */
  readonly stop: AbortController;
  readonly isJson: boolean;
  readonly bounds: Bounds;
}

interface Bounds {
  /** The most targets. */
  readonly max: number | undefined;
  readonly maxFailures: number | undefined;
  /** How long a proof is waited for. */
  readonly proofMs: number;
}

function boundsOf(options: Options): Bounds {
  const maxFailures = count(options, 'maxFailures', '--max-failures', 1);
  return {
    max: count(options, 'max', '--max', 0),
    maxFailures: options.flag('failFast') ? 1 : maxFailures,
    proofMs: (amount(options, 'verifyTimeout', '--verify-timeout') ?? 30) * 1000,
  };
}

/** Runs `revoke <provider> …` and resolves with the exit code. Faults before the run are thrown. */
export async function revocation(world: World, asked: Asked): Promise<number> {
  const { provider } = asked;
  const options = optionsOf(asked.values);
  const format = formatOf(options);
  const bounds = boundsOf(options);
  const redactor = createRedactor();
  const output = createOutput(world, {
    format,
    verbose: options.flag('verbose'),
    redactor,
    sentence: provider.sentence,
  });
  const stop = new AbortController();
  const wire = await wireFrom(world.env, options, provider.limits.concurrency);
  const session = openSession({
    world,
    provider,
    options,
    wire,
    output,
    redactor,
    signal: stop.signal,
  });
  try {
    return await revoke({
      world,
      asked,
      options,
      output,
      session,
      stop,
      isJson: format !== 'text',
      bounds,
    });
  } catch (error) {
    if (!isFault(error)) throw error;
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
  const input = await gather(world, asked, options, session.context, past);
  if (input.count === 0 && !input.sharded) throw nothingGiven(job);
  const many = input.count === undefined || input.count > 1 || past !== undefined;
  if (!many) session.beforeConnect(world.preferQuickStart);
  if (asks) assertCanAsk(world, job.isJson);
  if (max !== undefined && (await input.exceeds(max))) {
    throw usage(
      `there are more than ${max} targets`,
      `raise --max ${max}, or give fewer`,
      'too_many_targets',
    );
  }
  const revoker = await provider.open(session.context, options);
  refuseNames(asked, revoker.reserved ?? new Set());
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
    const answer = await ask(
      world,
      promptLines(revoker, input, provider.target.noun, max),
      input.count ?? max ?? 0,
    );
    if (answer === 'interrupted') return 130;
    if (answer === 'no') {
      output.say('Nothing was revoked.');
      return 5;
    }
  }
  const journal = options.flag('dryRun')
    ? undefined
    : await journalOf(job, revoker, input, past, many);
  return perform(job, { ...runner, revoker }, input, journal, past, many);
}

async function perform(
  job: Job,
  { revoker, run }: Runner & { readonly revoker: Revoker },
  input: Input,
  journal: Journal | undefined,
  past: Past | undefined,
  many: boolean,
): Promise<number> {
  const { world, asked, options, output, stop } = job;
  const tally = createTally();
  const advice = new Set<string>();
  const talks = many && !options.flag('quiet');
  const progress = talks
    ? (await import('./progress.js')).startProgress(world, input.count, tally)
    : undefined;
  const signals = listen(job);
  const deliver = (outcomes: readonly Outcome[], lines: readonly string[]) => {
    for (const outcome of outcomes) {
      tally.count(outcome);
      const next = revoker.advice?.(outcome);
      if (next !== undefined) advice.add(next);
    }
    if (world.stdout.failed) stop.abort();
    return output.outcomes(outcomes, lines);
  };
  const engine = async () => {
    if (past) await tellPast(past, output, deliver);
    await run({
      source: input.source,
      met: input.met,
      record: journal,
      maxFailures: job.bounds.maxFailures,
      ignoreNotFound: options.flag('ignoreNotFound'),
      dryRun: options.flag('dryRun'),
      line: output.line,
      deliver,
    });
  };
  const broken = await errorOf(engine());
  const unclosed = await errorOf(journal?.close());
  signals.stop();
  progress?.stop();
  for (const next of advice) output.say(next);
  if (talks) await summarise(job, tally, journal, input);
  const error = broken ?? unclosed;
  if (error !== undefined) throw amid(error, tally);
  const code = exitCode(world, tally, signals.first(), input);
  if (code !== 2) return code;
  const { noun } = asked.provider.target;
  throw usage(`nothing to revoke: no ${noun} came in`, 'check what feeds it', 'no_targets');
}

async function errorOf(work: Promise<void> | undefined): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An error that ended a run on its way: 2 would say that nothing was sent. */
function amid(error: unknown, tally: Tally): unknown {
  if (!isFault(error)) return error;
  const { counts } = tally;
  const sent = tally.total - counts.skipped - counts.planned;
  if (error.exit === 2 && sent === 0) return error;
  const exit = tally.exitCode() === 3 ? 3 : 1;
  const hint = error.exit === 2 ? 'what was told above was sent before this was met' : error.hint;
  return Object.assign(error, { exit, hint });
}

/** The first signal ends the run in order; the second ends the process. */
function listen({ world, stop, output }: Job) {
  let first: SignalName | undefined;
  const off = world.onSignal((name) => {
    if (first) return world.dieBy(name);
    first = name;
    stop.abort();
    output.say(
      `${name}: nothing new is started; waiting for what is in flight (again: stop at once)`,
    );
  });
  return { first: () => first, stop: off };
}

const SIGNAL_CODES: Readonly<Record<SignalName, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

function exitCode(
  world: World,
  tally: Tally,
  signal: SignalName | undefined,
  input: Input,
): number {
  if (signal) return SIGNAL_CODES[signal];
  const code = tally.exitCode();
  if (code !== 3 && world.stdout.failed) return 1;
  // An empty pipe is a script that went wrong; an empty part of a list is not.
  return tally.total === 0 && input.count === undefined && !input.sharded ? 2 : code;
}

async function pastOf(options: Options): Promise<Past | undefined> {
  const path = options.text('resume');
  if (path === undefined) return undefined;
  if (options.text('journal') !== undefined) {
    throw usage('--resume goes on in its own journal', 'leave --journal out');
  }
  return (await import('./resume.js')).openPast(path);
}

async function tellPast(
  past: Past,
  output: Output,
  deliver: (outcomes: readonly Outcome[], lines: readonly string[]) => Promise<void> | undefined,
): Promise<void> {
  for await (const known of past.outcomes()) {
    const told: Outcome = { ...known, status: 'skipped', journaled_status: known.status };
    await deliver([told], [output.line(told)]);
  }
}

async function journalOf(
  { world, asked, options, session, output }: Job,
  revoker: Revoker,
  input: Input,
  past: Past | undefined,
  many: boolean,
): Promise<Journal | undefined> {
  const path = options.text('resume') ?? options.text('journal');
  if (path === undefined && (!many || asked.values['journal'] === false)) return undefined;
  const { startJournal } = await import('./resume.js');
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

async function summarise(
  { asked, output }: Job,
  tally: Tally,
  journal: Journal | undefined,
  input: Input,
) {
  const { summaryLines, resumeCommand } = await import('./summary.js');
  const resume = resumeCommand(asked.provider.id, asked.given, journal?.path ?? '', input.notes);
  for (const line of summaryLines(tally, journal?.path, resume)) output.say(line);
}

function nothingGiven({ asked }: Job) {
  const { target, examples } = asked.provider;
  return usage(
    `nothing to revoke: no ${target.noun} was given`,
    `for example: ${examples[0]?.command}`,
    'no_targets',
  );
}
