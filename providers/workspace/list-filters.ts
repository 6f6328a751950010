/** Which tokens `revoke workspace list` was asked for, by their times. */
import { durationMs, rfc3339Ms, usageError, type Options } from '../../src/contract/index.js';
import type { TokenFacts } from './tokens.js';

export interface TimeFilter {
  /** Whether the token is wanted; undefined where the service does not tell its times. */
  isWanted(token: TokenFacts): boolean | undefined;
}

/** Undefined where no filter was asked for. Throws a usage error that names the option. */
export function timeFilter(options: Options, now: number): TimeFilter | undefined {
  const created = [
    limitOf(options, 'olderThan', (text) => ago(text, now)),
    limitOf(options, 'createdBefore', moment),
  ].filter((limit) => limit !== undefined);
  const expires = limitOf(options, 'expiresBefore', (text) => moment(text) ?? ahead(text, now));
  if (created.length === 0 && expires === undefined) return undefined;
  return {
    isWanted({ createdAt, expiresAt }) {
      if (created.length > 0 && createdAt === undefined) return undefined;
      if (expires !== undefined && expiresAt === undefined) return undefined;
      const isOld = created.every((limit) => (createdAt ?? limit) < limit);
      return isOld && (expires === undefined || (expiresAt ?? Infinity) < expires);
    },
  };
}

const FORMS = {
  olderThan: ['--older-than', 'an age', '90d'],
  createdBefore: ['--created-before', 'a date or an RFC 3339 time', '2026-01-31'],
  expiresBefore: ['--expires-before', 'a date, an RFC 3339 time or a time from now', '30d'],
} as const;

function limitOf(
  options: Options,
  name: keyof typeof FORMS,
  read: (text: string) => number | undefined,
): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const limit = read(text);
  if (limit !== undefined && Number.isFinite(limit)) return limit;
  const [flag, what, example] = FORMS[name];
  throw usageError(`${flag} is not ${what}`, `revoke workspace list ${flag} ${example}`);
}

function moment(text: string): number | undefined {
  return rfc3339Ms(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
}

function ago(text: string, now: number): number | undefined {
  const age = durationMs(text);
  return age === undefined ? undefined : now - age;
}

function ahead(text: string, now: number): number | undefined {
  const time = durationMs(text);
  return time === undefined ? undefined : now + time;
}
