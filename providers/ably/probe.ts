/** --verify: a live token is tried before and after. 40141 is what a revoked one is told. */
import {
  type Context,
  isRevokeError,
  json,
  type ObservedState,
  type Observer,
  type Options,
  usageError,
} from '../../src/contract/index.js';
import { readAsToken, type Ably } from './client.js';
import { errorBody } from './schema.js';
import { isApiKey } from './specifiers.js';

const TOKEN_REVOKED = 40141;
const CAPABILITY_DENIED = 40160;

/** The observer that --probe-token-file asks for. Throws a usage fault for what proves nothing. */
export async function openProbe(
  context: Context,
  options: Options,
  ably: Ably,
  keys: number,
): Promise<Observer | undefined> {
  const path = options.text('probeTokenFile');
  if (path === undefined) return undefined;
  if (!options.flag('verify')) {
    throw usageError('--probe-token-file is for --verify alone', 'add --verify, or leave it out');
  }
  if (keys > 1) {
    throw usageError(
      'one probe proves the revocation by one key, and several keys are used',
      'choose the key that issued the probe with --key',
      'cannot_verify',
    );
  }
  const token = await context.files.readSecret(path);
  if (isApiKey(token)) {
    throw usageError(
      'the probe is an API key, and what is revoked are tokens',
      'put a token that the target matches into the file of --probe-token-file',
    );
  }
  if (/[\s\p{Cc}]/u.test(token)) {
    throw usageError('the probe is no token', 'put one token, and nothing else, into the file');
  }
  return {
    method: 'probe',
    most: 1,
    look: async (targets) => {
      const state = await look(context, ably, token);
      return targets.map(() => state);
    },
  };
}

async function look(context: Context, ably: Ably, token: string): Promise<ObservedState> {
  try {
    const response = await readAsToken(ably, token);
    const code =
      errorBody.safeParse(json(response))?.error.code ??
      Number(response.headers['x-ably-errorcode']);
    if (response.status === 200) return Array.isArray(json(response)) ? 'active' : 'unknown';
    if (response.status === 401 && code === TOKEN_REVOKED) return 'dead';
    // Only a live token gets as far as having its capability looked at.
    if (code === CAPABILITY_DENIED) return 'active';
    context.log.verbose(`the probe tells nothing: ${response.status}, code ${code}`);
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    context.log.verbose(`the probe could not be sent: ${error.message}`);
  }
  return 'unknown';
}
