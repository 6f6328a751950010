/** What people see of a long run, on stderr: a bar on a terminal, else a line now and then. */
import { SingleBar } from 'cli-progress';
import type { Tally } from '../engine/tally.js';
import type { World } from '../runtime/world.js';

export interface Progress {
  stop(): void;
}

const DRAW_MS = 100;
const LINE_MS = 10_000;

/** @param total how many targets there are, where that is known */
export function startProgress(
  world: Pick<World, 'stderr' | 'terminal' | 'clock'>,
  total: number | undefined,
  tally: Tally,
): Progress {
  return world.stderr.isTTY ? bar(world, total, tally) : lines(world, total, tally);
}

function bar(
  world: Pick<World, 'terminal' | 'clock'>,
  total: number | undefined,
  tally: Tally,
): Progress {
  const known = total === undefined ? '{value} done' : '{bar} {value}/{total}';
  const eta = total === undefined ? '' : ' · ETA {eta_formatted}';
  const drawn = new SingleBar({
    stream: world.terminal,
    format: `${known} · {rate}/s · {bad} failed or unknown${eta}`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 100,
  });
  const started = world.clock.now();
  const facts = () => ({
    rate: rateOf(tally.total, world.clock.now() - started),
    bad: badOf(tally),
  });
  drawn.start(total ?? 0, 0, facts());
  const timer = setInterval(() => drawn.update(tally.total, facts()), DRAW_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      drawn.stop();
    },
  };
}

function lines(
  world: Pick<World, 'stderr' | 'clock'>,
  total: number | undefined,
  tally: Tally,
): Progress {
  const started = world.clock.now();
  const timer = setInterval(() => {
    const rate = rateOf(tally.total, world.clock.now() - started);
    const of = total === undefined ? '' : ` of ${total}`;
    void world.stderr.write(
      `${tally.total}${of} done, ${rate}/s, ${badOf(tally)} failed or unknown\n`,
    );
  }, LINE_MS).unref();
  return { stop: () => clearInterval(timer) };
}

function badOf({ counts }: Tally): number {
  return counts.failed + counts.alive + counts.unknown;
}

function rateOf(done: number, ms: number): number {
  return ms <= 0 ? 0 : Math.round((done * 1000) / ms);
}
