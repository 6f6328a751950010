/** A server that was found and a client that may ask it: what one run revokes and looks with. */
import {
  type Attempt,
  type CheckResult,
  type Context,
  type Options,
  type Outcome,
  outcomeError,
  type RevokeError,
  type Revoker,
  type Target,
  unclear,
  usageError,
  type Verdict,
  type Verifier,
} from '../../src/contract/index.js';
import { createClient, readCredential } from './client-auth.js';
import { askUserinfo, fetchMetadata, introspect, revokeToken, type Server } from './client.js';
import { assertIssuer, chooseEndpoints, readEndpoints, type Endpoints } from './endpoints.js';
import { jwtExpiry } from './jwt.js';

/** Reads the client, finds the server, and joins them. Sends nothing but requests for metadata. */
export async function openOauth(context: Context, options: Options): Promise<Revoker> {
  if (options.text('endpoint') !== undefined)
    throw usageError(
      'revoke oauth takes no --endpoint',
      'use --issuer or --revocation-endpoint <url>',
    );
  const credential = await readCredential(context, options);
  const { issuer, endpoints, metadata } = await findServer(context, options);
  const client = await createClient(credential, {
    issuer,
    methods:
      metadata?.revocation_endpoint_auth_methods_supported ??
      metadata?.token_endpoint_auth_methods_supported,
    algorithms:
      metadata?.revocation_endpoint_auth_signing_alg_values_supported ??
      metadata?.token_endpoint_auth_signing_alg_values_supported,
  });
  const server: Server = { http: context.http, clock: context.clock, client };
  const hintOf = (target: Target) => target.typeHint ?? options.text('tokenTypeHint');
  const hinted = (target: Target) => ({ token: tokenOf(target), hint: hintOf(target) });
  const check = createCheck(server, endpoints, hintOf);
  const endpoint = endpoints.revocation.href;
  const place = issuer === undefined ? { revocation_endpoint: endpoint } : { issuer };
  context.log.verbose(`revocation endpoint ${endpoint}, ${client.method}, ${client.source}`);

  return {
    lanes: [
      {
        name: '',
        endpoint,
        scope: { ...place, ...(client.id === undefined ? {} : { client_id: client.id }) },
        ...(check && { check }),
        async revoke(targets) {
          return Promise.all(
            targets.map(async (target) => {
              const error = await revokeToken(server, endpoints.revocation, hinted(target));
              if (error?.affects === 'run' || error?.kind === 'credentials') throw error;
              return judge(target, error);
            }),
          );
        },
      },
    ],
    promptDetails: [
      ...(issuer === undefined ? [] : ([['Issuer', issuer]] as const)),
      ['Revocation endpoint', endpoint],
      ['Client', client.id ?? '(none)'],
      ['Authentication', `${client.method}: ${client.source}`],
    ],
    consequences: () => [
      'With a refresh token a server ends the whole grant, as a rule: its access tokens too.',
      'This cannot be undone.',
    ],
    nextStep,
    targetFacts: (target) => facts(target, hintOf(target)),
  };
}

async function findServer(context: Context, options: Options) {
  const given = readEndpoints(options);
  const issuer = (await context.setting('issuer'))?.value;
  if (issuer === undefined && !given.revocation) {
    throw usageError(
      'no authorization server is named',
      'give --issuer <url> (or OAUTH_ISSUER), or --revocation-endpoint <url>',
    );
  }
  if (issuer !== undefined) assertIssuer(issuer);
  const metadata = issuer === undefined ? undefined : await fetchMetadata(context.http, issuer);
  if (!metadata && !given.revocation) {
    throw usageError(
      'the issuer publishes no metadata (RFC 8414, OpenID Connect Discovery)',
      'check --issuer, or name the endpoint with --revocation-endpoint <url>',
      'no_metadata',
    );
  }
  return { issuer, metadata, endpoints: chooseEndpoints(metadata, given) };
}

function createCheck(
  server: Server,
  { introspection, userinfo }: Endpoints,
  hintOf: (target: Target) => string | undefined,
): Verifier | undefined {
  if (!introspection && !userinfo) return undefined;
  const checkOne = async (target: Target, { http }: Attempt): Promise<CheckResult> => {
    const token = tokenOf(target);
    const hint = hintOf(target);
    if (introspection) return introspect({ ...server, http }, introspection, { token, hint });
    // A refresh token is no bearer token: it goes to nobody as one.
    if (!userinfo || hint === 'refresh_token')
      return unclear('the server has no way to check refresh tokens');
    return askUserinfo(http, userinfo, token);
  };
  return {
    method: introspection ? 'introspection' : 'userinfo',
    check: (targets, attempt) => Promise.all(targets.map((one) => checkOne(one, attempt))),
  };
}

function judge(target: Target, error: RevokeError | undefined): Verdict {
  const known = { target: target.id };
  if (!error) return { ...known, status: 'accepted' };
  const expiry = jwtExpiry(tokenOf(target));
  const isActive = error.code === 'unsupported_token_type' && expiry !== undefined;
  const hint = isActive ? `it is active until ${expiry}; ${error.hint}` : error.hint;
  const status = error.inDoubt ? 'unknown' : 'failed';
  return { ...known, status, error: outcomeError(error.with({ hint })) };
}

function facts(target: Target, hint: string | undefined): Readonly<Record<string, string>> {
  const expiry = jwtExpiry(tokenOf(target));
  return {
    fingerprint: target.id,
    ...(hint === undefined ? {} : { token_type_hint: hint }),
    ...(expiry === undefined ? {} : { expires_at: expiry }),
  };
}

/** What an answer leaves open. */
function nextStep(outcome: Outcome): string | undefined {
  if (outcome.status !== 'accepted') return undefined;
  const expiry = outcome['expires_at'];
  return typeof expiry === 'string'
    ? `It is a JWT: a service that checks it without asking the server takes it until ${expiry}.`
    : 'The server answers the same for a token it does not know: --verify looks before and after.';
}

function tokenOf(target: Target): string {
  if (target.secret === undefined) throw usageError('a target without its token', 'give the token');
  return target.secret;
}
