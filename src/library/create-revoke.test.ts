/** `import { createRevoke } from 'revoke-cli'`: the engine without the command around it. */
import type { Emulator } from '../contract/emulator.js';
import { createRevoke, type CreateRevokeOptions, type Outcome, type Revoke } from '../index.js';
import { createToy } from '../../test/support/toy.js';

const toy = createToy();
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startToy(provider = toy): Promise<Emulator> {
  const emulator = await provider.startEmulator?.({});
  if (!emulator) throw new Error('no emulator');
  cleanups.push(() => emulator.close());
  return emulator;
}

async function login(emulator: Emulator, more: Partial<CreateRevokeOptions> = {}): Promise<Revoke> {
  const { TOY_URL = '', TOY_API_TOKEN = '' } = emulator.environment;
  const settings = { url: TOY_URL, api_token: TOY_API_TOKEN };
  const revoke = await createRevoke({ provider: toy, settings, retries: 0, ...more });
  cleanups.push(() => revoke.close());
  return revoke;
}

async function all(outcomes: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const seen: Outcome[] = [];
  for await (const outcome of outcomes) seen.push(outcome);
  return seen;
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const targetsOf = async (emulator: Emulator, count: number) =>
  (await emulator.issue(count)).map(({ target }) => target);
const revocations = ({ server, revokes }: Emulator) =>
  server.requests.filter(({ method, path }) => revokes.test(`${method} ${path}`));

/** Lets whatever is under way on loopback come to rest. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('what is revoked', () => {
  test('text and objects, each once, with an outcome each', async () => {
    const emulator = await startToy();
    const [one = '', two = '', three = ''] = await targetsOf(emulator, 3);
    const revoke = await login(emulator);
    const outcomes = await all(revoke.revoke([one, { id: two }, { target: three }, one]));
    expect(outcomes.sort((a, b) => a.target.localeCompare(b.target))).toEqual(
      [one, two, three].map((target) => ({
        provider: 'toy',
        target,
        status: 'revoked',
        at: expect.stringMatching(/^20.*Z$/) as string,
        account: 'toys',
      })),
    );
    expect([one, two, three].map((target) => emulator.isAlive(target))).toEqual([
      false,
      false,
      false,
    ]);
    expect(revocations(emulator)).toHaveLength(3);
  });

  test('a stream, as it comes', async () => {
    const emulator = await startToy();
    const targets = await targetsOf(emulator, 3);
    const revoke = await login(emulator);
    async function* stream() {
      for (const target of targets) {
        await new Promise((resolve) => setImmediate(resolve));
        yield target;
      }
    }
    const outcomes = await all(revoke.revoke(stream()));
    expect(outcomes.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked']);
  });

  test('nothing, where nothing is given', async () => {
    const revoke = await login(await startToy());
    expect(await all(revoke.revoke([]))).toEqual([]);
  });

  test('what cannot be read is failed, and hides no other', async () => {
    const emulator = await startToy();
    const [one = ''] = await targetsOf(emulator, 1);
    const revoke = await login(emulator);
    const outcomes = await all(revoke.revoke(['../x', one, { jti: 'x' }]));
    expect(outcomes.map(({ target, status, error }) => [target, status, error?.code])).toEqual(
      expect.arrayContaining([
        ['targets:1', 'failed', 'bad_input'],
        [one, 'revoked', undefined],
        ['targets:3', 'failed', 'bad_input'],
      ]),
    );
    expect(outcomes).toHaveLength(3);
  });

  test('undefined, null and other values that are no targets are failed at their place', async () => {
    const emulator = await startToy();
    const [one = '', two = ''] = await targetsOf(emulator, 2);
    const revoke = await login(emulator);
    const given = [one, undefined, null, 7, [one], two] as unknown as string[];
    for (const targets of [given, streamOf(given)]) {
      const outcomes = await all(revoke.revoke(targets, { dryRun: true }));
      const bad = outcomes.filter(({ error }) => error?.code === 'bad_input');
      expect(bad.map(({ target, status }) => [target, status])).toEqual(
        [2, 3, 4, 5].map((place) => [`targets:${place}`, 'failed']),
      );
      expect(outcomes.filter(({ status }) => status === 'planned')).toHaveLength(2);
    }
  });

  test.each([
    ['concurrency', 0],
    ['concurrency', -1],
    ['concurrency', 1.5],
    ['concurrency', NaN],
    ['rate', 0],
    ['rate', -1],
    ['rate', NaN],
    ['rate', Infinity],
    ['timeoutMs', 0],
    ['timeoutMs', NaN],
    ['retries', -1],
    ['retries', NaN],
  ])('%s of %d is a usage error', async (name, value) => {
    const emulator = await startToy();
    await expect(login(emulator, { [name]: value })).rejects.toMatchObject({
      code: 'usage',
      kind: 'usage',
      message: expect.stringContaining(name) as string,
    });
  });

  test('an error of the source ends the loop with it', async () => {
    const revoke = await login(await startToy());
    async function* broken(): AsyncGenerator<string> {
      yield 'tok_1';
      throw new RangeError('the source broke');
    }
    await expect(all(revoke.revoke(broken()))).rejects.toThrow('the source broke');
  });
});

describe('a run', () => {
  test('plans on a dry run', async () => {
    const emulator = await startToy();
    const [one = ''] = await targetsOf(emulator, 1);
    const revoke = await login(emulator);
    const [outcome] = await all(revoke.revoke([one], { dryRun: true }));
    expect(outcome?.status).toBe('planned');
    expect(emulator.server.requests).toEqual([]);
  });

  test('a run of the library with verify proves what it revoked', async () => {
    const emulator = await startToy();
    const [one = ''] = await targetsOf(emulator, 1);
    const revoke = await login(emulator, { verify: true });
    const [outcome] = await all(revoke.revoke([one]));
    expect(outcome).toMatchObject({
      status: 'revoked',
      verification: { method: 'lookup', before: 'active', after: 'dead' },
    });
  });

  test('a target that is not there is failed, and ignored when told to', async () => {
    const revoke = await login(await startToy());
    const [failed] = await all(revoke.revoke(['tok_9']));
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    const [forgiven] = await all(revoke.revoke(['tok_9'], { ignoreNotFound: true }));
    expect(forgiven).toMatchObject({ status: 'failed', ignored: true });
  });

  test.each([0, -1, 1.5, NaN])(
    'maxFailures of %d is a usage error, and nothing is sent',
    async (n) => {
      const emulator = await startToy();
      const revoke = await login(emulator);
      const run = all(revoke.revoke(['tok_1'], { maxFailures: n }));
      await expect(run).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('maxFailures'),
      });
      expect(revocations(emulator)).toEqual([]);
    },
  );

  test('stops after so many failures', async () => {
    const emulator = await startToy();
    const revoke = await login(emulator, { concurrency: 1 });
    const outcomes = await all(revoke.revoke(['tok_7', 'tok_8', 'tok_9'], { maxFailures: 1 }));
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
    expect(revocations(emulator)).toHaveLength(1);
  });

  test('two runs of the library at once revoke all of their targets', async () => {
    const emulator = await startToy();
    const targets = await targetsOf(emulator, 6);
    const revoke = await login(emulator);
    const [some, others] = await Promise.all([
      all(revoke.revoke(targets.slice(0, 3))),
      all(revoke.revoke(targets.slice(3))),
    ]);
    expect([...some, ...others].map(({ status }) => status)).toEqual(Array(6).fill('revoked'));
  });
});

describe('a reader', () => {
  /** Tokens without end. */
  function endless(emulator: Emulator) {
    const state = { given: 0, closed: false };
    async function* stream(): AsyncGenerator<string> {
      try {
        for (;;) {
          const [target = ''] = await targetsOf(emulator, 1);
          state.given += 1;
          yield target;
        }
      } finally {
        state.closed = true;
      }
    }
    return { state, stream: stream() };
  }

  test('who is slow slows the run', async () => {
    const emulator = await startToy();
    const revoke = await login(emulator, { concurrency: 2 });
    const { stream } = endless(emulator);
    const outcomes = revoke.revoke(stream);
    await outcomes.next();
    await rest();
    const sent = revocations(emulator).length;
    expect(sent).toBeLessThanOrEqual(8);
    await rest();
    expect(revocations(emulator)).toHaveLength(sent);
    await outcomes.return();
  });

  test('who leaves the loop ends the run', async () => {
    const emulator = await startToy();
    const revoke = await login(emulator, { concurrency: 2 });
    const { stream, state } = endless(emulator);
    let seen = 0;
    for await (const { status } of revoke.revoke(stream)) {
      expect(status).toBe('revoked');
      seen += 1;
      if (seen === 5) break;
    }
    const sent = revocations(emulator).length;
    expect(sent).toBeLessThanOrEqual(5 + 8);
    await rest();
    expect(revocations(emulator)).toHaveLength(sent);
    expect(state.closed).toBe(true);
    const [again = ''] = await targetsOf(emulator, 1);
    expect((await all(revoke.revoke([again])))[0]?.status).toBe('revoked');
  });

  test('who aborts is told what was in flight, and that it is not all', async () => {
    const emulator = await startToy();
    const revoke = await login(emulator, { concurrency: 1 });
    const targets = await targetsOf(emulator, 3);
    const controller = new AbortController();
    emulator.server.addFault({
      kind: 'alter',
      match: emulator.revokes,
      alter(reply) {
        controller.abort(new Error('enough'));
        return reply;
      },
    });
    const seen: Outcome[] = [];
    const run = async () => {
      for await (const outcome of revoke.revoke(targets, { signal: controller.signal }))
        seen.push(outcome);
    };
    await expect(run()).rejects.toThrow('enough');
    expect(seen.map(({ target, status }) => [target, status])).toEqual([
      [targets[0], 'revoked'],
      [targets[1], 'skipped'],
      [targets[2], 'skipped'],
    ]);
    expect(targets.map((target) => emulator.isAlive(target))).toEqual([false, true, true]);
  });

  test('who waits for a source that never answers can still abort', async () => {
    const revoke = await login(await startToy());
    const silent: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const controller = new AbortController();
    const run = all(revoke.revoke(silent, { signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
  });

  test('close ends what is running', async () => {
    const emulator = await startToy();
    const revoke = await login(emulator, { concurrency: 1 });
    const { stream } = endless(emulator);
    const outcomes = revoke.revoke(stream);
    await outcomes.next();
    await revoke.close();
    const left = await all(outcomes);
    expect(left.length).toBeLessThanOrEqual(300);
    await expect(all(revoke.revoke(['tok_1']))).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('logging in', () => {
  test('logging in says which account the library acts for', async () => {
    const emulator = await startToy();
    expect(await login(emulator)).toMatchObject({
      endpoint: emulator.server.url,
      scope: { account: 'toys' },
      promptDetails: [['Service', emulator.server.url]],
    });
  });

  test('reads no environment but the one that it is given', async () => {
    const emulator = await startToy();
    const { environment } = emulator;
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      await expect(createRevoke({ provider: toy })).rejects.toMatchObject({ name: 'RevokeError' });
    } finally {
      process.env = before;
    }
    const revoke = await createRevoke({ provider: toy, environment });
    cleanups.push(() => revoke.close());
    expect(revoke.endpoint).toBe(emulator.server.url);
  });

  test.each([
    ['a setting that is unknown', { settings: { colour: 'red' } }, 'toy has no setting colour'],
    ['an option that is unknown', { options: { colour: 'red' } }, 'toy has no option colour'],
    ['an empty setting', { settings: { url: ' ' } }, 'the setting url is empty'],
    ['no credential', { settings: { url: 'http://127.0.0.1:1' } }, 'no login at the toy service'],
  ])('%s is refused', async (_case, given, message) => {
    await expect(createRevoke({ provider: toy, ...given })).rejects.toThrow(message);
  });

  test('the library refuses a provider of another contract', async () => {
    const provider = { ...toy, contract: 1 } as unknown as typeof toy;
    await expect(createRevoke({ provider })).rejects.toThrow('made for contract 1');
  });

  test('an endpoint that is not safe is refused before anything is sent', async () => {
    const settings = { url: 'http://toys.example', api_token: 'x'.repeat(20) };
    const revoke = await createRevoke({ provider: toy, settings });
    cleanups.push(() => revoke.close());
    const [outcome] = await all(revoke.revoke(['tok_1']));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'insecure_url' } });
  });
});

describe('what it tells', () => {
  test('is free of secrets, in outcomes and in details', async () => {
    const provider = createToy({ secret: true });
    const emulator = await startToy(provider);
    const details: string[] = [];
    const revoke = await login(emulator, { provider, onDetail: (text) => details.push(text) });
    const [one] = await emulator.issue(1);
    const token = one?.target ?? '';
    emulator.server.addFault({
      kind: 'alter',
      match: emulator.revokes,
      alter: (_reply, { headers, body }) => ({
        status: 400,
        body: { message: `${headers.authorization} ${String(body)}` },
      }),
    });
    const [outcome] = await all(revoke.revoke([token]));
    const told = JSON.stringify([outcome, details]);
    expect(outcome).toMatchObject({ target: one?.id, status: 'failed' });
    expect(outcome?.error?.message).toContain('[secret]');
    expect(told).not.toContain(token);
    expect(told).not.toContain(emulator.environment['TOY_API_TOKEN']);
    expect(details.join()).toContain('POST');
  });
});
