/** `revoke leaked`: tokens of every provider here, in one run. */
import type { Provider, Vendor } from '../contract/index.js';
import { isTokenProvider } from './define-token-provider.js';
import { createTokenCommand } from './token-command.js';

/** The word after `revoke`. */
export const LEAKED = 'leaked';

/** @param vendors every shape that is recognised, those without a provider too */
export function createLeaked(providers: readonly Provider[], vendors: readonly Vendor[]): Provider {
  const forRun = () =>
    createTokenCommand({
      id: LEAKED,
      summary: 'revoke leaked tokens by their value, whoever issued them',
      notes: [
        'The provider is told from the shape of each token. A token that no provider here can revoke is named, with who can and where.',
        'A host that stands beside a token in its line is a condition: the token is sent nowhere else.',
      ],
      providers: providers.filter(isTokenProvider).map(({ tokens }) => tokens),
      vendors,
      isMixed: true,
    });
  return { ...forRun(), forRun };
}
