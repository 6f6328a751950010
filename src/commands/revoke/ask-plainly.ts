/** The question on a terminal that can draw nothing (TERM=dumb): one line is printed, one is read. */
import { createInterface } from 'node:readline';
import type { World } from '../../runtime/world.js';

export interface PlainAnswer {
  /** Undefined where the input ended, or a signal came first. */
  readonly answer: string | undefined;
  readonly isInterrupted: boolean;
}

export async function askPlainly(
  world: Pick<World, 'stdin' | 'stderr' | 'onSignal'>,
  question: string,
): Promise<PlainAnswer> {
  let isInterrupted = false;
  const lines = createInterface({ input: world.stdin, terminal: false });
  const off = world.onSignal(() => {
    isInterrupted = true;
    lines.close();
  });
  await world.stderr.write(`${question} `);
  const answer = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
  });
  lines.close();
  off();
  // The terminal shows ^C, or nothing, and stays on the line of the question.
  if (answer === undefined) await world.stderr.write('\n');
  return { answer, isInterrupted };
}
