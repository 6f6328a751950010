import type { RevokeError } from './errors.js';
import type { OutcomeError } from './provider.js';

/** An error as it stands in an outcome. */
export function outcomeError(error: RevokeError): OutcomeError {
  const { code, providerCode, message, hint } = error;
  return {
    code,
    ...(providerCode !== undefined && { provider_code: providerCode }),
    message,
    ...(hint !== undefined && { hint }),
  };
}
