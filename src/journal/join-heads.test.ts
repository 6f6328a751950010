import { FORMAT, type JournalHead, type ProviderNote, type Terms } from './format.js';
import { assertSame, joinHeads } from './join-heads.js';

const toy: ProviderNote = {
  provider: 'toy',
  endpoint: 'https://one.example',
  scope: { app_id: 'a' },
};
const HEAD: JournalHead = {
  format: FORMAT,
  id: 'one',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke'],
  providers: [toy],
  terms: {},
  sources: [],
};
const join = (first: Partial<JournalHead>, next: Partial<JournalHead>) =>
  joinHeads({ ...HEAD, ...first }, { ...HEAD, ...next }, 'j');

test('two heads of one run are its head, and nothing is added', () => {
  expect(join({}, {})).toStrictEqual(HEAD);
});

test('each other run that is joined is named once, and the run itself never', () => {
  expect(join({}, { id: 'two' }).joins).toEqual(['two']);
  expect(join({ joins: ['two'] }, { id: 'two', joins: ['three', 'one'] }).joins).toEqual([
    'two',
    'three',
  ]);
  expect(join({ joins: ['two'] }, {}).joins).toEqual(['two']);
});

test.each([
  ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ['2025-12-31T00:00:00.000Z', '2025-12-31T00:00:00.000Z'],
])('of a run of 1 January and one of %s the start is %s', (started_at, expected) => {
  expect(join({}, { started_at }).started_at).toBe(expected);
});

test('joined runs have the shards of both, each once, and none where one of them was whole', () => {
  expect(join({ shard: '1/3,2/3' }, { shard: '2/3,3/3' }).shard).toBe('1/3,2/3,3/3');
  expect(join({ shard: '1/3' }, {})).not.toHaveProperty('shard');
  expect(join({}, { shard: '1/3' })).not.toHaveProperty('shard');
});

test('a source counts once: a file by its path and content, any other by all that is noted', () => {
  const file = { kind: 'file', path: '/a', size: 1, sha256: 'aa', inode: '1' } as const;
  const large = { kind: 'file', path: '/b', size: 1, inode: '1' } as const;
  const stream = { kind: 'stream', name: 'stdin' } as const;
  const { sources } = join(
    { sources: [file, large, stream] },
    {
      sources: [
        { ...file, inode: '2' },
        { ...file, path: '/c' },
        { ...file, sha256: 'bb' },
        { ...large, inode: '2' },
        stream,
        { kind: 'stream', name: 'fd' },
      ],
    },
  );
  expect(sources).toEqual([
    { ...file, inode: '2' },
    large,
    stream,
    { ...file, path: '/c' },
    { ...file, sha256: 'bb' },
    { ...large, inode: '2' },
    { kind: 'stream', name: 'fd' },
  ]);
});

const bindingOf = (providers: readonly ProviderNote[], terms: Terms = {}) => ({ providers, terms });
const errorOf = (before: readonly ProviderNote[], now: readonly ProviderNote[]) => {
  try {
    assertSame(bindingOf(before), bindingOf(now), 'j');
    return undefined;
  } catch (error) {
    return error;
  }
};

test.each<[string, readonly ProviderNote[], readonly ProviderNote[]]>([
  ['the same', [toy], [toy]],
  [
    'one whose scope is written in another order',
    [{ ...toy, scope: { a: '1', b: '2' } }],
    [{ ...toy, scope: { b: '2', a: '1' } }],
  ],
  ['one more provider', [toy], [toy, { ...toy, provider: 'other', endpoint: 'https://x.example' }]],
  [
    'two accounts in another order',
    [toy, { ...toy, scope: { app_id: 'b' } }],
    [{ ...toy, scope: { app_id: 'b' } }, toy],
  ],
])('a run is continued with %s', (_what, before, now) => {
  expect(errorOf(before, now)).toBeUndefined();
});

const HINT = 'resume with the options and credentials of the first run';
test.each<[string, readonly ProviderNote[], readonly ProviderNote[], string]>([
  [
    'another provider',
    [toy],
    [
      { ...toy, provider: 'x' },
      { ...toy, provider: 'y' },
    ],
    'provider: toy, not x, y',
  ],
  ['no provider', [toy], [], 'provider: toy, not '],
  [
    'another endpoint',
    [toy],
    [{ ...toy, endpoint: 'https://two.example' }],
    'endpoint: https://one.example, not https://two.example',
  ],
  ['another account', [toy], [{ ...toy, scope: { app_id: 'b' } }], 'app id: a, not b'],
  ['several keys', [toy], [{ ...toy, scope: { app_id: ['a', 'b'] } }], 'app id: a, not ["a","b"]'],
  ['no account', [toy], [{ ...toy, scope: {} }], 'app id: a, not none'],
  ['an account where there was none', [{ ...toy, scope: {} }], [toy], 'app id: none, not a'],
  [
    'an account more',
    [toy],
    [toy, { ...toy, scope: { app_id: 'b' } }],
    'account: {"endpoint":"https://one.example","app_id":"a"}, not {"endpoint":"https://one.example","app_id":"b"}',
  ],
])('a run is not continued with %s', (_what, before, now, message) => {
  expect(errorOf(before, now)).toMatchObject({
    kind: 'usage',
    code: 'other_journal',
    message: `the journal j is for another ${message}`,
    hint: HINT,
  });
});

test.each<[string, Terms, Terms, string, string]>([
  ['one more', {}, { issuedBefore: 'x' }, 'without --issued-before', '--issued-before'],
  ['one less', { issuedBefore: 'x' }, {}, 'with --issued-before x', '--issued-before'],
  ['another value', { as: 'x' }, { as: 'y' }, 'with --as x', '--as'],
  ['a flag less', { allowMargin: true }, {}, 'with --allow-margin', '--allow-margin'],
  [
    'another list',
    { hints: ['x', 'y'] },
    { hints: ['y', 'x'] },
    'with --hints ["x","y"]',
    '--hints',
  ],
])('a run is not continued with other terms: %s', (_what, before, now, began, flag) => {
  expect(() => assertSame(bindingOf([toy], before), bindingOf([toy], now), 'j')).toThrow(
    expect.objectContaining({
      kind: 'usage',
      code: 'other_terms',
      message: `the journal j was begun ${began}`,
      hint: `leave ${flag} out: a resume keeps what the first run was given`,
    }) as Error,
  );
  expect(() => join({ terms: before }, { terms: now })).toThrow(began);
});

test('a run is continued with the same terms, and joined with a run of other providers', () => {
  const terms: Terms = { as: 'x', hints: ['a'], force: true };
  expect(() =>
    assertSame(
      bindingOf([toy], terms),
      bindingOf([toy], { force: true, hints: ['a'], as: 'x' }),
      'j',
    ),
  ).not.toThrow();
  const other = { ...toy, provider: 'other' };
  expect(join({}, { providers: [other] }).providers).toEqual([toy, other]);
});
