/** Client authentication as RFC 6749 §2.3 and RFC 7523 §3 describe it, from the server's side. */
import { createHmac, createPublicKey, verify } from 'node:crypto';
import type { SeenRequest } from '../../../src/contract/index.js';
import type { RegisteredClient, State } from './state.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface CheckTerms {
  /** What an assertion must name as its audience. */
  readonly audience: string;
  /** Whether ID and secret are decoded after Base64, as RFC 6749 §2.3.1 wants it. */
  readonly decodesBasic: boolean;
}

/** The client that a request proves to be, by the method that it registered; else undefined. */
export function checkClient(
  state: State,
  { request, form }: { readonly request: SeenRequest; readonly form: URLSearchParams },
  terms: CheckTerms,
): RegisteredClient | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return clientOfBearer(state, bearer);
  const basic = basicCredentials(request.headers.authorization, terms.decodesBasic);
  const id = basic?.id ?? form.get('client_id') ?? '';
  const client = state.clients.get(id);
  switch (client?.method) {
    case 'client_secret_basic':
      return basic !== undefined && basic.secret === client.secret ? client : undefined;
    case 'client_secret_post':
      return !basic && form.get('client_secret') === client.secret ? client : undefined;
    case 'client_secret_jwt':
    case 'private_key_jwt':
      return !basic && checkAssertion(state, { client, form, ...terms }) ? client : undefined;
    case 'none':
      return basic ? undefined : client;
    case 'bearer':
    case undefined:
      return undefined;
  }
}

function clientOfBearer(state: State, token: string): RegisteredClient | undefined {
  return [...state.clients.values()].find(
    ({ method, secret }) => method === 'bearer' && secret === token,
  );
}

/** RFC 6749 §2.3.1: each half was form-encoded before Base64; some servers take it as it is. */
function basicCredentials(header: string | undefined, decodes: boolean) {
  const encoded = /^Basic (\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, id = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return decodes ? { id: formDecode(id), secret: formDecode(secret) } : { id, secret };
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

interface Asserted extends CheckTerms {
  readonly client: RegisteredClient;
  readonly form: URLSearchParams;
}

function checkAssertion(state: State, { client, form, audience }: Asserted): boolean {
  const parts = (form.get('client_assertion') ?? '').split('.');
  const [header = '', payload = '', signature = ''] = parts;
  if (form.get('client_assertion_type') !== ASSERTION_TYPE || signature === '') return false;
  const { alg } = decode(header) as { alg?: string };
  const claims = decode(payload) as AssertionClaims;
  const seconds = state.now() / 1000;
  const fresh = claims.exp !== undefined && claims.exp > seconds && claims.exp <= seconds + 5 * 60;
  const named = claims.iss === client.id && claims.sub === client.id && claims.aud === audience;
  if (!fresh || !named || claims.jti === undefined) return false;
  if (state.assertions.has(claims.jti)) return false;
  const signed = isSigned(client, alg, { input: `${header}.${payload}`, signature });
  if (signed) state.assertions.add(claims.jti);
  return signed;
}

function isSigned(
  { method, secret = '', publicKey = '' }: RegisteredClient,
  alg: string | undefined,
  { input, signature }: { readonly input: string; readonly signature: string },
): boolean {
  if (method === 'client_secret_jwt')
    return (
      alg === 'HS256' &&
      createHmac('sha256', secret).update(input).digest('base64url') === signature
    );
  if (alg !== 'ES256') return false;
  const key = { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', Buffer.from(input), key, Buffer.from(signature, 'base64url'));
}

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as object;
}
