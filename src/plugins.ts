/** Providers from other packages: named in the config file or by REVOKE_PROVIDERS, never found. */
import type { Loaded } from './registry.js';
import type { World } from './world.js';

export interface Plugins {
  readonly loaded: readonly Loaded[];
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

/** @param taken ids of the built-in providers, which a plugin cannot shadow */
export async function loadPlugins(_world: World, _taken: readonly string[]): Promise<Plugins> {
  return { loaded: [], broken: [] };
}
