/** The built-in providers: a line each. */
import type { Registry } from '../src/registry/registry.js';

const providers: Registry = {
  ably: () => import('./ably/index.js'),
  workspace: () => import('./workspace/index.js'),
  oauth: () => import('./oauth/index.js'),
  github: () => import('./github/index.js'),
  gitlab: () => import('./gitlab/index.js'),
  huggingface: () => import('./huggingface/index.js'),
  slack: () => import('./slack/index.js'),
  vault: () => import('./vault/index.js'),
  discord: () => import('./discord/index.js'),
  vercel: () => import('./vercel/index.js'),
  digitalocean: () => import('./digitalocean/index.js'),
  doppler: () => import('./doppler/index.js'),
  buildkite: () => import('./buildkite/index.js'),
  jfrog: () => import('./jfrog/index.js'),
  crates: () => import('./crates/index.js'),
  google: () => import('./google/index.js'),
  npm: () => import('./npm/index.js'),
  aws: () => import('./aws/index.js'),
};

export const registry: Registry = {
  ...providers,
  /** No provider of its own: the tokens of all of them. */
  leaked: async () => {
    const { createLeaked } = await import('../src/families/leaked.js');
    const { vendors } = await import('./shapes.js');
    const loaded = await Promise.all(Object.values(providers).map((load) => load()));
    return {
      default: createLeaked(
        loaded.map((one) => one.default),
        vendors,
      ),
    };
  },
};
