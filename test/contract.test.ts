/** Every registered provider keeps the contract. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ably from '../providers/ably/index.js';
import aws from '../providers/aws/index.js';
import buildkite from '../providers/buildkite/index.js';
import crates from '../providers/crates/index.js';
import digitalocean from '../providers/digitalocean/index.js';
import discord from '../providers/discord/index.js';
import doppler from '../providers/doppler/index.js';
import github from '../providers/github/index.js';
import gitlab from '../providers/gitlab/index.js';
import google from '../providers/google/index.js';
import huggingface from '../providers/huggingface/index.js';
import { registry } from '../providers/index.js';
import jfrog from '../providers/jfrog/index.js';
import npm from '../providers/npm/index.js';
import oauth from '../providers/oauth/index.js';
import slack from '../providers/slack/index.js';
import vault from '../providers/vault/index.js';
import vercel from '../providers/vercel/index.js';
import workspace from '../providers/workspace/index.js';
import type { Issued } from '../src/contract/emulator.js';
import type { Provider } from '../src/contract/provider.js';
import { contractClauses, type ContractOptions } from '../src/testing/index.js';

/** A documented 2xx without a body that names the token. */
const TAKEN = { first: 'accepted', bodyless: true } as const;

/** Each provider, and what the documentation of its service makes different from the rule. */
const PROVIDERS: readonly (readonly [Provider, ContractOptions])[] = [
  // A rule meets tokens issued before a moment, and Ably never says whether there were any.
  // A token that the target matches is its proof.
  [ably, { again: 'revoked', proof: probe }],
  [workspace, {}],
  // RFC 7009 §2.2: 200 means taken, whatever the body, and for unknown tokens too; §2.2.1: after a
  // 503 the token must be taken to exist.
  [
    oauth,
    {
      first: 'accepted',
      again: 'accepted',
      bodyless: true,
      unavailable: 'failed',
      anonymous: true,
      // Basic as it is encoded, Basic as it is, and the secret in the body, which is taken.
      clientForms: 3,
    },
  ],
  // 202 for anything, and again.
  [github, { ...TAKEN, again: 'accepted' }],
  [huggingface, { ...TAKEN, again: 'accepted' }],
  // GitLab says that it was revoked.
  [gitlab, TAKEN],
  // A token that is inactive cannot ask for its revocation any more.
  [vault, { ...TAKEN, again: 'failed' }],
  // The answer says `revoked` of the token that asked.
  [slack, { again: 'failed' }],
  // A webhook that is deleted is unknown.
  [discord, { ...TAKEN, again: 'failed' }],
  // The answer names the token by its id.
  [vercel, { again: 'failed' }],
  [digitalocean, { ...TAKEN, again: 'failed' }],
  [doppler, { ...TAKEN, again: 'failed' }],
  [buildkite, { ...TAKEN, again: 'failed' }],
  // 200 is a revocation, 204 says that it was revoked before.
  [jfrog, { ...TAKEN, again: 'already_revoked', noContent: 'already_revoked' }],
  [crates, { ...TAKEN, again: 'failed' }],
  [google, { ...TAKEN, again: 'failed' }],
  [npm, { ...TAKEN, again: 'failed' }],
  // Its answer does not name the key.
  [aws, { first: 'accepted', again: 'failed' }],
];

async function probe({ token }: Issued, folder: string): Promise<readonly string[]> {
  const file = join(folder, 'probe');
  await writeFile(file, token, { mode: 0o600 });
  return ['--probe-token-file', file];
}

test('every registered provider is held to it', () => {
  const all = Object.keys(registry).filter((id) => id !== 'leaked');
  expect(PROVIDERS.map(([{ id }]) => id).sort()).toEqual(all.sort());
});

describe.each(PROVIDERS.map(([provider, options]) => ({ id: provider.id, provider, options })))(
  '$id',
  ({ provider, options }) => {
    for (const { name, run } of contractClauses(provider, options)) test(name, run);
  },
);
