/** What the answer to a revocation means: taken, or why not. */
import {
  credentialsError,
  errorFromStatus,
  excerpt,
  inDoubtAfter,
  json,
  refusedError,
  type Response,
  type RevokeError,
} from '../../src/contract/index.js';
import type { Client } from './client-auth.js';
import { oauthError } from './schema.js';

/** RFC 7009 §2.2: a 200 takes the token, and says no more. Undefined for that; else the error. */
export function judgeRevocation(
  response: Response,
  client: Client,
  now: number,
): RevokeError | undefined {
  if (response.status === 200 && !denies(response)) return undefined;
  return errorOf(response, client, now);
}

/**
 * A 200 whose body speaks against it: a web page stands in the server's place, or the answer is an
 * error after all. RFC 7009 §2.2 has clients ignore the body, so nothing more is asked of it.
 */
function denies(response: Response): boolean {
  if (response.body.trimStart().startsWith('<')) return true;
  const answer = json(response);
  if (typeof answer !== 'object' || answer === null) return answer === false;
  const { error, ok, success } = answer as Readonly<Record<string, unknown>>;
  return Boolean(error) || ok === false || success === false;
}

const REFUSALS: ReadonlyMap<string, readonly [words: string, hint: string]> = new Map([
  [
    'unsupported_token_type',
    [
      'cannot revoke tokens of this type',
      'revoke the refresh token of its grant, or end the session at the server',
    ],
  ],
  [
    'invalid_token',
    [
      'does not know this token',
      'it is dead already, was cut off when it was copied, or is of another server',
    ],
  ],
  [
    'invalid_grant',
    [
      'does not know this token, or it is not of this client',
      'it is dead already, was cut off when it was copied, or needs the client it was issued to',
    ],
  ],
]);

function errorOf(response: Response, client: Client, now: number): RevokeError {
  const { status } = response;
  const said = oauthError.safeParse(json(response));
  const words = said?.error_description === undefined ? '' : `: ${excerpt(said.error_description)}`;
  const loginHint = `check the client ID and its secret or key; ${client.method} was used, --client-auth chooses another`;
  if (status === 503) return unavailable(response);
  if (said && status >= 400 && status < 500) {
    const base = { providerCode: excerpt(said.error) };
    if (said.error === 'invalid_client') {
      const message = `the server rejected the client${words}`;
      return credentialsError(message, loginHint, 'credentials_rejected').with(base);
    }
    const [message, hint] = REFUSALS.get(said.error) ?? [];
    if (message !== undefined)
      return refusedError({
        code: said.error,
        message: `the server ${message}${words}`,
        hint,
        ...base,
      });
    if (status === 400 || said.error === 'unauthorized_client') {
      const refused = refusedError({
        code: 'refused',
        message: `the server refused the request (${excerpt(said.error)})${words}`,
        hint: 'a server lets a client revoke its own tokens only: check the client ID',
        ...base,
      });
      return inDoubtAfter(response, refused);
    }
  }
  const message = said?.error_description;
  return errorFromStatus(
    response,
    { service: 'the server', message, code: said?.error, loginHint },
    now,
  );
}

/** RFC 7009 §2.2.1: the client must assume that the token still exists. */
function unavailable(response: Response): RevokeError {
  const asked = response.headers['retry-after'] ?? '';
  const when = /^\d{1,9}$/.test(asked) ? ` in ${asked} s` : '';
  return refusedError({
    code: 'unavailable',
    message: `the server cannot revoke now (503, tried ${response.tries === 1 ? 'once' : `${response.tries} times`})`,
    hint: `the token still exists: run this again${when}`,
    providerCode: 503,
  });
}
