/** Google's OAuth endpoints on loopback: tokeninfo, and a revocation that ends a whole grant. */
import type { Reply, SeenRequest } from '../../src/contract/index.js';
import { createTokenBook, type NewToken } from '../../src/emulator/token-book.js';
import {
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface GoogleEmulator extends TokenEmulator {
  /** The access token and the refresh token of one grant. */
  mintGrant(details?: NewToken): { readonly access: string; readonly refresh: string };
}

const APP = '407408718192.apps.example.com';
const INVALID: Reply = {
  status: 400,
  body: { error: 'invalid_token', error_description: 'Invalid Value' },
};

export async function startGoogleEmulator(
  options: TokenEmulatorOptions = {},
): Promise<GoogleEmulator> {
  const book = createTokenBook(options);
  const sibling = new Map<string, string>();

  /** A parameter of the query or of the form. */
  const given = ({ query, body }: SeenRequest, name: string) =>
    query.get(name) ?? new URLSearchParams(body.toString('utf8')).get(name) ?? undefined;
  const showToken = (request: SeenRequest): Reply => {
    const value = given(request, 'access_token');
    const token = book.find(value);
    if (token?.type !== 'google_access' || book.stateOf(value) !== 'active') return INVALID;
    const end = token.expiresAt ?? token.createdAt + 3_600_000;
    return {
      status: 200,
      headers: { date: new Date(book.now()).toUTCString() },
      body: {
        azp: APP,
        aud: APP,
        sub: '110169484474386276334',
        scope: token.scopes.join(' '),
        exp: String(Math.floor(end / 1000)),
        expires_in: String(Math.floor((end - book.now()) / 1000)),
        email: `${token.owner}@example.com`,
        email_verified: 'true',
        access_type: 'offline',
      },
    };
  };
  const revokeToken = (request: SeenRequest): Reply => {
    const value = given(request, 'token');
    const token = book.find(value);
    if (!token || !book.revoke(token)) return INVALID;
    const other = book.find(sibling.get(token.value));
    if (other) book.revoke(other);
    return { status: 200, body: {} };
  };
  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'GET /tokeninfo': showToken,
        'POST /tokeninfo': showToken,
        'POST /revoke': revokeToken,
      },
      notFound: () => ({
        status: 404,
        body: '<!DOCTYPE html><title>Error 404 (Not Found)</title>',
      }),
      revokes: /^POST .*\/revoke$/,
      issues: 'google_access',
      token: { scopes: ['openid', 'https://www.googleapis.com/auth/drive'] },
      environment: (url) => ({ REVOKE_GOOGLE_URL: url }),
      samples: {
        GOOGLE_SAMPLE_TOKEN: 'google_access',
        GOOGLE_SAMPLE_REFRESH_TOKEN: 'google_refresh',
      },
    },
    options,
  );
  return {
    ...emulator,
    mintGrant(details) {
      const access = emulator.mint('google_access', details);
      const refresh = emulator.mint('google_refresh', details);
      sibling.set(access, refresh).set(refresh, access);
      return { access, refresh };
    },
  };
}
