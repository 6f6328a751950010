import type { Request } from '../contract/http.js';
import { createLaneNetwork, type LaneNetworkOptions, type PaceableHttp } from './lane-network.js';
import { createPacer, type Pacer } from './pacer.js';

let time = 0;
const clock = {
  now: () => time,
  monotonic: () => time,
  sleep: async (ms: number) => void (time += ms),
};

function start(given: Partial<LaneNetworkOptions> = {}) {
  const said: string[] = [];
  const used: (Pacer | undefined)[] = [];
  const http = {
    async send(_request: Request, pacer?: Pacer) {
      used.push(pacer);
      return { status: 200, headers: {}, body: '', tries: 1, inDoubt: false };
    },
    close: async () => undefined,
  } satisfies PaceableHttp;
  const log = { warn: (text: string) => void said.push(text), verbose: () => undefined };
  const pacer = createPacer(clock, { width: 8, rate: given.rate });
  const network = createLaneNetwork({ http, pacer, clock, log, concurrency: 8, ...given });
  return { network, said, used, http, pacer };
}
const REQUEST: Request = {
  method: 'GET',
  origin: 'https://a.example',
  path: '/',
  idempotent: true,
};

test('the common way to send is the provider’s own', () => {
  const { network, http, pacer } = start();
  expect(network.concurrency).toBe(8);
  expect(network.common).toEqual({ http, pacer });
  expect(network.common.http).toBe(http);
});

test('a lane sends by the same client at its own pace', async () => {
  const { network, used, http, pacer } = start();
  const lane = network.paced({});
  await lane.http.send(REQUEST);
  expect(used).toEqual([lane.pacer]);
  expect(lane.pacer).not.toBe(pacer);
  expect(lane.http.close).toBe(http.close);
});

test.each([
  [undefined, 8],
  [3, 3],
  [20, 8],
])(
  'a lane with a concurrency of %p has %i requests in flight, never more than its provider',
  (concurrency, width) => {
    expect(start().network.paced({ concurrency }).pacer.width()).toBe(width);
  },
);

test('a lane with a rate of its own keeps it', () => {
  const { pacer } = start().network.paced({ rate: 1 });
  expect(pacer.admit()).toBeUndefined();
  expect(pacer.admit()).toBeDefined();
});

test('every lane keeps the rate of the run, and none where there is none', () => {
  const bound = start({ rate: 1 });
  expect(bound.network.paced({}).pacer.admit()).toBeUndefined();
  expect(bound.network.paced({}).pacer.admit()).toBeDefined();
  const free = start();
  for (let count = 0; count < 3; count++)
    expect(free.network.paced({}).pacer.admit()).toBeUndefined();
});

test.each([
  [4, []],
  [5, ['waiting 5 s: the service takes 1 requests in 5 s']],
  [4.9995, []],
])(
  'a wait of %p s for the pace of a service is said where it is worth a line',
  async (seconds, expected) => {
    const { network, said } = start();
    const { pacer } = network.paced({ pace: { requests: 1, seconds } });
    expect(pacer.admit()).toBeUndefined();
    await pacer.admit();
    expect(said).toEqual(expected);
  },
);

test('a wait for a pause that the server asked for is not said to be one for its pace', async () => {
  const { network, said } = start();
  const { pacer } = network.paced({ rate: 0.1 });
  void pacer.admit();
  await pacer.admit();
  expect(said).toEqual([]);
});
