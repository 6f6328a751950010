/** How an outcome was proven, or what a check saw of it, in words. */
import { grouped } from '../contract/text.js';
import type { Outcome, SeenState, Verification } from '../contract/provider.js';
import { nameOf } from './sentences.js';

/** A sentence to stand after that of the outcome; undefined where nothing was checked. */
export function proofText({ status, verification, ...facts }: Outcome): string | undefined {
  if (!verification) return undefined;
  switch (status) {
    case 'revoked':
    case 'accepted':
    case 'alive':
    case 'already_revoked':
      return `${status === 'revoked' ? 'Verified' : 'Checked'} (${looked(verification)}): ${states(verification)}.`;
    case 'planned':
      return `${plannedText(verification)}${ownerOf(facts)}.`;
    case 'failed':
    case 'skipped':
    case 'unknown':
      return undefined;
  }
}

function plannedText(verification: Verification): string {
  const { before, reason } = verification;
  const method = looked(verification);
  if (before !== 'unknown') return `Now ${seen(verification)} (${method})`;
  const why = reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
  return `It could not be checked whether it is active (${method})${why}`;
}

/** A dry run does not call revocable what is not active: the whole sentence of such a target. */
export function inactivePlan({
  status,
  target,
  verification,
  ...facts
}: Outcome): string | undefined {
  if (status !== 'planned' || !verification) return undefined;
  if (verification.before === 'active' || verification.before === 'unknown') return undefined;
  const now = `${nameOf(target, facts)}: ${seen(verification)} (${looked(verification)})`;
  return `${now}. The request would be sent all the same.`;
}

function looked({ method, checked_at: at }: Verification): string {
  return `${method}, ${at.slice(11, 19)}Z`;
}

function states(verification: Verification): string {
  const { before, after } = verification;
  if (after === undefined) return `${seen(verification)} before, so nothing was sent`;
  return `${WORDS[before]} before, ${WORDS[after]} after`;
}

/** What a dry run saw of its targets, by what they are now: `20 active, 3 not found`. */
export function seenWords(seen: Readonly<Record<string, number>>): string {
  return Object.entries(seen)
    .map(([state, count]) => `${grouped(count)} ${SEEN[state] ?? state}`)
    .join(', ');
}

const SEEN: Readonly<Record<string, string>> = {
  dead: 'inactive',
  absent: 'not found',
  unknown: 'not known',
  revoked: 'already revoked',
};

/** The word of the provider says more: an inactive token was revoked, or has expired. */
function seen({ before, said }: Verification): string {
  if (said !== undefined) return said === 'revoked' ? 'already revoked' : said;
  return before === 'absent' ? 'not found' : WORDS[before];
}

const WORDS: Readonly<Record<SeenState, string>> = {
  active: 'active',
  dead: 'inactive',
  absent: 'inactive',
  unknown: 'not known whether active',
};

function ownerOf(facts: Readonly<Record<string, unknown>>): string {
  const { owner } = facts;
  return typeof owner === 'string' ? `, owner ${owner}` : '';
}
