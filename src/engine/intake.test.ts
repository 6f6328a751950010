import { laneOf, lanesOf, sourceOf } from '../../test/support/run-lanes.js';
import type { Outcome, Target } from '../contract/provider.js';
import { createIntake, type IntakeOptions } from './intake.js';
import { createKeySet } from './target-key.js';
import type { TargetOrBadLine } from './target-stream.js';

const idle = async () => [];

/** Reads the chunks to their end; answers what was handed on, in order, and what was refused. */
async function read(
  chunks: readonly (readonly TargetOrBadLine[])[],
  given: Partial<IntakeOptions> & { readonly crowdedFrom?: number } = {},
) {
  const steps: string[] = [];
  const outcomes: Outcome[] = [];
  const keys: string[] = [];
  let waiting = 0;
  await createIntake({
    lanes: [laneOf(idle, { provider: 'a' })],
    source: sourceOf(chunks),
    clock: { now: () => 0 },
    seen: createKeySet(),
    writer: { add: (outcome, key) => void (outcomes.push(outcome), keys.push(key)) },
    dispatcher: {
      add(lane, { key }) {
        waiting += 1;
        steps.push(`${lane.provider}${lane.lane.name} ${key}`);
      },
      admit() {
        waiting = 0;
        steps.push('admit');
      },
      flush: () => steps.push('flush'),
      room: async () => undefined,
      get isCrowded() {
        return waiting >= (given.crowdedFrom ?? Infinity);
      },
      isWaiting: false,
    },
    ...given,
  })();
  return { steps, outcomes, keys };
}

test('a target that comes twice is handed on once, whatever is shown of it', async () => {
  const { steps } = await read([
    [{ id: 'x' }, { id: 'x' }, { id: 'shown', dedupKey: 'k1' }],
    [
      { id: 'shown', dedupKey: 'k2' },
      { id: 'other', dedupKey: 'k1' },
    ],
  ]);
  expect(steps.filter((step) => step !== 'admit')).toEqual(['a x', 'a k1', 'a k2']);
});

test('a target of a provider that is not in the run has one failed outcome, and no lane', async () => {
  const stranger = { id: 'x', provider: 'b' } as Target;
  const lanes = [laneOf(idle, { provider: 'a' }), laneOf(idle, { provider: 'c' })];
  const { steps, outcomes } = await read([[stranger, stranger]], { lanes });
  expect(outcomes).toMatchObject([
    { target: 'x', status: 'failed', error: { code: 'no_provider' } },
  ]);
  expect(steps).toEqual(['admit']);
});

test('a target that a prior run finished is left out, one that it only tried is handed on', async () => {
  const journal: IntakeOptions['journal'] = {
    writeIntents: async () => undefined,
    writeOutcomes: () => undefined,
    priorState: (key) => (key === 'done' ? 'done' : undefined),
  };
  const { steps } = await read([[{ id: 'done' }, { id: 'open' }]], { journal });
  expect(steps).toEqual(['a open', 'admit']);
});

test('a bad line is a failed outcome that names its place and the fix', async () => {
  const { outcomes, keys } = await read([[{ at: 'list:3', reason: 'an empty token' }]]);
  expect(outcomes).toMatchObject([
    {
      target: 'list:3',
      status: 'failed',
      error: { code: 'bad_input', message: 'an empty token', hint: expect.any(String) },
    },
  ]);
  expect(keys).toEqual(['bad input\0list:3']);
});

test('a crowded dispatcher is waited for in the middle of a chunk, and never inside of a group', async () => {
  const chunk = [{ id: '1' }, { id: '2', group: 'g' }, { id: '3', group: 'g' }, { id: '4' }];
  const { steps } = await read([chunk], { crowdedFrom: 2 });
  expect(steps).toEqual(['a 1', 'a 2', 'a 3', 'admit', 'a 4', 'admit']);
});

test('a target that was given before is heard of, once for each time, and is new only once', async () => {
  let duplicates = 0;
  const onDuplicate = () => void (duplicates += 1);
  const stranger = { id: 's', provider: 'b' } as Target;
  await read([[{ id: 'x' }, { id: 'y' }, { id: 'x' }, { id: 'x' }]], { onDuplicate });
  expect(duplicates).toBe(2);
  const lanes = [laneOf(idle, { provider: 'a' }), laneOf(idle, { provider: 'c' })];
  await read([[stranger, stranger]], { onDuplicate, lanes });
  expect(duplicates).toBe(2);
});

test('a target goes down each of its lanes once, under a key for each', async () => {
  const lanes = lanesOf(idle, ['one', 'two'], { provider: 'a' });
  const { steps } = await read([[{ id: 'x' }, { id: 'x' }]], { lanes });
  expect(steps).toEqual(['aone one\0x', 'atwo two\0x', 'admit']);
});

test('a target is handed on with what an earlier run knows of it', async () => {
  const prior = { triedAt: 7 };
  const added: unknown[] = [];
  const dispatcher: IntakeOptions['dispatcher'] = {
    add: (_lane, entry) => void added.push(entry),
    admit: () => undefined,
    flush: () => undefined,
    room: async () => undefined,
    isCrowded: false,
    isWaiting: false,
  };
  const journal: IntakeOptions['journal'] = {
    writeIntents: async () => undefined,
    writeOutcomes: () => undefined,
    priorState: () => prior,
  };
  await read([[{ id: 'x' }]], { dispatcher, journal });
  expect(added).toEqual([{ target: { id: 'x' }, key: 'x', prior }]);
});

test('what no lane takes says so in a sentence, and a bad line has its own hint or ours', async () => {
  const lanes = [laneOf(idle, { provider: 'a' }), laneOf(idle, { provider: 'c' })];
  const { outcomes, keys } = await read(
    [
      [
        { id: 'x', provider: 'b' } as Target,
        { at: 'list:3', reason: 'no token' },
        { at: 'list:4', reason: 'no token', hint: 'cut it' },
      ],
    ],
    { lanes },
  );
  expect(outcomes.map(({ error }) => error)).toEqual([
    { code: 'no_provider', message: 'no provider of this run takes this target' },
    { code: 'bad_input', message: 'no token', hint: 'fix the line and give it again' },
    { code: 'bad_input', message: 'no token', hint: 'cut it' },
  ]);
  expect(keys).toEqual(['x', 'bad input\0list:3', 'bad input\0list:4']);
});

test('a bad line that an earlier run settled has no second outcome', async () => {
  const journal: IntakeOptions['journal'] = {
    writeIntents: async () => undefined,
    writeOutcomes: () => undefined,
    priorState: (key) => (key === 'bad input\0list:3' ? 'done' : undefined),
  };
  const { outcomes } = await read(
    [
      [
        { at: 'list:3', reason: 'no token' },
        { at: 'list:4', reason: 'no token' },
      ],
    ],
    { journal },
  );
  expect(outcomes.map(({ target }) => target)).toEqual(['list:4']);
});

test('two groups that stand beside each other are two, and the last target of a chunk ends its own', async () => {
  const chunk = ['1', '2'].map((id) => ({ id, group: `group of ${id}` }));
  const { steps } = await read([chunk, [{ id: '3', group: 'g' }]], { crowdedFrom: 1 });
  expect(steps).toEqual(['a 1', 'admit', 'a 2', 'admit', 'admit', 'a 3', 'admit', 'admit']);
  const bad = { at: 'list:3', reason: 'no token' };
  const beside = await read([[{ id: '1', group: 'g' }, bad, { id: '2' }]], { crowdedFrom: 1 });
  expect(beside.steps).toEqual(['a 1', 'admit', 'a 2', 'admit', 'admit']);
});

describe('a source that falls silent', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => void jest.useRealTimers());

  test.each([true, false])(
    'holds nothing back for longer than 0.2 s where a batch waits: %s',
    async (isWaiting) => {
      const flushes: number[] = [];
      const began = Date.now();
      const dispatcher: IntakeOptions['dispatcher'] = {
        add: () => undefined,
        admit: () => undefined,
        flush: () => void flushes.push(Date.now() - began),
        room: async () => undefined,
        isCrowded: false,
        isWaiting,
      };
      let end: () => void = () => undefined;
      const silence = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
      const reading = read([], { dispatcher, source: { next: () => silence } });
      await jest.advanceTimersByTimeAsync(1000);
      expect(flushes).toEqual(isWaiting ? [200] : []);
      end();
      await reading;
    },
  );

  test('and goes on in time is not flushed', async () => {
    const flush = jest.fn();
    const dispatcher: IntakeOptions['dispatcher'] = {
      add: () => undefined,
      admit: () => undefined,
      flush,
      room: async () => undefined,
      isCrowded: false,
      isWaiting: true,
    };
    await read([[{ id: 'x' }], [{ id: 'y' }]], { dispatcher });
    expect(flush).not.toHaveBeenCalled();
  });
});
