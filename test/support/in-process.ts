/**
 * Runs the whole program in this process: the real main, over the real registry, in a world of
 * buffers whose clock never waits. For what needs no process, pipe or terminal to be seen, at a
 * hundredth of the cost.
 */
import { registry } from '../../providers/index.js';
import { fakeWorld, main } from '../../src/testing/index.js';
import { revoke, type Ran, type RunOptions } from './cli.js';
import { drawText, type Seen } from './screen.js';

/** What is seen of `revoke <args>` on a terminal of so many columns, and how it ended. */
export async function screenInProcess(
  args: readonly string[],
  { env = {}, columns, typed }: { env?: RunOptions['env']; columns: number; typed?: string },
): Promise<Seen & { readonly code: number }> {
  const { HOME: home = '/nonexistent' } = env;
  const answer = typed === undefined ? {} : { typed };
  const world = fakeWorld({ argv: args, env, home, columns, ...answer });
  const code = await main(world, registry);
  // Results first: what a person sees of a run between them is seen on a real terminal only.
  return { ...(await drawText(world.written.stdout + world.written.stderr, columns)), code };
}

/** `revoke <args>`; with REVOKE_BIN as a process of that build, to see what the test says of it. */
export async function revokeInProcess(
  args: readonly string[],
  { env = {}, input = '' }: Pick<RunOptions, 'env' | 'input'> = {},
): Promise<Ran> {
  if (process.env['REVOKE_BIN'] !== undefined) return revoke(args, { env, input });
  const { HOME: home = '/dev/null/nobody' } = env;
  const world = fakeWorld({ argv: args, env, home, stdin: String(input) });
  const code = await main(world, registry);
  // jest gives no module to what it starts before its turn: test.concurrent.
  if (world.written.stderr.includes('outside of the scope of the test code'))
    throw new Error('a test that runs the program in its own process cannot be concurrent');
  return { code, signal: null, ...world.written };
}
