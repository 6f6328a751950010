/** Which outcomes are the last word on a target: a resume never sends it again. */
import type { Outcome } from './provider.js';

/**
 * Errors that the run met, and that say nothing of the target: once they are fixed, a resume
 * does the rest. Every other refusal came from the provider, about the target itself.
 */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  // Credentials.
  'no_credentials',
  'credentials_expired',
  'credentials_unfit',
  'credentials_rejected',
  'forbidden',
  'invalid_client',
  'unauthorized_client',
  'wrong_key',
  'key_not_revocable',
  'app_or_key_not_found',
  'app_mismatch',
  'account_disabled',
  'account_limited',
  'app_disabled',
  // No connection, or not to the right place.
  'unreachable',
  'tls_failed',
  'tls_required',
  'redirected',
  'wrong_endpoint',
  'no_token_api',
  'workspace_not_found',
  'metadata_unavailable',
  'control_api_failed',
  'no_server_time',
  'revocation_not_enabled',
  // Not now.
  'rate_limited',
  'unavailable',
  'interrupted',
  'stopped_early',
  'journal_failed',
  // The input's or the program's own.
  'bad_input',
  'internal',
  'internal_error',
  'not_active',
  'request_refused',
  'no_provider',
]);

const DONE: ReadonlySet<string> = new Set(['revoked', 'already_revoked', 'accepted']);

/** A status that is not known is not final. */
export function isFinal({ status, error }: Pick<Outcome, 'status' | 'error'>): boolean {
  if (status === 'failed') return error === undefined || !OF_THE_RUN.has(error.code);
  return DONE.has(status);
}
