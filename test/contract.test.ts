/** Every registered provider keeps the contract. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ably from '../providers/ably/index.js';
import { registry } from '../providers/index.js';
import oauth from '../providers/oauth/index.js';
import workspace from '../providers/workspace/index.js';
import type { Issued } from '../src/contract/emulator.js';
import type { Provider } from '../src/contract/provider.js';
import { contractClauses, type ContractOptions } from '../src/testing/index.js';

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
    },
  ],
];

async function probe({ token }: Issued, folder: string): Promise<readonly string[]> {
  const file = join(folder, 'probe');
  await writeFile(file, token, { mode: 0o600 });
  return ['--probe-token-file', file];
}

test('every registered provider is held to it', () => {
  expect(PROVIDERS.map(([{ id }]) => id).sort()).toEqual(Object.keys(registry).sort());
});

describe.each(PROVIDERS.map(([provider, options]) => ({ id: provider.id, provider, options })))(
  '$id',
  ({ provider, options }) => {
    for (const { name, run } of contractClauses(provider, options)) test(name, run);
  },
);
