/** One call of a lane's check. */
import type { Http } from '../contract/http.js';
import { unclear, type CheckResult } from '../contract/lane.js';
import type { Target } from '../contract/provider.js';
import { createScrubber } from '../contract/redact.js';
import type { Entry, Sighting } from './batcher.js';
import { endChecks, type CheckState } from './check-state.js';

/** Asks once. Whatever goes wrong says nothing of a target, and nothing is sent less for it. */
export async function look(
  state: CheckState,
  entries: readonly Entry[],
): Promise<readonly Sighting[]> {
  const at = state.terms.clock.now();
  const targets = entries.map(({ target }) => target);
  let end!: () => void;
  const never = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
  state.calls.add(end);
  let results: readonly (CheckResult | undefined)[] | undefined;
  let reason = 'the check gave no result for this target';
  try {
    results = await Promise.race([checkAll(state, targets), never]);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  state.calls.delete(end);
  const scrub = createScrubber(targets.map(({ secret }) => secret));
  return targets.map((_target, index) => {
    const given = results?.[index];
    const result = scrub(isResult(given) ? given : unclear(reason));
    if (result.endsChecks) endChecks(state, 'the service accepts no more checks');
    return { result, at };
  });
}

/** A group may be larger than one call answers for, where some of it end together. */
async function checkAll(
  { verifier, lane }: CheckState,
  targets: readonly Target[],
): Promise<readonly CheckResult[]> {
  const size = verifier.batch ?? 1;
  const { http, serverTime } = watchDate(lane.checks.http);
  const results: CheckResult[] = [];
  for (let at = 0; at < targets.length; at += size)
    results.push(...(await verifier.check(targets.slice(at, at + size), { http })));
  const time = serverTime();
  return time === undefined ? results : results.map((one) => ({ serverTime: time, ...one }));
}

const STATES: ReadonlySet<unknown> = new Set(['active', 'inactive', 'unclear']);

function isResult(value: CheckResult | undefined): value is CheckResult {
  return STATES.has(value?.state);
}

/** Keeps the server's own time of the last answer: a token may have expired by its clock. */
function watchDate(http: Http) {
  let time: number | undefined;
  const watched: Http = {
    ...http,
    async send(request) {
      const response = await http.send(request);
      const date = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(date)) time = date;
      return response;
    },
  };
  return { http: watched, serverTime: () => time };
}
