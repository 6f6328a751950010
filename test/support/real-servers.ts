/** Authorization servers that nobody here wrote, each in a process that ends with the test's own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import oauth from '../../providers/oauth/index.js';
import type { Outcome, Target } from '../../src/contract/provider.js';
import { prove } from './lanes.js';
import { createWorld, type Given, type World } from './oauth.js';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

export interface RealServer {
  readonly url: string;
  /** Its issuer identifier; undefined where it publishes no metadata. */
  readonly issuer?: string;
  mint(clientId: string): Promise<Tokens>;
  /** Whether the server still takes the token: what it has in store, not what it says. */
  isAlive(token: string): Promise<boolean>;
}

export function createServers() {
  const children: ChildProcess[] = [];
  const worlds: World[] = [];

  async function start(file: string, given: object): Promise<RealServer> {
    const child = fork(join(__dirname, file), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.push(child);
    const ready = once(child, 'message');
    const early = once(child, 'exit').then(() =>
      Promise.reject(new Error(`${file} did not start`)),
    );
    child.send(given);
    const [told] = await Promise.race([ready, early]);
    early.catch(() => undefined);
    const { admin, url, issuer } = told as { admin: string; url?: string; issuer?: string };
    const ask = async <T>(path: string, body: object): Promise<T> => {
      const response = await fetch(admin + path, { method: 'POST', body: JSON.stringify(body) });
      return (await response.json()) as T;
    };
    return {
      url: url ?? issuer ?? '',
      ...(issuer !== undefined && { issuer }),
      mint: (clientId) => ask<Tokens>('/mint', { clientId }),
      isAlive: (token) => ask<boolean>('/alive', { token }),
    };
  }

  /** Revokes with --verify, as the engine does, and answers with the outcomes. */
  async function verified(given: Given, targets: readonly Target[]): Promise<readonly Outcome[]> {
    const world = createWorld(given);
    worlds.push(world);
    const revoker = await world.open();
    return prove(oauth, revoker, targets, world.context);
  }

  return {
    start,
    verified,
    closeWorlds: () => Promise.all(worlds.splice(0).map((world) => world.close())),
    async stop() {
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      await Promise.all(ended);
    },
  };
}
