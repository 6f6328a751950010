/** Which providers there are: the built-in ones by id, each loaded only when it is named. */
import type { Provider } from '../contract/provider.js';

export type Registry = Readonly<Record<string, () => Promise<{ default: Provider }>>>;

export interface Loaded {
  readonly provider: Provider;
  /** `built in`, or the path of the package it came from. */
  readonly from: string;
}

export const BUILT_IN = 'built in';

/** Loads one built-in provider, or undefined where there is none of that id. */
export async function loadBuiltIn(registry: Registry, id: string): Promise<Loaded | undefined> {
  if (!Object.hasOwn(registry, id)) return undefined;
  const module = await registry[id]?.();
  return module && { provider: module.default, from: BUILT_IN };
}

export async function loadAllBuiltIn(registry: Registry): Promise<readonly Loaded[]> {
  const loaded = await Promise.all(Object.keys(registry).map((id) => loadBuiltIn(registry, id)));
  return loaded.filter((one) => one !== undefined);
}
