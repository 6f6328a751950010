/** `revoke config show`: every setting, its value and where it came from; secrets masked. */
import { openSession } from '../context/session.js';
import { networkOptions } from './network-options.js';
import { isRevokeError, usageError } from '../contract/errors.js';
import { endingOf, exitCodeOf } from '../contract/exit-codes.js';
import { optionsOf } from '../context/option-values.js';
import { formatOf } from '../output/format.js';
import { createOutput } from '../output/output.js';
import type { Provider } from '../contract/provider.js';
import type { World } from '../runtime/world.js';

interface Row {
  readonly provider: string;
  readonly setting: string;
  readonly value: string | null;
  readonly source: string | null;
}

export async function showConfig(
  world: World,
  providers: readonly Provider[],
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
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
  for (const provider of providers) {
    const session = openSession({
      world,
      provider,
      options,
      network: await networkOptions(world.env, options, 1),
      log: output.log,
      printUnmasked: output.printUnmasked,
      redactor,
      signal,
    });
    const { id } = provider;
    try {
      ({ profileName: profile, path } = await session.config());
      for (const { name, secret } of provider.settings) {
        const found = await session.context.setting(name);
        const value = found && (secret ? '[secret]' : found.value);
        rows.push({
          provider: id,
          setting: name,
          value: value ?? null,
          source: found?.source ?? null,
        });
      }
      for (const { name: setting, value, source } of (await provider.storedLogins?.(
        session.context,
      )) ?? []) {
        rows.push({ provider: id, setting, value, source });
      }
    } catch (error) {
      if (!isRevokeError(error)) throw error;
      await output.printError(error);
      return exitCodeOf(endingOf(error));
    } finally {
      await session.close();
    }
  }
  await output.report({
    json: { config: path, profile, settings: rows },
    text: [
      `Config file: ${path}`,
      `Profile: ${profile}`,
      {
        head: ['Provider', 'Setting', 'Value', 'From'],
        priority: ['Provider', 'Setting', 'From', 'Value'],
        rows: rows.map(({ provider, setting, value, source }) => [
          provider,
          setting,
          value ?? '-',
          source ?? '-',
        ]),
      },
    ],
  });
  return 0;
}
