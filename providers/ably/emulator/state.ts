/** What the emulated Ably knows: an account, its apps and keys, tokens, rules and messages. */
import { randomBytes } from 'node:crypto';
import type { Capability } from './capability.js';
import { createRules, type Rules } from './rules.js';

export interface AblyKey {
  readonly appId: string;
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly capability: Capability;
  /** 0 enabled, 1 revoked. */
  status: 0 | 1;
  /** Milliseconds since the epoch; never without it. */
  expires?: number | undefined;
  /** From when on tokens of this key are revocable, in ms; not at all without it. */
  revocableSince?: number | undefined;
  readonly created: number;
}

export interface AblyApp {
  readonly id: string;
  readonly name: string;
  status: 'enabled' | 'disabled';
  readonly created: number;
  readonly keys: Map<string, AblyKey>;
}

/** What a test can turn on and off while the emulator runs. */
export interface Switches {
  /** Whether the account may revoke by `channel:`; otherwise such targets fail with 40121. */
  channelTargets: boolean;
  /** Whether apps have token revocation at all; otherwise every request fails with 40121. */
  revocation: boolean;
  /** Which of the two codes tells that a key is not marked for revocable tokens. */
  notRevocableCode: 40163 | 40164;
  /** Whether the Control API leaves the secret out of its list of keys. */
  hideKeys: boolean;
  /** How long after `appliesAt` the data plane still accepts a token, in ms; for later rules. */
  enforcementDelayMs: number;
  /**
   * Revocation requests that one app may make in a window; those beyond it get 429 and 42910. A
   * window lasts `retryAfterSeconds`, or a second where no Retry-After is to be sent.
   */
  limit: { readonly count: number; readonly retryAfterSeconds?: number } | undefined;
}

/** What a token says, whichever kind it is. Times in ms. */
export interface AblyToken {
  readonly keyName: string;
  readonly clientId: string | undefined;
  readonly revocationKey: string | undefined;
  readonly capability: Capability;
  readonly issued: number;
  readonly expires: number;
}

export interface World {
  readonly account: { readonly id: string; readonly name: string };
  readonly accessToken: string;
  readonly apps: Map<string, AblyApp>;
  readonly tokens: Map<string, AblyToken>;
  readonly nonces: Set<string>;
  readonly rules: Rules;
  /** Messages by `appId channel`, oldest first. */
  readonly channels: Map<string, Record<string, unknown>[]>;
  readonly switches: Switches;
  /** Requests of an app in its current window of the rate limit. */
  readonly windows: Map<string, { until: number; used: number }>;
  /** How many more REST requests the edge turns away. */
  flood: number;
  clockOffset: number;
  /** The server's clock, in ms. */
  now(): number;
}

export interface NewKey {
  readonly id?: string;
  readonly name?: string;
  readonly capability?: Capability;
  readonly status?: 0 | 1;
  readonly expires?: number;
  /** true is since ever; a number is since that time in ms. */
  readonly revocable?: boolean | number;
}

/** An account with two apps: four keys in the first (one revoked), two revocable in the second. */
export function createWorld(switches: Switches): World {
  const world: World = {
    account: { id: 'VgQpOZ', name: 'Emulated account' },
    accessToken: randomBytes(24).toString('base64url'),
    apps: new Map(),
    tokens: new Map(),
    nonces: new Set(),
    rules: createRules(),
    channels: new Map(),
    switches,
    windows: new Map(),
    flood: 0,
    clockOffset: 0,
    now: () => Date.now() + world.clockOffset,
  };
  addApp(world, 'Chat', 's57drg');
  addKey(world, 's57drg', { id: '3bnE1Q', name: 'Root', revocable: true });
  addKey(world, 's57drg', { id: 'Qm8xTw', name: 'Server', revocable: false });
  addKey(world, 's57drg', { id: 'Zr4oLd', name: 'Old', revocable: true, status: 1 });
  addApp(world, 'Orders', 'kL9pQ2');
  addKey(world, 'kL9pQ2', { id: 'aB12cD', name: 'Web', revocable: true });
  addKey(world, 'kL9pQ2', { id: 'eF34gH', name: 'Mobile', revocable: true });
  return world;
}

/** Adds an app; names need not be unique, ids are made up where none is given. */
export function addApp(world: World, name: string, id = randomId()): AblyApp {
  const app: AblyApp = { id, name, status: 'enabled', created: world.now(), keys: new Map() };
  world.apps.set(id, app);
  return app;
}

/** Adds a key to an app. Throws where there is no such app. */
export function addKey(world: World, appId: string, given: NewKey): AblyKey {
  const app = world.apps.get(appId);
  if (!app) throw new Error(`no app ${appId}`);
  const since = given.revocable === true ? 0 : given.revocable;
  const id = given.id ?? randomId();
  const key: AblyKey = {
    appId,
    id,
    name: given.name ?? id,
    secret: randomBytes(24).toString('base64url'),
    capability: given.capability ?? { '*': ['*'] },
    status: given.status ?? 0,
    expires: given.expires,
    revocableSince: typeof since === 'number' ? since : undefined,
    created: world.now(),
  };
  app.keys.set(id, key);
  return key;
}

export function keyName(key: AblyKey): string {
  return `${key.appId}.${key.id}`;
}

/** The whole API key, as it stands in ABLY_API_KEY. */
export function keyText(key: AblyKey): string {
  return `${keyName(key)}:${key.secret}`;
}

function randomId(): string {
  return randomBytes(4).toString('hex').slice(0, 6);
}
