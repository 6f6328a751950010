import fc from 'fast-check';
import { backoffMs, createPacer, type Pacer } from './pacer.js';
import type { Clock } from '../contract/provider.js';

/** A clock whose sleepers wake in order when it is told to go on. */
function fakeClock() {
  let time = 1_000_000;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        sleepers.push({ at: time + ms, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return {
    clock,
    /** Lets `ms` pass, one sleeper at a time. */
    async pass(ms: number) {
      const end = time + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers[0];
        if (!next || next.at > end) break;
        sleepers.shift();
        time = Math.max(time, next.at);
        next.wake();
      }
      time = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Asks for leave so often, and tells when each request left, in ms from now. */
function leave(pacer: Pacer, clock: Clock, count: number, signal?: AbortSignal): number[] {
  const start = clock.now();
  const left: number[] = [];
  for (let index = 0; index < count; index++) {
    const wait = pacer.admit(signal);
    if (wait) void wait.then(() => left.push(clock.now() - start));
    else left.push(0);
  }
  return left;
}

describe('the rate', () => {
  test('without a rate no request waits', () => {
    const { clock } = fakeClock();
    expect(leave(createPacer(clock, { width: 4 }), clock, 1000)).toHaveLength(1000);
  });

  test('requests leave one gap after the other', async () => {
    const { clock, pass } = fakeClock();
    const left = leave(createPacer(clock, { width: 4, rate: 10 }), clock, 5);
    await pass(1000);
    expect(left).toEqual([0, 100, 200, 300, 400]);
  });

  test('a gap of one millisecond is waited for', async () => {
    const { clock, pass } = fakeClock();
    const left = leave(createPacer(clock, { width: 4, rate: 1000 }), clock, 3);
    await pass(10);
    expect(left).toEqual([0, 1, 2]);
  });

  test('of a lane and that of the whole run hold both', async () => {
    const { clock, pass } = fakeClock();
    const within = createPacer(clock, { width: 4, rate: 5 });
    const left = leave(createPacer(clock, { width: 4, rate: 10, within }), clock, 3);
    await pass(1000);
    expect(left).toEqual([0, 200, 400]);
  });

  test('what was not used is not saved up', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4, rate: 10 });
    leave(pacer, clock, 1);
    await pass(5000);
    const left = leave(pacer, clock, 3);
    await pass(1000);
    expect(left).toEqual([0, 100, 200]);
  });

  test('never more than rate requests in any second, whatever pauses come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(
          fc.oneof(
            fc.record({ ask: fc.integer({ min: 1, max: 10 }) }),
            fc.record({ pass: fc.integer({ min: 0, max: 800 }) }),
            fc.record({ pause: fc.integer({ min: 1, max: 900 }) }),
          ),
          { maxLength: 25 },
        ),
        async (rate, steps) => {
          const { clock, pass } = fakeClock();
          const pacer = createPacer(clock, { width: 4, rate: rate });
          const left: number[] = [];
          let asked = 0;
          const until: { from: number; to: number }[] = [];
          for (const step of steps) {
            if ('ask' in step) {
              asked += step.ask;
              for (let index = 0; index < step.ask; index++) {
                const wait = pacer.admit();
                if (wait) void wait.then(() => left.push(clock.now()));
                else left.push(clock.now());
              }
            } else if ('pass' in step) await pass(step.pass);
            else {
              until.push({ from: clock.now(), to: clock.now() + step.pause });
              pacer.throttled(step.pause);
            }
          }
          await pass(600_000);
          expect(left).toHaveLength(asked);
          left.sort((a, b) => a - b);
          for (const [index, at] of left.entries()) {
            const before = left[index - 1];
            if (before !== undefined) expect(at - before).toBeGreaterThan(1000 / rate - 1.001);
          }
          for (const { from, to } of until) {
            expect(left.filter((at) => at > from && at < to - 1)).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the pace', () => {
  const pace = { requests: 3, seconds: 10 };

  test('lets so many leave at once, and as many again after so many seconds', async () => {
    const { clock, pass } = fakeClock();
    const waits: number[] = [];
    const onWait = (ms: number) => void waits.push(ms);
    const pacer = createPacer(clock, { width: 4, pace, onWait });
    const left = leave(pacer, clock, 7);
    await pass(30_000);
    expect(left).toEqual([0, 0, 0, 10_000, 10_000, 10_000, 20_000]);
    expect(waits).toEqual([10_000, 10_000, 10_000, 20_000]);
    expect(leave(pacer, clock, 3)).toEqual([0, 0, 0]);
    expect(waits).toHaveLength(4);
  });

  test('counts each request from when it left', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4, pace });
    const start = clock.now();
    for (let index = 0; index < 3; index++) {
      leave(pacer, clock, 1);
      await pass(4000);
    }
    const left: number[] = [];
    for (let index = 0; index < 4; index++)
      void Promise.resolve(pacer.admit()).then(() => left.push(clock.now() - start));
    await pass(30_000);
    expect(left).toEqual([12_000, 14_000, 18_000, 22_000]);
  });

  test('that asks for a millisecond is waited for, and that wait is told', async () => {
    const { clock, pass } = fakeClock();
    const waits: number[] = [];
    const onWait = (ms: number) => void waits.push(ms);
    const brief = { requests: 1, seconds: 0.001 };
    const left = leave(createPacer(clock, { width: 4, pace: brief, onWait }), clock, 2);
    await pass(10);
    expect([left, waits]).toEqual([[0, 1], [1]]);
  });

  test('is not what is told of a wait that the rate or a pause asks for', async () => {
    const { clock, pass } = fakeClock();
    const waits: number[] = [];
    const onWait = (ms: number) => void waits.push(ms);
    const wide = { requests: 9, seconds: 10 };
    const pacer = createPacer(clock, { width: 4, rate: 10, pace: wide, onWait });
    const first = leave(pacer, clock, 2);
    pacer.throttled(5000);
    const second = leave(pacer, clock, 1);
    await pass(8000);
    expect([first.length, second.length]).toEqual([2, 1]);
    expect(waits).toEqual([]);
  });
});

describe('a pause', () => {
  test('holds for everybody, and for those who wait already', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4 });
    pacer.throttled(2000);
    const left = leave(pacer, clock, 3);
    await pass(1999);
    expect(left).toEqual([]);
    await pass(1);
    expect(left).toEqual([2000, 2000, 2000]);
  });

  test('that is prolonged is waited for to its end', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4 });
    pacer.throttled(1000);
    const left = leave(pacer, clock, 2);
    await pass(500);
    pacer.throttled(3000);
    await pass(2999);
    expect(left).toEqual([]);
    await pass(1);
    expect(left).toEqual([3500, 3500]);
  });

  test('a shorter one does not cut a longer one', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4 });
    pacer.throttled(5000);
    pacer.throttled(10);
    const left = leave(pacer, clock, 1);
    await pass(4999);
    expect(left).toEqual([]);
  });

  test('ends for who is interrupted', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4 });
    const stop = new AbortController();
    pacer.throttled(60_000);
    const left = leave(pacer, clock, 2, stop.signal);
    stop.abort();
    await pass(0);
    expect(left).toEqual([0, 0]);
  });
});

describe('the width', () => {
  test('halves once for each pause, to one at least, and grows back one by one', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 10 });
    expect(pacer.width()).toBe(10);
    pacer.throttled(100);
    pacer.throttled(100);
    pacer.throttled(100);
    expect(pacer.width()).toBe(5);
    for (const width of [2, 1, 1]) {
      await pass(100);
      pacer.throttled(100);
      expect(pacer.width()).toBe(width);
    }
    pacer.succeeded();
    expect(pacer.width()).toBe(2);
    pacer.succeeded();
    expect(pacer.width()).toBe(2);
    pacer.succeeded();
    expect(pacer.width()).toBe(3);
    for (let answers = 0; answers < 1000; answers++) pacer.succeeded();
    expect(pacer.width()).toBe(10);
  });
});

test('the back-off doubles to half a minute at most, with jitter over all of it', () => {
  const highest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((tries) => backoffMs(tries, () => 1));
  expect(highest).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(backoffMs(3, () => 0)).toBe(0);
  expect(backoffMs(3, () => 0.5)).toBe(500);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (tries) => {
      const ms = backoffMs(tries);
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(30_000);
    }),
  );
});

describe('a reserved request', () => {
  test('leaves without a wait, and the one after it waits for the rate', async () => {
    const { clock, pass } = fakeClock();
    const pacer = createPacer(clock, { width: 4, rate: 10 });
    expect(pacer.reserve()).toBeUndefined();
    expect(pacer.admit()).toBeUndefined();
    const second = pacer.reserve();
    expect(second).toBeDefined();
    await pass(100);
    await second;
    expect(pacer.admit()).toBeUndefined();
    expect(pacer.admit()).toBeDefined();
  });

  test('that is reserved twice lets no more through than the rate allows', () => {
    const pacer = createPacer(fakeClock().clock, { width: 4, rate: 10 });
    void pacer.reserve();
    void pacer.reserve();
    expect(pacer.admit()).toBeUndefined();
    expect(pacer.admit()).toBeDefined();
  });

  test('costs nothing where no limit holds, and waits for the limit of the whole run', () => {
    const { clock } = fakeClock();
    const within = createPacer(clock, { width: 4, rate: 10 });
    const free = createPacer(clock, { width: 4 });
    const bound = createPacer(clock, { width: 4, within });
    for (const pacer of [free, bound]) {
      expect(pacer.reserve()).toBeUndefined();
      expect(pacer.admit()).toBeUndefined();
    }
    expect(free.reserve()).toBeUndefined();
    expect(bound.reserve()).toBeDefined();
  });
});
