/** A server that was found and a client that may ask it: what one run revokes and checks with. */
import {
  type Attempt,
  type Context,
  type Lane,
  type Options,
  type Revoker,
  type Target,
  usageError,
  type Verdict,
} from '../../src/contract/index.js';
import { createChecks } from './checks.js';
import { tryClient } from './client.js';
import { createClient } from './client-auth.js';
import { readCredential, readIntrospectionCredential, type Credential } from './credential.js';
import { demandsOf, findServer, type FoundServer } from './find-server.js';
import { knownServer } from './known-servers.js';
import { jwtKind } from './jwt.js';
import { createPresenter, type Learned } from './presenter.js';
import { revokeOne } from './revoke-one.js';
import type { Run } from './run.js';
import { assertHint, tokenOf } from './token.js';
import { consequences, nextStep, targetFacts, uncheckable } from './words.js';

/** Reads the client, finds the server, and joins them. Sends nothing but requests for metadata. */
export async function openOauth(context: Context, options: Options): Promise<Revoker> {
  if (options.text('endpoint') !== undefined)
    throw usageError(
      'revoke oauth takes no --endpoint',
      'use --issuer or --revocation-endpoint <url>',
    );
  const hint = options.text('tokenTypeHint');
  if (hint !== undefined) assertHint(hint);
  const credential = await readCredential(context, options);
  const ownClient = await readIntrospectionCredential(context, options);
  const server = await findServer(context, options);
  const run = await createRun({ context, server, credential, ownClient, hint });
  const { revocation } = run;
  const { client } = revocation.presenter;
  const [{ method }] = client.presentations;
  const endpoint = revocation.url.href;
  context.log.verbose(`revocation endpoint ${endpoint}, ${method}, ${client.source}`);
  for (const reason of server.endpoints.notUsed) context.log.verbose(reason);
  if (options.flag('verify') && !run.checks.verifier) throw cannotVerify(server);

  const { issuer } = server;
  return {
    lanes: [laneOf(run, issuer)],
    promptDetails: [
      ...(issuer === undefined ? [] : ([['Issuer', issuer]] as const)),
      ['Endpoint', endpoint],
      ['Client', client.id ?? '(none)'],
      ['Login', `${method}: ${client.source}`],
      ...checkDetails(server, ownClient),
    ],
    consequences: (sample) => [
      ...(options.flag('verify') ? uncheckable(run, sample) : []),
      ...consequences(run, sample),
    ],
    nextStep: (outcome) => nextStep(run, outcome),
    targetFacts: (target) => targetFacts(target, run.hintOf(target)),
    tryLogin: async () =>
      run.login !== undefined && tryClient(run.login, context.http, context.clock),
  };
}

interface Parts {
  readonly context: Context;
  readonly server: FoundServer;
  readonly credential: Credential;
  readonly ownClient: Credential | undefined;
  readonly hint: string | undefined;
}

async function createRun({ context, server, credential, ownClient, hint }: Parts): Promise<Run> {
  const { endpoints } = server;
  const learned: Learned = { rejected: new Set() };
  const clientAt = async (name: 'revocation' | 'introspection', given: Credential) =>
    createPresenter(
      await createClient(given, demandsOf(server, name), context.mask),
      given === credential ? learned : { rejected: new Set() },
    );
  const revocation = {
    url: endpoints.revocation,
    presenter: await clientAt('revocation', credential),
  };
  const introspection = endpoints.introspection && {
    url: endpoints.introspection,
    presenter: await clientAt('introspection', ownClient ?? credential),
  };
  const known = knownServer(endpoints.revocation);
  const hintOf = (target: Target) => target.typeHint ?? hint ?? refreshJwt(target);
  const checks = createChecks({ ...endpoints, introspection }, hintOf, {
    introspection: !introspection,
    lacksIntrospection: known?.lacksIntrospection ?? false,
    hasOwnClient: ownClient !== undefined,
    userinfo: !endpoints.userinfo,
    probe: !endpoints.probe,
    notUsed: endpoints.notUsed,
  });
  // Another client at introspection says nothing of the one that revokes.
  const login = ownClient ? undefined : introspection;
  return { context, revocation, checks, known, hintOf, login };
}

/** A refresh token that says so itself, where nobody said what it is. */
function refreshJwt(target: Target): string | undefined {
  const kind = jwtKind(tokenOf(target));
  return kind === 'refresh_token' ? kind : undefined;
}

function laneOf(run: Run, issuer: string | undefined): Lane {
  const { revocation, checks } = run;
  const { id } = revocation.presenter.client;
  const endpoint = revocation.url.href;
  const place = issuer === undefined ? { revocation_endpoint: endpoint } : { issuer };
  return {
    name: '',
    endpoint,
    scope: { ...place, ...(id === undefined ? {} : { client_id: id }) },
    ...(checks.verifier && { check: checks.verifier }),
    revoke: (targets: readonly Target[], { http }: Attempt): Promise<readonly Verdict[]> =>
      Promise.all(targets.map((target) => revokeOne(run, target, http))),
  };
}

/** Where tokens and clients go beside the revocation endpoint, where a person chose it. */
function checkDetails(
  { endpoints }: FoundServer,
  ownClient: Credential | undefined,
): readonly (readonly [string, string])[] {
  return [
    ...(ownClient?.id === undefined ? [] : ([['Introspection client', ownClient.id]] as const)),
    ...(endpoints.probe ? ([['Probe URL', endpoints.probe.href]] as const) : []),
  ];
}

function cannotVerify({ endpoints }: FoundServer) {
  const reasons = endpoints.notUsed.join('; ');
  return usageError(
    `there is no way to check tokens of this server${reasons && ': '}${reasons}`,
    'name a resource that takes them (--probe-url <url>), or an endpoint that the metadata does not name (--introspection-endpoint, --userinfo-endpoint)',
    'cannot_verify',
  );
}
