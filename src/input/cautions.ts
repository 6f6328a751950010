/** Targets that are valid and yet hardly what somebody meant: said, and revoked all the same. */
import type { Target, TargetSpec } from '../contract/provider.js';

/** A list that is full of them is not reported line by line. */
const MOST = 5;

/** @param warn called for the first few. `at` is where the target stands in a list. */
export function createCautions(
  { caution }: Pick<TargetSpec, 'caution'>,
  warn: (text: string) => void,
): (target: Target, at?: string) => void {
  if (!caution) return () => undefined;
  let said = 0;
  return (target, at) => {
    const text = said > MOST ? undefined : caution(target);
    if (text === undefined) return;
    said += 1;
    const where = at === undefined ? '' : `${at}: `;
    warn(said > MOST ? `${where}and more of this kind` : `${where}${text}`);
  };
}
