import { schema } from '../contract/schema.js';

export interface ConfigFile {
  /** Packages or absolute paths of providers to load beside the built-in ones. */
  readonly providers?: readonly string[];
  /** The profile that is used when none is named. */
  readonly profile?: string;
  readonly profiles?: Readonly<Record<string, Profile>>;
}

/** A provider's id to its settings. */
export type Profile = Readonly<Record<string, Readonly<Record<string, string>>>>;

const text = { type: 'string', minLength: 1 };

export const configFile = schema<ConfigFile>('the config file', {
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: text,
    providers: { type: 'array', items: text },
    profile: text,
    profiles: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: text },
      },
    },
  },
});
