import type { Options } from '../../contract/provider.js';
import type { Format } from '../../output/format.js';
import type { Output } from '../../output/output.js';
import type { World } from '../../runtime/world.js';

/** What each part of the command is given. */
export interface LogCommand {
  readonly world: World;
  readonly options: Options;
  readonly format: Format;
  readonly output: Output;
  /** Where the record of this user lies. */
  readonly folder: string;
}
