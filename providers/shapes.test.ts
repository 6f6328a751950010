import fc from 'fast-check';
import type { Shape } from '../src/contract/index.js';
import { FAKE_TOKEN_TYPES, makeToken, type FakeTokenType } from '../src/emulator/fake-tokens.js';
import { createRecogniser } from '../src/recognition/recogniser.js';
import { accountOf } from './aws/shapes.js';
import { vendors } from './shapes.js';

const recogniser = createRecogniser(vendors);
const { recognise, recogniseAll, find } = recogniser;
const shapes = vendors.flatMap(({ id, revocable, unrevocable }) => [
  ...revocable.map((shape) => ({ id, shape: shape as Shape, kind: 'family' })),
  ...unrevocable.map((shape) => ({
    id,
    shape: shape as Shape,
    kind: shape.revocable_by === 'holder' ? 'no_provider' : 'not_revocable',
  })),
]);
/** Without its secret. */
const keyId = (seed: number) => makeToken('aws_access_key', seed).slice(0, 20);
const SECRET = 'kT9/xQ2mVb+7LrZc4WdN8sYpE1uHgJ5aF6oR3iKM';
const seeds = fc.integer({ min: 0, max: 1e9 });
const typeOf = (text: string, options = {}) => {
  const found = recognise(text, options);
  return found.kind === 'bad' ? `${found.code} ${found.type ?? ''}`.trim() : found.shape.type;
};

/** In pieces, so that no scanner takes them for tokens: fake, and whole by their checksum. */
const BODY = 'FAKEfakeFAKEfakeFAKEfakeFAKE00';
const VERCEL = [`${BODY}FAKEfakeFAKEfakeFAKE`, '00nZkt'];
const VECTORS: readonly (readonly [string, readonly string[]])[] = [
  ['github_pat_classic', ['ghp_', BODY, '289HgS']],
  ['github_oauth', ['gho_', BODY, '289HgS']],
  ['github_app_user', ['ghu_', BODY, '289HgS']],
  ['npm_access', ['npm_', BODY, '289HgS']],
  ['vercel_personal', ['vcp_', ...VERCEL]],
  ['vercel_ai_gateway', ['vck_', ...VERCEL]],
  [
    'github_pat_fine_grained',
    ['github_pat_', '11FAKEFAKE0fakefakefak_', `${BODY}FAKEfakeFAKEf`, 'VXBFT4WE', 'FAKEfake'],
  ],
  ['cloudflare_user_token', ['cfut_', `${BODY}FAKEfakeFA`, '0f0255a5']],
  ['gitlab_pat_routable', ['glpat-', 'AAAAAAAAAAAAAAAAAAAAAG86MQp1OjJzCA', '.01.0y', '1vfqyx6']],
  ['crates_trusted_publishing', ['cio_tp_', `${BODY}0`, '5']],
  ['grafana_service_account', ['glsa_', `${BODY}00`, '_89617266']],
];

describe('the shapes of all vendors', () => {
  test('each type stands once and begins with its vendor', () => {
    const types = shapes.map(({ shape }) => shape.type);
    expect(new Set(types).size).toBe(types.length);
    for (const { id, shape } of shapes) expect(shape.type.startsWith(`${id}_`)).toBe(true);
  });

  test('what only a name tells has no prefix, and all else has one', () => {
    for (const { shape } of shapes) {
      expect([shape.type, shape.prefixes.length > 0]).toEqual([
        shape.type,
        shape.near === undefined,
      ]);
    }
  });

  test.each(VECTORS)(
    'the published vector of %s is recognised, and its checksum matches',
    (...row) => {
      const [type, pieces] = row;
      const found = recognise(pieces.join(''));
      expect(found).toMatchObject({ shape: { type }, checksum: 'match' });
    },
  );

  const told = shapes.filter(
    ({ shape }) =>
      shape.near === undefined &&
      shape.issuer === undefined &&
      shape.pair === undefined &&
      shape.checksum?.enforced !== true,
  );
  test.each(told.map(({ kind, shape }) => [shape.type, kind, shape] as const))(
    'any token of the shape of %s is recognised as %s',
    (...row) => {
      const [type, kind, shape] = row;
      fc.assert(
        fc.property(
          fc.constantFrom(...shape.prefixes),
          fc.stringMatching(new RegExp(`^(?:${shape.rest})$`)),
          (prefix, body) => {
            const found = recognise(prefix + body);
            if (found.kind === 'bad') expect(found.code).toMatch(/masked|example/);
            else expect([found.shape.type, found.kind]).toEqual([type, kind]);
          },
        ),
        { numRuns: 5 },
      );
    },
  );

  test.each([
    [
      'npm_legacy',
      'npm',
      '//packages.example.com/:_authToken=3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    ],
    ['vercel_legacy', 'vercel', 'VERCEL_TOKEN=a1B2c3D4e5F6g7H8i9J0k1L2'],
    ['heroku_key_legacy', undefined, 'HEROKU_API_KEY=3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['datadog_api_key', undefined, `DD_API_KEY: ${'0a1b2c3d'.repeat(4)}`],
    ['okta_api_token', undefined, `Authorization: SSWS 00${'a1B2c3D4'.repeat(5)}`],
    ['twitch_token', undefined, `twitch_oauth_token=${'a1b2c3'.repeat(5)}`],
  ])('a plain value is %s only behind its name', (type, _provider, line) => {
    expect(typeOf(line)).toBe(type);
    const value = line.slice(line.search(/[\w-]{24,}$/));
    expect(typeOf(value)).toBe('unknown_shape');
  });
});

describe('fake tokens', () => {
  const whole = FAKE_TOKEN_TYPES;

  test.each(whole)('any fake %s is recognised as what it is', (type) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(typeOf(makeToken(type, seed))).toBe(type);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    'github_pat_classic',
    'github_oauth',
    'github_app_user',
    'github_refresh',
    'npm_access',
    'vercel_personal',
    'vercel_ai_gateway',
    'gitlab_pat_routable',
    'crates_trusted_publishing',
  ] as const)('a %s with one changed character is mistyped or cut off', (type) => {
    fc.assert(
      fc.property(seeds, fc.nat(1000), fc.constantFrom('a', 'z', '3'), (seed, place, letter) => {
        const token = makeToken(type, seed);
        const start = token.search(/[-_](?!tp_)/) + 1;
        const at = start + (place % (token.length - start));
        if (token[at] === letter || token[at] === '.') return;
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        const found = recognise(changed);
        // A checksum of one character in 62 misses one change in many.
        if (type === 'crates_trusted_publishing' && found.kind !== 'bad') return;
        // Where the change breaks the shape too, the prefix tells the plainest type.
        const plainest = type.replace('_routable', '');
        const looksLike = found.kind === 'bad' ? found.type : '';
        expect(found).toMatchObject({ kind: 'bad', code: 'mistyped' });
        expect([type, plainest]).toContain(looksLike);
        if (looksLike === type) expect(typeOf(changed, { checksum: false })).toBe(type);
      }),
      { numRuns: 200 },
    );
  });

  test.each(whole)('a %s inside a line is found with its place', (type) => {
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom('', 'TOKEN=', '2026-11-28 log: "', "export X='", 'a b (', '<'),
        fc.constantFrom('', ' and more', '" ', "'", ')', '>', ', next', '\nsecond line'),
        (seed, before, after) => {
          const token = makeToken(type, seed);
          const [found, ...others] = find(before + token + after);
          expect(others).toEqual([]);
          expect(found).toMatchObject({
            start: before.length,
            end: before.length + token.length,
            recognised: { token, shape: { type } },
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each(whole.filter((type) => !/webhook|stateless|aws/.test(type)))(
    'a %s that goes on in word characters, or has one before it, is not matched',
    (type) => {
      const token = makeToken(type, 7);
      const growing =
        /^github_(?!pat_fine)/.test(type) || /^(google|vault|slack_(bot|user))/.test(type);
      if (!growing) expect(find(`${token}_`)).toEqual([]);
      expect(find(`x${token}`)).toEqual([]);
      expect(find(`-${token}`)).toEqual([]);
    },
  );
});

describe('recognise', () => {
  const github = makeToken('github_pat_classic', 1);

  test.each([
    ['alone', github],
    ['in quotes', `"${github}"`],
    ['in quotes with a comma', `  '${github}',`],
    ['with characters of no width', `\ufeff${github}\u200b`],
    ['as a variable', `GITHUB_TOKEN=${github}`],
    ['as an exported variable', `export GITHUB_TOKEN="${github}"`],
    ['in JSON', `{"token":"${github}"}`],
    ['percent-encoded', `state%3Dtoken%3D${github}`],
    ['base64', Buffer.from(github).toString('base64')],
    ['twice', `${github} ${github}`],
  ])('a token %s is recognised', (_how, text) => {
    expect(recognise(text)).toMatchObject({ kind: 'family', provider: 'github', token: github });
  });

  test.each([
    ['an unknown value', 'correct-horse-battery-staple', 'unknown_shape'],
    ['a UUID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'unknown_shape'],
    ['nothing', '  ', 'no_value'],
    ['null of jq', 'null', 'no_value'],
    ['a variable', '${GITHUB_TOKEN}', 'no_value'],
    ['a variable that names one', 'TOKEN=$GITHUB_TOKEN', 'no_value'],
    ['stars', 'ghp_' + '*'.repeat(36), 'masked github_pat_classic'],
    ['a cut', 'ghp_ab...yz', 'masked github_pat_classic'],
    ['a row of x', 'ghp_' + 'x'.repeat(36), 'masked github_pat_classic'],
    ['a row of x without a checksum', 'hf_' + 'x'.repeat(34), 'masked huggingface_user'],
    ['a prefix with dots behind it', `ya29.${'aB3'.repeat(9)}...`, 'masked google_access'],
    ['the word that replaced it', '[REDACTED]', 'masked'],
    ['part of a token', github.slice(0, -3), 'mistyped github_pat_classic'],
    ['two tokens run together', makeToken('gitlab_pat') + 'abc', 'mistyped gitlab_pat'],
    ['two tokens', `${github} ${makeToken('gitlab_pat')}`, 'several_tokens'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMII', 'private_key'],
    ['a documented key', 'AKIAIOSFODNN7EXAMPLE', 'example aws_access_key'],
    ['a documented key of another alphabet', 'AKIAI44QH8DHBEXAMPLE', 'example'],
    [
      'a documented token',
      'gho_' + '16C7e42F292c6912E77' + '10c838347Ae178B4a',
      'example github_oauth',
    ],
    ['half of a pair', keyId(3), 'half_of_pair aws_access_key'],
  ])('%s is bad, and says why without the value', (_what, text, expected) => {
    const found = recognise(text);
    expect(typeOf(text)).toBe(expected);
    const value = text.trim();
    if (value.length > 5 && found.kind === 'bad') expect(found.reason).not.toContain(value);
  });

  const jwt = (claims: object) =>
    [{ alg: 'RS256', typ: 'JWT' }, claims, { s: 'ignature' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');

  test('a JWT of an unknown issuer is bad, with its issuer as data', () => {
    const found = recognise(jwt({ iss: 'https://login.example.com/tenant' }));
    expect(found).toEqual({
      kind: 'bad',
      code: 'unknown_shape',
      issuer: 'https://login.example.com/tenant',
      reason: 'no provider here knows this token: a JWT issued by https://login.example.com/tenant',
    });
  });

  test.each([
    'http://login.example.com',
    'https://login.example.com/$(reboot)',
    'https://login.example.com/\u001b[2J',
    `https://login.example.com/${'a'.repeat(100)}`,
    `https://login.example.com/${github}`,
  ])('an issuer of a JWT that is not plain is not shown: %j', (iss) => {
    expect(recognise(jwt({ iss }))).toEqual({
      kind: 'bad',
      code: 'unknown_shape',
      reason: 'no provider here knows this token: a JWT',
    });
  });

  test('a JWT of a JFrog service is a JFrog token with its expiry', () => {
    const found = recognise(jwt({ iss: 'jfac@01abc', sub: 'x', exp: 1_800_000_000 }));
    expect(found).toMatchObject({ provider: 'jfrog', expires_at: '2027-01-15T08:00:00Z' });
  });

  test('a job token that is a JWT says when it ends', () => {
    const found = recognise(`glcbt-${jwt({ iss: 'https://gitlab.com', exp: 1_800_000_000 })}`);
    expect(found).toMatchObject({ kind: 'not_revocable', expires_at: '2027-01-15T08:00:00Z' });
  });

  test('a checksum that is not enforced is noted and does not refuse', () => {
    const token = makeToken('grafana_service_account').replace(/.$/, (last) =>
      last === '0' ? '1' : '0',
    );
    expect(recognise(token)).toMatchObject({ kind: 'not_revocable', checksum: 'mismatch' });
  });

  test('a matching checksum beats the rules for masks', () => {
    const [, pieces] = VECTORS.find(
      ([type]) => type === 'gitlab_pat_routable',
    ) as (typeof VECTORS)[0];
    expect(recognise(pieces.join(''))).toMatchObject({ kind: 'family', checksum: 'match' });
  });
});

describe('pairs', () => {
  const [first, second] = [keyId(1), keyId(2)];
  const other = SECRET.split('').reverse().join('');

  test.each([
    ['a colon', `${first}:${SECRET}`],
    ['a blank', `${first} ${SECRET}`],
    ['lines', `AWS_ACCESS_KEY_ID=${first}\nAWS_SECRET_ACCESS_KEY=${SECRET}\n`],
    [
      'lines the other way round',
      `aws_secret_access_key = ${SECRET}\naws_access_key_id = ${first}`,
    ],
    ['JSON', `{"AccessKeyId":"${first}","SecretAccessKey":"${SECRET}"}`],
  ])('an AWS key and its secret are one token with %s between them', (_how, text) => {
    expect(recognise(text)).toMatchObject({
      kind: 'family',
      provider: 'aws',
      token: `${first}:${SECRET}`,
      parts: [first, SECRET],
    });
  });

  test('two pairs in a text keep their own secrets', () => {
    const found = recogniseAll(`${first}:${SECRET}\n${second}:${other}`);
    expect(found.map(({ recognised }) => recognised)).toMatchObject([
      { parts: [first, SECRET] },
      { parts: [second, other] },
    ]);
  });

  test('an AWS key is not paired where two secrets could be its own', () => {
    expect(typeOf(`${SECRET}\n${first}\n${other}`)).toBe('half_of_pair aws_access_key');
  });

  test('the hash of a commit is no secret of an AWS key', () => {
    expect(typeOf(`${first} ${'0123abcd'.repeat(5)}`)).toBe('half_of_pair aws_access_key');
  });

  test('the account of an AWS key is read from its id', () => {
    expect(accountOf('AKIAYVP4CIPP' + 'ERUVIFXG')).toBe('595918472158');
    expect(accountOf('AKIAIOSFODNN7EXAMPLE')).toBeUndefined();
  });
});

test.each([
  ['github_pat_classic', 'api.github.com', 'github.com'],
  ['slack_bot', 'slack.com', 'acme.slack.com'],
] as const)('the family of %s stands for %s when a line names %s', (type, host, named) => {
  const line = `https://${named}/x ${makeToken(type as FakeTokenType)}`;
  const [found] = find(line);
  expect(found?.hosts).toEqual([named]);
  expect(recogniser.vendor(type.split('_')[0] as string)?.hosts).toEqual(
    expect.arrayContaining([expect.stringContaining(host)]),
  );
});
