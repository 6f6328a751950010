import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vendors } from './shapes.js';
import { makeToken } from '../src/emulator/fake-tokens.js';
import { distinctModule, hostsModule } from '../src/recognition/distinct-table.js';
import { isDistinct } from '../src/recognition/matcher.js';
import { distinctShape } from '../src/contract/index.js';

const file = join(__dirname, '../src/contract/distinct-shapes.ts');

describe('the table of distinct prefixes', () => {
  test('the table is what the shapes of all vendors make of it (node test/generate/distinct-shapes.mjs)', () => {
    expect(readFileSync(file, 'utf8')).toBe(distinctModule(vendors));
  });

  test('the hosts are those that all vendors name as their own', () => {
    const hosts = join(__dirname, '../src/contract/distinct-hosts.ts');
    expect(readFileSync(hosts, 'utf8')).toBe(hostsModule(vendors));
  });

  test('the table is under 3 KB', () => {
    expect(readFileSync(file).length).toBeLessThan(3 * 1024);
  });

  const shapes = vendors.flatMap(({ id, revocable, unrevocable }) =>
    [...revocable, ...unrevocable].map((shape) => ({ ...shape, vendor: id })),
  );
  const distinct = shapes.flatMap((shape) =>
    shape.prefixes
      .filter((prefix) => isDistinct(shape, prefix))
      .map((prefix) => [prefix, shape.rest, shape.vendor] as const),
  );

  test.each(distinct)('any token that begins with %s is told by its prefix', (...row) => {
    const [prefix, rest, vendor] = row;
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${rest})$`)), (body) => {
        expect(distinctShape(prefix + body)?.provider).toBe(vendor);
      }),
      { numRuns: 5 },
    );
  });
});

describe('distinctShape', () => {
  test('a token inside a target is found behind a colon, and its type is named', () => {
    expect(distinctShape(`clientId:${makeToken('github_pat_classic')}`)).toEqual({
      type: 'github_pat_classic',
      provider: 'github',
    });
  });

  test.each([
    'jti_old789xyz012',
    'clientId:npm_user',
    'channel:dapi-notifications-production',
    'ghp_short',
    'xghp_' + 'a1B2c3D4e5'.repeat(4),
    'https://discord.com/',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '',
  ])('an ordinary target is no token: %s', (text) => {
    expect(distinctShape(text)).toBeUndefined();
  });
});
