/** What a provider of families takes, and what of its vendor it can only name: for `revoke providers`. */
import type { FamilySummary, Shape } from '../contract/index.js';
import type { TokenProviderSpec } from './types.js';

export function familySummaries({ families, vendor }: TokenProviderSpec): readonly FamilySummary[] {
  const own = families().map(({ shapes, batch, check }): FamilySummary => ({
    ...shown(shapes),
    batch: batch ?? 1,
    isChecked: check !== undefined,
    revocableBy: 'holder',
  }));
  const ways = [...new Set(vendor.unrevocable.map(({ revocable_by: by }) => by))];
  const named = ways.map((revocableBy): FamilySummary => {
    const shapes = vendor.unrevocable.filter(({ revocable_by: by }) => by === revocableBy);
    const isChecked = shapes.some(({ look }) => look !== undefined);
    return { ...shown(shapes), isChecked, revocableBy };
  });
  return [...own, ...named];
}

function shown(shapes: readonly Shape[]): Pick<FamilySummary, 'types' | 'prefixes'> {
  return {
    types: shapes.map(({ type }) => type),
    prefixes: [...new Set(shapes.flatMap(({ prefixes }) => prefixes))],
  };
}
