import type { Dispatcher } from 'undici';
import { createPools, type PoolOptions } from './pools.js';

const OPTIONS: PoolOptions = { connections: 2, timeoutMs: 2000 };

/** A dispatcher that only counts how often it is dropped. */
function counted() {
  const dropped: number[] = [];
  const destroy = async () => void dropped.push(1);
  return { dropped, dispatcher: { destroy } as unknown as Dispatcher };
}

test('each origin has one pool, which is made once', async () => {
  const pools = createPools(OPTIONS);
  const first = pools.for('https://a.example');
  expect(pools.for('https://a.example')).toBe(first);
  expect(pools.for('https://b.example')).not.toBe(first);
  await pools.destroy();
});

test('what the proxy serves goes to the proxy, and nothing else does', async () => {
  const { dispatcher } = counted();
  const serves = ({ hostname }: URL) => hostname === 'far.example';
  const pools = createPools({ ...OPTIONS, proxy: { dispatcher, serves } });
  expect(pools.for('https://far.example')).toBe(dispatcher);
  expect(pools.for('https://near.example')).not.toBe(dispatcher);
  await pools.destroy();
});

test.each([[[]], [['https://a.example', 'https://b.example']]])(
  'a proxy that served %j is dropped once, with every pool',
  async (origins) => {
    const { dropped, dispatcher } = counted();
    const near = { dispatcher, serves: ({ hostname }: URL) => hostname !== 'near.example' };
    const pools = createPools({ ...OPTIONS, proxy: near });
    const own = pools.for('https://near.example') as Dispatcher & { destroyed: boolean };
    for (const origin of origins) pools.for(origin);
    await pools.destroy();
    expect([dropped.length, own.destroyed]).toEqual([1, true]);
  },
);

test('pools that were never asked for are dropped without a proxy too', async () => {
  await expect(createPools(OPTIONS).destroy()).resolves.toBeUndefined();
});
