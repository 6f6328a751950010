/** One sentence for each status. */
import type { Outcome, OutcomeError } from '../contract/provider.js';

/** What is said of an outcome where its provider has no sentence of its own. */
export function defaultOutcomeText({ target, status, error, ...facts }: Outcome): string {
  const name = nameOf(target, facts);
  switch (status) {
    case 'revoked':
      return `${name} is revoked.`;
    case 'already_revoked':
      return `${name} was already revoked.`;
    case 'accepted':
      return `${name}: accepted by the server, not confirmed${notChecked(facts)}.`;
    case 'alive':
      return `${name} is still active${because(error)}`;
    case 'failed':
      return `${name} was not revoked${because(error)}`;
    case 'unknown':
      return `It is not known whether ${name} was revoked${because(error)}`;
    case 'skipped':
      return `${target} was skipped${'journaled_status' in facts ? `: ${String(facts['journaled_status'])} in the journal` : because(error)}`;
    case 'planned':
      return `${name} would be revoked.`;
  }
}

/** A fingerprint says little: what it is stands beside it. */
export function nameOf(
  target: string,
  { token_type: type }: Readonly<Record<string, unknown>>,
): string {
  return typeof type === 'string' ? `${target} (${type})` : target;
}

const NOT_CHECKED: Readonly<Record<string, string>> = {
  impossible: ': this kind of token cannot be checked',
  limit: ': the limit of checks was reached; --verify checks all',
  off: ' (--no-verify)',
};

function notChecked({ not_checked: why }: Readonly<Record<string, unknown>>): string {
  return typeof why === 'string' ? (NOT_CHECKED[why] ?? '') : '';
}

function because(error: OutcomeError | undefined): string {
  if (!error) return '.';
  return `: ${error.message.replace(/\.$/, '')}.${error.hint ? ` ${capital(error.hint)}.` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
}
