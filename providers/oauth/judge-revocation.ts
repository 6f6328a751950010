/** What the answer to a revocation means: taken, or why not. */
import {
  credentialsError,
  deniesItself,
  errorFromStatus,
  excerpt,
  inDoubtAfter,
  json,
  refusedError,
  type Response,
  type RevokeError,
} from '../../src/contract/index.js';
import { nameOf } from './client-auth.js';
import { rejectsClient, type Answer } from './presenter.js';
import { oauthError } from './schema.js';

/** RFC 7009 §2.2: a 200 takes the token, and says no more. Undefined for that; else the error. */
export function judgeRevocation(answer: Answer, now: number): RevokeError | undefined {
  const { response } = answer;
  if (response.status === 200 && !denies(response)) return undefined;
  return errorOf(answer, now);
}

/**
 * A 200 whose body speaks against it: a web page stands in the server's place, or the answer is an
 * error after all. RFC 7009 §2.2 has clients ignore the body, so nothing more is asked of it.
 */
function denies(response: Response): boolean {
  if (response.body.trimStart().startsWith('<')) return true;
  const answer = json(response);
  return answer === false || deniesItself(answer);
}

const UNSUPPORTED = 'unsupported_token_type';

const REFUSALS: ReadonlyMap<string, readonly [words: string, hint: string]> = new Map([
  [
    UNSUPPORTED,
    [
      'cannot revoke tokens of this type',
      'revoke the refresh token of its grant, or end the session at the server',
    ],
  ],
  [
    'invalid_token',
    [
      'does not know this token',
      'check that it is complete and of this server; it may also be inactive already',
    ],
  ],
  [
    'invalid_grant',
    [
      'does not know this token, or it belongs to another client',
      'check that it is complete and was issued to this client; it may also be inactive already',
    ],
  ],
]);

function errorOf(answer: Answer, now: number): RevokeError {
  const { response } = answer;
  const { status } = response;
  const said = oauthError.safeParse(json(response));
  const words = said?.error_description === undefined ? '' : `: ${excerpt(said.error_description)}`;
  if (status === 503) return unavailable(response);
  if (said && rejectsClient(response)) {
    const error = credentialsError(
      `the server rejected the client${words}`,
      loginHint(answer, excerpt(said.error)),
      'credentials_rejected',
    );
    return error.with({ providerCode: excerpt(said.error) });
  }
  if (said && status >= 400 && status < 500) {
    const refused = refusalOf(said.error, words);
    // What an earlier try without an answer revoked is not known any more either.
    if (refused) return said.error === UNSUPPORTED ? refused : inDoubtAfter(response, refused);
    if (status === 400 || said.error === 'unauthorized_client')
      return inDoubtAfter(response, otherRefusal(said.error, words));
  }
  return errorFromStatus(
    response,
    {
      service: 'the server',
      message: said?.error_description,
      code: said?.error,
      loginHint: status === 403 ? FOREIGN : loginHint(answer, String(status)),
    },
    now,
  );
}

const FOREIGN =
  'the token may belong to another client, or this client may not revoke: check the client ID';

function refusalOf(error: string, words: string): RevokeError | undefined {
  const [message, hint] = REFUSALS.get(error) ?? [];
  if (message === undefined) return undefined;
  return refusedError({
    code: error,
    message: `the server ${message}${words}`,
    hint,
    providerCode: excerpt(error),
  });
}

function otherRefusal(error: string, words: string): RevokeError {
  return refusedError({
    code: 'refused',
    message: `the server refused the request (${excerpt(error)})${words}`,
    hint: PROOF_ERRORS.has(error)
      ? 'the server asks for a DPoP proof (RFC 9449), which only the client that has the key can make'
      : 'a client can revoke only its own tokens: check the client ID',
    providerCode: excerpt(error),
  });
}

const PROOF_ERRORS: ReadonlySet<string> = new Set(['invalid_dpop_proof', 'use_dpop_nonce']);

/** What the server said, how the client was presented, and what else can be tried. */
function loginHint({ used, rejected }: Answer, said: string): string {
  const { method } = used;
  const tried = [nameOf(used), ...rejected].join(', then ');
  const verb = rejected.length > 0 ? 'were' : 'was';
  const check =
    method === 'none' ? 'the client ID' : `the client ID and its ${credentialOf(method)}`;
  const audience = method.endsWith('_jwt')
    ? '; some servers want their token endpoint as --assertion-audience <url>'
    : '';
  return `the server said ${said}; ${tried} ${verb} used: check ${check}, or choose another method with --client-auth${audience}`;
}

function credentialOf(method: string): string {
  if (method === 'private_key_jwt') return 'key';
  return method === 'bearer' ? 'access token' : 'secret';
}

/** RFC 7009 §2.2.1: the client must assume that the token still exists. */
function unavailable(response: Response): RevokeError {
  const asked = response.headers['retry-after'] ?? '';
  const when = /^\d{1,9}$/.test(asked) ? ` in ${asked} s` : '';
  return refusedError({
    code: 'unavailable',
    message: `the server cannot revoke now (503, tried ${response.tries === 1 ? 'once' : `${response.tries} times`})`,
    hint: `the token is still active: run this again${when}`,
    providerCode: 503,
  });
}
