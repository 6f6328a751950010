import { laneOf, sourceOf } from '../../test/support/run-lanes.js';
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
