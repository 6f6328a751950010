/** The statuses as the page has them: a word, a shape, and what it means. */

export interface StatusWords {
  readonly status: string;
  /** `3 are still active`: after a number. */
  readonly word: string;
  /** Seen beside the word, so that colour is not all there is. */
  readonly shape: string;
  readonly tone: 'good' | 'weak' | 'bad' | 'open';
  readonly meaning: string;
}

/** In the order in which a reader wants them. */
export const STATUSES: readonly StatusWords[] = [
  {
    status: 'alive',
    word: 'still active',
    shape: '▲',
    tone: 'bad',
    meaning: 'It was seen active after the revocation, whatever was answered.',
  },
  {
    status: 'unknown',
    word: 'unknown',
    shape: '?',
    tone: 'open',
    meaning: 'It may or may not have been revoked.',
  },
  {
    status: 'failed',
    word: 'not revoked',
    shape: '✕',
    tone: 'bad',
    meaning: 'It was refused, or not sent for a reason of its own.',
  },
  {
    status: 'skipped',
    word: 'skipped',
    shape: '–',
    tone: 'weak',
    meaning: 'It was not tried.',
  },
  {
    status: 'revoked',
    word: 'revoked',
    shape: '✓',
    tone: 'good',
    meaning: 'The provider confirmed it, or it was active before and inactive after.',
  },
  {
    status: 'already_revoked',
    word: 'already revoked',
    shape: '✓',
    tone: 'good',
    meaning: 'It was revoked before, and the provider says so.',
  },
  {
    status: 'accepted',
    word: 'accepted',
    shape: '→',
    tone: 'weak',
    meaning: 'The provider took the request, and did not confirm more.',
  },
  {
    status: 'created',
    word: 'created',
    shape: '+',
    tone: 'weak',
    meaning: 'A new token was made.',
  },
];

/** A status that this version does not know is shown as it is. */
export function statusWords(status: string): StatusWords {
  const known = STATUSES.find((one) => one.status === status);
  return known ?? { status, word: status, shape: '•', tone: 'open', meaning: '' };
}

/** The statuses that have a count, in the order of the page. */
export function presentStatuses(counts: ReadonlyMap<string, number>): readonly StatusWords[] {
  const present = [...counts].flatMap(([status, count]) => (count > 0 ? [status] : []));
  const known = STATUSES.filter(({ status }) => present.includes(status));
  const others = present.filter((status) => !STATUSES.some((one) => one.status === status));
  return [...known, ...others.map(statusWords)];
}
