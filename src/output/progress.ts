/** What people see of a long run, on stderr: a line that is drawn again, or one now and then. */
import type { Tally } from '../engine/tally.js';
import type { World } from '../runtime/world.js';
import type { Output } from './output.js';
import { progressLine, progressText, type ProgressFacts } from './progress-line.js';

export interface Progress {
  stop(): void;
}

export interface ProgressOptions {
  readonly world: Pick<World, 'stderr' | 'clock' | 'env'>;
  readonly output: Pick<Output, 'live' | 'printMessage'>;
  /** How many targets there are, where that is known: fewer, as duplicates are met. */
  expected(): number | undefined;
  readonly tally: Tally;
  readonly isDryRun: boolean;
}

/** A run that is over sooner draws nothing. */
const FIRST_MS = 1000;
const DRAW_MS = 200;
const LINE_MS = 10_000;

export function startProgress(options: ProgressOptions): Progress {
  const { world, output, isDryRun } = options;
  const facts = factsOf(options);
  const draws = world.stderr.isTTY && world.env['TERM'] !== 'dumb' && !isDryRun;
  if (!draws) {
    const timer = setInterval(() => output.printMessage(progressText(facts())), LINE_MS).unref();
    return { stop: () => clearInterval(timer) };
  }
  const draw = () => {
    const now = facts();
    output.live.draw((width) => progressLine(now, width));
  };
  let timer = setTimeout(() => {
    draw();
    timer = setInterval(draw, DRAW_MS).unref();
  }, FIRST_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      output.live.stop();
    },
  };
}

/** The speed is that of the last ten seconds, so that a pause shows. */
const SPEED_MS = 10_000;

function factsOf({ world, expected, tally }: ProgressOptions): () => ProgressFacts {
  const past = [{ at: world.clock.now(), done: 0, passed: 0 }];
  const first = expected() ?? 0;
  return () => {
    const at = world.clock.now();
    const done = tally.total - tally.counts.skipped;
    const left = expected();
    // A duplicate is passed, and no target: the list shrinks by it.
    const passed = done + (left === undefined ? 0 : first - left);
    past.push({ at, done, passed });
    while (past.length > 2 && at - (past[1]?.at ?? at) >= SPEED_MS) past.shift();
    const [from = { at, done, passed }] = past;
    const ms = at - from.at;
    const perSecond = (count: number) => (ms <= 0 ? 0 : (count * 1000) / ms);
    const rate = perSecond(done - from.done);
    const pace = perSecond(passed - from.passed);
    return { counts: { ...tally.counts }, total: tally.total, expected: left, rate, pace };
  };
}
