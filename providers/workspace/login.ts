/** As whom: an explicit user token, or the login that ntcli has stored for this very host. */
import { join } from 'node:path';
import {
  claimsOf,
  type Context,
  credentialsError,
  parseJson,
  rfc3339,
  textClaim,
  timeClaim,
  usageError,
} from '../../src/contract/index.js';
import { ntcliEndpoint, type Endpoint } from './endpoint.js';
import { legacyWorkspaces, ntcliConfig, type NtcliConfig, type NtcliItem } from './schema.js';
import { looksLikeCredential } from './target.js';
import { timeMs } from './tokens.js';

/** ntcli's config file: absent (no config), read, or one that cannot be used (broken: why). */
export interface Ntcli {
  readonly path: string;
  readonly config: NtcliConfig | undefined;
  readonly broken: string | undefined;
}

export interface Login {
  readonly bearer: string;
  /** In words, for prompts. */
  readonly source: string;
  /** What to do where it is refused. */
  readonly remedy: string;
}

const NTCLI_LOGIN = 'log in again: ntcli auth login';
/** What ntcli stores where it has no token. */
const NO_TOKEN = 'no-token';

/** Reads `~/.ntcli/config.json`. It is never changed here, and never judged until it is needed. */
export async function readNtcli(context: Context): Promise<Ntcli> {
  const path = join(context.home, '.ntcli', 'config.json');
  const text = await context.files.read(path);
  if (text === undefined) return { path, config: undefined, broken: undefined };
  const value = parseJson(text);
  if (value === undefined) {
    const { jsonFault } = await import('../../src/contract/json-fault.js');
    return { path, config: undefined, broken: `not JSON: ${jsonFault(text)}` };
  }
  const config = ntcliConfig.safeParse(value);
  return { path, config, broken: config ? undefined : ntcliConfig.explain(value) };
}

/** Throws where ntcli's file is there and cannot be understood. */
export function assertReadable(ntcli: Ntcli): void {
  if (ntcli.broken === undefined) return;
  throw usageError(
    `${ntcli.path} cannot be used (${ntcli.broken}); it is not changed`,
    'fix it, or move it away, or set WORKSPACE_USER_TOKEN, WORKSPACE_ID and WORKSPACE_API_URL',
    'bad_ntcli_config',
  );
}

/** Where a login may come from, and the endpoint that it is for. */
interface LoginPlaces {
  readonly context: Context;
  readonly ntcli: Ntcli;
  readonly endpoint: Endpoint;
}

/** Finds the bearer of a logged-in user. Throws a credentials error where there is none that fits. */
export async function findLogin(
  { context, ntcli, endpoint }: LoginPlaces,
  workspaceTokens: readonly string[],
): Promise<Login> {
  const given = await context.setting('user_token');
  if (given) {
    const remedy = 'set a new WORKSPACE_USER_TOKEN (the bearer of a logged-in user)';
    const { value: bearer, source } = given;
    return fit(context, { bearer, source, remedy }, { workspaceTokens });
  }
  assertReadable(ntcli);
  const bearer = ntcli.config?.auth?.bearerToken;
  if (!bearer) {
    throw credentialsError(
      'revoking needs the login of a user, and none was found',
      'set WORKSPACE_USER_TOKEN, or log in: ntcli auth login',
    );
  }
  context.mask(bearer);
  const home = ntcliEndpoint(ntcli.config);
  if (home.origin !== endpoint.origin) {
    throw credentialsError(
      `the login stored by ntcli is for ${home.origin}, and is not sent to another host`,
      `set WORKSPACE_USER_TOKEN for ${endpoint.origin}`,
    );
  }
  const login = { bearer, source: `ntcli (${ntcli.path})`, remedy: NTCLI_LOGIN };
  const storedEnd = timeMs(ntcli.config?.auth?.expiresAt);
  return fit(context, login, { workspaceTokens, storedEnd });
}

interface KnownOfLogin {
  readonly workspaceTokens: readonly string[];
  /** Milliseconds; counts only where the bearer does not tell its own end. */
  readonly storedEnd?: number | undefined;
}

function fit(context: Context, login: Login, { workspaceTokens, storedEnd }: KnownOfLogin): Login {
  const { bearer, source, remedy } = login;
  context.mask(bearer);
  if (!/^[\x21-\x7e]+$/.test(bearer))
    throw credentialsError(`${source} is not a bearer token`, remedy, 'credentials_unfit');
  const claims = claimsOf(bearer);
  if (isWorkspaceToken(bearer) || workspaceTokens.includes(bearer)) {
    throw credentialsError(
      `${source} is a workspace token, and workspace tokens cannot revoke tokens`,
      'give the login of a user: WORKSPACE_USER_TOKEN, or ntcli auth login',
      'credentials_unfit',
    );
  }
  const end = timeClaim(claims, 'exp') ?? storedEnd;
  if (end !== undefined && end <= context.clock.now()) {
    throw credentialsError(
      `the login from ${source} expired at ${rfc3339(end)}`,
      remedy,
      'credentials_expired',
    );
  }
  return login;
}

/** Recognised by its prefix or its claims; other opaque values may be anything. */
function isWorkspaceToken(token: string): boolean {
  if (/^wst_/i.test(token)) return true;
  const claims = claimsOf(token);
  if (!claims) return false;
  const kinds = [claims['type'], claims['token_type'], claims['typ']];
  if (kinds.some((kind) => typeof kind === 'string' && /^workspace/i.test(kind))) return true;
  return 'workspace_id' in claims && !('nb_organization_id' in claims);
}

/** The item's token, where it is more than a placeholder. */
export function tokenOfItem(item: NtcliItem): string | undefined {
  const token = item.access_token;
  return token && token !== NO_TOKEN ? token : undefined;
}

/** Every workspace token that ntcli has stored. */
export function storedTokens(ntcli: Ntcli): readonly string[] {
  return Object.values(ntcli.config?.workspaces?.items ?? {}).flatMap(
    (item) => tokenOfItem(item) ?? [],
  );
}

/** Tokens that versions of ntcli before 0.3 left in `~/.nimbletools`, and how many of them live. */
export async function readLegacy(
  context: Context,
): Promise<{ readonly path: string; readonly tokens: readonly string[]; readonly live: number }> {
  const path = join(context.home, '.nimbletools', 'workspaces.json');
  const text = await context.files.read(path);
  if (text === undefined) return { path, tokens: [], live: 0 };
  const items = Object.values(legacyItems(text)).filter((item) => tokenOfItem(item));
  const live = items.filter((item) => {
    const own = timeClaim(claimsOf(tokenOfItem(item) ?? ''), 'exp');
    return (own ?? timeMs(item.expires_at) ?? Infinity) > context.clock.now();
  });
  return { path, tokens: items.flatMap((item) => tokenOfItem(item) ?? []), live: live.length };
}

function legacyItems(text: string): Readonly<Record<string, NtcliItem>> {
  return legacyWorkspaces.safeParse(parseJson(text))?.workspaces ?? {};
}

/** The JTI of a stored token: its own claim, and only for an opaque one what stands beside it. */
export function jtiOf(token: string, beside: string | null | undefined): string | undefined {
  const own = textClaim(claimsOf(token), 'jti');
  const jti = own ?? beside;
  return jti && !looksLikeCredential(jti) ? jti : undefined;
}
