/** What each answer of Hugging Face comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import huggingface from './index.js';

const TOKEN = 'hf_made';
const tokens = () => makeFamily(huggingface, 'tokens');

test('a Hugging Face token goes to huggingface.co, a hundred in one request', () => {
  const { endpoint, ownCredentials, families } = huggingface.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_HUGGINGFACE_URL', default: 'https://huggingface.co' });
  expect(ownCredentials).toEqual({ env: ['HF_TOKEN'], files: ['.cache/huggingface/token'] });
  expect(families()).toMatchObject([
    { batch: 100, consequences: ['Hugging Face sends a mail to the owner of each token.'] },
  ]);
});

test('Hugging Face tokens are looked at with themselves, and revoked together without a login', async () => {
  const family = tokens();
  await family.check(TOKEN, { status: 200, body: { name: 'octavia' } });
  await family.revoke([TOKEN, 'hf_two'], { status: 202 });
  expect(family.requests).toEqual([
    {
      method: 'GET',
      origin: 'https://service.example',
      path: '/api/whoami-v2',
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
      idempotent: true,
    },
    {
      method: 'POST',
      origin: 'https://service.example',
      path: '/api/credentials/revoke',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: `{"credentials":["${TOKEN}","hf_two"]}`,
      idempotent: true,
    },
  ]);
});

test.each<[string, MadeAnswer, object]>([
  [
    'whose it is',
    { status: 200, body: { name: 'octavia', auth: { accessToken: { role: 'write' } } } },
    { state: 'active', owner: 'octavia', scopes: ['write'] },
  ],
  ['nobody', { status: 200, body: {} }, { state: 'unclear', reason: 'Hugging Face answered 200' }],
  [
    'whose it is, without 200',
    { status: 206, body: { name: 'octavia' } },
    { state: 'unclear', reason: 'Hugging Face answered 206' },
  ],
  [
    'an unknown login',
    { status: 401, body: { error: 'Invalid username or password.' } },
    { state: 'inactive' },
  ],
  [
    'an expired one',
    { status: 401, body: { error: 'Access token has expired' } },
    { state: 'inactive', said: 'expired' },
  ],
  ['401 without an error', { status: 401, body: {} }, { state: 'unclear' }],
  [
    'an error with 403',
    { status: 403, body: { error: 'Invalid username or password.' } },
    { state: 'unclear' },
  ],
])(
  'the check of a Hugging Face token that is answered with %s',
  async (_what, answer, expected) => {
    expect(await tokens().check(TOKEN, answer)).toMatchObject(expected);
  },
);

test.each<[number, object]>([
  [202, { status: 'accepted' }],
  [200, { status: 'unknown', error: { message: 'Hugging Face answered 200, not as documented' } }],
  [400, { status: 'failed', error: { code: 'request_refused' } }],
  [500, { status: 'unknown', error: { code: 'server_error' } }],
])('the revocation of a Hugging Face token that is answered with %i', async (status, expected) => {
  expect(await tokens().revoke(TOKEN, { status })).toMatchObject({ target: TOKEN, ...expected });
});
