import { createHalfJoiner } from './join-halves.js';

const halves = {
  mayBe: (line: string) => /^[ab]/.test(line),
  make: (first: string, second: string) => first.startsWith('a') && second.startsWith('b'),
};
const lines = (...texts: (string | undefined)[]) =>
  texts.map((text, index) => ({ line: index + 1, ...(text !== undefined && { text }) }));

test('two halves one after the other are one line, at the place of the first', () => {
  const joiner = createHalfJoiner<{ line: number; text?: string }>(halves);
  expect([...joiner.push(lines('x', 'a1', 'b1', 'y')), ...joiner.end()]).toEqual([
    { line: 1, text: 'x' },
    { line: 2, text: 'a1 b1' },
    { line: 4, text: 'y' },
  ]);
});

test('a half without its other half is a line of its own, and nothing is lost', () => {
  const joiner = createHalfJoiner<{ line: number; text?: string }>(halves);
  const given = lines('a1', 'x', 'b1', 'a2', undefined, 'a3', 'a4');
  expect([...joiner.push(given), ...joiner.end()]).toEqual(given);
});

test('halves in two pieces of the input are joined', () => {
  const joiner = createHalfJoiner<{ line: number; text?: string }>(halves);
  const [first, second] = lines('a1', 'b1');
  expect(joiner.push(first ? [first] : [])).toEqual([]);
  expect(joiner.push(second ? [second] : [])).toEqual([{ line: 1, text: 'a1 b1' }]);
  expect(joiner.end()).toEqual([]);
});

test('without halves every line passes as it is', () => {
  const joiner = createHalfJoiner<{ line: number; text?: string }>(undefined);
  const given = lines('a1', 'b1');
  expect([...joiner.push(given), ...joiner.end()]).toEqual(given);
});

test('a line that can be no half is handed over at once, and one without text is never asked of', () => {
  const greedy = { mayBe: (line: string) => line !== 'x', make: () => true };
  const joiner = createHalfJoiner<{ line: number; text?: string }>(greedy);
  const given = lines('x', undefined);
  expect(joiner.push(given)).toEqual(given);
  expect(joiner.end()).toEqual([]);
});
