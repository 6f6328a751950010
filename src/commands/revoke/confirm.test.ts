import { fakeWorld } from '../../testing/fake-world.js';
import { ask, assertCanAsk, promptLines } from './confirm.js';

const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `t${index}` }));

function prompt(count: number | undefined, more: Partial<Parameters<typeof promptLines>[0]> = {}) {
  return promptLines({
    revoker: {
      promptDetails: [['Account', 'toys']],
      consequences: (_sample, total) => [`${total} will be revoked.`],
    },
    input: { count, sample: targets(Math.min(count ?? 0, 5)) },
    noun: 'id',
    max: undefined,
    ...more,
  });
}

test('nobody is asked where the output is JSON, or stdin is no terminal: the fix is --force', () => {
  const terminal = fakeWorld({ argv: [], typed: 'y' });
  const pipe = fakeWorld({ argv: [] });
  expect(() => assertCanAsk(terminal, false)).not.toThrow();
  for (const attempt of [() => assertCanAsk(terminal, true), () => assertCanAsk(pipe, false)]) {
    expect(attempt).toThrow(expect.objectContaining({ kind: 'usage', hint: 'add --force' }));
  }
});

test('the prompt of one target shows as whom and with which effect, and counts nothing', () => {
  expect(prompt(1)).toEqual(['Account:  toys', '1 will be revoked.']);
});

test('the prompt of many targets shows their number, the first five and how many more', () => {
  expect(prompt(8)).toEqual([
    'Account:  toys',
    'Targets:  8 (id)',
    ...['  t0', '  t1', '  t2', '  t3', '  t4'],
    '  … and 3 more',
    '8 will be revoked.',
  ]);
});

test('targets that cannot be counted need a limit, which the prompt shows as one', () => {
  expect(() => prompt(undefined)).toThrow(expect.objectContaining({ kind: 'usage' }));
  expect(prompt(undefined, { max: 50 })).toContain('Targets:  up to 50 (id)');
});

test.each([
  ['y', 1, 'yes'],
  ['YES', 10, 'yes'],
  ['', 1, 'no'],
  ['n', 1, 'no'],
  ['y', 11, 'no'],
  ['11', 11, 'yes'],
  ['12', 11, 'no'],
] as const)('the answer "%s" for %d targets means %s', async (typed, count, answer) => {
  const world = fakeWorld({ argv: [], typed: `${typed}\r` });
  expect(await ask(world, ['what will happen'], count)).toBe(answer);
  expect(world.written.stderr).toContain('what will happen\n');
});
