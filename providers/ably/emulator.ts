/**
 * An Ably on loopback: the REST API that issues, uses and revokes tokens, and the part of the
 * Control API that finds apps and keys.
 */
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Emulator, Handler, Reply, SeenRequest } from '../../src/contract/index.js';
import { findKey } from './emulator/auth.js';
import { listAccounts, listApps, listKeys, me } from './emulator/control-api.js';
import { channelDetails, listMessages, publish, stats } from './emulator/data-plane.js';
import { requestToken } from './emulator/request-token.js';
import { revokeTokens } from './emulator/revoke-tokens.js';
import { meets, type Rule } from './emulator/rules.js';
import {
  addApp,
  addKey,
  createWorld,
  keyName,
  keyText,
  type AblyApp,
  type AblyKey,
  type NewKey,
  type Switches,
  type World,
} from './emulator/state.js';
import { checkToken, makeJwt, makeToken, type NewToken } from './emulator/tokens.js';
import { AblyError, controlEndpoint, edgeFlood, restEndpoint } from './emulator/wire.js';

export interface AblyEmulatorOptions extends Partial<Switches> {
  /** The port on loopback; 0 (any free one) without it. */
  readonly port?: number;
  /** Whether `server.requests` is kept; true without it. */
  readonly record?: boolean;
}

export interface AblyEmulator extends Emulator {
  /** Names of the seeded keys: what `environment` uses is `root`. */
  readonly keyNames: Readonly<Record<'root' | 'server' | 'old' | 'web' | 'mobile', string>>;
  /** Every revocation rule in force or to come. */
  readonly rules: readonly Rule[];
  readonly ruleCount: number;
  /** The server's clock, in ms. */
  now(): number;
  /** Sets the server's clock ahead (or back, if negative) of this machine's, in ms. */
  setClockOffset(ms: number): void;
  /** Changes switches while the emulator runs. */
  set(switches: Partial<Switches>): void;
  /** The edge turns the next `count` REST requests away with 429 and 42922. */
  flood(count: number): void;
  addApp(name: string, id?: string): AblyApp;
  /** The key as ABLY_API_KEY takes it. */
  addKey(appId: string, key: NewKey): string;
  /** The app or key itself, to change its status, expiry or revocability. */
  app(appId: string): AblyApp;
  key(keyName: string): AblyKey;
  /** The whole API key of a key name. */
  apiKey(keyName: string): string;
  /** A native token of a key, `root` without it. */
  issueToken(token: NewToken, keyName?: string): string;
  /** A JWT that the secret of a key has signed, `root` without it. */
  issueJwt(
    token: NewToken & { readonly revocationKey?: string | undefined },
    keyName?: string,
  ): Promise<string>;
  /** Whether no rule is in force for tokens of this target made at `issued` ms (a moment ago). */
  isTargetAlive(target: string, keyName?: string, issued?: number): boolean;
}

const REVOKES = /^POST \/keys\/[^/]+\/revokeTokens$/;
/** Tokens that the emulator hands out are that old, so that a revocation at once meets them. */
const SAMPLE_AGE_MS = 1000;
const SAMPLE_LIFE_MS = 3_600_000;

/** Starts the emulator on 127.0.0.1, with an account, two apps and their keys. */
export async function startAblyEmulator(options: AblyEmulatorOptions = {}): Promise<AblyEmulator> {
  const { port = 0, record = true, ...switches } = options;
  const world = createWorld({
    channelTargets: true,
    revocation: true,
    notRevocableCode: 40164,
    hideKeys: false,
    enforcementDelayMs: 0,
    limit: undefined,
    ...switches,
  });
  const server = await startEmulator({
    routes: routes(world),
    notFound: notFound(world),
    port,
    record,
  });
  const keyNames = {
    root: 's57drg.3bnE1Q',
    server: 's57drg.Qm8xTw',
    old: 's57drg.Zr4oLd',
    web: 'kL9pQ2.aB12cD',
    mobile: 'kL9pQ2.eF34gH',
  };
  const root = findKey(world, keyNames.root).key;
  const keyOf = (name: string = keyNames.root) => findKey(world, name).key;
  const sampleTime = () => ({ issued: world.now() - SAMPLE_AGE_MS, ttl: SAMPLE_LIFE_MS });
  let issued = 0;

  return {
    server,
    environment: {
      ABLY_API_KEY: keyText(root),
      ABLY_APP_ID: root.appId,
      ABLY_ENDPOINT: server.url,
      ABLY_CONTROL_URL: `${server.url}/v1`,
      ABLY_ACCESS_TOKEN: world.accessToken,
    },
    samples: {
      ABLY_SAMPLE_TOKEN: makeToken(world, root, { clientId: 'bob', ...sampleTime() }).token,
      ABLY_SAMPLE_JWT: await makeJwt(world, root, {
        clientId: 'carol',
        revocationKey: 'group1',
        ...sampleTime(),
      }),
      ABLY_SAMPLE_OTHER_APP_ID: 'kL9pQ2',
      ABLY_SAMPLE_OTHER_API_KEY: keyText(keyOf(keyNames.web)),
    },
    revokes: REVOKES,
    keyNames,
    issue: async (count) =>
      Array.from({ length: count }, () => {
        issued += 1;
        const clientId = `client-${issued}`;
        const target = `clientId:${clientId}`;
        const { token } = makeToken(world, root, { clientId, ...sampleTime() });
        return { target, id: target, token };
      }),
    isAlive: (token) => isAlive(world, token),
    isTargetAlive: (target, name = keyNames.root, time = world.now() - 1) =>
      !world.rules.of(name, target).some((rule) => meets(rule, time, world.now())),
    get rules() {
      return world.rules.list();
    },
    get ruleCount() {
      return world.rules.count;
    },
    now: () => world.now(),
    setClockOffset: (ms) => void (world.clockOffset = ms),
    elapse: (ms) => void (world.clockOffset += ms),
    set: (changes) => void Object.assign(world.switches, changes),
    flood: (count) => void (world.flood = count),
    addApp: (name, id) => addApp(world, name, id),
    addKey: (appId, key) => keyText(addKey(world, appId, key)),
    app: (id) => found(world.apps.get(id), id),
    key: keyOf,
    apiKey: (name) => keyText(keyOf(name)),
    issueToken: (token, name) => makeToken(world, keyOf(name), token).token,
    issueJwt: (token, name) => makeJwt(world, keyOf(name), token),
    snapshot: () => snapshot(world),
    close: () => server.close(),
  };
}

function routes(world: World): Record<string, Handler> {
  const bind = (handler: (world: World, request: SeenRequest) => Reply): Handler =>
    restEndpoint(
      () => world.now(),
      (request) => {
        if (world.flood <= 0) return handler(world, request);
        world.flood -= 1;
        return edgeFlood();
      },
    );
  const bindControl = (handler: (world: World, request: SeenRequest) => Reply): Handler =>
    controlEndpoint(
      () => world.now(),
      (request) => handler(world, request),
    );
  return {
    'GET /time': bind(() => ({ status: 200, body: [world.now()] })),
    'POST /keys/:keyName/requestToken': bind(requestToken),
    'POST /keys/:keyName/revokeTokens': bind(revokeTokens),
    'GET /channels/:name/messages': bind(listMessages),
    'POST /channels/:name/messages': bind(publish),
    'GET /channels/:name': bind(channelDetails),
    'GET /stats': bind(stats),
    'GET /v1/me': bindControl(me),
    'GET /v1/me/accounts': bindControl(listAccounts),
    'GET /v1/accounts/:account/apps': bindControl(listApps),
    'GET /v1/apps/:app/keys': bindControl(listKeys),
  };
}

function notFound(world: World): Handler {
  const refuse: Handler = () => {
    throw new AblyError(40400, 'no such path');
  };
  const now = () => world.now();
  const [rest, control] = [restEndpoint(now, refuse), controlEndpoint(now, refuse)];
  return (request) => (request.path.startsWith('/v1/') ? control(request) : rest(request));
}

function isAlive(world: World, text: string): boolean {
  try {
    checkToken(world, text);
    return true;
  } catch (error) {
    if (error instanceof AblyError) return false;
    throw error;
  }
}

/** The state as plain JSON, without the secrets in it. */
function snapshot(world: World) {
  return {
    now: world.now(),
    account: world.account,
    apps: [...world.apps.values()].map(({ id, name, status, keys }) => ({
      id,
      name,
      status,
      keys: [...keys.values()].map((key) => ({
        keyName: keyName(key),
        name: key.name,
        status: key.status,
        revocableTokens: key.revocableSince !== undefined,
      })),
    })),
    tokens: [...world.tokens].map(([text, { keyName: name, clientId, issued, expires }]) => ({
      keyName: name,
      ...(clientId === undefined ? {} : { clientId }),
      issued,
      expires,
      alive: isAlive(world, text),
    })),
    rules: world.rules.list(),
  };
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new Error(`no ${id}`);
  return value;
}
