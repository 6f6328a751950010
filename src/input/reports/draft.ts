/** From a record to a row: its own fields at once, those of the objects around it as these are read. */
import type { FindTokens } from '../../contract/provider.js';
import { hostInRest, hostOf } from '../../recognition/hosts.js';
import { numberAt, placesAround, textAt, valuesAt } from './fields.js';
import { FORMATS } from './formats.js';
import { safeLocation } from './location.js';
import type { LeftOut, Location, LocationField, Places, ReportFormat } from './report-format.js';
import { goodTokens, refuse, secretIn, type Refusal, type ReportRow, type Secret } from './row.js';

export interface Draft {
  readonly row: number;
  readonly format: ReportFormat;
  /** How many lists the record stands in. */
  readonly depth: number;
  secret: Secret;
  readonly leftOut: LeftOut | undefined;
  readonly location: { -readonly [Key in LocationField]?: Location[Key] };
  readonly numbers: Partial<Record<LocationField, number>>;
  tool: string;
}

const FIELDS: readonly LocationField[] = ['file', 'line', 'column', 'commit', 'link', 'detector'];
/** Reports name an invented commit where none was read, or a name where a commit should stand. */
const NO_COMMIT = /^0*$/;
const COMMIT = /^[0-9a-f]{4,64}$/i;

export interface DraftPlace {
  readonly row: number;
  readonly depth: number;
}

export function createDraft(
  format: ReportFormat,
  record: unknown,
  { row, depth, find }: DraftPlace & { readonly find: FindTokens },
): Draft {
  const draft: Draft = {
    row,
    format,
    depth,
    secret: secretOf(format, record, find),
    leftOut: format.leftOut?.(record),
    location: {},
    numbers: {},
    tool: format.name,
  };
  fill(draft, record, 0);
  for (const [field, { number }] of Object.entries(format.numbered ?? {})) {
    const index = valuesAt(record, number[0] ?? '').find((value) => typeof value === 'number');
    const other = index ?? valuesAt(record, number[1] ?? '').find((v) => typeof v === 'number');
    if (typeof other === 'number') draft.numbers[field as LocationField] = other;
  }
  return draft;
}

/** Adds what an object that stands `level` levels around the record says. */
export function addAround(draft: Draft, around: unknown, level: number): void {
  fill(draft, around, level);
  if (level !== 1) return;
  const { format, location, numbers } = draft;
  draft.tool = textAt(around, placesAround(format.tool ? [format.tool] : [], 1)) ?? draft.tool;
  for (const [field, { list, value }] of Object.entries(format.numbered ?? {})) {
    const index = numbers[field as LocationField];
    if (index === undefined || location[field as LocationField] !== undefined) continue;
    const [items] = valuesAt(around, list.slice(1));
    const text = Array.isArray(items) ? textAt(items[index], [value]) : undefined;
    if (text !== undefined) Object.assign(location, { [field]: text });
  }
  if (format.masks !== undefined && 'secret' in draft.secret) {
    const { secret } = draft.secret;
    const isMask = (mask: unknown) => typeof mask === 'string' && mask && secret.includes(mask);
    const hidden = valuesAt(around, `${format.masks.slice(1)}.*`).some(isMask);
    if (hidden) draft.secret = refuse('masked', 'the value is masked');
  }
}

/** The row as it is given out. A row that is left out gives no secret. */
export function finishDraft(draft: Draft, find: FindTokens, includeResolved: boolean): ReportRow {
  const { row, leftOut, secret } = draft;
  if (NO_COMMIT.test(draft.location.commit ?? '')) delete draft.location.commit;
  const known = 'secret' in secret ? secret.secret : undefined;
  const location = safeLocation(draft.location, find, known);
  if (leftOut !== undefined && !includeResolved) return { row, leftOut, location };
  if ('refused' in secret) return { row, refused: explain(secret.refused, draft), location };
  return { row, ...secret, location };
}

function fill(draft: Draft, value: unknown, level: number): void {
  const { location, format } = draft;
  for (const field of FIELDS) {
    if (location[field] !== undefined) continue;
    const places = placesAround(format.location[field] ?? [], level);
    if (places.length === 0) continue;
    const isNumber = field === 'line' || field === 'column';
    const found = isNumber ? numberAt(value, places) : textAt(value, places);
    if (found === undefined) continue;
    if (field === 'commit' && level > 0 && !COMMIT.test(String(found))) continue;
    Object.assign(location, { [field]: found });
  }
}

/** From the first field in which a token is recognised; where there is none, what the first one holds. */
function secretOf(format: ReportFormat, record: unknown, find: FindTokens): Secret {
  const otherKind = format.otherKind?.(record);
  if (otherKind !== undefined) return refuse('other_kind', otherKind);
  const secret = bestOf(format.secret, record, find);
  if ('refused' in secret) return secret;
  if (secret.hosts) return secret;
  const host = hostFor(format, record, secret.secret);
  return host === undefined ? secret : { ...secret, hosts: [host] };
}

function bestOf(places: Places, record: unknown, find: FindTokens): Secret {
  let plain: Secret | undefined;
  for (const place of places) {
    const texts = valuesAt(record, place).filter((value) => typeof value === 'string');
    const known = texts.filter((text) => goodTokens(find(text)).length > 0);
    const secrets = new Map(known.map((text) => [text, secretIn(text, find)]));
    const tokens = new Set([...secrets.values()].map((it) => ('secret' in it ? it.secret : it)));
    if (tokens.size > 1) return refuse('ambiguous', 'two different tokens in one record');
    const [first] = secrets.values();
    if (first) return first;
    const filled = texts.find((text) => text.trim() !== '');
    if (filled !== undefined && !place.includes('*')) plain ??= secretIn(filled, find);
  }
  return plain ?? refuse('no_secret', 'the field that holds the secret is empty or not there');
}

function hostFor(format: ReportFormat, record: unknown, secret: string): string | undefined {
  const own = textAt(record, format.host ?? []);
  if (own !== undefined && own !== secret) return hostOf(own);
  for (const text of (format.hostBeside ?? []).flatMap((place) => valuesAt(record, place))) {
    const host = typeof text === 'string' ? hostInRest(text, secret) : undefined;
    if (host !== undefined) return host;
  }
  return undefined;
}

function explain(refusal: Refusal, { tool, format }: Draft): Refusal {
  const fix = FORMATS.find(({ name }) => name.toLowerCase() === tool.toLowerCase()) ?? format;
  if (refusal.reason === 'masked') {
    return { reason: 'masked', words: `masked by ${toolName(tool)}: ${fix.unmask}` };
  }
  if (refusal.reason !== 'no_secret') return refusal;
  return { reason: 'no_secret', words: `${toolName(tool)} left the secret out: ${fix.unmask}` };
}

/** The name of a tool comes from the report too. */
export function toolName(tool: string): string {
  return /^[\w .()-]{1,40}$/.test(tool) ? tool : 'the tool';
}
