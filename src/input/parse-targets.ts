/** From what the input said to targets, by the provider's own keys and rules. */
import type { TargetOrBadLine } from '../engine/target-stream.js';
import { isRevokeError, usageError } from '../contract/errors.js';
import type { Target, TargetSpec } from '../contract/provider.js';
import { saysTwoThings, type DocumentKeys } from './document-items.js';
import { notATarget, type InputRecord } from './input-record.js';

export interface Parsing {
  readonly spec: TargetSpec;
  /** How bare text is read (`--as`). */
  readonly kind?: string | undefined;
}

/** @param at where the record stands: `stdin:12` */
export function itemsOf(
  record: InputRecord,
  at: string,
  { spec, kind }: Parsing,
): readonly TargetOrBadLine[] {
  if (record.bad !== undefined) return [{ at, reason: record.bad }];
  try {
    const value = record.text ?? record.value;
    if (typeof value === 'string') return [spec.parse(value, kind)];
    if (!isObject(value)) return [{ at, reason: notATarget(value) }];
    return targetsOfObject(value, spec);
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    // What a provider would quote to the person who typed it may be a secret here.
    const hint = OF_ANOTHER.has(error.code) ? error.hint : undefined;
    return [{ at, reason: error.message.replace(/".*"/s, 'it'), hint }];
  }
}

/** Nothing is wrong with such a line: it belongs to another command, which the hint names. */
const OF_ANOTHER: ReadonlySet<string> = new Set(['foreign_token', 'other_provider']);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys of an object that mean something to a provider. */
export function keysOf({ kinds, lists }: TargetSpec): DocumentKeys {
  return { lists, targets: [...kinds.flatMap(({ keys }) => keys), 'target'] };
}

function targetsOfObject(
  object: Readonly<Record<string, unknown>>,
  spec: TargetSpec,
): readonly Target[] {
  const twoThings = saysTwoThings(object, keysOf(spec));
  if (twoThings !== undefined) throw usageError(twoThings);
  const several = spec.parseObject?.(object);
  if (several) {
    assertSameTarget(object['target'], several);
    return several;
  }
  const found = new Map<string, Target>();
  const read = (value: unknown, key: string, kind?: string) => {
    if (value === undefined || value === null) return;
    if (typeof value !== 'string') throw usageError(`${key} is not a string`);
    const target = spec.parse(value, kind);
    found.set(target.id, target);
  };
  for (const { name, keys } of spec.kinds) {
    for (const key of keys) read(object[key], key, spec.kinds.length > 1 ? name : undefined);
  }
  read(object['target'], 'target');
  const [target, ...others] = found.values();
  if (!target) {
    const keys = spec.kinds.flatMap((kind) => kind.keys).join(', ');
    throw usageError(`an object without a target: none of ${keys}, target`);
  }
  if (others.length > 0) throw usageError(TWO_TARGETS);
  return [target];
}

const TWO_TARGETS = 'an object with more than one target in it';

/** What this program printed of a target may stand beside it; anything else is another target. */
function assertSameTarget(shown: unknown, targets: readonly Target[]): void {
  if (shown === undefined || shown === null) return;
  if (!targets.some(({ id }) => id === shown)) throw usageError(TWO_TARGETS);
}
