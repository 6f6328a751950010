import { active } from '../contract/lane.js';
import { createBatcher, halves, type Batch, type Entry } from './batcher.js';

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  target: { id },
  key: id,
  ...more,
});
const before = { result: active(), at: 0 };
const shown = (batches: readonly Batch[]) =>
  batches.map(({ entries, firstTriedAt }) => [firstTriedAt, ...entries.map(({ key }) => key)]);

test('a batch is full at its size, and a part of one is given only when all are taken', () => {
  const batcher = createBatcher(2);
  batcher.add(entry('a'));
  expect([batcher.full, batcher.isWaiting, shown(batcher.take(false))]).toEqual([0, true, []]);
  batcher.add(entry('b'));
  expect([batcher.full, batcher.isWaiting]).toEqual([1, false]);
  batcher.add(entry('c'));
  expect(shown(batcher.take(false))).toEqual([[undefined, 'a', 'b']]);
  expect([batcher.full, batcher.isWaiting]).toEqual([0, true]);
  expect(shown(batcher.take(true))).toEqual([[undefined, 'c']]);
  expect([batcher.isWaiting, shown(batcher.take(true))]).toEqual([false, []]);
});

test('with a size of one every target is a batch at once', () => {
  const batcher = createBatcher(1);
  batcher.add(entry('a', { prior: { triedAt: 7 } }));
  batcher.add(entry('b'));
  expect([batcher.full, batcher.isWaiting]).toEqual([2, false]);
  expect(shown(batcher.take(false))).toEqual([
    [7, 'a'],
    [undefined, 'b'],
  ]);
});

test('targets that were first tried at different moments never share a batch', () => {
  const batcher = createBatcher(2);
  batcher.add(entry('a', { prior: { triedAt: 1 } }));
  batcher.add(entry('b', { prior: { triedAt: 2 } }));
  batcher.add(entry('c'));
  expect(batcher.full).toBe(0);
  batcher.add(entry('d', { prior: { triedAt: 1 } }));
  expect(shown(batcher.take(true))).toEqual([
    [1, 'a', 'd'],
    [2, 'b'],
    [undefined, 'c'],
  ]);
});

test('targets that were checked fill small batches, and never share one with those that were not', () => {
  const batcher = createBatcher(2, 3);
  for (const key of ['a', 'b', 'c']) batcher.add(entry(key, { before }));
  for (const key of ['d', 'e', 'f', 'g']) batcher.add(entry(key));
  expect(shown(batcher.take(false))).toEqual([
    [undefined, 'a', 'b'],
    [undefined, 'd', 'e', 'f'],
  ]);
  expect(batcher.isWaiting).toBe(true);
  expect(shown(batcher.take(true))).toEqual([
    [undefined, 'c'],
    [undefined, 'g'],
  ]);
});

test('a batcher that holds checked targets alone is waiting for more of them', () => {
  const batcher = createBatcher(2);
  batcher.add(entry('a', { before }));
  expect(batcher.isWaiting).toBe(true);
});

test.each([2, 3, 5])(
  'the halves of %i targets have all of them once, in order, and their cut-off',
  (count) => {
    const entries = Array.from({ length: count }, (_, index) => entry(`t${index}`));
    const [first, second] = halves({ entries, firstTriedAt: 9 });
    expect([...first.entries, ...second.entries]).toEqual(entries);
    expect(first.entries.length - second.entries.length).toBe(count % 2);
    expect([first.firstTriedAt, second.firstTriedAt]).toEqual([9, 9]);
  },
);
