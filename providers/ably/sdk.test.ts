/** The published client of Ably against the emulator: what nobody here wrote must accept it. */
import * as Ably from 'ably';
import { request } from 'undici';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';

let ably: AblyEmulator;

beforeEach(async () => {
  ably = await startAblyEmulator();
});
afterEach(() => ably.close());

const variants: [string, Ably.ClientOptions][] = [
  ['JSON', { useBinaryProtocol: false }],
  ['the default protocol', {}],
];

describe.each(variants)('the ably package over %s', (_name, variant) => {
  const client = (auth: Ably.ClientOptions) =>
    new Ably.Rest({
      endpoint: '127.0.0.1',
      port: ably.server.port,
      tls: false,
      logLevel: 0,
      ...variant,
      ...auth,
    });

  test('requests a token, uses it, revokes it, and is refused', async () => {
    const admin = client({ key: ably.environment['ABLY_API_KEY'] ?? '' });
    const details = await admin.auth.requestToken({ clientId: 'alice' });
    expect(details.clientId).toBe('alice');
    expect(details.expires - details.issued).toBe(3_600_000);

    let renewals = 0;
    const user = client({
      authCallback: (_params, callback) => {
        renewals += 1;
        if (renewals === 1) callback(null, details);
        else callback('no token for you', null);
      },
    }).channels.get('room 1');
    await user.publish('greeting', 'hello');
    const page = await user.history();
    expect(page.items.map(({ name, data, clientId }) => [name, data, clientId])).toEqual([
      ['greeting', 'hello', 'alice'],
    ]);
    expect((await user.status()).channelId).toBe('room 1');
    expect(renewals).toBe(1);

    const start = await admin.time();
    const result = await admin.auth.revokeTokens([
      { type: 'clientId', value: 'alice' },
      { type: 'nonsense', value: 'x' },
    ]);
    expect([result.successCount, result.failureCount]).toEqual([1, 1]);
    expect(result.results[1]).toMatchObject({
      target: 'nonsense:x',
      error: { code: 40000, statusCode: 400 },
    });
    const [revoked] = result.results as [Ably.TokenRevocationSuccessResult];
    expect(revoked.target).toBe('clientId:alice');
    expect(revoked.issuedBefore).toBeGreaterThanOrEqual(start);
    expect(revoked.appliesAt).toBe(revoked.issuedBefore);

    // A token error makes the client ask for another token, which it is not given.
    await expect(user.history()).rejects.toThrow('no token for you');
    expect(renewals).toBe(2);
    const { body, statusCode } = await request(`${ably.server.url}/channels/room/messages`, {
      headers: { authorization: `Bearer ${Buffer.from(details.token).toString('base64')}` },
    });
    expect(statusCode).toBe(401);
    expect(await body.json()).toMatchObject({ error: { code: 40141, statusCode: 401 } });
  });

  test('passes options on, and sees the codes of refusals', async () => {
    const admin = client({ key: ably.environment['ABLY_API_KEY'] ?? '' });
    const start = await admin.time();
    const issuedBefore = start - 20 * 60_000;
    const { results } = await admin.auth.revokeTokens([{ type: 'clientId', value: 'bob' }], {
      issuedBefore,
      allowReauthMargin: true,
    });
    const [revoked] = results as [Ably.TokenRevocationSuccessResult];
    expect(revoked.issuedBefore).toBe(issuedBefore);
    expect(revoked.appliesAt).toBeGreaterThan(start + 30_000);

    const late = admin.auth.revokeTokens([{ type: 'clientId', value: 'bob' }], { issuedBefore: 1 });
    await expect(late).rejects.toMatchObject({ code: 40003, statusCode: 400 });
    const server = client({ key: ably.apiKey(ably.keyNames.server) });
    const refused = server.auth.revokeTokens([{ type: 'clientId', value: 'bob' }]);
    await expect(refused).rejects.toMatchObject({ code: 40164, statusCode: 401 });
    ably.flood(1);
    const flooded = admin.auth.revokeTokens([{ type: 'clientId', value: 'bob' }]);
    await expect(flooded).rejects.toMatchObject({ code: 42922, statusCode: 429 });
  });
});
