/** What the page says of one target: the facts of its outcome, each cut to what people read. */
import type { Location } from '../contract/provider.js';
import { truncate } from '../contract/text.js';
import type { RecordedOutcome } from '../record/last-words.js';
import { verificationText } from '../record/proof-text.js';

export interface TargetRow {
  readonly status: string;
  readonly target: string;
  readonly at: string | undefined;
  /** How it is known, in words. */
  readonly proof: string;
  readonly checkedAt: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly hint: string | undefined;
  /** Facts of the provider: a name, and its value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly locations: readonly Location[];
  readonly locationsTotal: number;
  /** Neither is known to be ours here. */
  readonly auditUrl: string | undefined;
  readonly manualUrl: string | undefined;
  /** What another run says of the same target. */
  readonly note?: string | undefined;
}

const LONGEST = 300;
const MOST_LOCATIONS = 5;

export function targetRow(outcome: RecordedOutcome): TargetRow {
  const { status, at, error, verification } = outcome;
  const locations = locationsOf(outcome['locations']);
  const total = outcome['locations_total'];
  return {
    status: cut(status) ?? '',
    target: cut(outcome.target) ?? '',
    at: cut(at),
    proof: cut(proofOf(outcome)) ?? '',
    checkedAt: cut(verification?.checked_at),
    code: cut(error?.code),
    message: cut(error?.message),
    hint: cut(error?.hint),
    facts: factsOf(outcome),
    locations: locations.slice(0, MOST_LOCATIONS),
    locationsTotal: typeof total === 'number' ? total : locations.length,
    auditUrl: cut(outcome['audit_url']),
    manualUrl: cut(outcome['manual_url']),
  };
}

/** What is no text is not shown: it is not what this program writes. */
export function cut(value: unknown, most = LONGEST): string | undefined {
  if (typeof value !== 'string') return undefined;
  const short = truncate(value, most);
  // A character of two units is not cut in the middle.
  return short === value ? value : short.replace(/[\ud800-\udbff]…$/, '…');
}

function proofOf(outcome: RecordedOutcome): string {
  return verificationText(outcome) ?? UNCHECKED[outcome.status] ?? 'not checked';
}

const UNCHECKED: Readonly<Record<string, string>> = {
  revoked: 'the answer of the provider says so',
  already_revoked: 'the answer of the provider says so',
  accepted: 'the provider took the request; not checked',
  created: 'the answer of the provider says so',
  skipped: 'nothing was sent',
};

const FACTS: readonly (readonly [key: string, name: string])[] = [
  ['token_type', 'Kind'],
  ['owner', 'Owner'],
  ['scopes', 'Scopes'],
  ['expires_at', 'Expires'],
  ['issued_before', 'Issued before'],
  ['applies_at', 'In force from'],
  ['revoked_at', 'Revoked at'],
  ['revocable_by', 'Can be revoked by'],
  ['may_live_on', 'May still be active'],
];

function factsOf(outcome: RecordedOutcome): TargetRow['facts'] {
  const facts = FACTS.flatMap(([key, name]): (readonly [string, string])[] => {
    const value: unknown = outcome[key];
    const text = Array.isArray(value) ? value.slice(0, 20).filter(isText).join(', ') : value;
    const shown = cut(text);
    return shown === undefined || shown === '' ? [] : [[name, shown]];
  });
  return outcome['ignored'] === true ? [...facts, ['Not found', 'counts as done']] : facts;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function locationsOf(value: unknown): readonly Location[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_LOCATIONS).map((place: unknown): Location => {
    const { file, line, column, commit, link, detector } = (place ?? {}) as Location;
    return {
      ...textIn('file', file),
      ...(typeof line === 'number' && { line }),
      ...(typeof column === 'number' && { column }),
      ...textIn('commit', commit),
      ...textIn('link', link),
      ...textIn('detector', detector),
    };
  });
}

function textIn<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  const text = cut(value);
  return text === undefined ? {} : ({ [name]: text } as Record<Name, string>);
}
