import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';
import type { Request } from '../contract/http.js';
import { createDeadlines, type DeadlineEntry } from './deadlines.js';
import { createExchange, type Result } from './exchange.js';
import { NO_TUNNEL } from './tls-options.js';

/** What comes of an answer whose body arrives in these pieces. */
async function answerOf(
  pieces: readonly Buffer[],
  type: string,
  maxBytes?: number,
): Promise<Result> {
  const server: Server = createServer(async (_request, response) => {
    response.setHeader('content-type', type);
    response.socket?.setNoDelay();
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(origin, { connections: 1 });
  const deadlines = createDeadlines();
  try {
    const request = {
      method: 'GET',
      origin,
      path: '/',
      idempotent: true,
      ...(maxBytes !== undefined && { maxBytes }),
    } as const;
    const exchange = createExchange({
      carrierFor: () => pool,
      timeoutMs: 20_000,
      deadlines,
    });
    return await exchange(request, origin);
  } finally {
    deadlines.stop();
    await pool.destroy();
    server.close();
  }
}

const TEXT = '{"message":"Gerät von Zoë: 鍵 🔑"}';

test.each(['application/json', 'application/json; charset=ISO-8859-1'])(
  'an answer of type %s is read as UTF-8, wherever its bytes are cut',
  async (type) => {
    const bytes = Buffer.from(TEXT);
    const whole = await answerOf([bytes], type);
    const cut = await answerOf(
      Array.from(bytes, (byte) => Buffer.of(byte)),
      type,
    );
    expect(whole).toMatchObject({ status: 200, body: TEXT });
    expect(cut).toMatchObject({ status: 200, body: TEXT });
  },
);

test('bytes of an answer that are not UTF-8 become U+FFFD, and no other text', async () => {
  const answer = await answerOf([Buffer.from('{"m":"a\xe9"}', 'latin1')], 'application/json');
  expect(answer).toMatchObject({ body: '{"m":"a\ufffd"}' });
});

test('an answer of more than its bound ends there, and one of a byte less is read', async () => {
  const piece = Buffer.alloc(1024, 'x');
  const within = await answerOf([piece, piece], 'text/plain', 2048);
  expect(within).toMatchObject({ status: 200, body: 'x'.repeat(2048) });
  const beyond = await answerOf([piece, piece], 'text/plain', 2047);
  expect(beyond).toMatchObject({ reason: 'an answer of more than 2047 bytes', final: true });
  const usual = await answerOf([Buffer.alloc(1024 * 1024 + 1)], 'text/plain');
  expect(usual).toMatchObject({ reason: 'an answer of more than 1048576 bytes', inDoubt: true });
});

describe('one request, by a connection in memory', () => {
  const ORIGIN = 'https://api.example.com';
  const REQUEST: Request = { method: 'POST', origin: ORIGIN, path: '/x?y=1', idempotent: true };
  const coded = (code: string, message = 'no', cause?: unknown) =>
    Object.assign(new Error(message, { cause }), { code });

  /** Sends a request; `play` is what the connection does with its handler. */
  async function send(
    play: (handler: Dispatcher.DispatchHandler, controller: { abort: jest.Mock }) => void,
    { request = REQUEST, body }: { request?: Request; body?: string } = {},
  ) {
    const given: Dispatcher.DispatchOptions[] = [];
    const open = new Set<DeadlineEntry>();
    const places: DeadlineEntry[] = [];
    const controller = { abort: jest.fn() };
    const dispatcher = {
      dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
        given.push(options);
        play(handler, controller);
        return true;
      },
    } as unknown as Dispatcher;
    const exchange = createExchange({
      carrierFor: () => dispatcher,
      timeoutMs: 1500,
      deadlines: {
        deadlineAfter: (ms) => ms + 7,
        add(entry) {
          expect(entry.deadline).toBe(1507);
          open.add(entry);
          return places.push(entry) - 1;
        },
        remove: (place) => void open.delete(places[place] as DeadlineEntry),
        stop: () => undefined,
      },
    });
    const sending = exchange(request, ORIGIN, body);
    for (const entry of [...open]) entry.expire();
    return { result: await sending, options: given[0], controller, open: open.size };
  }
  type Play = Parameters<typeof send>[0];
  const start: Play = (handler, controller) =>
    handler.onRequestStart?.(controller as unknown as Dispatcher.DispatchController, {});
  const respond =
    (status: number, headers = {}): Play =>
    (handler, controller) =>
      handler.onResponseStart?.(
        controller as unknown as Dispatcher.DispatchController,
        status,
        headers,
        '',
      );
  const end: Play = (handler, controller) =>
    handler.onResponseEnd?.(controller as unknown as Dispatcher.DispatchController, {});
  const fail =
    (error: Error): Play =>
    (handler, controller) =>
      handler.onResponseError?.(controller as unknown as Dispatcher.DispatchController, error);
  const all =
    (...plays: readonly Play[]): Play =>
    (handler, controller) =>
      plays.forEach((play) => play(handler, controller));

  test('is sent with its own path, headers and body, and no clock but the one deadline', async () => {
    const headers = { authorization: 'Bearer x' };
    const { options } = await send(end, { request: { ...REQUEST, headers }, body: '{}' });
    expect(options).toEqual({
      origin: ORIGIN,
      path: '/x?y=1',
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const other = await send(end, { request: { ...REQUEST, headers: form }, body: '' });
    expect(other.options).toMatchObject({ headers: form, body: '' });
  });

  test('without a body has no type of one', async () => {
    const { options } = await send(end);
    expect([options?.headers, options?.body]).toEqual([{}, null]);
  });

  test('is answered by its last response: one that says to go on is none', async () => {
    const { result, open } = await send(
      all(start, respond(100, { date: 'early' }), respond(200, { date: 'late' }), end),
    );
    expect(result).toEqual({ status: 200, headers: { date: 'late' }, body: '' });
    expect(open).toBe(0);
  });

  test('has one text for a header that is repeated', async () => {
    const { result } = await send(
      all(start, respond(429, { 'retry-after': ['1', '2'], x: 'y' }), end),
    );
    expect(result).toMatchObject({ headers: { 'retry-after': '1, 2', x: 'y' } });
  });

  test('that is not answered in time may have arrived, and its connection is ended', async () => {
    const { result, controller } = await send(start);
    expect(result).toEqual({ reason: 'no answer in 1.5 s', inDoubt: true, final: false });
    expect(controller.abort).toHaveBeenCalledTimes(1);
  });

  test('that found no connection in time never left', async () => {
    const { result, controller } = await send(() => undefined);
    expect(result).toEqual({ reason: 'no answer in 1.5 s', inDoubt: false, final: false });
    expect(controller.abort).not.toHaveBeenCalled();
  });

  test('that is given up before a connection is there does not leave later', async () => {
    let later: () => void = () => undefined;
    const { controller } = await send((handler, control) => {
      later = () => start(handler, control as { abort: jest.Mock });
    });
    later();
    expect(controller.abort).toHaveBeenCalledWith(new Error('too late'));
  });

  test('has the first result that comes of it, and no other', async () => {
    const { result } = await send(all(start, respond(200), end, fail(coded('ECONNRESET'))));
    expect(result).toMatchObject({ status: 200 });
  });

  test.each<[string, Error, boolean, object]>([
    [
      'before it left',
      coded('ECONNREFUSED'),
      false,
      { reason: 'the connection was refused (ECONNREFUSED)', inDoubt: false, final: false },
    ],
    [
      'after it left',
      coded('ECONNRESET'),
      true,
      { reason: 'the connection was closed (ECONNRESET)', inDoubt: true, final: false },
    ],
    [
      'for a reason inside',
      coded('UND_ERR', 'no', coded('ENOTFOUND')),
      false,
      { reason: 'the host name is not known (ENOTFOUND)', inDoubt: false, final: false },
    ],
    [
      'for a reason that is no error',
      coded('EPIPE', 'no', 'why'),
      false,
      { reason: 'the connection was closed (EPIPE)', inDoubt: false, final: false },
    ],
    [
      'without a code',
      new TypeError('no'),
      false,
      { reason: 'TypeError', inDoubt: false, final: false },
    ],
    [
      'for its certificate',
      coded('CERT_HAS_EXPIRED'),
      false,
      {
        reason: 'TLS: its certificate has expired (CERT_HAS_EXPIRED)',
        inDoubt: false,
        final: true,
      },
    ],
    [
      'for a certificate inside',
      coded('X', 'no', coded('DEPTH_ZERO_SELF_SIGNED_CERT')),
      false,
      { final: true },
    ],
    [
      'for a certificate after it left',
      coded('CERT_HAS_EXPIRED'),
      true,
      { inDoubt: true, final: false },
    ],
    [
      'by the proxy',
      new Error('Proxy response (407) !== 200 when HTTP Tunneling'),
      true,
      { reason: 'the proxy answered 407', inDoubt: false, final: false },
    ],
    [
      'by words like the proxy’s',
      coded('EPIPE', 'not Proxy response (407)'),
      true,
      { inDoubt: true },
    ],
    [
      'on its way to the proxy',
      coded(NO_TUNNEL, 'the proxy: ECONNRESET'),
      true,
      { reason: 'the proxy: ECONNRESET', inDoubt: false, final: false },
    ],
  ])(
    'that broke %s says why, whether it may have arrived, and whether another try helps',
    async (_when, error, isStarted, expected) => {
      const { result, open } = await send(isStarted ? all(start, fail(error)) : fail(error));
      expect(result).toMatchObject(expected);
      expect(open).toBe(0);
    },
  );
});
