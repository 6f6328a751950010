/** What each answer of Discord comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import discord from './index.js';

const ID = '223704706495545344';
const SECRET = 'w-_'.repeat(22);
const URL_OF = (base: string) => `https://${base}/webhooks/${ID}/${SECRET}`;
const WEBHOOK = URL_OF('discord.com/api');
const webhooks = () => makeFamily(discord, 'webhooks');
const says = (status: number, code: unknown): MadeAnswer => ({ status, body: { code } });
const shown = (more: object = {}, status = 200): MadeAnswer => ({
  status,
  body: { id: ID, type: 1, channel_id: '199737254929760256', ...more },
});

test('a Discord webhook goes to discord.com, two at once, and is said to be gone for good', () => {
  const { endpoint, families } = discord.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_DISCORD_URL', default: 'https://discord.com/api' });
  expect(families()).toMatchObject([
    { concurrency: 2, consequences: [expect.stringMatching(/deleted for good/)] },
  ]);
});

test.each(['discord.com/api', 'discord.com/api/v10', 'ptb.discord.com/api', 'discordapp.com/api'])(
  'a Discord webhook at %s looks at itself and deletes itself, without a login',
  async (base) => {
    const family = webhooks();
    await family.check(URL_OF(base), shown());
    await family.revoke(URL_OF(base), { status: 204 });
    expect(family.requests).toEqual(
      ['GET', 'DELETE'].map((method) => ({
        method,
        origin: 'https://service.example',
        path: `/webhooks/${ID}/${SECRET}`,
        headers: { accept: 'application/json' },
        idempotent: true,
      })),
    );
  },
);

test('the secret of a Discord webhook does not show where an answer repeats it', async () => {
  const echo = { status: 400, body: { message: `no ${SECRET}` } };
  expect(JSON.stringify(await webhooks().check(WEBHOOK, echo))).not.toContain(SECRET);
  const { error } = await webhooks().revoke(WEBHOOK, echo);
  expect(error?.message).toBe('Discord refused the request (400): no [secret]');
});

test.each<[string, object, string, object]>([
  [
    'with its name and server',
    { name: 'octavia', guild_id: '7' },
    'octavia in server 7',
    { guild_id: '7' },
  ],
  ['without a name', { name: null, guild_id: '7' }, 'a webhook in server 7', { guild_id: '7' }],
  ['without a server', { name: 'octavia' }, 'octavia in server unknown', {}],
])('an active Discord webhook %s is shown with its channel', async (_what, more, owner, facts) => {
  expect(await webhooks().check(WEBHOOK, shown(more))).toEqual({
    state: 'active',
    owner,
    facts: { channel_id: '199737254929760256', ...facts },
  });
});

test.each<[string, MadeAnswer]>([
  ['unknown (404 with code 10015)', says(404, 10015)],
  ['of another secret (401 with code 50027)', says(401, 50027)],
])('a Discord webhook that is said to be %s is inactive', async (_what, answer) => {
  expect(await webhooks().check(WEBHOOK, answer)).toEqual({ state: 'inactive' });
});

test.each<[string, MadeAnswer]>([
  ['404 with another code', says(404, 10003)],
  ['404 with the code of 401', says(404, 50027)],
  ['404 with its code as a text', says(404, '10015')],
  ['404 without a code', { status: 404 }],
  ['401 with another code', says(401, 0)],
  ['401 with the code of 404', says(401, 10015)],
  ['403 with the code of 401', says(403, 50027)],
  ['400 with the code of 404', says(400, 10015)],
  ['200 of another webhook', shown({ id: '1' })],
  ['200 without its id', shown({ id: undefined })],
  ['200 without a channel', shown({ channel_id: undefined })],
  ['the webhook with 203', shown({}, 203)],
])('a Discord webhook is open where Discord answers %s', async (_what, answer) => {
  expect(await webhooks().check(WEBHOOK, answer)).toEqual({
    state: 'unclear',
    reason: `Discord answered ${answer.status}`,
  });
});

test.each<[string, MadeAnswer, object]>([
  ['204', { status: 204 }, { status: 'accepted' }],
  ['200', { status: 200 }, { status: 'unknown', error: { code: 'unexpected_answer' } }],
  [
    '404 with code 10015',
    says(404, 10015),
    {
      status: 'failed',
      error: { code: 'not_active', message: 'it is not active at Discord (unknown webhook)' },
    },
  ],
  [
    '401 with code 50027',
    says(401, 50027),
    {
      status: 'failed',
      error: {
        code: 'not_active',
        message: 'it is not active at Discord (wrong token of a webhook)',
      },
    },
  ],
  ['404 alone', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['401 alone', { status: 401 }, { status: 'failed', error: { code: 'request_refused' } }],
  ['403', says(403, 50013), { status: 'failed', error: { code: 'request_refused' } }],
  [
    '500',
    { status: 500 },
    { status: 'unknown', error: { code: 'server_error', message: 'Discord answered 500' } },
  ],
])(
  'the deletion of a Discord webhook that is answered with %s',
  async (_what, answer, expected) => {
    expect(await webhooks().revoke(WEBHOOK, answer)).toMatchObject({
      target: WEBHOOK,
      ...expected,
    });
  },
);
