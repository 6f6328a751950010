import type { Outcome, Status } from '../contract/provider.js';
import { createOutcomeWriter, type OutcomeWriterOptions } from './outcome-writer.js';

const outcome = (target: string, status: Status = 'revoked'): Outcome => ({
  provider: 'toy',
  target,
  status,
  at: '',
});
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A writer, and everything that it did, in order. */
function start(options: Partial<OutcomeWriterOptions> = {}) {
  const steps: string[] = [];
  const writer = createOutcomeWriter({
    journal: {
      writeIntents: async () => undefined,
      writeOutcomes: (_some, lines, keys) => void steps.push(`journal ${lines} as ${keys}`),
      priorState: () => undefined,
    },
    serialize: ({ target }) => target,
    onOutcomes: (_some, lines) => void steps.push(`output ${lines}`),
    onFailures: (count) => steps.push(`failures ${count}`),
    onError: (error) => steps.push(`error ${String(error)}`),
    onWritten: () => steps.push('written'),
    ...options,
  });
  return { writer, steps };
}

test('outcomes of one turn are written together, to the journal before the output', async () => {
  const { writer, steps } = start();
  writer.add(outcome('a'), 'key-a');
  writer.add(outcome('b'), 'key-b');
  expect(steps).toEqual([]);
  await aTurn();
  expect(steps).toEqual(['journal a,b as key-a,key-b', 'output a,b', 'written']);
  expect(writer.isIdle).toBe(true);
});

test('a slot is busy until the outcomes of its answer are written', async () => {
  const { writer } = start();
  const slots = { busy: 2 };
  writer.add(outcome('a'), 'a');
  writer.answered([slots], 100);
  expect(slots.busy).toBe(2);
  await aTurn();
  expect(slots.busy).toBe(1);
});

test('answers for a quarter of the width are written without a wait for the turn to end', () => {
  const { writer, steps } = start();
  const slots = { busy: 2 };
  writer.add(outcome('a'), 'a');
  writer.answered([slots], 8);
  expect(steps).toEqual([]);
  writer.answered([slots], 8);
  expect(steps).toContain('output a');
  expect(slots.busy).toBe(0);
});

test('a slow output keeps the slots busy and holds back what comes meanwhile', async () => {
  let goOn: () => void = () => undefined;
  const written: string[] = [];
  const { writer } = start({
    onOutcomes(_some, lines) {
      written.push(...lines);
      return new Promise<void>((resolve) => (goOn = resolve));
    },
  });
  const slots = { busy: 1 };
  writer.add(outcome('a'), 'a');
  writer.answered([slots], 1);
  writer.add(outcome('b'), 'b');
  await aTurn();
  expect([written, slots.busy, writer.isIdle]).toEqual([['a'], 1, false]);
  goOn();
  await aTurn();
  expect([written, slots.busy]).toEqual([['a', 'b'], 0]);
});

test('an outcome that the journal cannot take is printed all the same, and reported', async () => {
  const { writer, steps } = start({
    journal: {
      writeIntents: async () => undefined,
      writeOutcomes() {
        throw new Error('disk full');
      },
      priorState: () => undefined,
    },
  });
  writer.add(outcome('a'), 'a');
  await aTurn();
  expect(steps).toEqual(['error Error: disk full', 'output a', 'written']);
});

test('an output that fails is reported, and the slots are free again', async () => {
  const { writer, steps } = start({ onOutcomes: () => Promise.reject(new Error('pipe closed')) });
  const slots = { busy: 1 };
  writer.add(outcome('a'), 'a');
  writer.answered([slots], 1);
  await aTurn();
  expect(steps).toContain('error Error: pipe closed');
  expect(slots.busy).toBe(0);
});

test('onFailures is called once, at the failure that reaches the limit; ignored ones do not count', () => {
  const { writer, steps } = start({ maxFailures: 2 });
  writer.add(outcome('a', 'failed'), 'a');
  writer.add({ ...outcome('b', 'failed'), ignored: true }, 'b');
  writer.add(outcome('c', 'unknown'), 'c');
  expect(steps).toEqual([]);
  for (const key of ['c', 'd']) writer.add(outcome(key, 'failed'), key);
  expect(steps).toEqual(['failures 2']);
});

test('a target that is still active is a failure for the limit, and one that is revoked is none', () => {
  const { writer, steps } = start({ maxFailures: 1 });
  writer.add(outcome('a', 'revoked'), 'a');
  expect(steps).toEqual([]);
  writer.add(outcome('b', 'alive'), 'b');
  expect(steps).toEqual(['failures 1']);
});

test('outcomes of a later turn are written under their own keys', async () => {
  const { writer, steps } = start();
  for (const target of ['a', 'b', 'c']) {
    writer.add(outcome(target), `key-${target}`);
    await aTurn();
  }
  expect(steps.filter((step) => step.startsWith('journal'))).toEqual([
    'journal a as key-a',
    'journal b as key-b',
    'journal c as key-c',
  ]);
});

test('an answer without outcomes frees its slot, and writes nothing', async () => {
  const { writer, steps } = start();
  const slots = { busy: 1 };
  writer.answered([slots], 100);
  expect(writer.isIdle).toBe(false);
  await aTurn();
  expect([steps, slots.busy, writer.isIdle]).toEqual([['written'], 0, true]);
});

test('an answer without outcomes that comes while the output is slow frees its slot afterwards', async () => {
  let goOn: () => void = () => undefined;
  const { writer, steps } = start({
    onOutcomes: () => new Promise<void>((resolve) => (goOn = resolve)),
  });
  writer.add(outcome('a'), 'a');
  await aTurn();
  const slots = { busy: 1 };
  writer.answered([slots], 100);
  await aTurn();
  expect(slots.busy).toBe(1);
  goOn();
  await aTurn();
  expect([slots.busy, writer.isIdle]).toEqual([0, true]);
  expect(steps.filter((step) => step === 'written')).toHaveLength(2);
});

test('a writer is idle only where nothing waits, and nothing is being written', async () => {
  let goOn: () => void = () => undefined;
  const { writer, steps } = start({
    onOutcomes: () => new Promise<void>((resolve) => (goOn = resolve)),
  });
  expect(writer.isIdle).toBe(true);
  writer.add(outcome('a'), 'a');
  expect(writer.isIdle).toBe(false);
  await aTurn();
  expect(writer.isIdle).toBe(false);
  goOn();
  await aTurn();
  expect(writer.isIdle).toBe(true);
  expect(steps.filter((step) => step === 'written')).toHaveLength(1);
});

test('without a journal outcomes go to the output alone', async () => {
  const { writer, steps } = start({ journal: undefined });
  writer.add(outcome('a'), 'a');
  await aTurn();
  expect(steps).toEqual(['output a', 'written']);
});

test('4096 outcomes that are not written yet back the input up', () => {
  const { writer } = start();
  for (let count = 0; count < 4095; count++) writer.add(outcome(`${count}`), `${count}`);
  expect(writer.isBackedUp).toBe(false);
  writer.add(outcome('last'), 'last');
  expect(writer.isBackedUp).toBe(true);
});
