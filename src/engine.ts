/**
 * The one way in which anything is revoked: targets in, outcomes out, with back-pressure from the
 * output to the input. Batches of the provider's size, so many in flight, each target exactly one
 * outcome (for each route). Outcomes are on record before another request takes their place.
 */
import { isFault, refused, unclear, type Fault } from './errors.js';

import type { Pacer } from './pace.js';
import type { Attempt, Outcome, Revoker, Target, Verdict } from './provider.js';
import { keyOf, smallLedger, type Ledger } from './target-key.js';
import { scrub } from './redact.js';

/** A line of the input that is no target. It gets an outcome like any other. */
export interface BadInput {
  /** Where it stands: `stdin:12`. */
  readonly at: string;
  readonly reason: string;
}

export type Item = Target | BadInput;

/** A stream of targets: some at a time, undefined at the end. */
export interface Source {
  next(): Promise<readonly Item[] | undefined>;
}

/** The engine's side of a journal (journal.ts). */
export interface Record {
  /** Resolves when these intents would survive a crash: only then may they be sent. */
  intend(batches: readonly Batch[]): Promise<void>;
  /** Hands outcomes to the operating system before it returns. */
  settle(outcomes: readonly Outcome[], lines: readonly string[], keys: readonly string[]): void;
  /** What an earlier run knows of a target: done with it, or when it was first tried (ms). */
  known(key: string): 'done' | number | undefined;
}

export interface Batch {
  readonly targets: readonly Target[];
  readonly attempt: Attempt;
}

export interface EngineInput {
  readonly provider: string;
  readonly revoker: Revoker;
  readonly source: Source;
  readonly batch: number;
  readonly pacer: Pacer;
  /** Once aborted nothing new is started; what is in flight is waited for. */
  readonly signal: AbortSignal;
  readonly record?: Record | undefined;
  /** What was met already; a ledger for a handful without it. */
  readonly met?: Ledger | undefined;
  /** Stop after so many failed or alive targets; undefined: never. */
  readonly maxFailures?: number | undefined;
  readonly ignoreNotFound?: boolean;
  /** Without it, every outcome of this run is `planned`, and nothing is sent. */
  readonly dryRun?: boolean;
  /** Turns an outcome into its line of JSON; made once for journal and output. */
  line(outcome: Outcome): string;
  deliver(outcomes: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
}

/** Requests whose intents are made durable at once. */
const WINDOW = 256;
const WINDOW_TARGETS = 4096;
/** A record is written for a quarter of what is in flight, so that the server never runs dry. */
const GROUPS = 4;
/** How long a partial batch waits for more input, milliseconds. */
const IDLE_MS = 200;
const IDLE = Symbol('idle');

/**
 * Runs until every target of the source has its outcome, and resolves with the fault that ended the
 * run early, if one did. Where input, output or journal fail, nothing new is sent, what is in flight
 * is waited for and told as far as that goes, and then it rejects.
 */
export async function run(input: EngineInput): Promise<Fault | undefined> {
  const { revoker, pacer, signal, record } = input;
  const routes = revoker.routes?.length ? revoker.routes : [undefined];
  const met = input.met ?? smallLedger();
  const scope = scopeFacts(revoker);
  const ready: Batch[] = [];
  const fatal = new Map<string | undefined, Fault>();
  let inFlight = 0;
  let failures = 0;
  let filled = false;
  let finished: { outcome: Outcome; key: string }[] = [];
  let answered = 0;
  let scheduled = false;
  let writing = false;
  let wakeFiller: (() => void) | undefined;
  let broken: { readonly error: unknown } | undefined;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));

  const window = Math.max(
    pacer.width() * 2,
    Math.min(WINDOW, Math.ceil(WINDOW_TARGETS / input.batch)),
  );

  function stopFor(route: string | undefined): Fault | undefined {
    if (signal.aborted)
      return stopFault('interrupted', 'the run was interrupted before this was sent');
    return fatal.get(route) ?? fatal.get(ALL);
  }

  function fail(error: unknown): void {
    broken ??= { error };
    const message = isFault(error) ? error.message : 'the run was stopped by an error';
    if (!fatal.has(ALL)) fatal.set(ALL, stopFault('stopped_early', message));
  }

  function finish(
    target: Pick<Target, 'id' | 'secret'>,
    verdict: Verdict,
    route?: string,
    key?: string,
  ) {
    const { target: id, status, error, verification, ...facts } = verdict;
    const outcome: Outcome = {
      provider: input.provider,
      target: id,
      status,
      ...scope,
      ...(route === undefined ? undefined : { [revoker.routeKey ?? 'route']: route }),
      ...facts,
      ...(error && { error }),
      ...(verification && { verification }),
    };
    if (status === 'failed' || status === 'alive') {
      failures += 1;
      if (input.maxFailures !== undefined && failures >= input.maxFailures && !fatal.has(ALL)) {
        fatal.set(ALL, stopFault('stopped_early', `stopped after ${failures} failed`));
      }
    }
    finished.push({ outcome, key: key ?? routed(keyOf(target), route) });
    schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      turn();
    });
  }

  /** Outcomes of a few answers are written together; then their places are taken. */
  function turn(): void {
    if (writing) return;
    const settled = finished;
    finished = [];
    answered = 0;
    if (settled.length === 0) return pump();
    const outcomes = settled.map(({ outcome }) => outcome);
    const lines = outcomes.map(input.line);
    const keys = settled.map(({ key }) => key);
    try {
      record?.settle(outcomes, lines, keys);
    } catch (error) {
      // What could not be recorded is told all the same.
      fail(error);
    }
    const slow = input.deliver(outcomes, lines);
    if (!slow) return pump();
    writing = true;
    void slow.catch(fail).then(() => {
      writing = false;
      turn();
    });
  }

  /** An answer is in: the next request waits for its record, which waits for a few more at most. */
  function answer(): void {
    inFlight -= 1;
    answered += 1;
    if (answered * GROUPS >= pacer.width()) turn();
    else schedule();
  }

  function pump(): void {
    while (inFlight + answered < pacer.width()) {
      const batch = ready.shift();
      if (!batch) break;
      const stop = stopFor(batch.attempt.route);
      if (stop) skip(batch.targets, stop, batch.attempt.route);
      else start(batch);
    }
    if (!crowded()) wakeFiller?.();
    const isDone = filled && ready.length === 0 && inFlight === 0 && finished.length === 0;
    if (isDone && !writing) end();
  }

  /** The input waits while requests or the reader of the output are behind. */
  function crowded(): boolean {
    return ready.length >= window || finished.length >= WINDOW_TARGETS;
  }

  function start(batch: Batch): void {
    inFlight += 1;
    revoker.revoke(batch.targets, batch.attempt).then(
      (verdicts) => {
        settle(batch, verdicts);
        answer();
      },
      (error: unknown) => {
        if (!isFault(error)) fail(error);
        refuse(batch, isFault(error) ? error : unforeseen());
        answer();
      },
    );
  }

  function settle({ targets, attempt }: Batch, verdicts: readonly Verdict[]): void {
    const inOrder =
      verdicts.length === targets.length &&
      targets.every(({ id }, index) => verdicts[index]?.target === id);
    const byTarget = inOrder
      ? undefined
      : new Map(verdicts.map((verdict) => [verdict.target, verdict]));
    for (const [index, target] of targets.entries()) {
      const verdict = byTarget ? byTarget.get(target.id) : verdicts[index];
      finish(target, forgive(scrubbed(verdict, target)), attempt.route);
    }
  }

  function forgive(verdict: Verdict): Verdict {
    if (!input.ignoreNotFound || verdict.error?.code !== 'not_found') return verdict;
    const { error: _known, ...rest } = verdict;
    return { ...rest, status: 'already_revoked', not_found: true };
  }

  function refuse(batch: Batch, fault: Fault): void {
    const { targets, attempt } = batch;
    for (const { secret } of targets) fault.message = scrub(fault.message, secret);
    if (fault.reach === 'batch' && targets.length > 1) {
      const half = Math.ceil(targets.length / 2);
      ready.unshift(
        { targets: targets.slice(0, half), attempt },
        { targets: targets.slice(half), attempt },
      );
      return;
    }
    if (fault.code === 'interrupted' || (fault.code === 'rate_limited' && signal.aborted)) {
      return skip(targets, fault, attempt.route);
    }
    if (fault.reach === 'run') fatal.set(attempt.route, fault);
    const status = fault.landed === 'maybe' ? 'unknown' : 'failed';
    for (const target of targets) {
      finish(target, forgive({ target: target.id, status, error: errorOf(fault) }), attempt.route);
    }
  }

  function skip(targets: readonly Target[], fault: Fault, route: string | undefined): void {
    const error = {
      ...errorOf(fault),
      code: fault.code === 'interrupted' ? 'interrupted' : 'stopped_early',
    };
    for (const target of targets)
      finish(target, { target: target.id, status: 'skipped', error }, route);
  }

  const open = new Map<string, { targets: Target[]; attempt: Attempt }>();
  let full: Batch[] = [];

  async function fill(): Promise<void> {
    const admit = async () => {
      const batches = full;
      full = [];
      if (batches.length > 0) {
        if (!input.dryRun) await record?.intend(batches).catch(fail);
        for (const batch of batches) ready.push(batch);
        pump();
      }
      while (crowded()) await new Promise<void>((resolve) => (wakeFiller = resolve));
    };
    const flush = () => {
      full.push(...open.values());
      open.clear();
      return admit();
    };
    for (;;) {
      const reading = input.source.next();
      // A pipe that falls silent must not hold back what it already gave.
      if (open.size > 0 && (await Promise.race([reading, idle()])) === IDLE) await flush();
      const items = await reading;
      if (!items) break;
      for (const item of items) {
        if ('reason' in item) {
          badInput(item);
          continue;
        }
        for (const route of routes) place(item, route);
        if (full.length >= window) await admit();
      }
      await admit();
    }
    await flush();

    function place(target: Target, route: string | undefined): void {
      const key = routed(keyOf(target), route);
      if (!met.add(key)) return;
      const known = record?.known(key);
      if (known === 'done') return;
      const stop = stopFor(route);
      if (stop) return skip([target], stop, route);
      if (input.dryRun) {
        return finish(
          target,
          { target: target.id, status: 'planned', ...revoker.plan?.(target) },
          route,
        );
      }
      // Targets tried at different moments never share a batch: each keeps its own cut-off.
      const slot = known === undefined ? (route ?? '') : `${route ?? ''}\0${known}`;
      let batch = open.get(slot);
      if (!batch) {
        const attempt = {
          ...(route !== undefined && { route }),
          ...(known !== undefined && { firstTriedAt: known }),
        };
        open.set(slot, (batch = { targets: [], attempt }));
      }
      batch.targets.push(target);
      if (batch.targets.length >= input.batch) {
        full.push(batch);
        open.delete(slot);
      }
    }

    function badInput({ at, reason }: BadInput): void {
      const key = `bad input\0${at}`;
      if (record?.known(key) === 'done') return;
      const error = {
        code: 'bad_input',
        message: `${at}: ${reason}`,
        hint: 'mend the line and give it again',
      };
      finish({ id: at }, { target: at, status: 'failed', error }, undefined, key);
    }
  }

  void fill()
    .catch((error: unknown) => {
      fail(error);
      ready.push(...full, ...open.values());
    })
    .then(() => {
      filled = true;
      pump();
    });
  await ended;
  if (broken) throw broken.error;
  return fatal.get(ALL) ?? (fatal.size === routes.length ? [...fatal.values()][0] : undefined);
}

function idle(): Promise<typeof IDLE> {
  return new Promise((resolve) => void setTimeout(resolve, IDLE_MS, IDLE).unref());
}

/** The key of "every route" in the map of what stopped the run. */
const ALL = '\0all';

/** A target's key down one of several routes. */
export function routed(key: string, route: string | undefined): string {
  return route === undefined ? key : `${route}\0${key}`;
}

/** A fault as it stands in an outcome. */
export function errorOf(fault: Fault) {
  return {
    code: fault.code,
    ...(fault.providerCode !== undefined && { provider_code: fault.providerCode }),
    message: fault.message,
    ...(fault.hint !== undefined && { hint: fault.hint }),
  };
}

function scrubbed(verdict: Verdict | undefined, { id, secret }: Target): Verdict {
  if (!verdict) return noVerdict(id);
  return verdict.error ? scrub(verdict, secret) : verdict;
}

function noVerdict(id: string): Verdict {
  const message = 'the answer says nothing of this target';
  return {
    target: id,
    status: 'unknown',
    error: { code: 'no_result', message, hint: 'run it again' },
  };
}

function unforeseen(): Fault {
  const message = 'revoking failed in a way that nobody foresaw';
  return unclear({ code: 'internal', message, hint: 'it may have landed: run it again' });
}

function stopFault(code: string, message: string): Fault {
  return refused({ code, message });
}

function scopeFacts(revoker: Revoker): { [fact: string]: string } {
  return Object.fromEntries(
    Object.entries(revoker.scope).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
