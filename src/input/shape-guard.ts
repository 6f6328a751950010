/** Keeps the tokens of other vendors from being sent to a provider that they do not belong to. */
import { distinctShape } from '../contract/distinct-shape.js';
import { usageError } from '../contract/errors.js';
import type { Provider, Target, TargetSpec } from '../contract/provider.js';

export interface GuardOptions {
  /** Types that --allow-shape names. */
  readonly allowed: readonly string[];
}

/** The provider's targets, without what has the distinct shape of another vendor's token. */
export function guardShapes({ id, target }: Provider, options: GuardOptions): TargetSpec {
  // A command that tells tokens by their shape says more of those that it does not take.
  if (target.tellsShapes) return target;
  const { parseObject } = target;
  return {
    ...target,
    parse(text, kind) {
      assertOwnShape(id, text, options);
      return target.parse(text, kind);
    },
    ...(parseObject && {
      parseObject(object) {
        for (const value of Object.values(object))
          if (typeof value === 'string') assertOwnShape(id, value, options);
        return parseObject.call(target, object);
      },
    }),
  };
}

/** Throws a usage error for a target that an option named. */
export function assertOwnTargets(
  { id, target }: Provider,
  targets: readonly Target[],
  options: GuardOptions,
): void {
  if (target.tellsShapes) return;
  for (const { secret, id: shown } of targets) assertOwnShape(id, secret ?? shown, options);
}

/** Throws a usage error that does not repeat the text. */
function assertOwnShape(id: string, text: string, { allowed }: GuardOptions): void {
  const shape = distinctShape(text);
  if (!shape || shape.provider === id || allowed.includes(shape.type)) return;
  throw usageError(
    `this has the shape of a token of another provider (${shape.provider}), and was not sent`,
    `give it to: revoke leaked; if it is not such a token: --allow-shape ${shape.type}`,
    'foreign_token',
  );
}
