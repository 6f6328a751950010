/** What each answer of AWS comes to, and what is signed to get it, without a server. */
import { createHash, createHmac } from 'node:crypto';
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import type { Request } from '../../src/contract/index.js';
import aws from './index.js';

const ID = `AKIA${'Q'.repeat(16)}`;
const SECRET = 'made/secret+of:a:key';
const PAIR = `${ID}:${SECRET}`;
const CONSOLE = 'https://console.aws.amazon.com/iam/home#/users';
const STS = 'https://sts.example';

const keys = (on: readonly string[] = [], sts = STS) =>
  makeFamily(aws, 'access keys', { on, others: { sts_url: sts } });
const error = (status: number, code: string): MadeAnswer => ({
  status,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>No</Message></Error></ErrorResponse>`,
});
const identity = (inner: string, status = 200): MadeAnswer => ({
  status,
  body: `<GetCallerIdentityResponse>${inner}</GetCallerIdentityResponse>`,
});
const ARN = 'arn:aws:iam::123456789012:user/octavia';
const done = (action: string, status = 200): MadeAnswer => ({
  status,
  body: `<${action}Response><ResponseMetadata/></${action}Response>`,
});

const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Signature version 4 of a request to one service, as AWS documents it. */
function signed({ origin, body }: Request, region: string, service: string) {
  const at = '20261128T120000Z';
  const scope = `20261128/${region}/${service}/aws4_request`;
  const host = new URL(origin).host;
  const head = `POST\n/\n\nhost:${host}\nx-amz-date:${at}\n\nhost;x-amz-date\n`;
  const text = `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(head + sha256(String(body)))}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return {
    accept: 'text/xml',
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': at,
    authorization: `AWS4-HMAC-SHA256 Credential=${ID}/${scope}, SignedHeaders=host;x-amz-date, Signature=${hmac(key, text).toString('hex')}`,
  };
}

test('an AWS key goes to IAM and STS, each by its own name, two at once', () => {
  const { endpoint, options, pages, auditUrl, families } = aws.tokens;
  expect(endpoint).toMatchObject({
    env: 'REVOKE_AWS_IAM_URL',
    default: 'https://iam.amazonaws.com',
    others: [
      {
        name: 'sts_url',
        env: 'REVOKE_AWS_STS_URL',
        default: 'https://sts.amazonaws.com',
        help: expect.stringMatching(/STS/),
      },
    ],
  });
  expect(options).toEqual([
    { flags: '--delete', help: expect.stringMatching(/for good/), isTerm: true },
  ]);
  expect(pages).toEqual([CONSOLE]);
  expect(auditUrl).toMatch(/^https:\/\/console\.aws\.amazon\.com\/cloudtrailv2\//);
  expect(families()).toMatchObject([
    { concurrency: 2, consequences: [expect.stringMatching(/Sessions .* stay active/)] },
  ]);
});

test('an AWS key signs its requests with its secret, which stands in none of them', async () => {
  const family = keys();
  await family.check(PAIR, error(403, 'x'));
  await family.revoke(PAIR, done('UpdateAccessKey'));
  const [look, change] = family.requests as [Request, Request];
  expect(look).toEqual({
    method: 'POST',
    origin: STS,
    path: '/',
    headers: signed(look, 'us-east-1', 'sts'),
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    idempotent: true,
  });
  expect(change).toEqual({
    method: 'POST',
    origin: 'https://service.example',
    path: '/',
    headers: signed(change, 'us-east-1', 'iam'),
    body: `Action=UpdateAccessKey&Version=2010-05-08&AccessKeyId=${ID}&Status=Inactive`,
    idempotent: true,
  });
  expect(JSON.stringify(family.requests)).not.toContain(SECRET);
});

test('an AWS key is deleted with --delete, and with nothing but its ID', async () => {
  const family = keys(['delete']);
  expect(await family.revoke(PAIR, done('DeleteAccessKey'))).toMatchObject({ status: 'accepted' });
  expect(family.requests).toMatchObject([
    { body: `Action=DeleteAccessKey&Version=2010-05-08&AccessKeyId=${ID}` },
  ]);
});

test.each([
  ['https://sts.amazonaws.com', 'us-east-1'],
  ['https://sts.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['https://sts.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['https://sts.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['https://iam.us-gov.amazonaws.com', 'us-gov-west-1'],
  ['https://sts.eu-west-1.example', 'us-east-1'],
])('what an AWS key asks of %s is signed for %s', async (url, region) => {
  const family = keys([], url);
  await family.check(PAIR, error(403, 'x'));
  const [request] = family.requests as [Request];
  expect(request).toMatchObject({ origin: url, headers: signed(request, region, 'sts') });
});

test.each<[string, string, object]>([
  [
    'and account',
    `<Arn>${ARN}</Arn><UserId>U</UserId><Account>123456789012</Account>`,
    { owner: ARN, facts: { access_key_id: ID, account: '123456789012' } },
  ],
  ['alone', `<Arn>${ARN}</Arn>`, { owner: ARN, facts: { access_key_id: ID } }],
])('an active AWS key is shown with its ARN %s', async (_what, inner, expected) => {
  expect(await keys().check(PAIR, identity(inner))).toEqual({ state: 'active', ...expected });
});

test('an ARN of more than two hundred characters is cut', async () => {
  const { owner } = (await keys().check(PAIR, identity(`<Arn>${'a'.repeat(300)}</Arn>`))) as {
    owner: string;
  };
  expect(owner).toMatch(/^a{190,200}$/);
});

test('an AWS key whose ID AWS does not know is inactive', async () => {
  const answer = error(403, 'InvalidClientTokenId');
  expect(await keys().check(PAIR, answer)).toEqual({ state: 'inactive' });
});

const answered = (status: number, word?: string) =>
  word === undefined
    ? `AWS answered ${status}, not as documented`
    : `AWS answered ${status}: ${word}`;
test.each<[string, MadeAnswer, string]>([
  [
    'that the signature does not match',
    error(403, 'SignatureDoesNotMatch'),
    'AWS says that the secret is not the one of this key',
  ],
  [
    'InvalidClientTokenId with 400',
    error(400, 'InvalidClientTokenId'),
    answered(400, 'InvalidClientTokenId'),
  ],
  [
    'InvalidClientTokenId with 200',
    { ...error(403, 'InvalidClientTokenId'), status: 200 },
    answered(200),
  ],
  ['another code with 403', error(403, 'AccessDenied'), answered(403, 'AccessDenied')],
  ['a failure', error(503, 'ServiceUnavailable'), answered(503, 'ServiceUnavailable')],
  ['a code of sixty letters', error(400, 'w'.repeat(60)), answered(400, 'w'.repeat(60))],
  ['a code of more letters', error(400, 'w'.repeat(61)), answered(400)],
  ['a sentence as the code', error(400, 'no word'), answered(400)],
  ['a code behind a sign', error(400, '-word'), answered(400)],
  ['no code', error(400, ''), answered(400)],
  ['a code without an end', { status: 400, body: '<Code>word' }, answered(400)],
  ['a code without a beginning', { status: 400, body: '<Err>word</Code>' }, answered(400)],
  ['an end before the beginning', { status: 400, body: '</Code><Code>word' }, answered(400)],
  ['its ARN with 203', identity(`<Arn>${ARN}</Arn>`, 203), answered(203)],
  ['200 without an ARN', identity('<Account>1</Account>'), answered(200)],
  ['nothing', { status: 200 }, answered(200)],
])('an AWS key is open where AWS answers %s', async (_what, answer, reason) => {
  expect(await keys().check(PAIR, answer)).toEqual({ state: 'unclear', reason });
});

const inDoubt = (status: number) => ({
  status: 'unknown',
  error: {
    code: status >= 500 ? 'server_error' : 'unexpected_answer',
    message: `AWS answered ${status}${status >= 500 ? '' : ', not as documented'}`,
  },
});
test.each<[string, MadeAnswer, object]>([
  ['its response', done('UpdateAccessKey'), { status: 'accepted' }],
  ['its response with 202', done('UpdateAccessKey', 202), inDoubt(202)],
  ['the response of another action', done('DeleteAccessKey'), inDoubt(200)],
  ['nothing', { status: 200 }, inDoubt(200)],
  [
    'InvalidClientTokenId',
    error(403, 'InvalidClientTokenId'),
    { status: 'failed', error: { code: 'not_active', message: 'it is not active at AWS' } },
  ],
  [
    'NoSuchEntity',
    error(404, 'NoSuchEntity'),
    { status: 'failed', error: { code: 'not_found', message: 'AWS has no such access key' } },
  ],
  [
    'AccessDenied',
    error(403, 'AccessDenied'),
    {
      status: 'failed',
      revocable_by: 'admin',
      manual_url: CONSOLE,
      error: {
        code: 'cannot_revoke',
        provider_code: 'AccessDenied',
        message: 'its policies do not let it; it is active',
        hint: `an administrator of the account can: ${CONSOLE}`,
      },
    },
  ],
  [
    'SignatureDoesNotMatch',
    error(403, 'SignatureDoesNotMatch'),
    {
      status: 'failed',
      error: {
        code: 'request_refused',
        provider_code: 'SignatureDoesNotMatch',
        message: 'AWS says that the secret is not the one of this key',
      },
    },
  ],
  [
    'another code',
    error(400, 'MalformedInput'),
    { status: 'failed', error: { code: 'request_refused', provider_code: 400 } },
  ],
  ['403 alone', { status: 403 }, { status: 'failed', error: { code: 'request_refused' } }],
  ['404 alone', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['a failure', error(503, 'ServiceUnavailable'), inDoubt(503)],
])('the revocation of an AWS key that is answered with %s', async (_what, answer, expected) => {
  expect(await keys().revoke(PAIR, answer)).toMatchObject({ target: PAIR, ...expected });
});

test.each(['InvalidClientTokenId', 'NoSuchEntity', 'AccessDenied', 'SignatureDoesNotMatch'])(
  '%s with 500 leaves open whether an AWS key was made inactive',
  async (code) => {
    expect(await keys().revoke(PAIR, error(500, code))).toMatchObject(inDoubt(500));
  },
);

/** A key of an account, whose number stands in the ID behind a bit that is set. */
function keyOf(account: string): string {
  const bits = ((1n << 49n) | (BigInt(account) << 9n)).toString(2);
  const letters = bits.match(/.{5}/g) ?? [];
  const id = letters.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]);
  return `AKIA${id.join('')}QQQQQQ:made`;
}

/** https://canarytokens.org: accounts that hold nothing but keys to be stolen. */
const CANARIES = ['052310077262', '171436882533', '266735846894', '534261010715', '595918472158'];
CANARIES.push('717712589309', '730335385048', '819147034852', '893192397702', '992382622183');
const WHY = 'it is a canary (canarytokens.org): using it raises an alarm';

test.each(CANARIES)(
  'a key of the canary account %s is neither checked nor sent, unless with --force',
  async (account) => {
    const key = keyOf(account);
    const [family, forced] = [keys(), keys(['force'])];
    const refused = {
      status: 'failed',
      error: { code: 'canary', message: WHY, hint: 'use --force to use it all the same' },
    };
    expect(await family.revoke(key)).toMatchObject(refused);
    expect(await family.check(key)).toEqual({
      state: 'unclear',
      reason: WHY,
      hint: 'use --force to check it all the same',
    });
    expect(family.requests).toEqual([]);
    expect(await forced.check(key, identity(`<Arn>${ARN}</Arn>`))).toMatchObject({
      state: 'active',
    });
    expect(await forced.revoke(key, done('UpdateAccessKey'))).toMatchObject({
      status: 'accepted',
    });
  },
);

test('a key of a canary account is refused in a dry run too, and only such a key', () => {
  const [{ refuses }] = aws.tokens.families();
  const off = { isOn: () => false };
  expect(refuses?.(keyOf('052310077262'), off)).toMatchObject({
    status: 'failed',
    code: 'canary',
    message: WHY,
    hint: 'use --force to use it all the same',
  });
  expect(refuses?.(keyOf('052310077262'), { isOn: (name) => name === 'force' })).toBeUndefined();
  for (const other of [keyOf('123456789012'), 'AKIAIOSFODNN7EXAMPLE:made'])
    expect(refuses?.(other, off)).toBeUndefined();
});
