/** What an authorization server answers. */
import { schema } from '../../src/contract/schema.js';

export interface Metadata {
  readonly issuer: string;
  readonly revocation_endpoint?: string;
  readonly introspection_endpoint?: string;
  readonly userinfo_endpoint?: string;
  readonly revocation_endpoint_auth_methods_supported?: readonly string[];
  readonly revocation_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly introspection_endpoint_auth_methods_supported?: readonly string[];
  readonly introspection_endpoint_auth_signing_alg_values_supported?: readonly string[];
  readonly token_endpoint_auth_methods_supported?: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
}

export interface OAuthError {
  readonly error: string;
  readonly error_description?: string;
}

export interface Introspection {
  readonly active: boolean;
  /** A NumericDate; some servers give it as a text. */
  readonly exp?: unknown;
}

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: { type: 'string' } };

/** RFC 8414 §2; OpenID Connect Discovery 1.0 §3 has the same fields. */
export const metadata = schema<Metadata>('authorization server metadata', {
  type: 'object',
  required: ['issuer'],
  properties: {
    issuer: text,
    revocation_endpoint: text,
    introspection_endpoint: text,
    userinfo_endpoint: text,
    revocation_endpoint_auth_methods_supported: texts,
    revocation_endpoint_auth_signing_alg_values_supported: texts,
    introspection_endpoint_auth_methods_supported: texts,
    introspection_endpoint_auth_signing_alg_values_supported: texts,
    token_endpoint_auth_methods_supported: texts,
    token_endpoint_auth_signing_alg_values_supported: texts,
  },
});

/** RFC 6749 §5.2, which RFC 7009 §2.2.1 and RFC 7662 §2.3 use too. */
export const oauthError = schema<OAuthError>('an OAuth error', {
  type: 'object',
  required: ['error'],
  properties: { error: text, error_description: { type: 'string' } },
});

/** RFC 7662 §2.2. */
export const introspection = schema<Introspection>('an introspection response', {
  type: 'object',
  required: ['active'],
  properties: { active: { type: 'boolean' } },
});
