/** Permission to destroy: a person at a terminal, or --force. Nothing else is consent. */
import { usageError } from '../../contract/errors.js';
import type { Revoker, Target } from '../../contract/provider.js';
import type { TargetSource } from '../../input/target-source.js';
import { escapeControlsInLine } from '../../contract/text.js';
import { wantsColor } from '../../output/colors.js';
import { fitted } from '../../output/word-wrap.js';
import type { World } from '../../runtime/world.js';
import type { PlainAnswer } from './ask-plainly.js';

/** Throws a usage error where nobody can be asked. */
export function assertCanAsk(world: Pick<World, 'stdin' | 'stderr'>, isJson: boolean): void {
  if (isJson) throw usageError('JSON output needs --force: nobody can be asked', 'add --force');
  if (world.stdin.isTTY && world.stderr.isTTY) return;
  const where = world.stdin.isTTY ? 'stderr is not a terminal' : 'stdin is not a terminal';
  throw usageError(
    `${where}, so nobody can be asked: give --force to revoke without a question`,
    'add --force',
  );
}

export type Answer = 'yes' | 'no' | 'interrupted';

/** More targets than this, and their number must be typed. */
const TYPE_THE_NUMBER = 10;

export interface PromptParts {
  readonly revoker: Pick<Revoker, 'promptDetails' | 'consequences'>;
  readonly input: Pick<TargetSource, 'count' | 'sample'>;
  readonly noun: string;
  readonly max: number | undefined;
  /** What is known of the first few, in the place of their ids. */
  readonly preview?: readonly string[] | undefined;
}

/** What a person must know before the question: as whom, how many, the first few, the effect. */
export function promptLines(parts: PromptParts): readonly string[] {
  const { revoker, input, noun, max, preview } = parts;
  const total = input.count ?? max;
  if (total === undefined) {
    throw usageError(
      'targets from a pipe cannot be counted before they are confirmed',
      'give --force, or a file',
    );
  }
  const width = Math.max(8, ...revoker.promptDetails.map(([label]) => label.length));
  const few = preview ?? input.sample.map((target) => `  ${shownAs(target)}`);
  const several = [
    `${'Targets:'.padEnd(width + 1)} ${input.count === undefined ? 'up to ' : ''}${total} (${noun})`,
    ...few,
    ...(total > input.sample.length ? [`  … and ${total - input.sample.length} more`] : []),
  ];
  return [
    ...revoker.promptDetails.map(([label, value]) => `${`${label}:`.padEnd(width + 1)} ${value}`),
    ...(total === 1 ? onlyOne(parts, width) : several),
    ...revoker.consequences(input.sample, total),
  ];
}

/** A secret target by what it is and where it was given; another one stands in the last lines. */
function onlyOne({ input, noun, preview }: PromptParts, width: number): readonly string[] {
  const [target] = input.sample;
  if (!target || (target.secret === undefined && !preview)) return preview ?? [];
  const label = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}:`.padEnd(width + 1);
  const from = target.from === undefined ? '' : `, from ${target.from}`;
  return [`${label} ${preview?.[0]?.trim() ?? shownAs(target)}${from}`];
}

function shownAs({ id, label, typeHint }: Target): string {
  const type = label ?? typeHint?.replaceAll('_', ' ');
  return type === undefined ? id : `${id} (${type})`;
}

type AskingWorld = Pick<World, 'stdin' | 'stderr' | 'terminal' | 'env' | 'onSignal'>;

/**
 * What was typed before the question was there is no answer to it.
 * @param lines what will happen, for a person. @param count how many targets
 */
export async function ask(
  world: AskingWorld,
  lines: readonly string[],
  count: number,
): Promise<Answer> {
  if (await dropsInterrupt(world.stdin)) return 'interrupted';
  const shown = lines.map((line) => fitted(world.stderr, escapeControlsInLine(line)));
  await world.stderr.write(`${shown.join('\n')}\n`);
  const many = count > TYPE_THE_NUMBER;
  const message = many ? `Are you sure? Type ${count} to revoke them` : 'Are you sure? (y/N)';
  const { answer, isInterrupted } = await readAnswer(world, message);
  if (answer === undefined) return isInterrupted ? 'interrupted' : 'no';
  const given = answer.trim().toLowerCase();
  return (many ? given === String(count) : given === 'y' || given === 'yes') ? 'yes' : 'no';
}

async function readAnswer(world: AskingWorld, message: string): Promise<PlainAnswer> {
  if (world.env['TERM'] === 'dumb') {
    const { askPlainly } = await import('./ask-plainly.js');
    return askPlainly(world, message);
  }
  const [{ default: prompts }, { default: kleur }] = await Promise.all([
    import('prompts'),
    import('kleur'),
  ]);
  // prompts paints with this instance, which by itself asks stdout.
  kleur.enabled = wantsColor(world.stderr, world.env);
  let isInterrupted = false;
  const watch = (_text: unknown, key: { ctrl?: boolean; name?: string }) => {
    if (key.ctrl && key.name === 'c') isInterrupted = true;
  };
  world.stdin.on('keypress', watch);
  const { answer } = (await prompts(
    {
      type: 'text',
      name: 'answer',
      message,
      stdin: world.stdin,
      stdout: world.terminal,
    },
    { onCancel: () => false },
  )) as { answer?: string };
  world.stdin.off('keypress', watch);
  return { answer, isInterrupted };
}

/** Drops what was typed ahead; true where Ctrl-C was among it. */
async function dropsInterrupt(stdin: World['stdin']): Promise<boolean> {
  const { dropTypedAhead } = await import('../../input/hidden-entry.js');
  stdin.setRawMode(true);
  try {
    return (await dropTypedAhead(stdin)).isInterrupted;
  } finally {
    stdin.setRawMode(false);
  }
}
