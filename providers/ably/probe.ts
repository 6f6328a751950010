/** --verify: an active token is tried before and after. A revoked one is answered with 40141. */
import {
  active,
  type CheckResult,
  type Context,
  inactive,
  json,
  type Options,
  unclear,
  usageError,
  type Verifier,
} from '../../src/contract/index.js';
import { readAsToken, type Ably } from './client.js';
import { CAPABILITY_DENIED, errorCodeOf } from './error-codes.js';
import { isApiKey } from './specifiers.js';

const TOKEN_REVOKED = 40141;

/** The check that --probe-token-file asks for. Throws a usage error for what proves nothing. */
export async function openProbe(
  context: Context,
  options: Options,
  { ably, keys }: { readonly ably: Ably; readonly keys: number },
): Promise<Verifier | undefined> {
  const path = options.text('probeTokenFile');
  if (path === undefined) return undefined;
  if (!options.flag('verify')) {
    throw usageError('--probe-token-file needs --verify', 'add --verify, or omit it');
  }
  if (keys > 1) {
    throw usageError(
      'a probe token can prove the revocation by one key, but several keys are used',
      'choose the key that issued the probe with --key',
      'cannot_verify',
    );
  }
  const token = await context.files.readSecret(path);
  if (isApiKey(token)) {
    throw usageError(
      'the probe is an API key, not a token',
      'put a token that the target matches into the --probe-token-file',
    );
  }
  if (/[\s\p{Cc}]/u.test(token)) {
    throw usageError('the probe is not a token', 'put one token, and nothing else, into the file');
  }
  return {
    method: 'probe',
    maxTargets: 1,
    async check(targets, { http }) {
      const result = await checkProbe({ ...ably, http }, token);
      return targets.map(() => result);
    },
  };
}

async function checkProbe(ably: Ably, token: string): Promise<CheckResult> {
  const response = await readAsToken(ably, token);
  const code = errorCodeOf(response);
  if (response.status === 200 && Array.isArray(json(response))) return active();
  // Revoked is this one token: of the others that the target matches it says nothing.
  if (response.status === 401 && code === TOKEN_REVOKED) return inactive();
  // Only an active token gets as far as having its capability checked.
  if (code === CAPABILITY_DENIED) return active();
  return unclear(`the probe was answered with ${response.status}, code ${code}`);
}
