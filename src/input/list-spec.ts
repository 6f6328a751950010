/** A provider's targets as they stand in lists: what programs print for nothing is none there. */
import { isRevokeError, usageError } from '../contract/errors.js';
import type { TargetSpec } from '../contract/provider.js';
import { whyNotATarget } from '../recognition/not-a-target.js';

/** `NAME=value`, as files of variables have it. */
const ASSIGNMENT = /^(?:export\s+)?[A-Z][A-Z0-9_]*=(["']?)([^"'=\s].{6,})\1$/;

/** Typed by hand such a value is meant, and passes. */
export function listSpec(spec: TargetSpec): TargetSpec {
  const { parseObject, findTokens, secret } = spec;
  const keys = new Set([...spec.kinds.flatMap((kind) => kind.keys), 'target']);
  const prefixed = spec.kinds.map(({ name }) => `${name}:`);
  const check = (text: string) => {
    const prefix = prefixed.find((one) => text.startsWith(one));
    assertTarget(prefix === undefined ? text : text.slice(prefix.length));
  };
  return {
    ...spec,
    parse(text, kind) {
      // Tokens are told by their shape: a matching checksum beats what looks like a mask.
      if (findTokens) return withCause(text, () => spec.parse(text, kind));
      const value = secret ? (ASSIGNMENT.exec(text)?.[2] ?? text) : text;
      check(value);
      return spec.parse(value, kind);
    },
    ...(parseObject && {
      parseObject(object) {
        for (const [key, value] of Object.entries(object))
          if (typeof value === 'string' && keys.has(key)) check(value);
        return parseObject.call(spec, object);
      },
    }),
  };
}

function assertTarget(text: string): void {
  const why = whyNotATarget(text.trim());
  if (why) throw usageError(why.words, undefined, 'bad_input');
}

function withCause<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!isRevokeError(error) || error.code !== 'unknown_shape') throw error;
    const why = whyNotATarget(text.trim());
    throw why ? error.with({ message: why.words }) : error;
  }
}
