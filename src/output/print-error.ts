/** The error that ends the program where no command has an output to say it. */
import type { RevokeError } from '../contract/errors.js';
import type { World } from '../runtime/world.js';
import { colorizer } from './colors.js';
import { formatOfWords } from './format.js';
import { createMessages } from './messages.js';

/** Writes before it returns: at the exit of the process nothing is waited for. */
export function printError(world: World, error: RevokeError): Promise<void> {
  const { argv, stderr, env, redactor } = world;
  return createMessages(stderr, {
    format: formatOfWords(argv),
    verbose: false,
    redactor,
    paint: colorizer(stderr, env),
  }).printError(error);
}
