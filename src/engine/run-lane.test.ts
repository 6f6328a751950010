import { laneOf, lanesOf } from '../../test/support/run-lanes.js';
import type { Lane } from '../contract/lane.js';
import type { Revoker } from '../contract/provider.js';
import { laneFinder, placesOf, scopeOf } from './run-lane.js';

const answer = async () => [];

function revokerOf(...lanes: readonly Partial<Lane>[]): Revoker {
  const [first] = lanesOf(answer, ['one']);
  if (!first) throw new Error('no lane');
  const made = lanes.map((more) => ({ ...first.lane, ...more }));
  return { ...first.revoker, lanes: made as unknown as Revoker['lanes'] };
}

describe('the lanes of a target', () => {
  test('are all lanes of the only revoker, whatever provider the target names', () => {
    const lanes = lanesOf(answer, ['one', 'two']);
    const find = laneFinder(lanes);
    expect(find({ id: 't' })).toBe(lanes);
    expect(find({ id: 't', provider: 'elsewhere' })).toBe(lanes);
  });

  test('are those that its revoker names, in their order', () => {
    const names: Record<string, readonly string[]> = { t: ['three', 'one'], none: [] };
    const lanes = lanesOf(answer, ['one', 'two', 'three'], {
      provider: 'a',
      revoker: { lanesOf: ({ id }) => (names[id] ?? []).map((name) => ({ name }) as Lane) },
    });
    const find = laneFinder(lanes);
    const named = (target: Parameters<typeof find>[0]) => find(target).map(({ lane }) => lane.name);
    expect(named({ id: 't' })).toEqual(['one', 'three']);
    expect(named({ id: 't', provider: 'a' })).toEqual(['one', 'three']);
    expect(named({ id: 'none' })).toEqual([]);
    expect(named({ id: 't', provider: 'b' })).toEqual([]);
  });

  test('of several providers are those of its own, and none where it names none of them', () => {
    const a = lanesOf(answer, ['one', 'two'], { provider: 'a' });
    const b = laneOf(answer, { provider: 'b' });
    const find = laneFinder([...a, b]);
    expect(find({ id: 't', provider: 'a' })).toEqual(a);
    expect(find({ id: 't', provider: 'b' })).toEqual([b]);
    expect(find({ id: 't', provider: 'c' })).toEqual([]);
    expect(find({ id: 't' })).toEqual([]);
  });

  test('of a run without lanes are none', () => {
    expect(laneFinder([])({ id: 't' })).toEqual([]);
  });
});

test('a revoker acts at each of its endpoints once, with the scopes of its lanes there', () => {
  const revoker = revokerOf(
    { endpoint: 'https://a.example', scope: { app_id: 'x', key: 'k1' } },
    { endpoint: 'https://b.example', scope: { app_id: 'y' } },
    { endpoint: 'https://a.example', scope: { app_id: 'x', key: ['k2', 'k3'] } },
  );
  expect(placesOf(revoker)).toEqual([
    { endpoint: 'https://a.example', scope: { app_id: 'x', key: ['k1', 'k2', 'k3'] } },
    { endpoint: 'https://b.example', scope: { app_id: 'y' } },
  ]);
  expect(scopeOf(revoker)).toEqual({ app_id: ['x', 'y'], key: ['k1', 'k2', 'k3'] });
});
