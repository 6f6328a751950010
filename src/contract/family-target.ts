/** Tokens as targets: read by their shapes, and shown by their fingerprints alone. */
import { CHECKSUMS } from './checksum.js';
import { usageError } from './errors.js';
import { fingerprintOf, shortFingerprintOf } from './fingerprint.js';
import type { Shape } from './shape.js';
import type { Target } from './target.js';

/** Makes the function that reads one token. It throws a usage error that shows nothing of it. */
export function tokenParser(provider: string, shapes: readonly Shape[]): (text: string) => Target {
  return (text) => {
    const token = text.trim();
    const shape = shapes.find((one) => hasShape(token, one));
    if (!shape) {
      const names = shapes.map(({ name }) => name).join(', ');
      throw usageError(`this is not a token that revoke ${provider} takes`, `it takes: ${names}`);
    }
    if (shape.checksum?.enforced && !CHECKSUMS[shape.checksum.name](token)) {
      throw usageError(`mistyped or cut off: its checksum does not match`, 'copy the whole token');
    }
    return tokenTarget(token, shape);
  };
}

/** A token that was recognised. */
export function tokenTarget(token: string, { type }: Shape, provider?: string): Target {
  return {
    id: shortFingerprintOf(token),
    secret: token,
    dedupKey: fingerprintOf(token),
    typeHint: type,
    ...(provider !== undefined && { provider }),
  };
}

function hasShape(token: string, { prefixes, rest }: Shape): boolean {
  return prefixes.some(
    (prefix) =>
      token.startsWith(prefix) && new RegExp(`^(?:${rest})$`).test(token.slice(prefix.length)),
  );
}
