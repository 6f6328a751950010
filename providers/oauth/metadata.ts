/** The metadata of an authorization server, wherever it publishes it. */
import {
  excerpt,
  type Http,
  isRevokeError,
  json,
  refusedError,
  type Response,
  type RevokeError,
  truncate,
  usageError,
} from '../../src/contract/index.js';
import { metadata, type Metadata } from './schema.js';

/** A place where metadata may be. */
export interface MetadataPlace {
  readonly url: URL;
  /** Another issuer may publish its own there: it counts only where it names exactly this one. */
  readonly isShared?: true;
  /** Few servers use it: a server that cannot answer there may have answered elsewhere. */
  readonly isUnusual?: true;
}

/**
 * RFC 8414 §3, then OpenID Connect Discovery 1.0 §4, both where a path is and is not inserted; then
 * what servers do beside the standards: a slash at the end, and the root for an issuer with a path.
 */
export function metadataPlaces(issuer: string): readonly MetadataPlace[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const oauth = '/.well-known/oauth-authorization-server';
  const openid = '/.well-known/openid-configuration';
  const usual = [`${oauth}${path}`, `${path}${openid}`, `${openid}${path}`];
  const unusual = [`${path}${openid}/`, `${openid}${path}/`];
  const shared = path === '' ? [] : [oauth, openid];
  const at = (each: string) => ({ url: new URL(`${origin}${each}`) });
  return [
    ...[...new Set(usual)].map(at),
    ...[...new Set(unusual)].map((each) => ({ ...at(each), isUnusual: true as const })),
    ...shared.map((each) => ({ ...at(each), isUnusual: true as const, isShared: true as const })),
  ];
}

/**
 * Undefined where the server publishes none. Throws an error where it names another issuer, or
 * cannot answer now.
 * @param issuer the identifier exactly as it was given
 */
export async function fetchMetadata(http: Http, issuer: string): Promise<Metadata | undefined> {
  let elsewhere: string | undefined;
  for (const { url, isShared, isUnusual } of metadataPlaces(issuer)) {
    const { response, otherOrigin } = await follow(http, url);
    elsewhere ??= otherOrigin;
    if (response.status === 429 || response.status >= 500) {
      if (isUnusual) continue;
      throw noMetadata(url, response.status);
    }
    const found = response.status === 200 ? readMetadata(json(response)) : undefined;
    if (!found) continue;
    if (found.issuer === issuer) return found;
    if (isShared) continue;
    const bare = (text: string) => text.replace(/\/$/, '');
    const slash =
      bare(found.issuer) === bare(issuer) ? ' (it differs in the slash at its end)' : '';
    throw usageError(
      `the metadata at ${url.href} belongs to another issuer: ${excerpt(found.issuer)}${slash}`,
      'give --issuer exactly as the metadata has it, if it is the right server',
      'issuer_mismatch',
    );
  }
  if (elsewhere !== undefined) throw redirectedAway(elsewhere);
  return undefined;
}

/**
 * Metadata as servers write it: a member that is null, empty or of another kind counts as one that is
 * not there (RFC 8414 §3.2), and hides no other. Undefined where the issuer is not named.
 */
function readMetadata(document: unknown): Metadata | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return undefined;
  const told = Object.entries(document).filter(([name, value]) =>
    name.endsWith('_supported')
      ? Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
      : typeof value === 'string' && value !== '',
  );
  return metadata.safeParse(Object.fromEntries(told));
}

const MOST_REDIRECTS = 3;

/** Follows redirects within the origin: the request carries no credential, and no other host is asked. */
async function follow(
  http: Http,
  from: URL,
): Promise<{ readonly response: Response; readonly otherOrigin?: string }> {
  let url = from;
  for (let hops = 0; ; hops++) {
    const response = await get(http, url);
    const location = response.headers['location'];
    if (response.status < 300 || response.status >= 400 || location === undefined)
      return { response };
    if (hops === MOST_REDIRECTS || !URL.canParse(location, url.href)) return { response };
    const next = new URL(location, url);
    if (!next.protocol.startsWith('http')) return { response };
    if (next.origin !== url.origin) return { response, otherOrigin: next.origin };
    url = next;
  }
}

async function get(http: Http, url: URL): Promise<Response> {
  try {
    return await http.send({
      method: 'GET',
      origin: url.origin,
      path: url.pathname + url.search,
      headers: { accept: 'application/json' },
      idempotent: true,
    });
  } catch (error) {
    if (isRevokeError(error) && error.inDoubt) throw noMetadata(url, error.message, error);
    throw error;
  }
}

function redirectedAway(origin: string): RevokeError {
  return usageError(
    `the issuer redirects requests for its metadata to another origin: ${truncate(origin, 200)}`,
    'give --issuer as the server there names itself, once you are sure that it is the right one; or name the endpoint with --revocation-endpoint <url>',
    'no_metadata',
  );
}

function noMetadata(url: URL, why: string | number, cause?: unknown): RevokeError {
  return refusedError({
    code: 'metadata_unavailable',
    message: `no metadata from ${url.href}: ${why}`,
    hint: 'nothing was revoked: run it again, or give --revocation-endpoint <url> without --issuer',
    affects: 'run',
    cause,
  });
}
