/** Makes the credentials of the emulated service: JWTs signed with HS256, or opaque values. */
import { randomBytes, webcrypto } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Login, Token } from './state.js';

export const ISSUER = 'workspace-emulator';

export interface Minter {
  /** The HS256 key that every JWT of this emulator verifies with. */
  readonly secret: Uint8Array;
  /** The value of a workspace token. */
  workspaceToken(token: Token): Promise<string>;
  /** The bearer of a logged-in user. */
  userToken(login: Login, organizationId: string): Promise<string>;
}

/** A minter with a key of its own, imported once so that thousands of tokens take a moment. */
export async function createMinter(options: {
  opaque: boolean;
  now: () => number;
}): Promise<Minter> {
  const secret = new Uint8Array(randomBytes(32));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);

  function sign(claims: Record<string, unknown>): Promise<string> {
    return new SignJWT({ iss: ISSUER, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(key);
  }

  return {
    secret,
    workspaceToken: async (token) => {
      if (options.opaque) return `wst_${randomBytes(24).toString('hex')}`;
      return sign({
        sub: token.userId,
        type: 'workspace',
        workspace_id: token.workspaceId,
        scope: token.scope,
        jti: token.jti,
        iat: seconds(token.createdAt),
        ...(token.expiresAt !== undefined && { exp: seconds(token.expiresAt) }),
      });
    },
    userToken: (login, organizationId) =>
      sign({
        sub: login.userId,
        type: 'user',
        nb_organization_id: organizationId,
        jti: randomBytes(8).toString('hex'),
        iat: seconds(options.now()),
        exp: seconds(login.expiresAt),
      }),
  };
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
