/** Client authentication as RFC 6749 §2.3 and RFC 7523 §3 describe it, from the server's side. */
import { createPublicKey, verify } from 'node:crypto';
import type { SeenRequest } from '../../../src/contract/index.js';
import type { RegisteredClient, State } from './state.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The client that a request proves to be, by the method that it registered; else undefined. */
export function checkClient(
  state: State,
  request: SeenRequest,
  form: URLSearchParams,
  audience: string,
): RegisteredClient | undefined {
  const basic = basicCredentials(request.headers.authorization);
  const id = basic?.id ?? form.get('client_id') ?? '';
  const client = state.clients.get(id);
  switch (client?.method) {
    case 'client_secret_basic':
      return basic !== undefined && basic.secret === client.secret ? client : undefined;
    case 'client_secret_post':
      return !basic && form.get('client_secret') === client.secret ? client : undefined;
    case 'private_key_jwt':
      return !basic && checkAssertion(state, client, form, audience) ? client : undefined;
    case 'none':
      return basic ? undefined : client;
    case undefined:
      return undefined;
  }
}

/** RFC 6749 §2.3.1: each half was form-encoded before Base64. */
function basicCredentials(header: string | undefined) {
  const encoded = /^Basic (\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, id = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return { id: formDecode(id), secret: formDecode(secret) };
}

function formDecode(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';
}

interface AssertionClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string;
  readonly exp?: number;
  readonly jti?: string;
}

function checkAssertion(
  state: State,
  client: RegisteredClient,
  form: URLSearchParams,
  audience: string,
): boolean {
  const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split(
    '.',
  );
  if (form.get('client_assertion_type') !== ASSERTION_TYPE || signature === '') return false;
  const { alg } = decode(header) as { alg?: string };
  const claims = decode(payload) as AssertionClaims;
  const seconds = state.now() / 1000;
  const fresh = claims.exp !== undefined && claims.exp > seconds && claims.exp <= seconds + 5 * 60;
  const named = claims.iss === client.id && claims.sub === client.id && claims.aud === audience;
  if (alg !== 'ES256' || !fresh || !named || claims.jti === undefined) return false;
  if (state.assertions.has(claims.jti)) return false;
  const key = { key: createPublicKey(client.publicKey ?? ''), dsaEncoding: 'ieee-p1363' } as const;
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (signed) state.assertions.add(claims.jti);
  return signed;
}

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as object;
}
