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
        'The provider is recognised from the shape of each token. For a token that cannot be revoked here, the result says who can revoke it and where.',
        'If a line has a host beside the token, the token is sent only to that host.',
      ],
      providers: providers.filter(isTokenProvider).map(({ tokens }) => tokens),
      vendors,
      isMixed: true,
    });
  return { ...forRun(), forRun };
}
