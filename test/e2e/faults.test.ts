/** What goes wrong on the way, met by runs with several targets: each ends in the status that it proves. */
import { createServer, type AddressInfo } from 'node:net';
import type { FaultKind, Reply } from '../../src/contract/emulator.js';
import { jsonLines, type Ran } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const COUNT = 5;
const IDS = Array.from({ length: COUNT }, (_, index) => `clientId:c${index}`);

interface Told {
  readonly code: number | null;
  /** Status and error code of each kind of outcome, and how many there are. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly ran: Ran;
}

interface Meeting {
  /** What every request that revokes meets; undefined: nothing. */
  readonly fault?: FaultKind;
  readonly times?: number;
  readonly match?: RegExp;
  readonly words?: readonly string[];
  readonly env?: (stage: Stage) => Readonly<Record<string, string>>;
}

/** One bulk run of a provider that meets a fault; what it tells is held against the emulator's state. */
async function meet(stage: Stage, provider: 'ably' | 'workspace', meeting: Meeting): Promise<Told> {
  const { server, revokes } = stage[provider];
  const targets = provider === 'ably' ? IDS : stage.workspace.issueBare(COUNT);
  const issued = Date.now() - 60_000;
  const isAlive = (target: string) =>
    provider === 'ably'
      ? stage.ably.isTargetAlive(target, undefined, issued)
      : stage.workspace.isAlive(target);
  const { fault, times = Infinity, match = revokes, words = [], env } = meeting;
  if (fault) server.addFault({ ...fault, match, times });
  const ran = await stage.here(
    [
      ...[provider, '-', '--force', '--json', '--no-journal', '--concurrency', '2'],
      ...['--timeout', '0.4', '--retries', '1', ...words],
    ],
    { input: targets.join('\n'), env: env?.(stage) ?? {} },
  );
  const outcomes: Record<string, number> = {};
  const told = jsonLines(ran.stdout);
  if (told.length > 0) {
    expect(told.map(({ target }) => target).sort()).toEqual([...targets].sort());
  }
  for (const { target, status, error } of told) {
    const { code } = (error ?? {}) as { code?: string };
    const name = code === undefined ? String(status) : `${String(status)} ${code}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    if (status === 'revoked' && isAlive(String(target)))
      throw new Error(`${String(target)} is said to be revoked, and it is alive`);
    if ((status === 'failed' || status === 'skipped') && !isAlive(String(target)))
      throw new Error(`${String(target)} is said to be ${name}, and it is dead`);
  }
  return { code: ran.code, outcomes, ran };
}

/** The same fault for both providers at once. */
function both(meeting: Meeting): Promise<Readonly<Record<'ably' | 'workspace', Told>>> {
  return onStage(async (stage) => {
    const [ably, workspace] = await Promise.all([
      meet(stage, 'ably', meeting),
      meet(stage, 'workspace', meeting),
    ]);
    return { ably, workspace };
  });
}

const altered = (headers: Readonly<Record<string, string>>): FaultKind => ({
  kind: 'alter',
  alter: (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } }),
});
const lie = (reply: Reply): FaultKind => ({ kind: 'lie', reply });
const reply = (status: number, headers: Readonly<Record<string, string>> = {}): FaultKind => ({
  kind: 'reply',
  reply: { status, headers, body: { detail: 'no' } },
});

describe('the request may have landed', () => {
  test.each<[string, FaultKind, string]>([
    ['the connection is reset before it is read', { kind: 'reset' }, 'no_answer'],
    ['it is reset after it acted', { kind: 'reset', after: true }, 'no_answer'],
    ['nothing is ever answered', { kind: 'idle' }, 'no_answer'],
    ['headers, then nothing', { kind: 'drip', ms: 3_600_000 }, 'no_answer'],
    ['a byte now and then', { kind: 'drip', ms: 40 }, 'no_answer'],
    ['half a body', { kind: 'truncate' }, 'no_answer'],
    ['a body without end', { kind: 'endless' }, 'no_answer'],
    ['a content-length that is too long', altered({ 'content-length': '9999' }), 'no_answer'],
    ['headers of 1 MB', altered({ 'x-padding': 'x'.repeat(1_000_000) }), 'no_answer'],
    ['a 204', lie({ status: 204 }), 'unexpected_answer'],
    ['an empty 200', lie({ status: 200, body: '' }), 'unexpected_answer'],
    ['a page', lie({ status: 200, body: '<html>Welcome</html>' }), 'unexpected_answer'],
    ['half of some JSON', lie({ status: 200, body: '{"jti":"jti_ba' }), 'unexpected_answer'],
    [
      'JSON that is not UTF-8',
      lie({ status: 201, body: Buffer.from('{"jti":"\xff\xfe"}', 'latin1') }),
      'unexpected_answer',
    ],
    ['JSON of another shape', lie({ status: 200, body: { ok: true } }), 'unexpected_answer'],
  ])('%s', async (_name, fault, code) => {
    for (const told of Object.values(await both({ fault }))) {
      expect(told.outcomes).toEqual({ [`unknown ${code}`]: COUNT });
      expect(told.code).toBe(4);
    }
  });

  test('a content-length that is too short proves nothing', async () => {
    const told = await both({ fault: altered({ 'content-length': '9' }) });
    for (const { outcomes, code } of Object.values(told)) {
      expect(Object.keys(outcomes).every((name) => name.startsWith('unknown '))).toBe(true);
      expect(code).toBe(4);
    }
  });

  test.each([500, 503, 504, 520, 524])('%i to the end', async (status) => {
    const told = await both({ fault: lie({ status, body: 'upstream' }) });
    for (const { outcomes, code } of Object.values(told)) {
      expect(outcomes).toEqual({ 'unknown server_error': COUNT });
      expect(code).toBe(4);
    }
  });
});

describe('what passes is tried again', () => {
  test.each<[string, FaultKind]>([
    ['a reset', { kind: 'reset' }],
    ['a connection that closes as it is used again', altered({ connection: 'close' })],
    ['503', reply(503)],
    ['429 without a wait', reply(429)],
    ['429 with a wait of 0', reply(429, { 'retry-after': '0' })],
    ['429 with a date in the past', reply(429, { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' })],
    ['429 with a wait that is none', reply(429, { 'retry-after': 'soon' })],
  ])('%s, once', async (_name, fault) => {
    for (const { outcomes, code } of Object.values(await both({ fault, times: 1 }))) {
      expect(outcomes).toEqual({ revoked: COUNT });
      expect(code).toBe(0);
    }
  });

  test.each([500, 502, 504])('%i is none of that: it is told as it is', async (status) => {
    const { ably, workspace } = await both({ fault: reply(status), times: 1 });
    expect(ably.outcomes).toEqual({ 'unknown server_error': COUNT });
    expect(workspace.outcomes).toEqual({ 'unknown server_error': 1, revoked: COUNT - 1 });
    expect([ably.code, workspace.code]).toEqual([4, 4]);
  });

  test('one that was answered by a reset after it acted is dead already', async () => {
    const { ably, workspace } = await both({ fault: { kind: 'reset', after: true }, times: 1 });
    expect(ably.outcomes).toEqual({ revoked: COUNT });
    expect(workspace.outcomes).toEqual({ revoked: COUNT });
    expect(workspace.code).toBe(0);
  });

  test('a wait of a second is waited for, by everybody', () =>
    onStage(async (stage) => {
      const told = await meet(stage, 'workspace', {
        fault: reply(429, { 'retry-after': '1' }),
        times: 1,
      });
      expect(told.outcomes).toEqual({ revoked: COUNT });
      const times = stage.workspace.server.requests
        .filter(({ method }) => method === 'DELETE')
        .map(({ at }) => at);
      const [refused = 0] = times;
      // What was in flight with it may still arrive; nothing leaves before the second is over.
      const early = times.filter((at) => at > refused + 300 && at < refused + 990);
      expect(early).toEqual([]);
    }));
});

describe('the request was refused', () => {
  test.each<[number, string]>([
    [400, 'refused'],
    [409, 'refused'],
    [410, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [425, 'refused'],
  ])('%i', async (status, code) => {
    for (const told of Object.values(await both({ fault: reply(status) }))) {
      expect(told.outcomes).toEqual({ [`failed ${code}`]: COUNT });
      expect(told.code).toBe(1);
    }
  });

  test('a bare 404 is no proof that a token is unknown', async () => {
    for (const told of Object.values(await both({ fault: reply(404) }))) {
      const failed = Object.keys(told.outcomes).filter((name) => name.startsWith('failed'));
      expect(failed).not.toContain('failed not_found');
      expect(failed).toHaveLength(1);
      expect(told.code).toBe(1);
    }
  });

  test.each([301, 303, 307, 308])('%i is not followed, and ends the run', async (status) => {
    const fault = reply(status, { location: 'http://127.0.0.1:9/elsewhere' });
    const { ably, workspace } = await both({ fault });
    expect(ably.outcomes).toEqual({ 'unknown redirected': COUNT });
    expect(workspace.outcomes['unknown redirected']).toBeLessThanOrEqual(2);
    expect(workspace.outcomes['skipped stopped_early']).toBeGreaterThanOrEqual(COUNT - 2);
    expect([ably.code, workspace.code]).toEqual([4, 1]);
  });

  test.each([401, 403])('%i ends the run with 3', async (status) => {
    for (const told of Object.values(await both({ fault: reply(status) }))) {
      expect(told.code).toBe(3);
      expect(told.outcomes['revoked']).toBeUndefined();
    }
  });

  test('401 on the way: what was revoked stays so, the rest is skipped', () =>
    onStage(async (stage) => {
      const told = await meet(stage, 'workspace', {
        fault: reply(401),
        match: /bare[2-4]$/,
      });
      expect(told.code).toBe(3);
      expect(told.outcomes['revoked']).toBe(2);
      const { 'failed credentials_rejected': failed = 0, 'skipped stopped_early': skipped = 0 } =
        told.outcomes;
      expect(failed).toBeGreaterThanOrEqual(1);
      expect(failed + skipped).toBe(3);
    }));

  test('targets that are answered 429 at each try are failed, and the exit code is 1', async () => {
    for (const told of Object.values(await both({ fault: reply(429) }))) {
      expect(told.outcomes).toEqual({ 'failed rate_limited': COUNT });
      expect(told.code).toBe(1);
    }
  });

  test('a wait of a day is no wait: the run ends at once and says so', async () => {
    const fault = reply(429, { 'retry-after': '86400' });
    for (const told of Object.values(await both({ fault }))) {
      expect(told.code).toBe(1);
      expect(told.outcomes['failed rate_limited']).toBeGreaterThanOrEqual(1);
      expect(told.ran.stdout).toContain('86400 s');
    }
  });

  test('a 429 after an answer that was lost does not say that nothing happened', async () => {
    await onStage(async (stage) => {
      const { server, revokes } = stage.workspace;
      server.addFault({ kind: 'reset', after: true, match: revokes, times: 2 });
      const { outcomes } = await meet(stage, 'workspace', { fault: reply(429) });
      expect(Object.keys(outcomes).sort()).toEqual(['failed rate_limited', 'unknown rate_limited']);
    });
  });
});

describe('nobody is there', () => {
  async function closedPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  const ending = (told: Told) => {
    const { 'failed unreachable': failed = 0, 'skipped stopped_early': skipped = 0 } =
      told.outcomes;
    if (told.ran.stdout !== '') {
      expect(failed).toBeGreaterThan(0);
      expect(failed + skipped).toBe(COUNT);
    }
    expect(told.ran.stdout + told.ran.stderr).toContain('could not reach');
    expect(told.code).toBe(1);
  };

  test('a closed port is reported, and nothing is called revoked', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const env = () => ({ WORKSPACE_API_URL: url, ABLY_ENDPOINT: url });
    for (const told of Object.values(await both({ env }))) ending(told);
  });

  test('an unknown host name is reported, and nothing is called revoked', async () => {
    const url = 'https://revoke.invalid';
    const env = () => ({ WORKSPACE_API_URL: url, ABLY_ENDPOINT: url });
    for (const told of Object.values(await both({ env }))) ending(told);
  });

  test('a proxy wants to know who asks', async () => {
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 407 Who?\r\ncontent-length: 0\r\n\r\n'));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    try {
      // Loopback never goes through a proxy: a host elsewhere does.
      const url = 'https://revoke.invalid';
      const env = () => ({
        WORKSPACE_API_URL: url,
        ABLY_ENDPOINT: url,
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
      });
      for (const told of Object.values(await both({ env }))) {
        expect(told.outcomes['revoked']).toBeUndefined();
        expect([1, 4]).toContain(told.code);
      }
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  });
});
