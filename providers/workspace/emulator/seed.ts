/** What a fresh emulator holds, so that every status can be met without any setting up. */
import type { Issued } from '../../../src/contract/index.js';

export const DEMO_ID = '74e4f895-5c8a-4222-ac86-ae0885506202';
export const STAGING_ID = '0b7c5d0e-3f64-4d0c-9f5b-8a5e6d1c2f47';
export const CURRENT_JTI = 'jti_abc123def456';
export const OTHER_JTI = 'jti_old789xyz012';

/** One token to add; times are milliseconds since the epoch. */
interface SeedToken {
  readonly workspaceId: string;
  readonly jti: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt?: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Adds the seeded tokens and gives back the first two: the current one and another live one. */
export async function seedTokens(
  add: (token: SeedToken) => Promise<Issued>,
  now: number,
): Promise<[Issued, Issued]> {
  const tokens: readonly (Partial<SeedToken> & Pick<SeedToken, 'jti'>)[] = [
    { jti: 'jti_live345mno678', createdAt: now - 5 * DAY_MS },
    { jti: 'abc343a5-604c-4b1e-9d27-5f0a8e6c7b31', createdAt: now - 2 * DAY_MS },
    { jti: 'jti_gone901pqr234', createdAt: now - 60 * DAY_MS, expiresAt: now - 30 * DAY_MS },
    { jti: 'jti_dead567stu890', createdAt: now - 40 * DAY_MS, revokedAt: now - 10 * DAY_MS },
    { jti: 'jti_ever123vwx456', createdAt: now - 20 * DAY_MS, expiresAt: null },
    { jti: 'jti_stag789yza012', workspaceId: STAGING_ID },
  ];
  const usual = { workspaceId: DEMO_ID, createdAt: now - DAY_MS, expiresAt: now + 335 * DAY_MS };
  const current = await add({ ...usual, jti: CURRENT_JTI, createdAt: now - 30 * DAY_MS });
  const other = await add({ ...usual, jti: OTHER_JTI, createdAt: now - 90 * DAY_MS });
  for (const token of tokens) await add({ ...usual, ...token });
  return [current, other];
}

/** revoke's own state file, which says that the workspace's current token is the seeded one. */
export function storedCurrentToken(
  url: string,
  token: string,
  now: number,
): Record<string, string> {
  const saved = { token, jti: CURRENT_JTI, saved_at: new Date(now).toISOString() };
  const state = { version: 1, tokens: { [`${url} ${DEMO_ID}`]: saved }, pending: {} };
  return { 'workspace-tokens.json': `${JSON.stringify(state, null, 2)}\n` };
}
