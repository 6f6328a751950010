/** A family of tokens as a lane. */
import type { Answer } from './answer.js';
import type { Family, FamilyTools } from './family.js';
import { toolsFor, type Call, type FamilyPlace } from './family-request.js';
import type { Attempt, CheckResult, Lane, Verifier } from './lane.js';
import type { Target } from './target.js';
import type { Verdict } from './verdict.js';

export function familyLane(place: FamilyPlace): Lane {
  const { family, endpoint } = place;
  const { batch = 1, concurrency, pace, maxSplits } = family;
  const check = verifierOf(place);
  const { url } = endpoint.base;
  return {
    name: nameOf(family),
    endpoint: url,
    scope: {},
    facts: { endpoint: url, ...(!check && { not_checked: 'impossible' }) },
    batch,
    ...(concurrency !== undefined && { concurrency }),
    ...(pace && { pace }),
    ...(maxSplits !== undefined && { maxSplits }),
    isDefaultInstance: endpoint.isDefault && endpoint.spec.instances === true,
    ...(check && { check }),
    revoke: (targets, { http }) => revokeAll(place, targets, http),
  };
}

export function nameOf({ name, shapes: [first] }: Family): string {
  return name ?? first?.type ?? '';
}

async function revokeAll(
  place: FamilyPlace,
  targets: readonly Target[],
  http: Attempt['http'],
): Promise<readonly Verdict[]> {
  const { family } = place;
  const { revoke, revokeBatch, login } = family;
  const toolsOf = (token: string | undefined) =>
    toolsFor(place, { http, token: login === 'self' ? token : undefined });
  if (revokeBatch) {
    const [only] = targets;
    const login = targets.length === 1 ? only?.secret : undefined;
    const answers = await revokeBatch.call(family, targets.map(tokenOf), toolsOf(login));
    return targets.map((target, index) =>
      verdictOf(target, isOne(answers) ? answers : answers[index]),
    );
  }
  if (!revoke) throw new Error(`the family ${nameOf(family)} has no way to revoke`);
  return Promise.all(
    targets.map(async (target) =>
      verdictOf(target, await revoke.call(family, tokenOf(target), toolsOf(target.secret))),
    ),
  );
}

function isOne(answers: Answer | readonly Answer[]): answers is Answer {
  return !Array.isArray(answers);
}

/** What is missing names no target, so that its target is unknown. */
function verdictOf({ id }: Target, answer: Answer | undefined): Verdict {
  if (!answer) return { target: '', status: 'unknown' };
  const { status, error, facts } = answer;
  return { ...facts, target: id, status, ...(error && { error }) };
}

function verifierOf(place: FamilyPlace): Verifier | undefined {
  const { family } = place;
  const { check, checks = {} } = family;
  if (!check) return undefined;
  const { method = 'token', perSecond, usualTargets, mostInactive, leave, confirms } = checks;
  return {
    method,
    byDefault: true,
    skipsInactive: true,
    confirms: confirms ?? true,
    ...(perSecond !== undefined && { perSecond }),
    ...(usualTargets !== undefined && { usualTargets }),
    ...(mostInactive !== undefined && { mostInactive }),
    ...(leave !== undefined && { leave }),
    check: (targets, { http }) =>
      Promise.all(targets.map((target) => checkOne(place, check, tokenOf(target), http))),
  };
}

type Check = NonNullable<Family['check']>;

async function checkOne(
  place: FamilyPlace,
  check: Check,
  token: string,
  http: Attempt['http'],
): Promise<CheckResult> {
  const { family } = place;
  const stopOn = family.checks?.stopOn ?? [];
  let stoppedBy: number | undefined;
  const call: Call = {
    http,
    token,
    stopOn,
    onAnswer: ({ status }) => {
      if (stopOn.includes(status)) stoppedBy = status;
    },
  };
  const tools: FamilyTools = toolsFor(place, call);
  const result = await check.call(family, token, tools).catch((error: unknown): CheckResult => {
    if (stoppedBy === undefined) throw error;
    return { state: 'unclear', reason: `${place.service} answered ${stoppedBy}` };
  });
  return stoppedBy === undefined ? result : { ...result, endsChecks: true };
}

export function tokenOf({ secret }: Target): string {
  if (secret === undefined) throw new Error('a target without its token');
  return secret;
}
