import fc from 'fast-check';
import { optionsOf } from '../../src/context/option-values.js';
import { namedTargets, parseSpecifier, splitTarget } from './specifiers.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0dXJl';
const NATIVE = 's57drg.AIVyGdZxyNVzNGLzL4kPBTuWrlsLQgbXhCJgNOqb7TpC';
const API_KEY = 's57drg.3bnE1Q:NVzNGLzL4kPBTuWrlsLQ';

function thrownBy(act: () => unknown) {
  try {
    act();
  } catch (error) {
    return error as Error & { hint: string; kind: string; code: string };
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['clientId:bob', undefined, 'clientId:bob'],
  ['channel:chat:room:1', undefined, 'channel:chat:room:1'],
  ['revocationKey: spaced ', undefined, 'revocationKey: spaced '],
  ['bob', 'clientId', 'clientId:bob'],
  ['clientId:bob', 'clientId', 'clientId:clientId:bob'],
  ['chat:*', 'channel', 'channel:chat:*'],
  ['auth0.5f7c8ec7c33c6c004bbafe82', 'clientId', 'clientId:auth0.5f7c8ec7c33c6c004bbafe82'],
])('%s as %s is %s', (text, kind, id) => {
  expect(parseSpecifier(text, kind)).toEqual({ id });
});

test.each(['bob', 'bob:eve', 'clientid:bob', ':bob', 'toString:bob', ''])(
  '"%s" without a type names the three ways',
  (text) => {
    const fault = thrownBy(() => parseSpecifier(text));
    expect(fault).toMatchObject({ code: 'usage', kind: 'usage' });
    expect(fault.message).toMatch(/clientId:.*revocationKey:.*channel:/);
  },
);

test('what is plainly no secret is shown in the hint of how to say it', () => {
  expect(thrownBy(() => parseSpecifier('bob')).hint).toContain('clientId:bob');
});

test.each(['clientId:', 'clientId:  ', 'channel:a\u0000b', 'revocationKey:a\nb', 'channel:\ud800'])(
  '%j is refused',
  (text) => {
    expect(thrownBy(() => parseSpecifier(text))).toMatchObject({ code: 'usage', kind: 'usage' });
  },
);

describe('secrets', () => {
  const spellings = [API_KEY, NATIVE, JWT].flatMap((secret) => [
    [secret, undefined],
    [secret, 'clientId'],
    [`clientId:${secret}`, undefined],
    [`Bearer ${secret}`, undefined],
    [`channel:Bearer ${secret}`, undefined],
  ]);
  test.each(spellings)('%s as %s is refused without an echo', (text, kind) => {
    const fault = thrownBy(() => parseSpecifier(text ?? '', kind));
    expect(fault).toMatchObject({ code: 'secret_in_target', kind: 'usage' });
    const said = `${fault.message} ${fault.hint} ${fault.stack ?? ''}`;
    for (const part of (text ?? '').split(/[:. ]/).filter((one) => one.length > 8)) {
      expect(said).not.toContain(part);
    }
  });

  test('no message ever holds what was given', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (text) => {
        fc.pre(!/^(clientId|revocationKey|channel):/.test(text));
        expect(thrownBy(() => parseSpecifier(text)).message).not.toContain(text);
      }),
    );
  });
});

test('every value comes back as it was given', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('clientId', 'revocationKey', 'channel'),
      fc.string(),
      (kind, value) => {
        fc.pre(value.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(value));
        expect(splitTarget(parseSpecifier(`${kind}:${value}`))).toEqual({ kind, value });
        expect(splitTarget(parseSpecifier(value, kind))).toEqual({ kind, value });
      },
    ),
  );
});

describe('options', () => {
  test('each may be repeated, and channels stand beside either', () => {
    const options = optionsOf({ clientId: ['bob', 'a:b'], channel: ['chat'] });
    expect(namedTargets(options)).toEqual([
      { id: 'clientId:bob' },
      { id: 'clientId:a:b' },
      { id: 'channel:chat' },
    ]);
  });

  test('--client-id and --revocation-key cannot be combined', () => {
    const options = optionsOf({ clientId: ['bob'], revocationKey: ['g'] });
    expect(thrownBy(() => namedTargets(options))).toMatchObject({
      kind: 'usage',
      message: '--client-id and --revocation-key cannot be combined',
    });
  });

  test.each([
    [{ clientId: [''] }, '--client-id is empty'],
    [{ revocationKey: [' '] }, '--revocation-key is empty'],
    [{ channel: ['ok', ''] }, '--channel is empty'],
    [{ clientId: ['a\u001bb'] }, '--client-id holds control characters'],
  ])('%j', (values, message) => {
    expect(thrownBy(() => namedTargets(optionsOf(values)))).toMatchObject({
      kind: 'usage',
      message,
    });
  });
});
