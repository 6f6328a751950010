import { defineProvider, type ProviderSpec } from './define-provider.js';
import { CONTRACT } from './provider.js';

const spec = { id: 'toy', summary: 'Toys' } as ProviderSpec;

test('a provider that says nothing but its own logs in, sends one by one, eight at once, and has no more', () => {
  expect(defineProvider(spec)).toEqual({
    ...spec,
    login: 'required',
    notes: [],
    settings: [],
    options: [],
    examples: [],
    limits: { batch: 1, concurrency: 8 },
    contract: CONTRACT,
  });
});

test('what a provider says beats each default, and it cannot say that it was made for another contract', () => {
  const own = {
    ...spec,
    login: 'self',
    notes: ['be careful'],
    settings: [{ name: 'key', env: 'TOY_KEY', help: 'The key' }],
    options: [{ flags: '--all', help: 'All of them' }],
    examples: [],
    limits: { batch: 100, concurrency: 2 },
  } as const satisfies ProviderSpec;
  const other = { ...own, contract: CONTRACT - 1 };
  expect(defineProvider(other)).toEqual({ ...own, contract: CONTRACT });
});
