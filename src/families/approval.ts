/**
 * Whose tokens are revoked: what checks say of owners is shown before the question, used again for
 * the check that follows it, and compared with --owner.
 */
import {
  isRevokeError,
  unclear,
  type CheckResult,
  type Clock,
  type Http,
  type Lane,
  type Target,
  type Verdict,
} from '../contract/index.js';

export interface Approval {
  /** The lane, with checks that are not done twice, and only for tokens of the owners wanted. */
  guard(lane: Lane): Lane;
  /** A line for each of the first few tokens: what it is, whose, and until when. */
  preview(
    sample: readonly Target[],
    laneOf: (target: Target) => Lane,
    http: Http,
  ): Promise<readonly string[]>;
}

/** How long what was seen for the question counts. */
const FRESH_MS = 30_000;
const EXPIRES_SOON_MS = 60_000;

interface Seen {
  /** By the clock that nobody sets. */
  readonly at: number;
  readonly result: CheckResult;
}

export function createApproval(owners: readonly string[], clock: Clock): Approval {
  const previewed = new Map<string, Seen>();
  const approved = new Set<string>();
  const wanted = owners.map((owner) => owner.toLowerCase());

  function takeFresh(target: Target): CheckResult | undefined {
    const key = keyOf(target);
    const seen = previewed.get(key);
    previewed.delete(key);
    if (!seen || clock.monotonic() - seen.at > FRESH_MS) return undefined;
    const { result } = seen;
    const ends = result.state === 'active' ? (result.expiresAt ?? Infinity) : Infinity;
    return ends - clock.now() > EXPIRES_SOON_MS ? result : undefined;
  }

  function refusal(target: Target, result: CheckResult): Verdict | undefined {
    if (wanted.length === 0) return undefined;
    const owner = result.state === 'active' ? result.owner?.toLowerCase() : undefined;
    if (owner !== undefined && wanted.some((text) => owner.includes(text))) {
      approved.add(keyOf(target));
      return undefined;
    }
    return result.state === 'inactive' ? undefined : otherOwner(target, owner !== undefined);
  }

  return {
    guard(lane) {
      const { check } = lane;
      const isApproved = (target: Target) => wanted.length === 0 || approved.has(keyOf(target));
      return {
        ...lane,
        ...(check && {
          check: {
            ...check,
            refuses: (target, result) => check.refuses?.(target, result) ?? refusal(target, result),
            async check(targets, attempt) {
              const [target] = targets;
              const fresh = target && takeFresh(target);
              return fresh ? [fresh] : check.check(targets, attempt);
            },
          },
        }),
        async revoke(targets, attempt) {
          const some = targets.filter(isApproved);
          const verdicts = some.length === 0 ? [] : [...(await lane.revoke(some, attempt))];
          return targets.map((target) =>
            isApproved(target) ? (verdicts.shift() as Verdict) : otherOwner(target, false),
          );
        },
      };
    },
    async preview(sample, laneOf, http) {
      const lines: string[] = [];
      for (const target of sample) {
        const { check } = laneOf(target);
        const { result, isWhole } = await checkOne(check, target, http);
        if (result && isWhole) previewed.set(keyOf(target), { at: clock.monotonic(), result });
        lines.push(`  ${target.id}  ${describe(target, result)}`);
      }
      return lines;
    },
  };
}

/** A check that failed says nothing of the token, and keeps nobody from being asked. */
async function checkOne(
  check: Lane['check'],
  target: Target,
  http: Http,
): Promise<{ readonly result: CheckResult | undefined; readonly isWhole: boolean }> {
  try {
    const [result] = (await check?.check([target], { http })) ?? [];
    return { result, isWhole: true };
  } catch (error) {
    if (!isRevokeError(error) || error.code === 'interrupted') throw error;
    return { result: unclear(error.message), isWhole: false };
  }
}

function keyOf({ dedupKey, id }: Target): string {
  return dedupKey ?? id;
}

function otherOwner(target: Target, isKnown: boolean): Verdict {
  const message = isKnown ? 'it belongs to another owner' : 'its owner is not known';
  return { target: target.id, status: 'skipped', error: { code: 'other_owner', message } };
}

function describe(target: Target, result: CheckResult | undefined): string {
  const label = target.label ?? target.typeHint ?? 'token';
  if (!result) return `${label}: cannot be checked`;
  if (result.state === 'inactive')
    return `${label}: inactive${result.said ? ` (${result.said})` : ''}`;
  if (result.state === 'unclear')
    return `${label}: unknown whether it is active (${result.reason})`;
  const parts = [
    ...(result.owner === undefined ? [] : [`owner ${result.owner}`]),
    ...(result.scopes && result.scopes.length > 0 ? [`scopes ${result.scopes.join(', ')}`] : []),
    ...(result.expiresAt === undefined
      ? []
      : [`expires ${new Date(result.expiresAt).toISOString().replace('.000Z', 'Z')}`]),
  ];
  return `${label}: active${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`;
}
