/**
 * The contract as something that can fail: every clause runs the whole program against the
 * provider's own emulator, and believes the emulator's state before any word.
 */
import type { Provider } from '../contract/provider.js';
import { ANSWERS } from './clauses-answers.js';
import { CONSENT } from './clauses-consent.js';
import { NETWORK } from './clauses-network.js';
import { OUTCOMES } from './clauses-outcomes.js';
import { OUTPUT } from './clauses-output.js';
import { PROOF } from './clauses-proof.js';
import { withTrial, type ContractOptions } from './trial.js';

/** A clause that is ready to run in any test runner: it rejects with what is wrong. */
export interface ContractClause {
  readonly name: string;
  run(): Promise<void>;
}

const CLAUSES = [...OUTPUT, ...CONSENT, ...OUTCOMES, ...ANSWERS, ...NETWORK, ...PROOF];

/**
 * The clauses that say something of this provider. They share nothing: each starts an emulator of
 * its own, and they may run at the same time.
 * @param options what the provider's documented semantics make different from the rule
 */
export function contractClauses(
  provider: Provider,
  options: ContractOptions = {},
): readonly ContractClause[] {
  return CLAUSES.filter(({ applies }) => applies?.(provider, options) ?? true).map(
    ({ name, check }) => ({ name, run: () => withTrial(provider, options, check) }),
  );
}
