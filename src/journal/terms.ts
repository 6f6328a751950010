/** The options that decide what is revoked: a later run of the same journal must have the same. */
import type { Options, Provider, Revoker } from '../contract/provider.js';
import type { Terms } from './format.js';

export interface TermsGiven {
  readonly provider: Pick<Provider, 'options'>;
  readonly options: Options;
  readonly revoker: Pick<Revoker, 'terms'>;
}

/** By the names of their options. What a provider has worked out replaces the words that were given. */
export function termsOf({ provider, options, revoker }: TermsGiven): Terms {
  const terms: Record<string, Terms[string]> = {};
  for (const name of ['as', 'input', 'column']) {
    const text = options.text(name);
    if (text !== undefined) terms[name] = text;
  }
  if (options.flag('includeResolved')) terms['includeResolved'] = true;
  for (const { flags, isTerm } of provider.options) {
    if (!isTerm) continue;
    const name = optionName(flags);
    const text = options.text(name);
    const list = options.list(name);
    if (options.flag(name)) terms[name] = true;
    else if (text !== undefined) terms[name] = text;
    else if (list.length > 0) terms[name] = list;
  }
  return { ...terms, ...revoker.terms };
}

/** `--issued-before <time>` is `issuedBefore`. */
function optionName(flags: string): string {
  const [, long = ''] = /--([a-z][a-z0-9-]*)/.exec(flags) ?? [];
  return long.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}
