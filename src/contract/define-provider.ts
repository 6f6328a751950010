/** Makes a provider of what is its own: the rest has defaults. */
import { CONTRACT, type Provider } from './provider.js';

type Own = 'id' | 'summary' | 'target' | 'open';

/** A provider logs in by itself, and says what its targets are. */
export type ProviderSpec = Pick<Provider, Own> & Partial<Omit<Provider, Own | 'contract'>>;

/** Requests in flight where nobody says. */
const CONCURRENCY = 8;

export function defineProvider(spec: ProviderSpec): Provider {
  return {
    login: 'required',
    notes: [],
    settings: [],
    options: [],
    examples: [],
    limits: { batch: 1, concurrency: CONCURRENCY },
    ...spec,
    contract: CONTRACT,
  };
}
