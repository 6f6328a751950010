/** Which URLs a run may talk to. */
import {
  assertSecure,
  isRevokeError,
  type Options,
  truncate,
  usageError,
} from '../../src/contract/index.js';
import type { Metadata } from './schema.js';

export interface Endpoints {
  readonly revocation: URL;
  readonly introspection: URL | undefined;
  readonly userinfo: URL | undefined;
  /** Any resource that takes the tokens; named by option alone. */
  readonly probe: URL | undefined;
  /** Why an endpoint of the metadata is not used, as sentences. */
  readonly notUsed: readonly string[];
}

/** RFC 8414 §2: https, neither query nor fragment. Throws a usage error. */
export function assertIssuer(text: string): void {
  const { search } = parseEndpoint(text, 'the issuer');
  if (search !== '') throw usageError('the issuer is a URL with a query', 'give it without that');
}

/** RFC 7009 §2: https (http to loopback only), no fragment; and no credentials. */
export function parseEndpoint(text: string, what: string): URL {
  if (!URL.canParse(text))
    throw usageError(`${what} is not a URL`, 'give the whole URL: https://…');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw usageError(
      `${what} is a URL with credentials in it`,
      'give it without that',
      'insecure_url',
    );
  if (text.includes('#'))
    throw usageError(`${what} is a URL with a fragment`, 'give it without that');
  assertSecure(url.origin);
  return url;
}

/** What was said of endpoints by option. */
export interface GivenEndpoints {
  readonly revocation: URL | undefined;
  readonly introspection: URL | undefined;
  readonly userinfo: URL | undefined;
  readonly probe: URL | undefined;
  /** Origins that metadata may name beside the issuer's. */
  readonly origins: readonly string[];
}

/** Throws a usage error. */
export function readEndpoints(options: Options): GivenEndpoints {
  const read = (name: string, option: string) => {
    const text = options.text(name);
    return text === undefined ? undefined : parseEndpoint(text, option);
  };
  return {
    revocation: read('revocationEndpoint', '--revocation-endpoint'),
    introspection: read('introspectionEndpoint', '--introspection-endpoint'),
    userinfo: read('userinfoEndpoint', '--userinfo-endpoint'),
    probe: read('probeUrl', '--probe-url'),
    origins: options.list('allowEndpointOrigin').map(parseOrigin),
  };
}

/**
 * Endpoints named by option stand as they are. Those of metadata must be of the issuer's origin or
 * of one that --allow-endpoint-origin names: client credentials and tokens go there. One that is not
 * blocks only what uses it.
 */
export function chooseEndpoints(
  metadata: Metadata | undefined,
  { origins, ...given }: GivenEndpoints,
): Endpoints {
  const trusted = new Set(origins);
  if (metadata) trusted.add(new URL(metadata.issuer).origin);
  const notUsed: string[] = [];
  const find = (name: EndpointName) => {
    const text = metadata?.[name];
    return text === undefined ? undefined : trustedEndpoint(text, name, trusted);
  };
  const findOptional = (name: EndpointName) => {
    try {
      return find(name);
    } catch (error) {
      if (!isRevokeError(error)) throw error;
      notUsed.push(`${error.message} (${error.hint})`);
      return undefined;
    }
  };
  const revocation = given.revocation ?? find('revocation_endpoint');
  if (!revocation) {
    throw usageError(
      "the server's metadata has no revocation endpoint",
      'give --revocation-endpoint <url>; without such an endpoint the server cannot revoke tokens',
      'no_revocation_endpoint',
    );
  }
  const introspection = given.introspection ?? findOptional('introspection_endpoint');
  const userinfo = given.userinfo ?? findOptional('userinfo_endpoint');
  return { revocation, introspection, userinfo, probe: given.probe, notUsed };
}

type EndpointName = 'revocation_endpoint' | 'introspection_endpoint' | 'userinfo_endpoint';

function trustedEndpoint(text: string, name: string, trusted: ReadonlySet<string>): URL {
  const url = parseEndpoint(text, `the ${name} in the metadata`);
  if (trusted.has(url.origin)) return url;
  throw usageError(
    `the ${name} in the metadata is on another origin than the issuer: ${truncate(url.origin, 200)}`,
    `to allow it: --allow-endpoint-origin ${truncate(url.origin, 200)}`,
    'foreign_endpoint',
  );
}

function parseOrigin(text: string): string {
  const url = parseEndpoint(text, '--allow-endpoint-origin');
  if (url.pathname === '/' && url.search === '') return url.origin;
  throw usageError('--allow-endpoint-origin needs an origin', 'give only scheme, host and port');
}
