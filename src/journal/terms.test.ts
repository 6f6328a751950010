import type { Options, OptionSpec } from '../contract/provider.js';
import { termsOf } from './terms.js';

function optionsOf(given: Readonly<Record<string, string | true | readonly string[]>>): Options {
  return {
    text: (name) => (typeof given[name] === 'string' ? given[name] : undefined),
    list: (name) => (Array.isArray(given[name]) ? (given[name] as readonly string[]) : []),
    flag: (name) => given[name] === true,
    isOff: () => false,
  };
}
const spec = (flags: string, isTerm = true): OptionSpec => ({ flags, help: '', isTerm });
const SPECS = [
  spec('-i, --issued-before <time>'),
  spec('--allow-2nd-margin'),
  spec('--hint <x>'),
  spec('--rate <n>', false),
];

test('the terms of a run are the options that decide what is revoked, and no others', () => {
  const options = optionsOf({
    as: 'clientId',
    input: 'csv',
    column: '2',
    includeResolved: true,
    issuedBefore: '10m',
    allow2ndMargin: true,
    hint: ['a', 'b'],
    rate: '5',
    color: 'red',
  });
  expect(termsOf({ provider: { options: SPECS }, options, revoker: {} })).toEqual({
    as: 'clientId',
    input: 'csv',
    column: '2',
    includeResolved: true,
    issuedBefore: '10m',
    allow2ndMargin: true,
    hint: ['a', 'b'],
  });
});

test('what was not given is no term', () => {
  const given = { provider: { options: SPECS }, options: optionsOf({ hint: [] }), revoker: {} };
  expect(termsOf(given)).toStrictEqual({});
});

test('what a provider has worked out replaces the words that were given', () => {
  const options = optionsOf({ issuedBefore: '10m', as: 'x' });
  const revoker = { terms: { issuedBefore: '2026-01-01T00:00:00Z' } };
  expect(termsOf({ provider: { options: SPECS }, options, revoker })).toEqual({
    as: 'x',
    issuedBefore: '2026-01-01T00:00:00Z',
  });
});
