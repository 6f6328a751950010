import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Request, Response } from '../contract/http.js';
import type { Clock } from '../contract/provider.js';
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import { createHttp } from './http-client.js';
import { createNodeClient } from './node-client.js';
import { createPacer, type Pacer } from './pacer.js';
import { createPools } from './pools.js';
import type { Handler, Transport } from './transport.js';

type Step = (request: IncomingMessage, response: ServerResponse) => void;

const answer =
  (status: number, headers: Record<string, string> = {}): Step =>
  (_request, response) =>
    void response.writeHead(status, headers).end('{}');
/** Taken, and never answered. */
const lost: Step = (request) => void request.socket.destroy();

async function errorOf(sending: Promise<Response>): Promise<RevokeError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isRevokeError(error)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe.each([
  ['undici', createPools],
  ['Node', createNodeClient],
])('by the client of %s,', (_name, createTransport) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

  /** A server that takes one step for each request, the last one for all that follow. */
  async function serve(...steps: readonly Step[]) {
    const seen: { method: string; body: string }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const step = steps[Math.min(seen.length, steps.length - 1)] as Step;
        seen.push({ method: request.method ?? '', body: Buffer.concat(chunks).toString() });
        step(request, response);
      });
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    closing.push(() => new Promise((done) => server.close(done)));
    return { seen, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  /** A client whose pauses take no time; `onPause` hears of each. */
  function client({
    retries = 3,
    onPause = () => undefined,
  }: { retries?: number; onPause?: (ms: number, stop: AbortController) => void } = {}) {
    const stop = new AbortController();
    const warnings: string[] = [];
    const details: string[] = [];
    let ahead = 0;
    const now = () => Date.now() + ahead;
    const clock: Clock = {
      now,
      monotonic: now,
      async sleep(ms) {
        ahead += ms;
        onPause(ms, stop);
      },
    };
    const http = createHttp({
      clock,
      log: {
        warn: (text) => void warnings.push(text),
        verbose: (text) => void details.push(text),
      },
      pacer: createPacer(clock, { width: 2 }),
      timeoutMs: 2000,
      retries,
      signal: stop.signal,
      transport: createTransport({ connections: 2, timeoutMs: 2000 }),
      verbose: true,
    });
    closing.push(http.close);
    return { http, stop, warnings, details };
  }

  const asked = (origin: string, more: Partial<Request> = {}): Request => ({
    method: 'DELETE',
    origin,
    path: '/tokens/one',
    idempotent: true,
    ...more,
  });

  const stopAtOnce = (_ms: number, stop: AbortController) => stop.abort();

  describe('an interrupt in a pause', () => {
    test('after a lost answer leaves the request in doubt, and nothing more is sent', async () => {
      const { seen, origin } = await serve(lost);
      const { http } = client({ onPause: stopAtOnce });
      const error = await errorOf(http.send(asked(origin)));
      expect(error).toMatchObject({ kind: 'in_doubt', code: 'no_answer', inDoubt: true });
      expect(error.message).toContain('(sent once)');
      expect(seen).toHaveLength(1);
    });

    test.each([
      [503, true],
      [429, false],
    ])('after a %i gives that answer as it was', async (status, inDoubt) => {
      const { seen, origin } = await serve(answer(status, { 'retry-after': '60' }));
      const { http } = client({ onPause: stopAtOnce });
      expect(await http.send(asked(origin))).toMatchObject({ status, inDoubt: false, tries: 1 });
      expect(seen).toHaveLength(1);
      // What a later try is told of the earlier one.
      const later = await serve(answer(status, { 'retry-after': '0' }), answer(400));
      const response = await client().http.send(asked(later.origin));
      expect(response).toMatchObject({ status: 400, inDoubt, tries: 2 });
    });

    test('that never reached a server says that it was interrupted before it was sent', async () => {
      const { http } = client({ onPause: stopAtOnce });
      const error = await errorOf(http.send(asked('http://127.0.0.1:9')));
      expect(error).toMatchObject({ code: 'interrupted', kind: 'refused' });
    });

    test('before the first try sends nothing', async () => {
      const { seen, origin } = await serve(answer(200));
      const { http, stop } = client();
      stop.abort();
      expect(await errorOf(http.send(asked(origin)))).toMatchObject({ code: 'interrupted' });
      expect(seen).toEqual([]);
    });
  });

  describe('what is tried again', () => {
    test.each([
      ['a lost answer', lost],
      ['503', answer(503)],
      ['429', answer(429)],
    ])('%s, as often as --retries says', async (_what, step) => {
      const { seen, origin } = await serve(step, step, answer(200));
      const response = await client({ retries: 2 }).http.send(asked(origin));
      expect(response).toMatchObject({ status: 200, tries: 3 });
      expect(seen).toHaveLength(3);
      const again = await serve(step);
      await client({ retries: 1 })
        .http.send(asked(again.origin))
        .catch(() => undefined);
      expect(again.seen).toHaveLength(2);
    });

    test.each([200, 204, 400, 404, 500, 502])('an answer of %i is not', async (status) => {
      const { seen, origin } = await serve(answer(status));
      expect(await client().http.send(asked(origin))).toMatchObject({ status, tries: 1 });
      expect(seen).toHaveLength(1);
    });

    test.each([
      ['a lost answer', lost],
      ['503', answer(503)],
      ['429', answer(429)],
    ])('%s of a request that is not safe to repeat is not', async (_what, step) => {
      const { seen, origin } = await serve(step);
      await client()
        .http.send(asked(origin, { method: 'POST', idempotent: false }))
        .catch(() => undefined);
      expect(seen).toHaveLength(1);
    });

    test('a request that was never sent is, though it is not safe to repeat', async () => {
      let pauses = 0;
      const { http } = client({ retries: 2, onPause: () => void (pauses += 1) });
      const error = await errorOf(http.send(asked('http://127.0.0.1:9', { idempotent: false })));
      expect(error).toMatchObject({ code: 'unreachable', kind: 'refused', affects: 'run' });
      expect(error.message).toMatch(
        /127\.0\.0\.1:9: the connection was refused \(ECONNREFUSED\) \(tried 3 times\)/,
      );
      expect(pauses).toBe(2);
    });

    test('a pause of more than an hour is not waited for', async () => {
      const pauses: number[] = [];
      const { seen, origin } = await serve(answer(429, { 'retry-after': '3601' }));
      const { http, warnings } = client({ onPause: (ms) => void pauses.push(ms) });
      expect(await http.send(asked(origin))).toMatchObject({ status: 429, tries: 1 });
      expect([seen.length, pauses, warnings]).toEqual([1, [], []]);
    });

    test('a pause of an hour is waited for in full, and said', async () => {
      let passed = 0;
      const { origin } = await serve(answer(429, { 'retry-after': '3600' }), answer(200));
      const { http, warnings } = client({ onPause: (ms) => void (passed += ms) });
      expect(await http.send(asked(origin))).toMatchObject({ status: 200, tries: 2 });
      expect(passed).toBeGreaterThan(3_599_000);
      expect(warnings).toEqual([expect.stringContaining('3600 s')]);
    });

    test('the body is made for each try, which is told whether an earlier one may have arrived', async () => {
      const { seen, origin } = await serve(answer(429), lost, answer(200));
      const body = (tries: number, mayHaveLanded: boolean) => `${tries} ${mayHaveLanded}`;
      await client().http.send(asked(origin, { method: 'POST', body }));
      expect(seen.map((one) => one.body)).toEqual(['1 false', '2 false', '3 true']);
    });
  });

  describe('several origins', () => {
    test('the next is asked where one is lost, and the one that answered is asked first from then on', async () => {
      const [one, two] = [await serve(lost), await serve(answer(200))];
      const { http } = client();
      const request = asked(one.origin, { fallbackOrigins: [two.origin] });
      expect(await http.send(request)).toMatchObject({ status: 200, tries: 2 });
      expect(await http.send(request)).toMatchObject({ status: 200, tries: 1 });
      expect([one.seen.length, two.seen.length]).toEqual([1, 2]);
    });

    test('the next is asked at once where an answer asks for it, and each only once for that', async () => {
      const pauses: number[] = [];
      const [one, two] = [await serve(answer(500)), await serve(answer(500))];
      const { http } = client({ onPause: (ms) => void pauses.push(ms) });
      const tryNextOrigin = ({ status }: Response) => status === 500;
      const request = asked(one.origin, { fallbackOrigins: [two.origin], tryNextOrigin });
      expect(await http.send(request)).toMatchObject({ status: 500, tries: 2, inDoubt: true });
      expect([one.seen.length, two.seen.length, pauses]).toEqual([1, 1, []]);
    });

    test('nothing is sent where any of them is no secure one', async () => {
      const { seen, origin } = await serve(answer(200));
      const { http } = client();
      const fallbackOrigins = ['http://revoke.example'];
      await expect(http.send(asked(origin, { fallbackOrigins }))).rejects.toThrow('revoke.example');
      await expect(http.send(asked('http://revoke.example'))).rejects.toThrow('revoke.example');
      expect(seen).toEqual([]);
    });
  });

  test('--verbose says of each try what was sent, what came back and how long it took', async () => {
    const { origin } = await serve(lost, answer(200));
    const { http, details } = client();
    await http.send(asked(origin));
    expect(details).toEqual([
      expect.stringMatching(
        /^DELETE http:\S+\/tokens\/one the connection was closed \([A-Z_]+\) \d+ ms \(try 1\)$/,
      ),
      expect.stringMatching(/^DELETE http:\S+\/tokens\/one 200 \d+ ms \(try 2\)$/),
    ]);
  });
});

describe('by a transport in memory,', () => {
  type Reply = (handler: Handler, origin: string) => void;
  const controller = { abort: () => undefined };
  const reply =
    (status: number): Reply =>
    (handler) => {
      handler.onRequestStart(controller);
      handler.onResponseStart(controller, status, {});
      handler.onResponseEnd();
    };
  const fault =
    (code: string, isSent = false): Reply =>
    (handler) => {
      if (isSent) handler.onRequestStart(controller);
      handler.onResponseError(controller, Object.assign(new Error(code), { code }));
    };

  /** A client that is answered so, one after the other, the last one for all that follow. */
  function client(
    replies: readonly Reply[],
    given: Partial<Parameters<typeof createHttp>[0]> = {},
  ) {
    const origins: string[] = [];
    const calls: string[] = [];
    const transport: Transport = {
      for: (origin) => ({
        dispatch(_outgoing, handler) {
          origins.push(origin);
          const next = replies[Math.min(origins.length, replies.length) - 1] as Reply;
          setImmediate(next, handler, origin);
        },
      }),
      destroy: async () => void calls.push('destroyed'),
    };
    const clock: Clock = { now: Date.now, monotonic: Date.now, sleep: async () => undefined };
    const http = createHttp({
      clock,
      log: { warn: () => undefined, verbose: (text) => void calls.push(text) },
      pacer: createPacer(clock, { width: 8 }),
      timeoutMs: 2000,
      retries: 2,
      signal: new AbortController().signal,
      transport,
      verbose: false,
      ...given,
    });
    const send = (more: Partial<Request> = {}) =>
      http.send({ method: 'POST', origin: 'https://a.test', path: '/', idempotent: true, ...more });
    return { http, send, origins, calls };
  }

  test('a login is masked before it is sent, and no text where there is none', async () => {
    const masked: string[] = [];
    const { send } = client([reply(200)], { mask: (secret) => void masked.push(secret) });
    await send();
    await send({ headers: { accept: 'application/json' } });
    expect(masked).toEqual([]);
    await send({ headers: { authorization: 'Bearer abcdef' } });
    expect(masked).toEqual(['abcdef']);
  });

  test('a client that is closed drops what its transport has in flight', async () => {
    const { http, calls } = client([reply(200)]);
    await http.close();
    expect(calls).toEqual(['destroyed']);
  });

  test('nothing leaves before the pacer admits it', async () => {
    let admit: () => void = () => undefined;
    const pacer: Pacer = {
      ...createPacer(
        { now: () => 0, monotonic: () => 0, sleep: async () => undefined },
        { width: 1 },
      ),
      admit: () => new Promise((resolve) => (admit = resolve)),
    };
    const { send, origins } = client([reply(200)], { pacer });
    const sending = send();
    await new Promise(setImmediate);
    expect(origins).toEqual([]);
    admit();
    expect(await sending).toMatchObject({ status: 200 });
  });

  test('several origins are asked in the order in which they are given', async () => {
    const { send, origins } = client([fault('ECONNREFUSED'), fault('ECONNREFUSED'), reply(200)]);
    const fallbackOrigins = ['https://b.test', 'https://c.test'];
    expect(await send({ fallbackOrigins })).toMatchObject({ status: 200, tries: 3 });
    expect(origins).toEqual(['https://a.test', ...fallbackOrigins]);
  });

  test('an origin that is overloaded pauses nothing where the next one is to be asked', async () => {
    const { clock, pauses } = {
      clock: { now: () => 0, monotonic: () => 0 },
      pauses: [] as number[],
    };
    const pacer: Pacer = {
      ...createPacer({ ...clock, sleep: async () => undefined }, { width: 1 }),
      throttled: (ms) => void pauses.push(ms),
    };
    const { send } = client([reply(503), reply(503), reply(200)], { pacer });
    const more = { fallbackOrigins: ['https://b.test'], tryNextOrigin: () => true };
    expect(await send(more)).toMatchObject({ status: 200, tries: 3 });
    expect(pauses).toHaveLength(1);
  });

  test('each origin is checked, though the one before it was secure', async () => {
    const { send, origins } = client([reply(200)]);
    const fallbackOrigins = ['https://b.test'];
    await send();
    await expect(send({ origin: 'http://c.test' })).rejects.toThrow('c.test');
    await send({ fallbackOrigins });
    await expect(send({ origin: 'http://c.test', fallbackOrigins })).rejects.toThrow('c.test');
    await expect(send({ fallbackOrigins: ['http://c.test'] })).rejects.toThrow('c.test');
    expect(origins).toEqual(['https://a.test', 'https://a.test']);
  });

  test('--verbose says how long a try took', async () => {
    const { send, calls } = client([reply(200)], { verbose: true });
    const started = performance.now();
    await send();
    const [, ms] = /^POST https:\/\/a\.test\/ 200 (\d+) ms \(try 1\)$/.exec(calls[0] ?? '') ?? [];
    expect(Number(ms)).toBeLessThanOrEqual(Math.ceil(performance.now() - started));
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'tls_failed', 'clock', 1],
    ['ECONNREFUSED', 'unreachable', 'check the endpoint, the network and the proxy', 3],
    ['EMFILE', 'unreachable', 'ulimit', 3],
    ['ENFILE', 'unreachable', 'ulimit', 3],
  ])(
    'a request that %s kept from leaving has the code %s and a hint',
    async (code, ours, hint, tries) => {
      const { send, origins } = client([fault(code)]);
      expect(await errorOf(send())).toMatchObject({
        kind: 'refused',
        code: ours,
        hint: expect.stringContaining(hint) as string,
      });
      expect(origins).toHaveLength(tries);
    },
  );

  test('a request whose answer was lost says that it may have taken effect', async () => {
    expect(await errorOf(client([fault('ECONNRESET', true)]).send())).toMatchObject({
      kind: 'in_doubt',
      hint: expect.stringContaining('may have taken effect') as string,
    });
  });

  test('a request that was interrupted before it left says so', async () => {
    const { send } = client([reply(200)], { signal: AbortSignal.abort() });
    expect((await errorOf(send())).message).toBe('interrupted before it was sent');
  });
});
