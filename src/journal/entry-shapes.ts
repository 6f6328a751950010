/** What a line must look like to be taken for an entry: nothing that it holds is relied on unseen. */
import { parseJson } from '../contract/json.js';
import type { Outcome } from '../contract/provider.js';
import { FORMAT, type Intent, type JournalHead, type RunEnd, type Settled } from './format.js';

export type Entry =
  | { readonly kind: 'head'; readonly head: JournalHead }
  | ({ readonly kind: 'intent' } & Intent)
  | ({ readonly kind: 'outcome' } & Settled)
  | { readonly kind: 'end'; readonly end: RunEnd; readonly sha256: string };

/** The entry of a line whose checksum is right; undefined where it has another shape. */
export function entryOf(bytes: Buffer): Entry | undefined {
  const value = parseJson(bytes.toString('utf8'));
  if (!isObject(value)) return undefined;
  const { run, intent, outcome, end, key, at, lane, seen, sha256 } = value;
  if (isHead(run)) return { kind: 'head', head: run };
  if (isTexts(intent) && isTime(at) && isMaybe(lane, isText) && isMaybe(seen, isSeen)) {
    return {
      kind: 'intent',
      intent,
      at,
      ...(lane !== undefined && { lane }),
      ...(seen !== undefined && { seen }),
    };
  }
  if (isOutcome(outcome) && isMaybe(key, isText)) {
    return { kind: 'outcome', outcome, ...(key !== undefined && { key }) };
  }
  if (isEnd(end) && isText(sha256)) return { kind: 'end', end, sha256 };
  return undefined;
}

/** The format of a head that another version of this program wrote; undefined for any other line. */
export function foreignFormat(bytes: Buffer, isWhole: boolean): number | undefined {
  const value = parseJson(bytes.toString('utf8'));
  if (!isObject(value) || !isObject(value['run'])) return undefined;
  const { version, format } = value['run'];
  // Format 1 had no checksums, and named itself by another word.
  if (!('crc' in value)) return version === 1 && format === undefined ? 1 : undefined;
  return isWhole && typeof format === 'number' && format !== FORMAT ? format : undefined;
}

function isHead(value: unknown): value is JournalHead {
  return (
    isObject(value) &&
    value['format'] === FORMAT &&
    [value['id'], value['version']].every(isText) &&
    isTime(value['started_at']) &&
    isTexts(value['command']) &&
    isList(value['providers'], isProvider) &&
    isRecordOf(value['terms'], (term) => term === true || isTextOrTexts(term)) &&
    isList(value['sources'], isSource) &&
    isMaybe(value['shard'], (shard): shard is string => isText(shard) && SHARDS.test(shard)) &&
    isMaybe(value['user'], isText) &&
    isMaybe(value['host'], isText) &&
    isMaybe(value['action'], isText) &&
    isMaybe(value['again'], isTexts) &&
    isMaybe(value['joins'], isTexts) &&
    isMaybe(value['previous'], isTexts)
  );
}

const SHARDS = /^\d{1,6}\/\d{1,6}(,\d{1,6}\/\d{1,6})*$/;

function isProvider(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value['provider']) &&
    isText(value['endpoint']) &&
    isRecordOf(value['scope'], isTextOrTexts)
  );
}

function isSource(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, targets, path, size, name } = value;
  if (kind === 'arguments') return isTexts(targets);
  if (kind === 'stream') return isText(name);
  const state = [value['device'], value['inode'], value['mtime_ns'], value['ctime_ns']];
  return (
    kind === 'file' &&
    isText(path) &&
    typeof size === 'number' &&
    [...state, value['sha256']].every((each) => isMaybe(each, isText))
  );
}

function isOutcome(value: unknown): value is Outcome {
  if (!isObject(value) || !isText(value['target']) || !isText(value['status'])) return false;
  const { error, at } = value;
  if (!isTime(at)) return false;
  return error === undefined || (isObject(error) && isText(error['code']));
}

function isSeen(value: unknown): value is Intent['seen'] & object {
  return isList(
    value,
    (seen) =>
      seen === null ||
      (isObject(seen) &&
        isText(seen['state']) &&
        isTime(seen['checked_at']) &&
        isMaybe(seen['expires_at'], isText) &&
        isMaybe(seen['method'], isText)),
  );
}

function isEnd(value: unknown): value is RunEnd {
  return (
    isObject(value) &&
    isTime(value['at']) &&
    typeof value['exit'] === 'number' &&
    isRecordOf(value['counts'], (count) => typeof count === 'number') &&
    isMaybe(value['open'], (open): open is number => typeof open === 'number')
  );
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return isList(value, isText);
}

function isTextOrTexts(value: unknown): boolean {
  return isText(value) || isTexts(value);
}

function isTime(value: unknown): value is string {
  return isText(value) && (USUAL_TIME.test(value) || !Number.isNaN(Date.parse(value)));
}

/** As this program writes it: reading it as a time takes longer. */
const USUAL_TIME =
  /^2\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function isList(value: unknown, is: (item: unknown) => boolean): value is readonly never[] {
  return Array.isArray(value) && value.every(is);
}

function isRecordOf(value: unknown, is: (item: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(is);
}

function isMaybe<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}
