/** The built-in providers: a line each. */
import type { Registry } from '../src/registry/registry.js';

export const registry: Registry = {
  ably: () => import('./ably/index.js'),
  workspace: () => import('./workspace/index.js'),
  oauth: () => import('./oauth/index.js'),
};
