/** The routes of the control plane and of the data plane. */
import { randomBytes } from 'node:crypto';
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import type { Contract, Shapes } from './contracts.js';
import { isReply, readCreateRequest } from './create-request.js';
import type { Minter } from './mint.js';
import { problem, type Endpoint, type Params } from './starlette.js';
import { putToken, statusOf, type State, type Workspace } from './state.js';

export interface Service {
  readonly state: State;
  readonly minter: Minter;
  readonly contract: Contract;
  readonly shapes: Shapes;
  /** What a second revocation of the same token is answered with. */
  readonly alreadyRevoked: 200 | 400 | 409 | 410;
  /** What the legacy contract answers to DELETE of a token, which it has no route for. */
  readonly legacyDelete: 404 | 405;
}

type Inside = (request: SeenRequest, workspace: Workspace, params: Params) => ReturnType<Endpoint>;

/** `GET /v1/workspaces`, and the two deletions that a wrong path can run into. */
export function workspaceEndpoints(service: Service): Record<string, Endpoint> {
  const { state } = service;
  return {
    'GET /v1/workspaces': (request) => {
      const user = authenticate(state, request);
      if (typeof user !== 'string') return user;
      const workspaces = [...state.workspaces.values()]
        .filter(({ owner }) => owner === user)
        .map((workspace) => ({
          workspace_id: workspace.id,
          workspace_name: workspace.name,
          namespace: namespaceOf(workspace),
          created: new Date(workspace.createdAt).toISOString(),
        }));
      return { status: 200, body: { workspaces, user_id: user, total: workspaces.length } };
    },
    'DELETE /v1/workspaces/{workspace_id}': inside(service, (_request, workspace) => {
      state.workspaces.delete(workspace.id);
      const message = `Workspace ${workspace.name} deleted successfully`;
      const body = { workspace_id: workspace.id, namespace: namespaceOf(workspace), message };
      return { status: 200, body };
    }),
    'DELETE /v1/workspaces/{workspace_id}/servers/{server}': inside(
      service,
      (_request, workspace, { server = '' }) => {
        if (!workspace.servers.delete(server)) return problem(404, `Server ${server} not found`);
        const body = {
          server_id: server,
          workspace_id: workspace.id,
          namespace: namespaceOf(workspace),
          status: 'deleted',
          message: `Server ${server} deleted successfully`,
        };
        return { status: 200, body };
      },
    ),
  };
}

/** List, create and revoke; revocation is a POST of its own in the legacy contract. */
export function tokenEndpoints(service: Service): Record<string, Endpoint> {
  const { state, shapes, contract } = service;
  const tokens = '/v1/workspaces/{workspace_id}/tokens';
  const isLegacy = contract === 'legacy';
  const revokeLine = isLegacy ? `POST ${tokens}/{jti}/revoke` : `DELETE ${tokens}/{jti}`;
  // A path that knows some method is what makes another method a 405 and not a 404.
  const hasItem = isLegacy && service.legacyDelete === 405;
  return {
    ...(hasItem && { [`PUT ${tokens}/{jti}`]: () => problem(501, 'Not Implemented') }),
    [`GET ${tokens}`]: inside(service, (_request, workspace) => ({
      status: 200,
      body: shapes.list(workspace),
    })),
    [`POST ${tokens}`]: inside(service, async (request, workspace) => {
      const wanted = readCreateRequest(request, contract, state.now());
      if (isReply(wanted)) return wanted;
      const token = putToken(state, workspace, { jti: newJti(), ...wanted });
      const value = await service.minter.workspaceToken(token);
      state.values.set(value, token);
      return { status: 200, body: shapes.created(token, value) };
    }),
    [revokeLine]: inside(service, (_request, workspace, { jti = '' }) => {
      const token = workspace.tokens.get(jti);
      if (!token) return problem(404, `Token with JTI '${jti}' not found`);
      token.revocations += 1;
      if (token.revokedAt !== undefined && service.alreadyRevoked !== 200) {
        return problem(service.alreadyRevoked, 'Token is already revoked');
      }
      token.revokedAt ??= state.now();
      return { status: 200, body: shapes.revoked(token) };
    }),
  };
}

/** What a workspace token is for: the servers of its workspace. */
export function dataEndpoints({ state }: Service): Record<string, Endpoint> {
  const use: Endpoint = (request, { workspace_id: id = '', server = '' }) => {
    const bearer = bearerOf(request);
    if (!bearer) return unauthorized('Authentication required');
    const token = state.values.get(bearer);
    const workspace = token && state.workspaces.get(token.workspaceId);
    const isFiled = workspace?.tokens.get(token?.jti ?? '') === token;
    if (!workspace || !token || !isFiled) return unauthorized('Invalid workspace token');
    const status = statusOf(token, state.now());
    if (status === 'revoked') return unauthorized('Token has been revoked');
    if (status === 'expired') return unauthorized('Token has expired');
    if (workspace.id !== id) return problem(403, 'Access denied to workspace');
    if (!workspace.servers.has(server)) return problem(404, `Server ${server} not found`);
    return { status: 200, body: { workspace_id: id, server, jti: token.jti, status: 'ok' } };
  };
  const path = '/{workspace_id}/{server}/mcp';
  return { [`GET ${path}`]: use, [`POST ${path}`]: use };
}

export function newJti(): string {
  return `jti_${randomBytes(8).toString('hex')}`;
}

/** Lets the owner of the workspace in the path through, and nobody else. */
function inside({ state }: Service, act: Inside): Endpoint {
  return (request, params) => {
    const user = authenticate(state, request);
    if (typeof user !== 'string') return user;
    const id = params['workspace_id'] ?? '';
    const workspace = state.workspaces.get(id);
    if (!workspace) return problem(404, `Workspace ${id} not found`);
    if (workspace.owner !== user) return problem(403, 'Access denied to workspace');
    return act(request, workspace, params);
  };
}

/** The id of the logged-in user, or the refusal. A workspace token never counts as a login. */
function authenticate(state: State, request: SeenRequest): string | Reply {
  const bearer = bearerOf(request);
  const login = bearer === undefined ? undefined : state.logins.get(bearer);
  if (login && login.expiresAt > state.now()) return login.userId;
  if (bearer !== undefined && state.values.has(bearer)) {
    return problem(403, 'Clerk authentication required');
  }
  return problem(401, 'Authentication required');
}

function bearerOf(request: SeenRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function unauthorized(detail: string): Reply {
  return problem(401, detail, { 'www-authenticate': 'Bearer' });
}

function namespaceOf({ id, name }: Workspace): string {
  return `ws-${name}-${id}`;
}
