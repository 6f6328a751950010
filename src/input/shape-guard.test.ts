import oauth from '../../providers/oauth/index.js';
import { makeToken } from '../emulator/fake-tokens.js';
import type { Context, Options, Provider } from '../contract/provider.js';
import { guardShapes, readGuard } from './shape-guard.js';

const googleToken = `ya29.${'a1B2c3D4e5'.repeat(5)}`;

/** Whether `revoke oauth` takes a token where it is pointed at this issuer or endpoint. */
async function takes(
  token: string,
  { issuer, endpoint }: { readonly issuer?: string; readonly endpoint?: string },
): Promise<boolean> {
  const provider: Provider = oauth;
  const context = {
    setting: async () => issuer && { value: issuer, source: 'a test', explicit: true },
  } as unknown as Context;
  const options: Options = {
    text: (name) => (name === 'revocationEndpoint' ? endpoint : undefined),
    list: () => [],
    flag: () => false,
    isOff: () => false,
  };
  const spec = guardShapes(provider, await readGuard(provider, context, options));
  try {
    spec.parse(token);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'foreign_token' });
    expect(String(error)).not.toContain(token);
    return false;
  }
}

test.each([
  [googleToken, { issuer: 'https://accounts.google.com' }, true],
  [googleToken, { endpoint: 'https://oauth2.googleapis.com/revoke' }, true],
  [googleToken, { issuer: 'https://as.example' }, false],
  [googleToken, { issuer: 'https://google.com.as.example' }, false],
  [googleToken, { issuer: 'https://notgoogle.com' }, false],
  [googleToken, { issuer: 'not a URL' }, false],
  // The endpoint is where tokens go, whatever the issuer is.
  [googleToken, { issuer: 'https://accounts.google.com', endpoint: 'https://as.example/r' }, false],
  [googleToken, {}, false],
  [makeToken('github_pat_classic'), { issuer: 'https://accounts.google.com' }, false],
  ['an-opaque-token', { issuer: 'https://as.example' }, true],
])('the token %.6s… at %j is taken by revoke oauth: %s', async (token, place, isTaken) => {
  expect(await takes(token, place)).toBe(isTaken);
});
