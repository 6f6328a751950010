/** What a JWT says of itself. Nothing is verified: only its own service can do that. */

export type Claims = Readonly<Record<string, unknown>>;

/** The claims of a three-part JWT, or undefined where the text is none. */
export function claimsOf(token: string): Claims | undefined {
  const parts = token.split('.');
  const payload = parts[1];
  if (parts.length !== 3 || !payload) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Claims)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A text claim that is there and not empty. */
export function textClaim(claims: Claims | undefined, name: string): string | undefined {
  const value = claims?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A NumericDate claim (RFC 7519 §2), in milliseconds since the epoch. */
export function timeClaim(claims: Claims | undefined, name: string): number | undefined {
  const value = claims?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value * 1000 : undefined;
}
