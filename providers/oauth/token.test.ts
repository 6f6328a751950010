import { createWorld } from '../../test/support/oauth.js';
import oauth from './index.js';
import { jwtExpiry } from './jwt.js';

const { parse, parseObject } = oauth.target;
// printf %s example-token | sha256sum
const EXAMPLE = 'sha256:4d1566a1d7df';

describe('a token as a target', () => {
  test('is shown as a fingerprint and sent as it is', () => {
    expect(parse('example-token')).toEqual({
      id: EXAMPLE,
      secret: 'example-token',
      dedupKey: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    });
  });

  test('keeps the kind that the input named, refresh tokens first', () => {
    expect(parse('example-token', 'refresh_token')).toMatchObject({
      typeHint: 'refresh_token',
      sendOrder: 0,
    });
    expect(parse('example-token', 'access_token')).toMatchObject({
      typeHint: 'access_token',
      sendOrder: 1,
    });
    expect(parse('example-token', 'token')).toEqual({
      id: EXAMPLE,
      secret: 'example-token',
      dedupKey: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    });
  });

  test.each([
    ['', 'an empty token'],
    ['Bearer abc', 'a token with the word Bearer before it'],
    ['abc def', 'a token with white space, control or non-ASCII characters in it'],
    ['abc\u0007def', 'a token with white space, control or non-ASCII characters in it'],
    ['abc\u200bdef', 'a token with white space, control or non-ASCII characters in it'],
    ['abc\n', 'a token with white space, control or non-ASCII characters in it'],
    ['{"access_token":"abc"}', 'a text that looks like JSON or is quoted, not like a token'],
    ['"abc"', 'a text that looks like JSON or is quoted, not like a token'],
    [EXAMPLE, 'a fingerprint, not a token'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message, kind: 'usage' }));
  });
});

describe('an object with tokens', () => {
  test('a token response gives the refresh token, then the access token', () => {
    const targets = parseObject?.({
      access_token: 'the-access',
      refresh_token: 'the-refresh',
      token_type: 'Bearer',
      expires_in: 3600,
    });
    expect(
      targets?.map(({ secret, typeHint, sendOrder }) => [secret, typeHint, sendOrder]),
    ).toEqual([
      ['the-refresh', 'refresh_token', 0],
      ['the-access', 'access_token', 1],
    ]);
  });

  test('a token with a hint, and without', () => {
    expect(parseObject?.({ token: 'x1', token_type_hint: 'refresh_token' })).toEqual([
      expect.objectContaining({ secret: 'x1', typeHint: 'refresh_token', sendOrder: 0 }),
    ]);
    expect(parseObject?.({ token: 'x1' })).toEqual([
      {
        id: expect.stringMatching(/^sha256:/),
        secret: 'x1',
        dedupKey: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      },
    ]);
  });

  test('no token, two spellings, a value that is not a string', () => {
    expect(parseObject?.({ id_token: 'x' })).toBeUndefined();
    expect(() => parseObject?.({ token: 'a', access_token: 'b' })).toThrow('two tokens');
    expect(() => parseObject?.({ access_token: 7 })).toThrow(
      'the value of access_token is not a string',
    );
    expect(() => parseObject?.({ token: 'a', token_type_hint: 'a b' })).toThrow('token_type_hint');
  });
});

describe('tokens named by options', () => {
  test('files and variables are read, masked, and hinted', async () => {
    const world = createWorld({
      env: { ONE: ' first-token ', TWO: 'second-token' },
      files: { '/t/three': 'third-token\n', '/t/four': '{"refresh_token":"fourth-token"}' },
      options: {
        tokenEnv: ['ONE', 'TWO'],
        tokenFile: ['/t/three', '/t/four'],
        tokenTypeHint: 'access_token',
      },
    });
    const targets = await oauth.targetsFromOptions(world.context, world.options);
    expect(targets.map(({ secret, typeHint }) => [secret, typeHint])).toEqual([
      ['third-token', 'access_token'],
      ['fourth-token', 'refresh_token'],
      ['first-token', 'access_token'],
      ['second-token', 'access_token'],
    ]);
    expect(world.masked).toEqual(
      expect.arrayContaining(['first-token', 'second-token', 'third-token', 'fourth-token']),
    );
  });

  test.each([
    ['UNSET_NAME', '--token-env: UNSET_NAME is not set'],
    ['ya29Secretvalue', '--token-env: the variable is not set'],
  ])('a variable that is not set: %s', async (name, message) => {
    const world = createWorld({ options: { tokenEnv: [name] } });
    const refusal = oauth.targetsFromOptions(world.context, world.options);
    await expect(refusal).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message),
    });
    await expect(refusal).rejects.not.toThrow('ya29');
  });

  test.each(['{"access_token":"canary"', '{"id_token":"canary"}', '[1]', 'two words'])(
    'a file that holds no token is told without its text: %s',
    async (text) => {
      const world = createWorld({ files: { '/t': text }, options: { tokenFile: ['/t'] } });
      const refusal = oauth.targetsFromOptions(world.context, world.options);
      await expect(refusal).rejects.toMatchObject({ kind: 'usage' });
      await expect(refusal).rejects.not.toThrow('canary');
    },
  );
});

describe('when a JWT ends', () => {
  const jwt = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.sig`;

  test.each([
    ['{"exp":1800000000}', '2027-01-15T08:00:00Z'],
    ['{"exp":1800000000.9}', '2027-01-15T08:00:00Z'],
    ['{"exp":"1800000000"}', undefined],
    ['{"exp":1e300}', undefined],
    ['{}', undefined],
    ['[]', undefined],
    ['not json', undefined],
  ])('%s', (payload, expected) => {
    expect(jwtExpiry(jwt(payload))).toBe(expected);
  });

  test('an opaque token says nothing', () => {
    expect(jwtExpiry('abc')).toBeUndefined();
    expect(jwtExpiry('a.b')).toBeUndefined();
  });
});
