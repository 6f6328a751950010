import {
  asReadError,
  credentialsError,
  inDoubtError,
  isCode,
  isOutOfFiles,
  isRevokeError,
  refusedError,
  RevokeError,
  unforeseenError,
  usageError,
} from './errors.js';

const dataOf = ({ kind, code, message, hint, providerCode, affects, cause }: RevokeError) => ({
  kind,
  code,
  message,
  hint,
  providerCode,
  affects,
  cause,
});
const NONE = { hint: undefined, providerCode: undefined, cause: undefined };

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

test.each<[RevokeError, object]>([
  [usageError('no'), { kind: 'usage', code: 'usage', affects: 'run' }],
  [
    usageError('no', 'fix it', 'bad'),
    { kind: 'usage', code: 'bad', hint: 'fix it', affects: 'run' },
  ],
  [credentialsError('no'), { kind: 'credentials', code: 'no_credentials', affects: 'run' }],
  [
    credentialsError('no', 'log in', 'credentials_rejected'),
    { kind: 'credentials', code: 'credentials_rejected', hint: 'log in', affects: 'run' },
  ],
  [refusedError({ code: 'x', message: 'no' }), { kind: 'refused', code: 'x', affects: 'target' }],
  [
    inDoubtError({ code: 'x', message: 'no', providerCode: 0, affects: 'batch', cause: 'why' }),
    { kind: 'in_doubt', code: 'x', providerCode: 0, affects: 'batch', cause: 'why' },
  ],
])('%s is the kind of error that its function names', (error, expected) => {
  expect(dataOf(error)).toEqual({ ...NONE, message: 'no', ...expected });
  expect([error.name, isRevokeError(error)]).toEqual(['RevokeError', true]);
  expect(error.inDoubt).toBe(error.kind === 'in_doubt');
});

test('an error with other details is another one, and the first stays as it was', () => {
  const details = { code: 'x', message: 'no', hint: 'ask', providerCode: 7, cause: 'why' };
  const first = refusedError({ ...details, affects: 'run' });
  const second = first.with({ message: 'yes', hint: undefined });
  expect(dataOf(second)).toEqual({ ...dataOf(first), message: 'yes', hint: undefined });
  expect(dataOf(first)).toEqual({ kind: 'refused', ...details, affects: 'run' });
});

test('a read that got no answer leaves nothing in doubt, and any other error stays as it is', () => {
  const lost = inDoubtError({ code: 'no_answer', message: 'lost', hint: 'who knows' });
  expect(dataOf(asReadError(lost))).toEqual({
    ...NONE,
    kind: 'refused',
    code: 'no_answer',
    message: 'lost',
    hint: 'run this again',
    affects: 'run',
  });
  const refused = refusedError({ code: 'x', message: 'no' });
  expect(asReadError(refused)).toBe(refused);
});

test.each<[unknown, string]>([
  [new SyntaxError('Unexpected token h in hunter2'), 'internal error: SyntaxError'],
  ['thrown text\nand more', 'internal error: thrown text'],
  [undefined, 'internal error: undefined'],
  [null, 'internal error: null'],
  [{ message: '' }, 'internal error: '],
])(
  'what is thrown without a reason (%p) is one sentence, and no words of a parser',
  (thrown, message) => {
    expect(dataOf(unforeseenError(thrown))).toEqual({
      ...NONE,
      kind: 'refused',
      code: 'internal',
      message,
      hint: 'please report this',
      affects: 'run',
    });
  },
);

test.each<[unknown, boolean]>([
  [Object.assign(new Error('of another bundle'), { name: 'RevokeError', affects: 'run' }), true],
  [Object.assign(new Error('of another name'), { affects: 'run' }), false],
  [Object.assign(new Error('of no reach'), { name: 'RevokeError' }), false],
  [{ name: 'RevokeError', affects: 'run' }, false],
  [undefined, false],
])('%p is one of our errors: %s', (value, expected) => {
  expect(isRevokeError(value)).toBe(expected);
});

test.each<[unknown, boolean]>([
  [{ code: 'ENOENT' }, true],
  [Object.assign(new Error(''), { code: 'EACCES' }), true],
  [{ code: 'EPERM' }, false],
  [{}, false],
  ['ENOENT', false],
  [null, false],
  [undefined, false],
])('the error %p is ENOENT or EACCES: %s', (error, expected) => {
  expect(isCode(error, 'ENOENT', 'EACCES')).toBe(expected);
});
