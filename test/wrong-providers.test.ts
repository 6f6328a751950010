/** The contract suite can fail: each wrong provider meets the clause that is there for it. */
import { contractClauses } from '../src/testing/index.js';
import type { Provider } from '../src/contract/provider.js';
import { createToy } from './support/toy.js';
import { WRONG } from './wrong-providers.js';

async function failing(provider: Provider): Promise<readonly string[]> {
  const clauses = contractClauses(provider);
  const results = await Promise.allSettled(clauses.map(({ run }) => run()));
  return clauses
    .map(({ name }) => name)
    .filter((_name, index) => results[index]?.status === 'rejected');
}

test('the right provider passes, and so does one whose targets are secrets', async () => {
  for (const provider of [createToy(), createToy({ secret: true })])
    for (const { run } of contractClauses(provider)) await run();
});

test('each clause has its wrong provider', () => {
  const clauses = contractClauses(createToy()).map(({ name }) => name);
  const caught = new Set(WRONG.flatMap(({ clause, also = [] }) => [clause, ...also]));
  expect([...caught].sort()).toEqual([...clauses].sort());
});

test.each(WRONG)('$fault: $clause', async ({ provider, clause, also = [] }) => {
  expect([...(await failing(provider))].sort()).toEqual([clause, ...also].sort());
});

test('a secret target that shows is caught, and by no other clause', async () => {
  const provider = createToy({
    secret: true,
    lane: (right, { context }) => ({
      ...right,
      async revoke(targets, attempt) {
        for (const { secret } of targets) context.log.verbose(`now ${secret}`);
        return right.revoke(targets, attempt);
      },
    }),
  });
  expect(await failing(provider)).toEqual(['no secret shows, whatever a server repeats of it']);
});
