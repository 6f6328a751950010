/** One setting of a provider: option, then environment, then a file, then the config file. */
import { kebab } from './option-values.js';
import { checkSection, type Config } from './config-file.js';
import { usageError } from '../contract/errors.js';
import { isReadableByOthers } from '../files/private-files.js';
import type { Files, Options, Provider, Setting } from '../contract/provider.js';

export interface SettingsOptions {
  readonly provider: Pick<Provider, 'id' | 'settings'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: Options;
  readonly files: Files;
  readonly mask: (secret: string) => void;
  /** Reads the config file, once. */
  readonly config: () => Promise<Config>;
}

/** `new URL` drops some of them: what is shown would not be what is asked. */
const CONTROL = /[\x00-\x1f\x7f]/;

/** The reader of a provider's settings. It throws for a name that the provider did not declare. */
export function createSettings(
  given: SettingsOptions,
): (name: string) => Promise<Setting | undefined> {
  const { provider, env, options, files, mask } = given;

  async function fromConfig(name: string, secret: boolean): Promise<Setting | undefined> {
    const config = await given.config();
    checkSection(config, provider.id, provider.settings);
    const section = config.profile[provider.id] ?? {};
    const source = `profile ${config.profileName} of ${config.path}`;
    const path = secret ? section[`${name}_file`] : undefined;
    if (path !== undefined) {
      return {
        value: await files.readSecret(path),
        source: `${path} (${source})`,
        explicit: false,
      };
    }
    const value = section[name];
    if (value === undefined) return undefined;
    if (secret && isReadableByOthers(config.path)) {
      throw usageError(
        `${config.path} holds a secret (${provider.id}.${name}) and others can read it`,
        `chmod 600 ${config.path}`,
        'bad_config',
      );
    }
    return { value, source, explicit: false };
  }

  return async (name) => {
    const spec = provider.settings.find((setting) => setting.name === name);
    if (!spec) throw new Error(`${provider.id} declares no setting ${name}`);
    const secret = spec.secret ?? false;
    const option = spec.option === undefined ? undefined : options.text(spec.option);
    if (option !== undefined && CONTROL.test(option))
      throw usageError(`--${kebab(spec.option ?? '')} holds control characters`, 'type it again');
    if (option !== undefined)
      return { value: option, source: `--${kebab(spec.option ?? '')}`, explicit: true };
    const found = (await fromEnvironment(spec.env, secret)) ?? (await fromConfig(name, secret));
    if (!found) return undefined;
    const value = found.value.trim();
    if (value === '') throw usageError(`${found.source} is empty`, 'give it a value or unset it');
    if (!secret && CONTROL.test(value))
      throw usageError(`${found.source} holds control characters`, 'type it again');
    if (secret) mask(value);
    return { ...found, value };
  };

  async function fromEnvironment(variable: string, secret: boolean): Promise<Setting | undefined> {
    const value = env[variable];
    if (value !== undefined && value !== '') return { value, source: variable, explicit: true };
    const path = secret ? env[`${variable}_FILE`] : undefined;
    if (path === undefined || path === '') return undefined;
    return {
      value: await files.readSecret(path),
      source: `${path} (${variable}_FILE)`,
      explicit: true,
    };
  }
}
