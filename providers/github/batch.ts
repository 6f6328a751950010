/** The anonymous revocation: one request for up to 1000 tokens, 60 requests an hour. */
import {
  accepted,
  isTaken,
  refused,
  unexpected,
  type Answer,
  type FamilyTools,
  type TokenResult,
} from '../../src/families/index.js';

/** What is left of the hour's requests without a login, as GitHub last said. */
export interface HourBudget {
  left: number;
  /** When it is whole again, ms since the epoch. */
  resetAt: number;
}

export const API_VERSION = { 'x-github-api-version': '2022-11-28' };
const ACCEPT = { accept: 'application/vnd.github+json', ...API_VERSION };

export function createBatchRevocation(hour: HourBudget) {
  return async (credentials: readonly string[], tools: FamilyTools): Promise<TokenResult> => {
    const request = {
      method: 'POST',
      path: '/credentials/revoke',
      headers: ACCEPT,
      json: { credentials },
    } as const;
    const isUsedUpNow = hour.left === 0 && hour.resetAt > tools.now();
    if (isUsedUpNow && !(await waitForHour(hour, tools))) return interrupted();
    let answer = await tools.send(request);
    noteBudget(hour, answer);
    if (isUsedUp(answer)) {
      // Others behind the same address count too: it is told by the refusal alone.
      if (!(await waitForHour(hour, tools))) return interrupted();
      answer = await tools.send(request);
      noteBudget(hour, answer);
    }
    return judge(answer, tools);
  };
}

/** Until the budget is whole again; false after an interrupt. */
async function waitForHour(hour: HourBudget, tools: FamilyTools): Promise<boolean> {
  const ms = Math.max(0, hour.resetAt - tools.now()) + 1000;
  const at = new Date(hour.resetAt).toISOString().replace(/\.\d+/, '');
  const why = `GitHub's hourly limit is used up: waiting until ${at}`;
  if (!(await tools.wait(ms, why))) return false;
  hour.left = Infinity;
  return true;
}

function interrupted(): TokenResult {
  return refused('interrupted', 'it was not sent: the run was interrupted');
}

function judge(answer: Answer, { isDefault }: FamilyTools): TokenResult {
  const { status } = answer;
  if (isTaken(answer, 202)) return accepted();
  if (status === 422) {
    return refused('batch_refused', 'GitHub refused the request as invalid (422)', {
      providerCode: 422,
      hint: 'one of the values may not be a token: check them',
      isBatchRefused: true,
    });
  }
  const isAnonymousRefused = status === 401 || status === 403;
  if (isAnonymousRefused && !isDefault) {
    return refused('cannot_revoke', 'this server does not revoke tokens without a login', {
      providerCode: status,
      hint: 'its owner or an administrator of the server can revoke it',
      facts: { revocable_by: 'owner' },
    });
  }
  return unexpected('GitHub', answer);
}

export function noteBudget(hour: HourBudget, { headers }: Answer): void {
  const left = headers['x-ratelimit-remaining'];
  const limit = headers['x-ratelimit-limit'];
  // A request with a good token has a budget of its own, a hundred times as large.
  if (left === undefined || Number(limit ?? 60) > 60) return;
  hour.left = Number(left);
  const reset = Number(headers['x-ratelimit-reset']);
  if (Number.isFinite(reset)) hour.resetAt = reset * 1000;
}

function isUsedUp({ status, headers }: Answer): boolean {
  const isLimited = status === 403 || status === 429;
  return (
    isLimited &&
    headers['x-ratelimit-remaining'] === '0' &&
    Number.isFinite(Number(headers['x-ratelimit-reset']))
  );
}
