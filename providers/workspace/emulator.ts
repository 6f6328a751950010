/**
 * A service that issues, lists and revokes workspace tokens, on loopback: its control plane, which
 * takes the bearer of a logged-in user, and the data plane that its tokens open.
 */
import { randomUUID } from 'node:crypto';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Issued, Reply, SeenRequest } from '../../src/contract/index.js';
import { shapesOf } from './emulator/contracts.js';
import {
  dataEndpoints,
  newJti,
  tokenEndpoints,
  workspaceEndpoints,
  type Service,
} from './emulator/endpoints.js';
import { createMinter } from './emulator/mint.js';
import type {
  NewLogin,
  NewToken,
  NewWorkspace,
  WorkspaceEmulator,
  WorkspaceEmulatorOptions,
} from './emulator/options.js';
import { rateLimiter } from './emulator/rate-limit.js';
import {
  CURRENT_JTI,
  DEMO_ID,
  OTHER_JTI,
  STAGING_ID,
  seedTokens,
  storedCurrentToken,
} from './emulator/seed.js';
import { router } from './emulator/starlette.js';
import {
  createState,
  findToken,
  isActive,
  putToken,
  snapshotOf,
  type Login,
  type State,
  type Workspace,
} from './emulator/state.js';

export type { Contract, Times } from './emulator/contracts.js';
export type * from './emulator/options.js';
export type { RateLimit } from './emulator/rate-limit.js';
export type { WorkspaceSnapshot } from './emulator/state.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const USER_ID = 'user_1';
const ORGANIZATION_ID = 'org_1';
const REVOKES = /^(?:DELETE \/v1\/workspaces\/[^/]+\/tokens\/[^/]+|POST \/v1\/.+\/revoke)$/;

/** Starts the emulator on 127.0.0.1, seeded with the workspaces `demo` and `staging`. */
export async function startWorkspaceEmulator(
  options: WorkspaceEmulatorOptions = {},
): Promise<WorkspaceEmulator> {
  const now = options.now ?? Date.now;
  const contract = options.contract ?? 'models';
  const state = createState(now);
  const minter = await createMinter({ opaque: options.opaque ?? false, now });
  const service: Service = {
    state,
    minter,
    contract,
    shapes: shapesOf(contract, now, options.times),
    alreadyRevoked: options.alreadyRevoked ?? 409,
    legacyDelete: options.legacyDelete ?? 404,
  };
  const route = router(
    {
      ...workspaceEndpoints(service),
      ...(options.tokenApi !== false && tokenEndpoints(service)),
      ...dataEndpoints(service),
    },
    options.ingress ?? true,
  );
  let admit = options.rateLimit && rateLimiter(options.rateLimit, now);

  async function answer(request: SeenRequest): Promise<Reply> {
    if (!admit || !request.path.startsWith('/v1/')) return route(request);
    const { refusal, headers } = admit();
    const reply = refusal ?? (await route(request));
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  function addWorkspace(given: NewWorkspace): string {
    const id = given.id ?? randomUUID();
    state.workspaces.set(id, {
      id,
      name: given.name,
      owner: given.owner ?? USER_ID,
      createdAt: now(),
      servers: new Set(given.servers ?? ['echo']),
      tokens: new Map(),
      current: undefined,
    });
    return id;
  }

  async function addToken(given: NewToken = {}): Promise<Issued> {
    const workspace = workspaceOf(state, given.workspaceId ?? DEMO_ID);
    const jti = given.jti ?? newJti();
    const until = given.expiresAt === undefined ? now() + YEAR_MS : given.expiresAt;
    const token = putToken(state, workspace, {
      jti,
      expiresAt: until ?? undefined,
      createdAt: given.createdAt ?? now(),
      revokedAt: given.revokedAt,
    });
    const value = await minter.workspaceToken(token);
    state.values.set(value, token);
    return { target: jti, id: jti, token: value };
  }

  function issueBare(count: number, prefix = 'jti_bare', workspaceId = DEMO_ID): string[] {
    const workspace = workspaceOf(state, workspaceId);
    const times = { createdAt: now(), expiresAt: now() + YEAR_MS };
    return Array.from({ length: count }, (_, index) => {
      const jti = `${prefix}${index}`;
      putToken(state, workspace, { jti, ...times });
      return jti;
    });
  }

  async function login(given: NewLogin = {}): Promise<string> {
    const filed: Login = {
      userId: given.userId ?? USER_ID,
      expiresAt: given.expiresAt ?? now() + YEAR_MS,
    };
    const bearer = await minter.userToken(filed, given.organizationId ?? ORGANIZATION_ID);
    state.logins.set(bearer, filed);
    return bearer;
  }

  addWorkspace({ name: 'demo', id: DEMO_ID, servers: ['echo', 'files'] });
  addWorkspace({ name: 'staging', id: STAGING_ID });
  const [current, other] = await seedTokens(addToken, now());
  workspaceOf(state, DEMO_ID).current = CURRENT_JTI;
  const bearer = await login();
  const server = await startEmulator({
    routes: {},
    notFound: answer,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.record !== undefined && { record: options.record }),
  });

  return {
    server,
    contract,
    secret: minter.secret,
    environment: {
      WORKSPACE_USER_TOKEN: bearer,
      WORKSPACE_ID: DEMO_ID,
      WORKSPACE_API_URL: server.url,
    },
    samples: {
      WORKSPACE_CURRENT_JTI: CURRENT_JTI,
      WORKSPACE_CURRENT_TOKEN: current.token,
      WORKSPACE_OTHER_JTI: OTHER_JTI,
      WORKSPACE_OTHER_TOKEN: other.token,
      WORKSPACE_MCP_URL: `${server.url}/${DEMO_ID}/echo/mcp`,
      WORKSPACE_STAGING_ID: STAGING_ID,
    },
    revokes: REVOKES,
    issue: (count) => Promise.all(Array.from({ length: count }, () => addToken())),
    isAlive: (tokenOrJti) => {
      const token = findToken(state, tokenOrJti);
      return token !== undefined && isActive(state, token);
    },
    stateFiles: () => storedCurrentToken(server.url, current.token, now()),
    snapshot: () => snapshotOf(state),
    addWorkspace,
    addToken,
    issueBare,
    login,
    setRateLimit: (limit) => {
      admit = limit && rateLimiter(limit, now);
    },
    close: () => server.close(),
  };
}

function workspaceOf(state: State, id: string): Workspace {
  const workspace = state.workspaces.get(id);
  if (!workspace) throw new Error(`The emulator has no workspace ${id}`);
  return workspace;
}
