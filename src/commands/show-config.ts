/** `revoke config show`: every setting, its value and where it came from; secrets masked. */
import { openSession, type Session } from '../context/session.js';
import { networkOptions } from './network-options.js';
import { isRevokeError, usageError } from '../contract/errors.js';
import { endingOf, exitCodeOf } from '../contract/exit-codes.js';
import { optionsOf } from '../context/option-values.js';
import { formatOf } from '../output/format.js';
import { createOutput } from '../output/output.js';
import type { Provider } from '../contract/provider.js';
import type { OwnArguments } from '../command-line/own-commands.js';
import type { World } from '../runtime/world.js';

interface Row {
  readonly provider: string;
  readonly setting: string;
  readonly value: string | null;
  readonly source: string | null;
  /** The variable that sets it, where nothing does. */
  readonly env?: string;
}

export async function showConfig(
  world: World,
  providers: readonly Provider[],
  { words, values }: Pick<OwnArguments, 'words' | 'values'>,
): Promise<number> {
  if (words.length !== 1 || words[0] !== 'show')
    throw usageError('config has one command: show', 'revoke config show');
  const options = optionsOf(values);
  const format = formatOf(options, ['table']);
  const { redactor } = world;
  const output = createOutput(world, { format, verbose: false, redactor });
  const rows: Row[] = [];
  let profile = 'default';
  let path = '';
  const signal = new AbortController().signal;
  const network = await networkOptions(world.env, options, 1);
  const { log, printUnmasked } = output;
  for (const provider of providers) {
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
    try {
      ({ profileName: profile, path } = await session.config());
      rows.push(...(await rowsOf(provider, session)));
    } catch (error) {
      if (!isRevokeError(error)) throw error;
      await output.printError(error);
      return exitCodeOf(endingOf(error));
    } finally {
      await session.close();
    }
  }
  const cells = rows.map(({ provider, setting, value, source, env }) => [
    provider,
    setting,
    value ?? '-',
    source ?? (env === undefined ? '-' : `not set: ${env}`),
  ]);
  await output.report({
    json: { config: path, profile, settings: rows },
    text: [
      `Config file: ${path}`,
      `Profile: ${profile}`,
      { head: ['Provider', 'Setting', 'Value', 'From'], rows: cells },
    ],
  });
  return 0;
}

/** A provider's settings, then the logins that it keeps. */
async function rowsOf(provider: Provider, { context }: Session): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, env, secret } of provider.settings) {
    const found = await context.setting(name);
    const value = found && (secret ? '[secret]' : found.value);
    rows.push({
      provider: provider.id,
      setting: name,
      value: value ?? null,
      source: found?.source ?? null,
      ...(!found && { env }),
    });
  }
  for (const { name: setting, value, source } of (await provider.storedLogins?.(context)) ?? [])
    rows.push({ provider: provider.id, setting, value, source });
  return rows;
}
