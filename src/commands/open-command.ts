/** What every command of a provider begins with: its options read, its output and session open. */
import { setMaxListeners } from 'node:events';
import { openSession, type Session } from '../context/session.js';
import { networkOptions } from './network-options.js';
import { optionsOf } from '../context/option-values.js';
import { formatOf } from '../output/format.js';
import { createOutput, type Output } from '../output/output.js';
import type { Options, Provider } from '../contract/provider.js';
import type { World } from '../runtime/world.js';

export interface OpenCommand {
  readonly options: Options;
  readonly isJson: boolean;
  readonly output: Output;
  /** Text without the secrets that are known. */
  readonly mask: (text: string) => string;
  readonly session: Session;
  /** Aborted: nothing new is sent. */
  readonly stop: AbortController;
}

export interface GivenOptions {
  /** What commander parsed, by camelCase long name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Other words for the text format. */
  readonly formats?: readonly string[] | undefined;
}

/** Throws a usage error. */
export async function openCommand(
  world: World,
  provider: Provider,
  { values, formats = [] }: GivenOptions,
): Promise<OpenCommand> {
  const options = optionsOf(values);
  const format = formatOf(options, formats);
  const network = await networkOptions(world.env, options, provider.limits.concurrency);
  const { redactor } = world;
  const { formatOutcome, nameOfType } = provider;
  const verbose = options.flag('verbose');
  const output = createOutput(world, {
    ...{ format, verbose, redactor },
    ...{ formatOutcome, nameOfType },
  });
  const stop = new AbortController();
  // Everything that waits listens to it, as many as there are requests in flight.
  setMaxListeners(0, stop.signal);
  const { signal } = stop;
  const { log, printUnmasked } = output;
  const session = openSession({
    world,
    provider,
    options,
    network,
    log,
    printUnmasked,
    redactor,
    signal,
  });
  return { options, isJson: format !== 'text', output, mask: redactor.clean, session, stop };
}
