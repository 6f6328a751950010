/** Ably capabilities: which operations are allowed on which channels. */
import { parseJson } from '../../../src/contract/json.js';

/** Resource (a channel name, `namespace:*` or `*`) to operations (`*` is all of them). */
export type Capability = Readonly<Record<string, readonly string[]>>;

/** The capability in a JSON text or an object, or undefined where it is none. */
export function parseCapability(given: unknown): Capability | undefined {
  const value = typeof given === 'string' ? parseJson(given) : given;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const isList = (operations: unknown) =>
    Array.isArray(operations) && operations.every((name) => typeof name === 'string');
  return Object.values(value).every(isList) ? (value as Capability) : undefined;
}

/** The text that Ably puts into TokenDetails: resources and operations sorted, no spaces. */
export function capabilityText(capability: Capability): string {
  const entries = Object.entries(capability).map(
    ([resource, operations]) => [resource, [...operations].sort()] as const,
  );
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function allows(capability: Capability, operation: string, resource?: string): boolean {
  return Object.entries(capability).some(
    ([pattern, operations]) =>
      (resource === undefined || covers(pattern, resource)) &&
      (operations.includes(operation) || operations.includes('*')),
  );
}

/** What both `asked` and `granted` permit; empty where they have nothing in common. */
export function intersect(asked: Capability, granted: Capability): Capability {
  const result: Record<string, string[]> = {};
  for (const [askedOn, wanted] of Object.entries(asked)) {
    for (const [grantedOn, given] of Object.entries(granted)) {
      const resource = narrower(askedOn, grantedOn);
      const operations = commonOperations(wanted, given);
      if (resource === undefined || operations.length === 0) continue;
      result[resource] = [...new Set([...(result[resource] ?? []), ...operations])];
    }
  }
  return result;
}

function narrower(a: string, b: string): string | undefined {
  if (covers(b, a)) return a;
  return covers(a, b) ? b : undefined;
}

function commonOperations(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.includes('*')) return b;
  return b.includes('*') ? a : a.filter((name) => b.includes(name));
}

function covers(pattern: string, resource: string): boolean {
  if (pattern === resource || pattern === '*' || pattern === '[*]*') return true;
  return pattern.endsWith(':*') && resource.startsWith(pattern.slice(0, -1));
}
