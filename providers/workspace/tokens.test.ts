/** How tokens, lists and times of the four contracts are read. */
import type { ListAnswer, ListedToken } from './schema.js';
import {
  activeJtis,
  hasNextPage,
  isPartial,
  sightOf,
  statusOf,
  tableTime,
  timeMs,
  timeOrNull,
  timeReader,
  tokenFacts,
  uuidOf,
} from './tokens.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const listed = (more: Partial<ListedToken> = {}): ListedToken => ({ jti: 'jti_one', ...more });
const list = (...tokens: readonly ListedToken[]): ListAnswer => ({ tokens });

describe('a time', () => {
  test.each<[unknown, string]>([
    ['2026-11-28T12:00:00Z', '12:00:00.000'],
    ['2026-11-28T12:00:00.5Z', '12:00:00.500'],
    ['2026-11-28T12:00:00.123Z', '12:00:00.123'],
    ['2026-11-28T12:00:00.123456Z', '12:00:00.123'],
    ['2026-11-28T12:00:00.123999999Z', '12:00:00.123'],
    ['2026-11-28T14:00:00+02:00', '12:00:00.000'],
    ['2026-11-28T06:30:00-05:30', '12:00:00.000'],
    ['2026-11-28T14:00:00+0200', '12:00:00.000'],
    ['2026-11-28T06:30:00-0530', '12:00:00.000'],
    ['2026-11-28 12:00:00', '12:00:00.000'],
    ['2026-11-28T12:00:00', '12:00:00.000'],
    ['2026-11-28t12:00:00z', '12:00:00.000'],
    ['2026-11-28 12:00:00 Z', '12:00:00.000'],
    ['2026-11-28 14:00:00 +02:00', '12:00:00.000'],
    [' 2026-11-28T12:00:00Z\n', '12:00:00.000'],
    [NOW / 1000, '12:00:00.000'],
    [NOW / 1000 + 0.9, '12:00:00.900'],
    [NOW, '12:00:00.000'],
    [NOW + 0.9, '12:00:00.000'],
    [String(NOW / 1000), '12:00:00.000'],
    [` ${NOW / 1000}.5 `, '12:00:00.500'],
    [String(NOW), '12:00:00.000'],
  ])('that is written as %j is read, without a zone as UTC', (value, time) => {
    expect(timeMs(value)).toBe(Date.parse(`2026-11-28T${time}Z`));
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [true],
    [{}],
    [''],
    ['soon'],
    ['2026-11-28'],
    ['2026-13-28T12:00:00Z'],
    ['2026-13-28 12:00:00'],
    ['x2026-11-28T12:00:00Z'],
    ['2026-11-28T12:00:00Zx'],
    ['x2026-11-28 12:00:00'],
    ['2026-11-28 12:00:00 Zx'],
    ['2026-11-28  12:00:00'],
    ['2026-11-28 12:00:00  Z'],
    ['2026-11-28T12:00:00.1234567890Z'],
    ['x1700000000'],
    ['1700000000x'],
    ['1700000000.'],
    ['17000000000000000'],
    ['-1700000000'],
    [0],
    [-1],
    [NaN],
    [Infinity],
    [8.65e15],
    ['0'],
  ])('that is %j is none', (value) => expect(timeMs(value)).toBeUndefined());

  test('that is a number is seconds up to the year 33658, and the last moment that a date can name', () => {
    expect(timeMs(1)).toBe(1000);
    expect(timeMs(1e12)).toBe(1e15);
    expect(timeMs(1e12 + 1)).toBe(1e12 + 1);
    expect(timeMs(8.64e15)).toBe(8.64e15);
    expect(timeMs(8.64e15 + 1)).toBeUndefined();
  });

  test('that is read many times is written as RFC 3339; none is undefined', () => {
    const read = timeReader();
    expect([NOW / 1000, NOW / 1000, 'soon', NOW].map(read)).toEqual([
      '2026-11-28T12:00:00Z',
      '2026-11-28T12:00:00Z',
      undefined,
      '2026-11-28T12:00:00Z',
    ]);
  });

  test('that is not known is null in JSON', () => {
    expect([NOW, null, undefined, 0].map(timeOrNull)).toEqual([
      '2026-11-28T12:00:00Z',
      null,
      null,
      '1970-01-01T00:00:00Z',
    ]);
  });

  test('of a table is to the second, and Never only where that is known', () => {
    expect([NOW + 999, null, undefined, 0].map(tableTime)).toEqual([
      '2026-11-28 12:00:00',
      'Never',
      '-',
      '1970-01-01 00:00:00',
    ]);
  });
});

describe('the state of a listed token', () => {
  test.each<[string, Partial<ListedToken>, string]>([
    ['called revoked', { status: 'Revoked' }, 'revoked'],
    [
      'called revoked, whatever its end',
      { status: 'revoked', expires_at: iso(NOW - 1) },
      'revoked',
    ],
    ['dated as revoked', { revoked_at: iso(NOW) }, 'revoked'],
    ['dated within the difference of clocks', { revoked_at: iso(NOW + 60_000) }, 'revoked'],
    ['dated as revoked later', { revoked_at: iso(NOW + 60_001) }, 'active'],
    ['dated as revoked and called active', { status: 'ACTIVE', revoked_at: iso(NOW) }, 'active'],
    ['dated and called expired', { status: 'expired', revoked_at: iso(NOW) }, 'revoked'],
    ['called expired', { status: 'EXPIRED' }, 'expired'],
    ['called active after its end', { status: 'active', expires_at: iso(NOW) }, 'expired'],
    ['before its end', { expires_at: iso(NOW + 1) }, 'active'],
    ['without an end', { expires_at: null }, 'active'],
    ['with a status that no contract names', { status: 'odd' }, 'active'],
    ['with nothing', {}, 'active'],
    ['with a date of revocation that is none', { revoked_at: 'soon' }, 'active'],
  ])('%s is told by its status, its dates and the time', (_what, more, expected) => {
    expect(statusOf(listed(more), NOW)).toBe(expected);
  });

  test('stands beside its times; an end that is null is none, and one that is missing is not known', () => {
    const times = {
      created_at: NOW / 1000,
      expires_at: iso(NOW + 1000),
      revoked_at: iso(NOW - 1000),
    };
    expect(tokenFacts(listed(times), NOW)).toEqual({
      jti: 'jti_one',
      createdAt: NOW,
      expiresAt: NOW + 1000,
      revokedAt: NOW - 1000,
      status: 'revoked',
    });
    expect(tokenFacts(listed({ expires_at: null }), NOW)).toMatchObject({ expiresAt: null });
    expect(tokenFacts(listed(), NOW)).toMatchObject({ expiresAt: undefined, status: 'active' });
  });
});

describe('what a list shows of a token', () => {
  const shown = (answer: ListAnswer, jti = 'jti_one') => sightOf(answer, ['jti_one'], NOW).of(jti);

  test('is its state, and absent where a whole list has not got it', () => {
    expect(shown(list(listed()))).toBe('active');
    expect(shown(list(listed({ status: 'revoked' })))).toBe('revoked');
    expect(shown(list())).toBe('absent');
    expect(shown(list(listed({ jti: 'jti_two' })))).toBe('absent');
  });

  test('is nothing of one that was not asked for', () => {
    expect(shown(list(listed({ jti: 'jti_two' })), 'jti_two')).toBe('absent');
    const { entryOf } = sightOf(list(listed({ jti: 'jti_two' })), ['jti_one'], NOW);
    expect(entryOf('jti_two')).toBeUndefined();
  });

  test('is unclear where a list that is not whole has not got it', () => {
    const partial = { ...list(listed({ jti: 'jti_two' })), hasNextPage: true };
    expect(shown(partial)).toBe('unclear');
    expect(shown({ ...partial, tokens: [listed()] })).toBe('active');
  });

  test.each<[string, Partial<ListedToken>, string]>([
    ['active beside a date of revocation', { status: 'Active', revoked_at: iso(NOW) }, 'unclear'],
    [
      'active beside a date to come',
      { status: 'active', revoked_at: iso(NOW + 70_000) },
      'unclear',
    ],
    [
      'revoked beside a date to come',
      { status: 'REVOKED', revoked_at: iso(NOW + 60_001) },
      'unclear',
    ],
    [
      'revoked beside a date within the difference of clocks',
      { status: 'revoked', revoked_at: iso(NOW + 60_000) },
      'revoked',
    ],
    ['expired beside a date', { status: 'expired', revoked_at: iso(NOW) }, 'revoked'],
    ['active beside a date that is none', { status: 'active', revoked_at: 'soon' }, 'active'],
    ['no status beside a date', { revoked_at: iso(NOW) }, 'revoked'],
  ])('is what it says where an entry is called %s', (_what, more, expected) => {
    expect(shown(list(listed(more)))).toBe(expected);
  });

  test('is unclear where it stands there twice with two states, and its entry is the first', () => {
    const [active, revoked] = [listed(), listed({ status: 'revoked' })];
    expect(shown(list(active, active))).toBe('active');
    expect(shown(list(active, revoked))).toBe('unclear');
    expect(shown(list(active, revoked, active))).toBe('unclear');
    expect(shown(list(active, revoked, revoked))).toBe('unclear');
    expect(sightOf(list(active, revoked), ['jti_one'], NOW).entryOf('jti_one')).toBe(active);
  });
});

test('the active tokens of a list are named by their JTIs', () => {
  const answer = list(
    listed(),
    listed({ jti: 'jti_two', status: 'revoked' }),
    listed({ jti: 'jti_three', expires_at: iso(NOW + 1) }),
    listed({ jti: 'jti_four', expires_at: iso(NOW - 1) }),
  );
  expect(activeJtis(answer, NOW)).toEqual(['jti_one', 'jti_three']);
});

describe('a list that says that it is not whole', () => {
  const MORE = ['has_more', 'hasMore', 'more', 'truncated', 'is_truncated', 'incomplete'];
  const NEXT = [
    'next',
    'next_page',
    'next_cursor',
    'nextCursor',
    'next_page_token',
    'nextPageToken',
  ];
  const TOTALS = ['count', 'total', 'total_count', 'totalCount', 'total_tokens', 'total_items'];
  const PLACES = ['links', '_links', 'pagination', 'meta', 'page_info'];
  const partial = (more: object) => isPartial({ ...list(listed()), ...more });

  test.each(MORE)('says so with %s, where that is true', (key) => {
    expect([true, false, 'true', undefined].map((value) => partial({ [key]: value }))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test.each(NEXT)('says so with %s, where that is given', (key) => {
    const given = ['/page/2', 2, {}];
    const none = [undefined, null, false, ''];
    expect(given.every((value) => partial({ [key]: value }))).toBe(true);
    expect(none.some((value) => partial({ [key]: value }))).toBe(false);
  });

  test.each(TOTALS)('says so with %s, where that is more than it shows', (key) => {
    const values = [2, '2', 1, 0, null, undefined, 'many'];
    expect(values.map((value) => partial({ [key]: value }))).toEqual([
      ...[true, true],
      ...[false, false, false, false, false],
    ]);
  });

  test.each(PLACES)('says so below %s too', (key) => {
    expect(partial({ [key]: { has_more: true } })).toBe(true);
    expect(partial({ [key]: { next: '/page/2' } })).toBe(true);
    expect(partial({ [key]: { total: 2 } })).toBe(true);
    expect(partial({ [key]: { total: 1, next: null } })).toBe(false);
    expect([partial({ [key]: null }), partial({ [key]: 'next' })]).toEqual([false, false]);
  });

  test('says so by its headers', () => {
    expect(partial({ hasNextPage: true })).toBe(true);
    expect([partial({ hasNextPage: false }), partial({})]).toEqual([false, false]);
  });

  test.each<[Readonly<Record<string, string>>, boolean]>([
    [{}, false],
    [{ link: '</tokens?page=2>; rel="next"' }, true],
    [{ link: '</tokens?page=2>;rel=next' }, true],
    [{ link: '</a>; rel="prev", </b>; REL = "last next"' }, true],
    [{ link: '</tokens?page=1>; rel="prev"' }, false],
    [{ link: '</next>; rel="nextish"' }, false],
    [{ link: '</next>; xrel="next"' }, false],
    [{ link: '</a>; rel="first", </b>; title="next"' }, false],
    [{ 'x-total-count': '3' }, true],
    [{ 'x-total-count': '2' }, false],
    [{ 'x-total-count': 'many' }, false],
    [{ 'x-next-page': '2' }, true],
    [{ 'x-next-page': '' }, false],
  ])('the headers %j of a list of two name a next page: %s', (headers, expected) => {
    expect(hasNextPage(headers, 2)).toBe(expected);
  });
});

describe('the UUID of a workspace', () => {
  const UUID = '74e4f895-5c8a-4222-ac86-ae0885506202';

  test.each([UUID, `demo-${UUID}`, `ws-my-demo-${UUID}`, UUID.toUpperCase()])(
    'is found in %s',
    (text) => expect(uuidOf(text)).toBe(UUID),
  );

  test.each(['demo', `x${UUID}`, `${UUID}-x`, `${UUID}0`, UUID.slice(1), UUID.replace('f', 'g')])(
    'is not found in %s',
    (text) => expect(uuidOf(text)).toBeUndefined(),
  );
});
