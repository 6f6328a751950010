/** Whether a token is active: who GitHub says it belongs to. Failed logins are counted there. */
import { active, inactive, unclear, type CheckResult } from '../../src/contract/index.js';
import {
  reasonOf,
  textAt,
  textsAt,
  timeOf,
  type Answer,
  type FamilyTools,
} from '../../src/families/index.js';
import { API_VERSION, noteBudget, type HourBudget } from './batch.js';

/** Requests of the hour that checks leave to the revocations. */
const KEEP = 10;
/** So many tokens in a row that were inactive before: more checks would only lock this address out. */
const MOST_INACTIVE = 10;
const SECURITY_LOG = 'https://github.com/settings/security-log';

/** A check for one run: what it remembers is of that run. */
export function createUserCheck(hour: HourBudget) {
  const seenActive = new Set<string>();
  let inactiveInRow = 0;
  return async (token: string, { send }: FamilyTools): Promise<CheckResult> => {
    const isFirst = !seenActive.has(token);
    if (hour.left <= KEEP)
      return ending("GitHub's hourly limit is nearly used up: no more tokens are checked");
    if (isFirst && inactiveInRow >= MOST_INACTIVE)
      return ending('ten tokens in a row were inactive: no more tokens are checked');
    const answer = await send({
      method: 'GET',
      path: '/user',
      bearer: token,
      headers: API_VERSION,
    });
    noteBudget(hour, answer);
    const result = judge(answer);
    if (result.state === 'active') {
      seenActive.add(token);
      inactiveInRow = 0;
    } else if (isFirst && result.state === 'inactive') inactiveInRow += 1;
    return result;
  };
}

/** It is left open, and nothing more is checked in this run. */
function ending(reason: string): CheckResult {
  return { ...unclear(reason), endsChecks: true };
}

function judge(answer: Answer): CheckResult {
  const { status, json, headers } = answer;
  const owner = status === 200 ? textAt(json, 'login') : undefined;
  if (owner !== undefined) {
    return active({
      owner,
      scopes: textsAt(headers['x-oauth-scopes']),
      expiresAt: timeOf(headers['github-authentication-token-expiration']),
      facts: { audit_url: SECURITY_LOG },
    });
  }
  if (status === 401 && textAt(json, 'message') === 'Bad credentials') return inactive();
  const reason = reasonOf('GitHub', answer);
  return status === 403 || status === 429 ? ending(reason) : unclear(reason);
}
