import { isFinal } from './final-outcome.js';
import type { Status } from './provider.js';

const failed = (code: string) => isFinal({ status: 'failed', error: { code, message: '' } });

test.each<[string, boolean]>([
  ['revoked', true],
  ['already_revoked', true],
  ['accepted', true],
  ['failed', true],
  ['alive', false],
  ['unknown', false],
  ['skipped', false],
  ['planned', false],
  ['melted', false],
  ['', false],
])('an outcome of %s is the last word on its target: %s', (status, expected) => {
  expect(isFinal({ status: status as Status })).toBe(expected);
});

test.each(['not_found', 'cannot_revoke', 'refused', 'melted'])(
  'a target that failed with %s is never sent again',
  (code) => {
    expect(failed(code)).toBe(true);
  },
);

test.each([
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
  'rate_limited',
  'unavailable',
  'interrupted',
  'stopped_early',
  'journal_failed',
  'bad_input',
  'internal',
  'internal_error',
  'not_active',
  'request_refused',
  'no_provider',
])('a target that failed with %s is sent again by a resume: nothing was said of it', (code) => {
  expect(failed(code)).toBe(false);
  // What is known of the target counts, whatever stands beside it.
  expect(isFinal({ status: 'revoked', error: { code, message: '' } })).toBe(true);
});
