/** What providers of families are made of, and the command that revokes their tokens. */
import type {
  Context,
  Emulator,
  OptionSpec,
  Provider,
  SettingSpec,
  Vendor,
} from '../contract/index.js';
import type { EndpointSpec } from './endpoint.js';
import type { Family } from './family.js';

export interface TokenProviderSpec {
  readonly id: string;
  readonly summary: string;
  /** The service in sentences: `GitHub`. */
  readonly service: string;
  readonly vendor: Vendor;
  readonly endpoint: EndpointSpec;
  readonly settings?: readonly SettingSpec[];
  /** Options of its own command; its families ask for them with `isOn`. */
  readonly options?: readonly OptionSpec[];
  readonly notes: readonly string[];
  /**
   * The page where the owner sees what a token was used for. `{base}` stands for the base URL; one
   * without it is of the default base URL alone.
   */
  readonly auditUrl?: string;
  /** Further pages that its outcomes name. */
  readonly pages?: readonly string[];
  /** Where people keep a token that their own tools use: variables, and files below their home. */
  readonly ownCredentials?: { readonly env: readonly string[]; readonly files?: readonly string[] };
  /** Called once for a run: what its functions remember is of that run alone. */
  families(): readonly [Family, ...Family[]];
  startEmulator(options: { port?: number; record?: boolean }): Promise<Emulator>;
}

/** A provider of tokens that are recognised by their shape. */
export interface TokenProvider extends Provider {
  readonly tokens: TokenProviderSpec;
}

export interface TokenCommandSpec {
  readonly id: string;
  readonly summary: string;
  readonly notes: readonly string[];
  readonly providers: readonly TokenProviderSpec[];
  /** Every shape that is recognised, those without a provider too. */
  readonly vendors: readonly Vendor[];
  /** It takes tokens of several providers. */
  readonly isMixed?: boolean;
}

/** The context of a run that reads the settings of several providers. */
export interface SettingsOfAll {
  settingOf?(
    provider: Pick<Provider, 'id' | 'settings'>,
    name: string,
  ): ReturnType<Context['setting']>;
}

/** Settings of one provider: its base URL, then its own. */
export function settingsOf({ endpoint, service, settings }: TokenProviderSpec): SettingSpec[] {
  const standard = endpoint.default === undefined ? '' : ` (default: ${endpoint.default})`;
  return [
    {
      name: 'url',
      env: endpoint.env,
      option: 'endpoint',
      help: `the base URL of ${service}${standard}`,
    },
    ...(endpoint.others ?? []).map(({ name, env, help, default: usual }) => ({
      name,
      env,
      help: `${help} (default: ${usual})`,
    })),
    ...(settings ?? []),
  ];
}
