import type { Outcome } from '../contract/provider.js';
import { LostLockError } from './journal-errors.js';
import { optionalJournal } from './optional-journal.js';
import type { Journal } from './writer.js';

const OUTCOME: Outcome = { provider: 'toy', target: 't', status: 'revoked', at: '' };
const END = { exit: 0, counts: {} };

function start(given: Partial<Journal> = {}) {
  const calls: string[] = [];
  const warned: unknown[] = [];
  const journal: Journal = {
    path: 'j',
    id: 'abc12345',
    priorState: () => undefined,
    abandon: () => undefined,
    async writeIntents() {
      calls.push('intents');
    },
    writeOutcomes: () => void calls.push('outcomes'),
    async close(end) {
      calls.push(end ? 'end' : 'no end');
      return end && 'hash';
    },
    ...given,
  };
  return { calls, warned, optional: optionalJournal(journal, (error) => warned.push(error)) };
}

test('a journal that nobody asked for is written like any other', async () => {
  const { calls, warned, optional } = start();
  await optional.writeIntents([]);
  optional.writeOutcomes([OUTCOME], [''], ['t']);
  expect(await optional.close(END)).toBe('hash');
  expect([calls, warned, optional.path]).toEqual([['intents', 'outcomes', 'end'], [], 'j']);
});

const broken = new Error('disk full');
test.each<[string, Partial<Journal>]>([
  ['intents', { writeIntents: () => Promise.reject(broken) }],
  [
    'outcomes',
    {
      writeOutcomes() {
        throw broken;
      },
    },
  ],
])(
  'where %s cannot be written that is said once, nothing more is written, and the part has no end',
  async (which, given) => {
    const { calls, warned, optional } = start(given);
    for (let count = 0; count < 2; count++) {
      if (which === 'intents') await optional.writeIntents([]);
      optional.writeOutcomes([OUTCOME], [''], ['t']);
    }
    await optional.writeIntents([]);
    expect(await optional.close(END)).toBeUndefined();
    expect([calls, warned]).toEqual([['no end'], [broken]]);
  },
);

test('an end that cannot be written is said, and the run has an end all the same', async () => {
  const { warned, optional } = start({ close: () => Promise.reject(broken) });
  expect(await optional.close(END)).toBeUndefined();
  expect(warned).toEqual([broken]);
});

test('a journal that another process has taken over ends the run: it sends the same targets', async () => {
  const lost = Object.assign(new Error('taken over'), { cause: new LostLockError() });
  const { warned, optional } = start({
    writeIntents: () => Promise.reject(lost),
    writeOutcomes() {
      throw lost;
    },
    close: () => Promise.reject(lost),
  });
  await expect(optional.writeIntents([])).rejects.toBe(lost);
  expect(() => optional.writeOutcomes([OUTCOME], [''], ['t'])).toThrow(lost);
  await expect(optional.close(END)).rejects.toBe(lost);
  expect(warned).toEqual([]);
});
