/** The library: the same engine as the command, without a process or a terminal. */
import { setMaxListeners } from 'node:events';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../runtime/system-clock.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { openSession, type Session } from '../context/session.js';
import { isRevokeError, usageError } from '../contract/errors.js';
import {
  assertMaxFailures,
  assertNumbers,
  readOptions,
  type CreateRevokeOptions,
} from './create-options.js';
import { createQueue } from './async-queue.js';
import { openRunJournal, type JournalState } from './run-journal.js';
import type { Scope } from '../contract/lane.js';
import type { Clock, Options, Outcome, Revoker, Setting } from '../contract/provider.js';
import { createRedactor, maskedJson, type Redactor } from '../contract/redact.js';
import { whyInvalid } from '../registry/validate-provider.js';
import { prepareRun } from '../engine/prepare-run.js';
import { scopeOf } from '../engine/run-lane.js';
import { guardShapes, readGuard } from '../input/shape-guard.js';
import { targetStream, type RawTarget } from './target-stream.js';
import { escapeControls } from '../contract/text.js';

export interface RevokeRun {
  /** Once aborted nothing new is started; what is in flight is reported, then its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Every outcome is `planned`, and nothing is sent that changes anything. */
  readonly dryRun?: boolean;
  /** A target that the provider does not know counts as already revoked. */
  readonly ignoreNotFound?: boolean;
  /** Stop after so many failures; the rest is `skipped`. */
  readonly maxFailures?: number;
  /** How bare text is read, where the provider knows several kinds: `clientId`. */
  readonly as?: string;
}

export interface Revoke extends Pick<Revoker, 'promptDetails'> {
  /** The base URL that requests go to. */
  readonly endpoint: string;
  /** What it acts on: an app and its keys, a workspace. */
  readonly scope: Scope;
  /**
   * Revokes each target once, as far as outcomes are asked for: a reader who is slow slows the run,
   * and one who leaves the loop ends it. A target that cannot be read has an outcome too (`failed`,
   * `bad_input`). Several runs may go on at once.
   */
  revoke(targets: Targets, run?: RevokeRun): AsyncGenerator<Outcome, void, undefined>;
  /** Ends every run, and waits for what is in flight. */
  close(): Promise<void>;
}

interface Opened {
  readonly session: Session;
  readonly revoker: Revoker;
  readonly stop: AbortController;
  readonly redactor: Redactor;
}

/** What stays between the runs: each has a session of its own, and leaves it to the next one. */
interface Pool {
  readonly given: CreateRevokeOptions;
  readonly options: Options;
  readonly idle: Opened[];
  readonly running: Map<Opened, Promise<void>>;
  readonly journal: JournalState | undefined;
  isClosed: boolean;
}

type Targets = Iterable<RawTarget> | AsyncIterable<RawTarget>;

/**
 * Logs in at a provider. Rejects with an error (`code`, `message`, `hint`) where credentials are
 * missing or unfit, or an option or setting is unknown.
 */
export async function createRevoke(given: CreateRevokeOptions): Promise<Revoke> {
  const reason = whyInvalid(given.provider);
  if (reason !== undefined) throw usageError(`this is not a provider: ${reason}`);
  assertNumbers(given);
  const options = readOptions(given);
  const first = await open(given, options);
  const path = given.journal;
  const journal = path === undefined ? undefined : { path, isBegun: false, isOpen: false };
  const pool: Pool = {
    given,
    options,
    idle: [first],
    running: new Map(),
    journal,
    isClosed: false,
  };
  return {
    endpoint: first.revoker.lanes[0].endpoint,
    scope: scopeOf(first.revoker),
    promptDetails: first.revoker.promptDetails,
    revoke: (targets, run = {}) => revokeAll(pool, targets, run),
    async close() {
      const { running, idle } = pool;
      pool.isClosed = true;
      for (const { stop } of running.keys()) stop.abort();
      await Promise.all(running.values());
      await Promise.all(idle.splice(0).map(({ session }) => session.close()));
    },
  };
}

async function* revokeAll(
  pool: Pool,
  targets: Targets,
  run: RevokeRun,
): AsyncGenerator<Outcome, void, undefined> {
  const { given, options, idle, running } = pool;
  assertMaxFailures(run.maxFailures);
  const signals = [given.signal, run.signal].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.throwIfAborted();
  if (pool.isClosed) throw usageError('this was closed', 'create another');
  const opened = idle.pop() ?? (await open(given, options));
  const { session, stop } = opened;
  const queue = createQueue<Outcome>();
  const abort = () => stop.abort();
  stop.signal.addEventListener('abort', queue.hurry, { once: true });
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  const source = targetStream(targets, {
    spec: guardShapes(given.provider, await readGuard(given.provider, session.context, options)),
    kind: run.as,
    signal: stop.signal,
    wanted: queue.wanted,
  });
  const count = Array.isArray(targets) ? targets.length : undefined;
  const finished = runEngine(pool, opened, { source, queue, run, count }).then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  running.set(opened, finished);
  let isWhole = false;
  try {
    yield* queue.read();
    for (const signal of signals) signal.throwIfAborted();
    isWhole = !stop.signal.aborted;
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
    stop.signal.removeEventListener('abort', queue.hurry);
    if (!isWhole) stop.abort();
    queue.leave();
    await finished;
    running.delete(opened);
    if (isWhole && !pool.isClosed) idle.push(opened);
    else await session.close();
    await source.close();
  }
}

interface EngineRun {
  readonly source: ReturnType<typeof targetStream>;
  readonly queue: ReturnType<typeof createQueue<Outcome>>;
  readonly run: RevokeRun;
  /** How many targets there are, where that is known. */
  readonly count: number | undefined;
}

/** Puts the outcomes of one run into its queue, and into its journal before that. */
async function runEngine(
  pool: Pool,
  { session, revoker, stop, redactor }: Opened,
  { source, queue, run, count }: EngineRun,
): Promise<void> {
  const { given, options } = pool;
  const { provider, verify } = given;
  const { network, context } = session;
  const { clock } = context;
  const prepared = await prepareRun([{ provider, revoker, network }], {
    clock,
    signal: stop.signal,
    verify: verify === false ? 'never' : verify ? 'always' : 'default',
    verifyMs: typeof verify === 'object' ? verify.timeoutMs : 30_000,
    dryRun: run.dryRun ?? false,
    count,
  });
  const terms = run.as === undefined ? options : withKind(options, run.as);
  const kept =
    pool.journal && !run.dryRun
      ? await openRunJournal(pool.journal, {
          ...{ provider, revoker, context, options: terms, self: SELF },
          isBulk: count !== 1,
        })
      : undefined;
  let isWhole = false;
  try {
    await prepared.run({
      source,
      seen: createFingerprintSet(),
      journal: kept?.journal,
      ignoreNotFound: run.ignoreNotFound ?? false,
      maxFailures: run.maxFailures,
      ...(kept && { onLoginRefused: kept.onLoginRefused }),
      serialize: (outcome) => maskedJson(outcome, redactor),
      onOutcomes(outcomes, lines) {
        kept?.count(outcomes);
        return queue.put(lines.map((line) => JSON.parse(line) as Outcome));
      },
    });
    isWhole = !stop.signal.aborted;
  } finally {
    await kept?.close(isWhole);
  }
}

function withKind(options: Options, kind: string): Options {
  return { ...options, text: (name) => (name === 'as' ? kind : options.text(name)) };
}

/** No process is touched here: whether this one lives is told by the heartbeat of its lock. */
const SELF = { pid: 0, isAlive: () => true };

async function open(given: CreateRevokeOptions, options: Options): Promise<Opened> {
  const { provider } = given;
  const redactor = createRedactor();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const clean = (text: string) => escapeControls(redactor.clean(text));
  const session = openSession({
    world: surroundings(given),
    provider,
    options,
    network: {
      timeoutMs: given.timeoutMs ?? 10_000,
      retries: given.retries ?? 5,
      concurrency: given.concurrency ?? provider.limits.concurrency,
      rate: given.rate,
      ca: given.ca,
      verbose: given.onDetail !== undefined,
    },
    log: {
      warn: (text) => given.onWarning?.(clean(text)),
      verbose: (text) => given.onDetail?.(clean(text)),
    },
    printUnmasked: () => undefined,
    redactor,
    signal: stop.signal,
  });
  const context = { ...session.context, setting: settingsOf(given, options, session) };
  try {
    const revoker = await provider.open(context, options);
    return { session, revoker, stop, redactor };
  } catch (error) {
    await session.close();
    throw isRevokeError(error) ? error.with({ message: redactor.clean(error.message) }) : error;
  }
}

/** A world without a process: what was handed in, and nothing else. */
function surroundings({ environment, home }: CreateRevokeOptions) {
  const clock: Clock = systemClock;
  return {
    env: environment ?? {},
    home: home ?? join('/', 'nonexistent', randomUUID()),
    clock,
    uid: undefined,
    self: SELF,
  };
}

/** What was handed in comes first, then the environment and home that were handed in. */
function settingsOf(given: CreateRevokeOptions, options: Options, { context }: Session) {
  const { provider, settings = {} } = given;
  const known = provider.settings.map(({ name }) => name);
  for (const name of Object.keys(settings)) {
    if (!known.includes(name))
      throw usageError(`${provider.id} has no setting ${name}`, `it has ${known.join(', ')}`);
  }
  return async (name: string): Promise<Setting | undefined> => {
    const spec = provider.settings.find((each) => each.name === name);
    const byOption = spec?.option === undefined ? undefined : options.text(spec.option);
    const value = Object.hasOwn(settings, name) ? settings[name]?.trim() : undefined;
    if (byOption !== undefined || value === undefined) return context.setting(name);
    if (value === '')
      throw usageError(`the setting ${name} is empty`, 'give it a value or leave it out');
    if (spec?.secret) context.mask(value);
    return { value, source: `the setting ${name}`, explicit: true };
  };
}
