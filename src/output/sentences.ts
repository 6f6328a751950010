/** One sentence for each status. */
import type { Outcome, OutcomeError } from '../contract/provider.js';

/** What is said of an outcome where its provider has no sentence of its own. */
export function defaultOutcomeText({ target, status, error, ...facts }: Outcome): string {
  switch (status) {
    case 'revoked':
      return `${target} is revoked.`;
    case 'already_revoked':
      return `${target} was already revoked.`;
    case 'accepted':
      return `${target}: accepted by the server, not confirmed.`;
    case 'alive':
      return `${target} is still active${because(error)}`;
    case 'failed':
      return `${target} was not revoked${because(error)}`;
    case 'unknown':
      return `It is not known whether ${target} was revoked${because(error)}`;
    case 'skipped':
      return `${target} was skipped${'journaled_status' in facts ? `: ${String(facts['journaled_status'])} in the journal` : because(error)}`;
    case 'planned':
      return `${target} would be revoked.`;
  }
}

function because(error: OutcomeError | undefined): string {
  if (!error) return '.';
  return `: ${error.message.replace(/\.$/, '')}.${error.hint ? ` ${capital(error.hint)}.` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
}
