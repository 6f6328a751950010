/** The private key of a client (RFC 7517 JWK, or PEM), ready to sign assertions. */
import { createPrivateKey, webcrypto, type JsonWebKey, type KeyObject } from 'node:crypto';
import { credentialsError, parseJson } from '../../src/contract/index.js';

export interface ClientKey {
  readonly key: webcrypto.CryptoKey;
  /** JWS `alg`. */
  readonly algorithm: string;
  readonly id: string | undefined;
}

interface Jwk extends JsonWebKey {
  readonly alg?: string;
  readonly kid?: string;
}

/**
 * @param supported the algorithms that the server takes, where its metadata says.
 * Throws a credentials error that quotes nothing of the key.
 */
export async function readKey(
  text: string,
  supported: readonly string[] | undefined,
): Promise<ClientKey> {
  const jwk = text.startsWith('{') ? parseJwk(text) : undefined;
  const key = privateKey(jwk ? { key: jwk, format: 'jwk' } : text);
  const possible = algorithmsOf(key);
  const algorithm =
    possible.find((name) => name === jwk?.alg) ??
    possible.find((name) => supported?.includes(name)) ??
    possible[0];
  if (algorithm === undefined)
    throw unfit('a key of an unsupported kind', 'use RSA, EC or Ed25519');
  const imported = await webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ type: 'pkcs8', format: 'der' }),
    parametersOf(algorithm),
    false,
    ['sign'],
  );
  return { key: imported, algorithm, id: jwk?.kid };
}

function privateKey(input: Parameters<typeof createPrivateKey>[0]): KeyObject {
  try {
    return createPrivateKey(input);
  } catch (error) {
    throw unfit(
      'a client key that cannot be read',
      'give an unencrypted private key: PEM (PKCS #8) or one JWK',
      error,
    );
  }
}

function parseJwk(text: string): Jwk {
  const jwk = parseJson(text);
  if (jwk === undefined) throw unfit('a client key that is not valid JSON', 'give one JWK');
  return jwk as Jwk;
}

/** RFC 7518 §3.1, RFC 8037, RFC 9864; the most usual first. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'],
  'ec prime256v1': ['ES256'],
  'ec secp384r1': ['ES384'],
  'ec secp521r1': ['ES512'],
  ed25519: ['EdDSA', 'Ed25519'],
};

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  const curve = asymmetricKeyDetails?.namedCurve;
  return ALGORITHMS[`${asymmetricKeyType}${curve === undefined ? '' : ` ${curve}`}`] ?? [];
}

function parametersOf(algorithm: string) {
  const bits = algorithm.slice(2);
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` };
    case 'PS':
      return { name: 'RSA-PSS', hash: `SHA-${bits}` };
    case 'ES':
      return { name: 'ECDSA', namedCurve: bits === '512' ? 'P-521' : `P-${bits}` };
    default:
      return { name: 'Ed25519' };
  }
}

function unfit(message: string, hint: string, cause?: unknown) {
  const error = credentialsError(`--client-key-file: ${message}`, hint, 'credentials_unfit');
  return error.with({ cause });
}
