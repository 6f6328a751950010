/** Secret targets that a person types or pastes at a terminal, where none were given otherwise. */
import { isRevokeError } from '../../contract/errors.js';
import { createHalfJoiner } from '../../contract/join-halves.js';
import { escapeControlsInLine } from '../../contract/text.js';
import type { Target, TargetSpec } from '../../contract/provider.js';
import { readHidden, type EntryEnd } from '../../input/hidden-entry.js';
import { fitted } from '../../output/word-wrap.js';
import type { World } from '../../runtime/world.js';

export interface TypedSecrets {
  readonly end: EntryEnd;
  readonly targets: readonly Target[];
}

/** @param mask keeps a secret from everything that is written */
export async function typeSecrets(
  world: Pick<World, 'stdin' | 'stderr' | 'onSignal' | 'env'>,
  { target }: { readonly target: TargetSpec },
  mask: (secret: string) => void,
): Promise<TypedSecrets> {
  const targets = new Map<string, Target>();
  const take = (line: string): string => {
    mask(line);
    try {
      const parsed = target.parse(line);
      const key = parsed.dedupKey ?? parsed.id;
      if (targets.has(key)) return `${parsed.id}: already given`;
      targets.set(key, { ...parsed, from: 'this terminal' });
      const what = parsed.label ?? parsed.typeHint;
      return `${targets.size}: ${parsed.id}${what === undefined ? '' : ` (${what})`}`;
    } catch (error) {
      if (!isRevokeError(error)) throw error;
      const hint = error.hint === undefined ? '' : `; ${error.hint}`;
      return `not accepted: ${escapeControlsInLine(error.message)}${hint}`;
    }
  };
  const joiner = createHalfJoiner<{ readonly text: string }>(target.halves);
  const answer = (line: string): string => {
    mask(line);
    const whole = isWhole(target, line)
      ? [...joiner.end(), { text: line }]
      : joiner.push([{ text: line }]);
    if (whole.length > 0) return whole.map(({ text }) => take(text)).join('\n');
    return 'If this is half of a pair, its other half comes next.';
  };
  const prompt = `Paste or type each ${target.noun} on its own line (not shown). An empty line ends.`;
  const end = await readHidden(world, {
    isDumb: world.env['TERM'] === 'dumb',
    prompt: fitted(world.stderr, prompt),
    answer: (line) => fitted(world.stderr, answer(line)),
  });
  for (const { text } of joiner.end()) {
    const said = take(text);
    if (end === 'done') void world.stderr.write(`${fitted(world.stderr, said)}\n`);
  }
  return { end, targets: [...targets.values()] };
}

function isWhole({ parse }: TargetSpec, line: string): boolean {
  try {
    parse(line);
    return true;
  } catch (error) {
    if (isRevokeError(error)) return false;
    throw error;
  }
}
