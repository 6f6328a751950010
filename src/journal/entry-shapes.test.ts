import { entryOf, foreignFormat } from './entry-shapes.js';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const AT = '2026-01-01T00:00:00.000Z';
const HEAD = {
  format: 2,
  id: 'abc12345',
  version: '0.2.0',
  started_at: AT,
  command: ['revoke'],
  providers: [{ provider: 'toy', endpoint: 'https://one.example', scope: { a: 'x', b: ['y'] } }],
  terms: { as: 'clientId', force: true, list: ['x'] },
  sources: [
    { kind: 'arguments', targets: ['t'] },
    { kind: 'stream', name: 'stdin' },
    { kind: 'file', path: '/a', size: 1 },
    { kind: 'file', path: '/b', size: 1, device: '1', inode: '2', sha256: 'aa' },
    { kind: 'file', path: '/c', size: 1, mtime_ns: '3', ctime_ns: '4' },
  ],
};
const ADDED = {
  shard: '1/3,2/3',
  user: 'alice',
  host: 'laptop',
  action: 'create',
  again: ['--force'],
  joins: ['other'],
  previous: ['sha256:aa'],
};
const OUTCOME = { provider: 'toy', target: 't', status: 'failed', at: AT };
const SEEN = { state: 'active', checked_at: AT };
const END = { at: AT, exit: 0, counts: { revoked: 1 } };

test.each<[string, object, object]>([
  ['a head', { run: HEAD }, { kind: 'head', head: HEAD }],
  [
    'a head with all it may say',
    { run: { ...HEAD, ...ADDED } },
    { kind: 'head', head: { ...HEAD, ...ADDED } },
  ],
  ['an intent', { intent: ['a'], at: AT }, { kind: 'intent', intent: ['a'], at: AT }],
  [
    'an intent of a lane with what was seen',
    {
      intent: ['a', 'b'],
      at: AT,
      lane: 'l',
      seen: [null, { ...SEEN, expires_at: AT, method: 'list' }],
    },
    {
      kind: 'intent',
      intent: ['a', 'b'],
      at: AT,
      lane: 'l',
      seen: [null, { ...SEEN, expires_at: AT, method: 'list' }],
    },
  ],
  ['an outcome', { outcome: OUTCOME }, { kind: 'outcome', outcome: OUTCOME }],
  [
    'an outcome with a key and an error',
    { outcome: { ...OUTCOME, error: { code: 'x' } }, key: 'k' },
    { kind: 'outcome', outcome: { ...OUTCOME, error: { code: 'x' } }, key: 'k' },
  ],
  ['an end', { end: END, sha256: 'aa' }, { kind: 'end', end: END, sha256: 'aa' }],
  [
    'an end with open targets',
    { end: { ...END, open: 2 }, sha256: '' },
    { kind: 'end', end: { ...END, open: 2 }, sha256: '' },
  ],
])('%s is read as it stands', (_what, value, entry) => {
  expect(entryOf(bytes(value))).toStrictEqual(entry);
});

const [provider] = HEAD.providers;
const withSource = (source: unknown) => ({ sources: [source] });

test.each<[string, object]>([
  ['format', { format: 1 }],
  ['format of text', { format: '2' }],
  ['id', { id: 7 }],
  ['version', { version: undefined }],
  ['start', { started_at: 'soon' }],
  ['start of a number', { started_at: 7 }],
  ['command', { command: 'revoke' }],
  ['command of numbers', { command: [7] }],
  ['providers', { providers: {} }],
  ['provider that is null', { providers: [null] }],
  ['provider without a name', { providers: [{ ...provider, provider: 7 }] }],
  ['provider without an endpoint', { providers: [{ ...provider, endpoint: null }] }],
  ['scope', { providers: [{ ...provider, scope: 'x' }] }],
  ['scope that is a list', { providers: [{ ...provider, scope: ['x'] }] }],
  ['scope of numbers', { providers: [{ ...provider, scope: { a: 7 } }] }],
  ['scope of lists of numbers', { providers: [{ ...provider, scope: { a: [7] } }] }],
  ['terms', { terms: [] }],
  ['term that is false', { terms: { as: false } }],
  ['term that is a number', { terms: { as: 7 } }],
  ['sources', { sources: {} }],
  ['source that is null', withSource(null)],
  ['source of another kind', withSource({ kind: 'pipe', path: '/a', size: 1 })],
  ['source of arguments', withSource({ kind: 'arguments', targets: 't' })],
  ['source of a stream', withSource({ kind: 'stream', name: 7 })],
  ['source without a path', withSource({ kind: 'file', size: 1 })],
  ['source without a size', withSource({ kind: 'file', path: '/a', size: '1' })],
  ['device', withSource({ kind: 'file', path: '/a', size: 1, device: 1 })],
  ['inode', withSource({ kind: 'file', path: '/a', size: 1, inode: 1 })],
  ['mtime', withSource({ kind: 'file', path: '/a', size: 1, mtime_ns: 1 })],
  ['ctime', withSource({ kind: 'file', path: '/a', size: 1, ctime_ns: 1 })],
  ['hash of a source', withSource({ kind: 'file', path: '/a', size: 1, sha256: 1 })],
  ['shard that is a number', { shard: 1 }],
  ['shard of words', { shard: 'one of three' }],
  ['shard with more behind it', { shard: '1/3 ' }],
  ['shard with more before it', { shard: 'x1/3' }],
  ['shard that is too long', { shard: '1234567/3' }],
  ['user', { user: 7 }],
  ['host', { host: null }],
  ['action', { action: true }],
  ['words to give again', { again: 'x' }],
  ['joined runs', { joins: 'x' }],
  ['hashes before', { previous: [7] }],
])('a head with another %s than it should have is none', (_what, change) => {
  expect(entryOf(bytes({ run: { ...HEAD, ...change } }))).toBeUndefined();
});

test.each<[string, unknown]>([
  ['null', null],
  ['a list', [{ intent: ['a'], at: AT }]],
  ['a number', 7],
  ['nothing', {}],
  ['a head that is a text', { run: 'x' }],
  ['a head that is null', { run: null }],
  ['an intent that is no list', { intent: 'a', at: AT }],
  ['an intent of numbers', { intent: [7], at: AT }],
  ['an intent without a moment', { intent: ['a'] }],
  ['an intent of a lane that is a number', { intent: ['a'], at: AT, lane: 7 }],
  ['an intent that saw no list', { intent: ['a'], at: AT, seen: SEEN }],
  ['an intent that saw a text', { intent: ['a'], at: AT, seen: ['active'] }],
  ['an intent that saw no state', { intent: ['a'], at: AT, seen: [{ checked_at: AT }] }],
  [
    'an intent that saw at no moment',
    { intent: ['a'], at: AT, seen: [{ state: 'active', checked_at: 'x' }] },
  ],
  ['an expiry that is a number', { intent: ['a'], at: AT, seen: [{ ...SEEN, expires_at: 7 }] }],
  ['a way of checking that is a number', { intent: ['a'], at: AT, seen: [{ ...SEEN, method: 7 }] }],
  ['an outcome that is a text', { outcome: 't' }],
  ['an outcome without a target', { outcome: { ...OUTCOME, target: 7 } }],
  ['an outcome without a status', { outcome: { ...OUTCOME, status: undefined } }],
  ['an outcome without a moment', { outcome: { ...OUTCOME, at: undefined } }],
  ['an outcome whose error is a text', { outcome: { ...OUTCOME, error: 'x' } }],
  ['an outcome whose error is null', { outcome: { ...OUTCOME, error: null } }],
  ['an outcome whose error has no code', { outcome: { ...OUTCOME, error: {} } }],
  ['an outcome whose key is a number', { outcome: OUTCOME, key: 7 }],
  ['an end that is a text', { end: 'x', sha256: 'aa' }],
  ['an end without a hash', { end: END }],
  ['an end without a moment', { end: { ...END, at: 'x' }, sha256: 'aa' }],
  ['an end without an exit code', { end: { ...END, exit: '0' }, sha256: 'aa' }],
  ['an end without counts', { end: { ...END, counts: undefined }, sha256: 'aa' }],
  ['an end whose counts are texts', { end: { ...END, counts: { revoked: '1' } }, sha256: 'aa' }],
  ['an end whose open targets are a text', { end: { ...END, open: '2' }, sha256: 'aa' }],
])('a line with %s is no entry', (_what, value) => {
  expect(entryOf(bytes(value))).toBeUndefined();
});

test('a line that is no JSON is no entry, and has no format', () => {
  expect(entryOf(Buffer.from('{"intent":'))).toBeUndefined();
  expect(foreignFormat(Buffer.from('{"run":'), true)).toBeUndefined();
});

test.each(['2026-01-29T00:00:00.000Z', '2026-12-31T23:59:59Z', '2026-01-01T00:00:00+02:00'])(
  'the moment %s is one, though this program would write it otherwise',
  (at) => {
    expect(entryOf(bytes({ intent: ['a'], at }))).toMatchObject({ kind: 'intent', at });
  },
);

test.each([
  '2026-13-01T00:00:00.000Z',
  '2026-01-01T24:61:00.000Z',
  '2026-01-01T00:60:00.000Z',
  '2026-00-01T00:00:00.000Z',
  '2026-01-00T00:00:00.000Z',
  'x2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.000Zx',
])('the moment %s is none', (at) => {
  expect(entryOf(bytes({ intent: ['a'], at }))).toBeUndefined();
});

test.each<[string, unknown, boolean, number | undefined]>([
  ['a head of format 1', { run: { version: 1 } }, false, 1],
  ['a head of this version without its checksum', { run: HEAD }, false, undefined],
  ['a head of version 1 that names a format', { run: { version: 1, format: 2 } }, false, undefined],
  ['a head of another version without a checksum', { run: { version: 2 } }, false, undefined],
  ['a whole head of a later format', { run: { format: 3 }, crc: '' }, true, 3],
  ['a damaged head of a later format', { run: { format: 3 }, crc: '' }, false, undefined],
  ['a whole head of this format', { run: { format: 2 }, crc: '' }, true, undefined],
  ['a whole head whose format is a text', { run: { format: '3' }, crc: '' }, true, undefined],
  ['a head that is a text', { run: 'x', crc: '' }, true, undefined],
  ['a list', [{ run: { version: 1 } }], true, undefined],
  ['null', null, true, undefined],
])('%s has another format as far as it can be told', (_what, value, isWhole, format) => {
  expect(foreignFormat(bytes(value), isWhole)).toBe(format);
});
