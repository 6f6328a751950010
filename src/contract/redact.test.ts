import fc from 'fast-check';
import { excerpt } from './judge-status.js';
import { createRedactor, maskedJson, createScrubber } from './redact.js';

const SECRET = 'a+b:c%d/e&f=g sécret-"1"';
const upper = encodeURIComponent(SECRET);
const form = new URLSearchParams({ x: SECRET }).toString().slice(2);
const login = Buffer.from(`demo%20app:${form}`).toString('base64');

function masked(text: string): string {
  const redactor = createRedactor();
  redactor.add(SECRET);
  return redactor.clean(text);
}

test.each<[string, string]>([
  ['plain', SECRET],
  ['percent-encoded', upper],
  ['percent-encoded in lower case', upper.replace(/%../g, (code) => code.toLowerCase())],
  ['as a form', form],
  ['as a form in lower case', form.replace(/%../g, (code) => code.toLowerCase())],
  ['hex', Buffer.from(SECRET).toString('hex')],
  ['hex in upper case', Buffer.from(SECRET).toString('hex').toUpperCase()],
  ['inside JSON', JSON.stringify(SECRET).slice(1, -1)],
  ['inside JSON of ASCII alone', JSON.stringify(SECRET).slice(1, -1).replace('é', '\\u00e9')],
  ['inside JSON with \\/', JSON.stringify(SECRET).slice(1, -1).replace('/', '\\/')],
  ['inside HTML', SECRET.replace('&', '&amp;').replaceAll('"', '&quot;')],
])('a secret that is spelled %s leaves nothing behind', (_name, text) => {
  expect(masked(`<${text}>`)).toBe('<[secret]>');
});

test.each([0, 1, 2])('base64 and base64url that begin at byte %i show no byte of it', (offset) => {
  for (const value of [SECRET, form]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from('x'.repeat(offset) + value + 'tail').toString(encoding);
      const left = masked(text);
      expect(left).toContain('[secret]');
      const rest = left.split('[secret]').map((part) => Buffer.from(part, 'base64').toString());
      for (const part of rest) expect(part.replace(/[xtail\ufffd]/g, '').length).toBeLessThan(4);
    }
  }
});

test('an echoed login by RFC 6749 §2.3.1 is masked although its secret is encoded first', () => {
  const left = masked(`bad login Basic ${login}`);
  expect(left).toContain('[secret]');
  expect(Buffer.from(left.slice('bad login Basic '.length), 'base64').toString()).not.toContain(
    'cret',
  );
});

test('the signature of any JWT is masked, known or not', () => {
  const { clean } = createRedactor();
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
  expect(clean(`client_assertion=${jwt}&x=1`)).toBe('client_assertion=[secret]&x=1');
});

test('an excerpt shows no word of a secret with blanks, wherever it is cut', () => {
  const secret = 'first-part second\t part  and-the-third';
  const redactor = createRedactor();
  redactor.add(secret);
  for (let before = 0; before < 210; before++) {
    const said = excerpt(`${'x'.repeat(before)} ${secret} ${'tail '.repeat(50)}`);
    expect(redactor.clean(said)).not.toMatch(/first|second|third/);
  }
});

test('an excerpt leaves out a word that it would have to cut', () => {
  const said = excerpt(`the server said ${'a'.repeat(300)}`);
  expect(said).toBe('the server said …');
});

test('secrets at the ends, beside each other and inside each other are masked', () => {
  const redactor = createRedactor();
  for (const secret of ['abcdef', 'abcdefgh', 'uvwxyz']) redactor.add(secret);
  expect(redactor.clean('abcdefghuvwxyzabcdef')).toBe('[secret][secret][secret]');
});

test('no text holds a secret once it is cleaned', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, maxLength: 40 }),
      fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }),
      (secret, parts) => {
        fc.pre(!'[secret]'.includes(secret) && !secret.includes('[secret]'));
        const redactor = createRedactor();
        redactor.add(secret);
        const cleaned = redactor.clean(parts.join(secret));
        for (const part of cleaned.split('[secret]')) expect(part).not.toContain(secret);
      },
    ),
  );
});

test('what is masked in the first text is masked in the thousandth, by secrets that came later too', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '\u6f22'), maxLength: 60 });
  const secret = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'é', '\u6f22'),
    minLength: 6,
    maxLength: 9,
  });
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 5 }), fc.array(text), (secrets, texts) => {
      const first = createRedactor();
      const later = createRedactor();
      for (const each of secrets) {
        for (let count = 0; count < 20; count++) later.clean('nothing is in it');
        for (const one of [first, later]) one.add(each);
      }
      for (let count = 0; count < 20; count++) later.clean('nothing is in it');
      for (const each of [...texts, ...secrets, secrets.join(''), texts.join(secrets[0])]) {
        const fresh = createRedactor();
        for (const one of secrets) fresh.add(one);
        expect(later.clean(each)).toBe(fresh.clean(each));
      }
    }),
  );
});

test.each(['status', 'revoked', 'provider', 'workspace', 'target', 'message'])(
  'the secret "%s" breaks neither keys nor our own words, and is masked in what others say',
  (secret) => {
    const redactor = createRedactor();
    redactor.add(secret);
    const outcome = {
      provider: 'workspace',
      target: 'jti_1',
      status: 'revoked',
      error: { code: 'refused', message: `the server said ${secret}` },
      verification: { method: 'list', before: 'active', after: 'revoked' },
    };
    expect(JSON.parse(maskedJson(outcome, redactor))).toEqual({
      ...outcome,
      error: { code: 'refused', message: 'the server said [secret]' },
    });
  },
);

test('a secret of digits is masked where it stands as a number', () => {
  const redactor = createRedactor();
  redactor.add('4111111111111111');
  expect(maskedJson({ provider_code: 4111111111111111 }, redactor)).toBe(
    '{"provider_code":"[secret]"}',
  );
});

test('a scrubber takes the secret of one target out of what a server repeats', () => {
  const token = 'tok_Zm9vYmFyYmF6cXV4';
  const text = `Bearer ${Buffer.from(token).toString('base64')}`;
  expect(createScrubber([token])({ error: { message: `no such token ${token}` } })).toEqual({
    error: { message: 'no such token [secret]' },
  });
  expect(createScrubber([token])(text)).not.toContain('dG9rX');
  const outcome = { status: 'failed', error: { message: 'the server is not there' } };
  expect(createScrubber([token])(outcome)).toEqual(outcome);
});

test('every text inside an outcome is masked, in lists and in what makes its own JSON too', () => {
  const redactor = createRedactor();
  redactor.add('hunter2hunter2');
  const when = new Date('2026-11-28T12:00:00Z');
  const value = {
    list: ['hunter2hunter2', { deep: ['x hunter2hunter2'] }],
    own: { toJSON: () => ({ text: 'hunter2hunter2' }) },
    when,
    none: null,
    toJSON: undefined,
    status: ['hunter2hunter2'],
  };
  expect(JSON.parse(maskedJson(value, redactor))).toEqual({
    list: ['[secret]', { deep: ['x [secret]'] }],
    own: { text: '[secret]' },
    when: '2026-11-28T12:00:00.000Z',
    none: null,
    status: ['[secret]'],
  });
});

test('a word under a key of our own stays only where it can be one of our words', () => {
  const redactor = createRedactor();
  redactor.add('S3cret-w0rd');
  const masked = redactor.cleanValue({ status: 'S3cret-w0rd', code: 'not_found', other: 'active' });
  expect(masked).toEqual({ status: '[secret]', code: 'not_found', other: 'active' });
});

test.each(['provider', 'status', 'journaled_status', 'code', 'method', 'before', 'after'])(
  'under %s a word of our own stays, and a secret in a longer text, a list or another key does not',
  (key) => {
    const redactor = createRedactor();
    redactor.add('hunter-two');
    redactor.add('S3cret-w0rd');
    const outcome = { [key]: 'hunter-two', message: 'hunter-two', count: 12 };
    expect(redactor.cleanValue(outcome)).toEqual({ ...outcome, message: '[secret]' });
    const others = { [key]: ['hunter-two'], other: { [key]: 'is S3cret-w0rd' } };
    expect(redactor.cleanValue(others)).toEqual({
      [key]: ['[secret]'],
      other: { [key]: 'is [secret]' },
    });
  },
);

test('a secret that overlaps itself is masked once, in the first text and in the twentieth', () => {
  const redactor = createRedactor();
  redactor.add('abcabc');
  for (let count = 0; count < 20; count++)
    expect(redactor.clean('abcabcabcab abcabcabcabc')).toBe('[secret]abcab [secret][secret]');
});

test('neither what encodes a text that is too short, nor the short beginning of a longer one, is masked', () => {
  const redactor = createRedactor();
  redactor.add('abcde');
  redactor.add('ab cdefgh');
  const text = 'ab … 6162636465 YWJjZGU %61%62%63%64%65';
  expect(redactor.clean(text)).toBe(text);
  expect(redactor.clean('ab cdefgh')).toBe('[secret]');
});

test('a text that is too short to be a secret masks nothing', () => {
  const redactor = createRedactor();
  for (const short of ['', 'a', 'abcde']) redactor.add(short);
  expect(redactor.clean('abcde fabcdef a')).toBe('abcde fabcdef a');
  redactor.add('abcdef');
  expect(redactor.clean('abcde fabcdef a')).toBe('abcde f[secret] a');
});

test('a scrubber without a secret changes nothing, and finds one that holds a space', () => {
  const outcome = { message: 'pass word 123456' };
  expect(createScrubber([undefined])(outcome)).toBe(outcome);
  expect(createScrubber([''])(outcome)).toBe(outcome);
  expect(createScrubber(['pass word 123456'])(outcome)).toEqual({ message: '[secret]' });
  expect(createScrubber(['qwertyuiop'])({ message: 'a\tqwertyuiop' })).toEqual({
    message: 'a\t[secret]',
  });
});

test('a scrubber finds each of several secrets, however long they are and whether or not they hold a space', () => {
  const scrub = createScrubber(['qwertyuiop', 'pass word 1', 'x'.repeat(60)]);
  for (const secret of ['qwertyuiop', 'pass word 1', 'x'.repeat(60)])
    expect(scrub([secret, `a ${secret}`])).toEqual(['[secret]', 'a [secret]']);
  expect(createScrubber(['qwertyuiop'])('qwertyuiop')).toBe('[secret]');
});
