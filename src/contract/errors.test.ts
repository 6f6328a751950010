import { isOutOfFiles, unforeseenError } from './errors.js';

test.each(['EMFILE', 'ENFILE'])(
  'an error with %s that nobody foresaw names the limit on open files, and no file',
  (code) => {
    const thrown = Object.assign(new Error(`${code}: too many open files, open '/a/chunk.cjs'`), {
      code,
    });
    expect(isOutOfFiles(thrown)).toBe(true);
    const error = unforeseenError(thrown);
    expect(error).toMatchObject({ code: 'too_many_files', kind: 'refused', affects: 'run' });
    expect(error.hint).toContain('ulimit -n');
    expect(error.message).not.toMatch(/internal error|chunk/);
  },
);

test('another error that nobody foresaw is an internal one, of one line', () => {
  const error = unforeseenError(new TypeError('no such thing\n    at main (bin.cjs:1)'));
  expect(error).toMatchObject({ code: 'internal', message: 'internal error: no such thing' });
});
