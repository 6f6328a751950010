/** Makes a provider of families: what is revoked by its value, without a login of anybody else. */
import type { Provider } from '../contract/index.js';
import { familySummaries } from './family-summaries.js';
import { createTokenCommand } from './token-command.js';
import type { TokenProvider, TokenProviderSpec } from './types.js';

export function isTokenProvider(provider: Provider): provider is TokenProvider {
  return 'tokens' in provider;
}

export function defineTokenProvider(spec: TokenProviderSpec): TokenProvider {
  const forRun = () =>
    createTokenCommand({
      id: spec.id,
      summary: spec.summary,
      notes: spec.notes,
      providers: [spec],
      vendors: [spec.vendor],
    });
  return {
    ...forRun(),
    families: familySummaries(spec),
    forRun,
    tokens: spec,
    startEmulator: spec.startEmulator,
  };
}
