/** The tokens of reports and tables: each once, with the places where it was found, and a sum of the rows. */
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import type { Location, OutcomeError, Target, TargetSpec } from '../contract/provider.js';
import { targetKey } from '../engine/target-key.js';
import type { ReportRow } from './reports/row.js';
import { createRowSum, type RowSum } from './sum.js';

export interface FoundRows {
  /** Takes a row of the list of that name. */
  add(list: string, row: ReportRow): void;
  /** Leaves out the tokens that may not be sent; once, before the targets are read. */
  settle(why?: (target: Target) => OutcomeError | undefined): void;
  /** How many tokens there are at most; as many as there are once it is settled. */
  readonly size: number;
  readonly targets: readonly Target[];
  readonly hasRows: boolean;
  /** It adds up once it is settled. */
  readonly sum: RowSum;
}

export interface FoundRowsOptions {
  readonly spec: TargetSpec;
  /** Whether a target is of the parts that were asked for. */
  readonly keep: (target: Target) => boolean;
  /** The lists that are read are several: rows are told with their list. */
  readonly areSeveral: boolean;
}

/** The places that an outcome carries, of however many. */
const MOST_LOCATIONS = 20;

interface Place {
  readonly row: number;
  readonly list: string | undefined;
  readonly place: string | undefined;
}

/** The rows with one token and the same hosts beside it. */
interface Group {
  readonly target: Target;
  locations?: Location[];
  located: number;
  rows: number;
  /** Which rows they are, where they may still be refused. */
  places?: Place[];
}

/** Most tokens have one place: an empty array takes room for seventeen when it gets the first. */
function added<T>(items: T[] | undefined, item: T): T[] {
  if (!items) return [item];
  items.push(item);
  return items;
}

/** Codes of refused values, as they are counted. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['mistyped', 'bad_checksum'],
  ['private_key', 'key_file'],
  ['several_tokens', 'ambiguous'],
  ['bad_input', 'ambiguous'],
]);

export function createFoundRows({ spec, keep, areSeveral }: FoundRowsOptions): FoundRows {
  const sum = createRowSum();
  const groups = new Map<string, Group>();
  let targets: readonly Target[] | undefined;

  function refuse(place: Place, reason: string, words: string): void {
    sum.refused({ ...place, reason, words });
  }

  function take(secret: string, hosts: readonly string[], place: () => Place): Group | undefined {
    const parsed = parse(spec, secret);
    if ('code' in parsed) {
      refuse(place(), REASONS.get(parsed.code) ?? parsed.code, parsed.message);
      return undefined;
    }
    const beside = [...new Set([...(parsed.hosts ?? []), ...hosts])];
    const own = targetKey(parsed);
    const key = beside.length > 0 ? [own, ...beside].join('\0') : own;
    let group = groups.get(key);
    if (!group) {
      const target = beside.length > 0 ? { ...parsed, hosts: beside } : parsed;
      groups.set(key, (group = { target, located: 0, rows: 0 }));
    }
    if (beside.length > 0) group.places = added(group.places, place());
    return group;
  }

  return {
    add(list, { row, secret, refused, leftOut, location, hosts = [] }) {
      const place = () => ({
        row,
        list: areSeveral ? list : undefined,
        place: placeOf(location),
      });
      if (leftOut !== undefined) sum.leftOut(leftOut);
      else if (refused) refuse(place(), refused.reason, refused.words);
      else addRow(take(secret ?? '', hosts, place), location);
    },
    settle(why) {
      const kept = [...groups.values()].filter((group) => {
        const { target, places = [] } = group;
        const error = places.length > 0 ? why?.(target) : undefined;
        if (error) for (const place of places) refuse(place, error.code, error.message);
        return error === undefined;
      });
      groups.clear();
      targets = merged(kept).flatMap((group) =>
        counted(group, { sum, isKept: keep(group.target) }),
      );
    },
    get size() {
      return targets?.length ?? groups.size;
    },
    get targets() {
      return targets ?? [];
    },
    get hasRows() {
      return groups.size > 0 || sum.counts.rows > 0;
    },
    sum,
  };
}

function parse(spec: TargetSpec, secret: string): Target | RevokeError {
  try {
    return spec.parse(secret);
  } catch (error) {
    if (isRevokeError(error)) return error;
    throw error;
  }
}

function addRow(group: Group | undefined, location: Location): void {
  if (!group) return;
  group.rows += 1;
  if (Object.keys(location).length === 0) return;
  group.located += 1;
  if ((group.locations?.length ?? 0) < MOST_LOCATIONS)
    group.locations = added(group.locations, location);
}

/** Counts the rows of a token, and gives it with its places where it is one of the parts that are asked for. */
function counted(
  { target, rows, locations = [], located }: Group,
  { sum, isKept }: { readonly sum: RowSum; readonly isKept: boolean },
): readonly Target[] {
  for (let row = 0; row < rows; row++) {
    if (!isKept) sum.leftOut('other_part');
    else if (row === 0) sum.taken();
    else sum.duplicate();
  }
  if (!isKept) return [];
  return [located === 0 ? target : { ...target, locations, locationsTotal: located }];
}

/** One group for each token: it goes where one of its rows lets it go. */
function merged(groups: readonly Group[]): readonly Group[] {
  // Without hosts beside them they are one for each token already.
  if (groups.every(({ target }) => target.hosts === undefined)) return groups;
  const byToken = new Map<string, Group>();
  for (const group of groups) {
    const key = targetKey(group.target);
    const first = byToken.get(key);
    if (!first) {
      byToken.set(key, group);
      continue;
    }
    first.rows += group.rows;
    first.located += group.located;
    const both = [...(first.locations ?? []), ...(group.locations ?? [])];
    first.locations = both.slice(0, MOST_LOCATIONS);
  }
  return [...byToken.values()];
}

function placeOf({ file, line, link }: Location): string | undefined {
  if (file === undefined) return link;
  return line === undefined ? file : `${file}:${line}`;
}
