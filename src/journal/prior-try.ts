/** What was seen of a target before it was sent: as the engine has it, and as a journal has it. */
import { active } from '../contract/lane.js';
import type { PriorTry, Sighting } from '../engine/batcher.js';
import type { SeenBefore } from './format.js';
import type { PriorRun } from './prior-run.js';

/** What an earlier run knows of a target: done with it, or when it was first tried. */
export function priorTry(
  prior: Pick<PriorRun, 'priorState' | 'priorSeen'>,
  key: string,
): 'done' | PriorTry | undefined {
  const triedAt = prior.priorState(key);
  if (typeof triedAt !== 'number') return triedAt;
  const seen = prior.priorSeen(key);
  return { triedAt, ...(seen?.state === 'active' && { before: sighting(seen) }) };
}

export function seenBefore({ result, at }: Sighting): SeenBefore {
  const expiresAt = result.state === 'active' ? result.expiresAt : undefined;
  return {
    state: result.state,
    checked_at: new Date(at).toISOString(),
    ...(expiresAt !== undefined && { expires_at: new Date(expiresAt).toISOString() }),
    ...(result.method !== undefined && { method: result.method }),
  };
}

function sighting({ checked_at: at, expires_at: end, method }: SeenBefore): Sighting {
  const expiresAt = end === undefined ? undefined : Date.parse(end);
  const result = { ...active({ expiresAt }), ...(method !== undefined && { method }) };
  return { result, at: Date.parse(at) };
}
