import { type Provider, CONTRACT } from '../contract/provider.js';

/** Why an imported value is no provider of this contract; undefined where it is one. */
export function whyInvalid(value: unknown): string | undefined {
  const provider = value as Partial<Provider> | null | undefined;
  if (typeof provider !== 'object' || provider === null)
    return 'it has no default export that is a Provider';
  if (provider.contract !== CONTRACT) {
    return `it is made for contract ${String(provider.contract)}, and this program has contract ${CONTRACT}`;
  }
  if (typeof provider.id !== 'string' || !/^[a-z][a-z0-9-]*$/.test(provider.id))
    return 'its id is not a lower-case word';
  if (typeof provider.summary !== 'string') return 'it has no summary';
  for (const name of ['target', 'limits'] as const)
    if (typeof provider[name] !== 'object' || provider[name] === null) return `it has no ${name}`;
  const { target, limits } = provider as Provider;
  if (typeof target.parse !== 'function') return 'its target has no parse()';
  if (!Array.isArray(target.kinds) || !Array.isArray(target.lists))
    return 'its target has no kinds or no lists';
  for (const limit of [limits.batch, limits.concurrency])
    if (!Number.isInteger(limit) || limit < 1) return 'its limits are no whole numbers above 0';
  for (const name of ['settings', 'options', 'notes', 'examples'] as const) {
    if (!Array.isArray(provider[name])) return `its ${name} are no list`;
  }
  return typeof provider.open === 'function' ? undefined : 'it has no open()';
}
