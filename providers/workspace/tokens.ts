/** The four contracts' ways to write tokens and times, made one. */
import { rememberLast, rfc3339 } from '../../src/contract/index.js';
import type { ListAnswer, ListedToken } from './schema.js';

export type TokenStatus = 'active' | 'expired' | 'revoked';

/** A listed token. Times are milliseconds since the epoch; undefined: the service does not say. */
export interface TokenFacts {
  readonly jti: string;
  readonly createdAt: number | undefined;
  /** null: the server says that it never expires. */
  readonly expiresAt: number | null | undefined;
  readonly revokedAt: number | undefined;
  readonly status: TokenStatus;
}

/** Numbers above this are milliseconds: as seconds they would be the year 33658. */
const FIRST_MILLISECONDS = 1e12;
const LATEST_MS = 8.64e15;
const WRITTEN = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?$/i;

/** RFC 3339 with its zone, as it is written nearly always: read without taking it apart. */
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

/** A time in any of the forms met, in milliseconds; undefined where it is none. Without a zone: UTC. */
export function timeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return numberMs(value);
  if (typeof value !== 'string') return undefined;
  if (USUAL.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? undefined : at;
  }
  const text = value.trim();
  if (/^\d{1,16}(?:\.\d+)?$/.test(text)) return numberMs(Number(text));
  const match = WRITTEN.exec(text);
  if (!match) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = match;
  const offset = zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase();
  const at = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(at) ? undefined : at;
}

function numberMs(value: number): number | undefined {
  const ms = value > FIRST_MILLISECONDS ? value : value * 1000;
  return Number.isFinite(ms) && ms > 0 && ms <= LATEST_MS ? Math.floor(ms) : undefined;
}

/**
 * Reads and writes times that are nearly always the one before: those of revocations in a row.
 * undefined where the value is no time.
 */
export function timeReader(): (value: unknown) => string | undefined {
  return rememberLast((value) => {
    const ms = timeMs(value);
    return ms === undefined ? undefined : rfc3339(ms);
  });
}

/** The same, null where there is no time. */
export function timeOrNull(ms: number | null | undefined): string | null {
  return ms === undefined || ms === null ? null : rfc3339(ms);
}

/** As tables show a time: UTC, to the second; `Never` only where it is known. */
export function tableTime(ms: number | null | undefined): string {
  if (ms === null) return 'Never';
  return ms === undefined ? '-' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** @param now milliseconds; a token whose end has passed is expired whatever its status says */
export function tokenFacts(listed: ListedToken, now: number): TokenFacts {
  const expiresAt = listed.expires_at === null ? null : timeMs(listed.expires_at);
  return {
    jti: listed.jti,
    createdAt: timeMs(listed.created_at),
    expiresAt,
    revokedAt: timeMs(listed.revoked_at),
    status: statusOf(listed, now),
  };
}

/** What a listed token is now. A status that no contract names counts as active. */
export function statusOf(listed: ListedToken, now: number): TokenStatus {
  const said = listed.status?.toLowerCase();
  const revokedAt = timeMs(listed.revoked_at);
  // A date to come is no revocation yet.
  const isDated = revokedAt !== undefined && revokedAt <= now + SKEW_MS;
  if (said === 'revoked' || (said !== 'active' && isDated)) return 'revoked';
  const end = timeMs(listed.expires_at);
  return said === 'expired' || (end !== undefined && end <= now) ? 'expired' : 'active';
}

/** How far clocks may differ, ms, and a date still not be to come. */
export const SKEW_MS = 60_000;

/** What a list proves of one token: nothing where it says two things of it. */
export type Shown = TokenStatus | 'absent' | 'unclear';

/** What a list shows of some tokens; all others are what `unlisted` says. */
export interface Sight {
  readonly of: (jti: string) => Shown;
  /** The first entry of a token. */
  readonly entryOf: (jti: string) => ListedToken | undefined;
}

/** Reads a list once. @param jtis the tokens that are asked for */
export function sightOf(list: ListAnswer, jtis: readonly string[], now: number): Sight {
  const wanted = new Set(jtis);
  const entries = new Map<string, ListedToken>();
  const shown = new Map<string, Shown>();
  for (const token of list.tokens) {
    const { jti } = token;
    if (!wanted.has(jti)) continue;
    const is = contradictsItself(token, now) ? 'unclear' : statusOf(token, now);
    const was = shown.get(jti);
    shown.set(jti, was === undefined || was === is ? is : 'unclear');
    if (was === undefined) entries.set(jti, token);
  }
  const unlisted = isPartial(list) ? 'unclear' : 'absent';
  return { of: (jti) => shown.get(jti) ?? unlisted, entryOf: (jti) => entries.get(jti) };
}

/** Called active and dated as revoked, or the other way round. */
function contradictsItself({ status, revoked_at: at }: ListedToken, now: number): boolean {
  const said = status?.toLowerCase();
  const revokedAt = timeMs(at);
  if (revokedAt === undefined) return false;
  return said === 'active' || (said === 'revoked' && revokedAt > now + SKEW_MS);
}

/** The JTIs that a list shows as active. */
export function activeJtis(list: ListAnswer, now: number): string[] {
  return list.tokens.filter((token) => statusOf(token, now) === 'active').map(({ jti }) => jti);
}

/** Whether a list says itself that it does not show everything: then what is not in it may exist. */
export function isPartial(list: ListAnswer): boolean {
  const said: Readonly<Record<string, unknown>> = { ...list };
  const inner = ['links', '_links', 'pagination', 'meta', 'page_info'].map((key) => said[key]);
  const places = [said, ...inner].filter((place) => typeof place === 'object' && place !== null);
  return list.hasNextPage === true || places.some((place) => saysMore(place as Fields, list));
}

type Fields = Readonly<Record<string, unknown>>;

const MORE = ['has_more', 'hasMore', 'more', 'truncated', 'is_truncated', 'incomplete'];
const NEXT = ['next', 'next_page', 'next_cursor', 'nextCursor', 'next_page_token', 'nextPageToken'];
const TOTALS = ['count', 'total', 'total_count', 'totalCount', 'total_tokens', 'total_items'];

function saysMore(place: Fields, { tokens }: ListAnswer): boolean {
  if (MORE.some((key) => place[key] === true)) return true;
  if (NEXT.some((key) => isGiven(place[key]))) return true;
  return TOTALS.some((key) => Number(place[key]) > tokens.length);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** Whether the headers of a list name a next page, or more than it shows. */
export function hasNextPage(headers: Readonly<Record<string, string>>, shown: number): boolean {
  if (/;\s*rel\s*=\s*"?[^",;]*\bnext\b/i.test(headers['link'] ?? '')) return true;
  return Number(headers['x-total-count'] ?? NaN) > shown || isGiven(headers['x-next-page']);
}

const UUID_AT_END = /(?:^|-)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** The UUID of `uuid`, `name-uuid` or `ws-name-uuid`; undefined where the text has none. */
export function uuidOf(text: string): string | undefined {
  return UUID_AT_END.exec(text)?.[1]?.toLowerCase();
}
