/** Whether Ably takes the keys of a run: each is tried with a read. */
import { json } from '../../src/contract/index.js';
import type { ApiKey } from './api-keys.js';
import { readAsKey, type Ably } from './client.js';
import { CAPABILITY_DENIED, errorCodeOf, errorOfResponse } from './error-codes.js';

/** Throws for the first key that is refused. Only a key that is taken gets as far as its capability. */
export async function tryLogin(ably: Ably, keys: readonly ApiKey[]): Promise<boolean> {
  for (const key of keys) {
    const response = await readAsKey(ably, key);
    const isTaken = response.status === 200 && Array.isArray(json(response));
    if (!isTaken && errorCodeOf(response) !== CAPABILITY_DENIED)
      throw errorOfResponse(response, ably.clock.now());
  }
  return true;
}
