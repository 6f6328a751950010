/** Keeps the tokens of other vendors from being sent to a provider that they do not belong to. */
import { distinctShape } from '../contract/distinct-shape.js';
import { usageError } from '../contract/errors.js';
import type { Context, Options, Provider, Target, TargetSpec } from '../contract/provider.js';

export interface GuardOptions {
  /** Types that --allow-shape names. */
  readonly allowed: readonly string[];
  /** Vendors that name the host which is asked as their own. */
  readonly vendors?: ReadonlySet<string>;
}

/** What a run lets pass: what its options name, and the tokens of the host that it asks. */
export async function readGuard(
  provider: Pick<Provider, 'hostOf'>,
  context: Context,
  options: Options,
): Promise<GuardOptions> {
  const allowed = options.list('allowShape');
  const host = await provider.hostOf?.(context, options);
  if (host === undefined) return { allowed };
  const { vendorsAt } = await import('../contract/distinct-host.js');
  return { allowed, vendors: vendorsAt(host) };
}

/** The provider's targets, without what has the distinct shape of another vendor's token. */
export function guardShapes({ id, target }: Provider, options: GuardOptions): TargetSpec {
  // A command that recognises tokens by their shape says more of those that it does not take.
  if (target.findTokens) return target;
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
  if (target.findTokens) return;
  for (const { secret, id: shown } of targets) assertOwnShape(id, secret ?? shown, options);
}

/** Throws a usage error that does not repeat the text. */
function assertOwnShape(id: string, text: string, { allowed, vendors }: GuardOptions): void {
  const shape = distinctShape(text);
  if (!shape || shape.provider === id || allowed.includes(shape.type)) return;
  if (vendors?.has(shape.provider)) return;
  throw usageError(
    `this has the shape of a token of another provider (${shape.provider}), and was not sent`,
    `give it to: revoke leaked; if it is not such a token: --allow-shape ${shape.type}`,
    'foreign_token',
  );
}
