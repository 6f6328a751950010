import { refusedError } from '../contract/errors.js';
import { heldByAnother, isLockLost, LostLockError, unwritable } from './journal-errors.js';

const full = Object.assign(new Error('full'), { code: 'ENOSPC' });

test('a journal that the disk cannot take says why, and what to do', () => {
  expect(unwritable('j', full)).toMatchObject({
    kind: 'refused',
    code: 'journal_failed',
    affects: 'run',
    message: 'the journal j could not be written: the disk is full (ENOSPC)',
    hint: 'nothing more was sent; make room for it, then continue with --resume',
    cause: full,
  });
  expect(isLockLost(unwritable('j', full))).toBe(false);
});

test('a journal that another process has taken over says so, and is told from a full disk', () => {
  const error = unwritable('j', new LostLockError());
  expect(error).toMatchObject({
    code: 'journal_failed',
    message: 'another process has taken over the journal j',
    hint: 'nothing more was sent by this run; wait for the other one',
  });
  expect(isLockLost(error)).toBe(true);
  expect(isLockLost(new LostLockError())).toBe(false);
  expect(isLockLost({ cause: new LostLockError() })).toBe(false);
  expect(isLockLost(undefined)).toBe(false);
});

test('an error of ours and one of the program stay as they are', () => {
  for (const error of [refusedError({ code: 'x', message: 'no' }), new TypeError('a bug')])
    expect(unwritable('j', error)).toBe(error);
});

test('a journal that is being written is refused before anything is sent', () => {
  expect(heldByAnother('j')).toMatchObject({
    kind: 'usage',
    code: 'journal_in_use',
    message: 'another process is writing the journal j',
    hint: 'wait for it, or give another --journal',
  });
});
