/** How it is known what became of a target, in a few words. */
import type { SeenState } from '../contract/provider.js';
import type { RecordedOutcome } from './last-words.js';

/** `list: active before, absent after`; undefined where it was not checked. */
export function verificationText({ verification }: RecordedOutcome): string | undefined {
  if (!verification) return undefined;
  const { method, before, after } = verification;
  const later = after === undefined ? '' : `, ${STATES[after] ?? after} after`;
  return `${method}: ${STATES[before] ?? before} before${later}`;
}

const STATES: Readonly<Record<SeenState, string>> = {
  active: 'active',
  dead: 'inactive',
  absent: 'not listed',
  unknown: 'unknown',
};
