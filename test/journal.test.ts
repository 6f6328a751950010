import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import fc from 'fast-check';
import { runEngine } from '../src/engine/engine.js';
import { isRevokeError, type RevokeError } from '../src/contract/errors.js';
import { openJournal } from '../src/journal/writer.js';
import { type JournalHeader } from '../src/journal/format.js';
import { readJournal, type PriorRun } from '../src/journal/reader.js';
import { fingerprintOf } from '../src/contract/fingerprint.js';
import { targetKey } from '../src/engine/target-key.js';
import type { Outcome, Revoker, Status, Target, Verdict } from '../src/contract/provider.js';
import { assertUnchanged, filesOf, readPriorRun } from '../src/journal/resume.js';
import { startJournal } from '../src/journal/journal-file.js';

// Errors of node:fs come from outside of the realm that jest runs tests in.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    const usual = Function.prototype[Symbol.hasInstance] as (value: unknown) => boolean;
    return this === Error ? isNativeError(value) : usual.call(this, value);
  },
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const alone = { pid: process.pid, isAlive: () => false };
const HEADER: JournalHeader = {
  version: 1,
  provider: 'memory',
  endpoint: 'https://one.example',
  scope: { app_id: 'app1', key_name: 'app1.key' },
  sources: [{ kind: 'arguments', targets: [] }],
  started_at: '2026-01-01T00:00:00.000Z',
};

type Behaviour = (id: string, when: number | undefined) => Status;

function revokerOf(behave: Behaviour, sent: string[], routes?: readonly string[]): Revoker {
  return {
    endpoint: HEADER.endpoint,
    scope: {},
    promptDetails: [],
    ...(routes && { routes, routeKey: 'key_name' }),
    consequences: () => [],
    async revoke(targets, { firstTriedAt }) {
      await turn();
      return targets.map((target): Verdict => {
        sent.push(targetKey(target));
        return { target: target.id, status: behave(target.id, firstTriedAt) };
      });
    },
  };
}

interface Ran {
  readonly sent: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** One run over the targets with its journal, from the beginning or after `priorRun`. */
async function runWith(
  path: string,
  targets: readonly Target[],
  given: {
    priorRun?: PriorRun;
    behave?: Behaviour;
    header?: JournalHeader;
    batch?: number;
    routes?: readonly string[];
    now?: () => number;
  } = {},
): Promise<Ran> {
  const { priorRun, behave = () => 'revoked', header = HEADER, batch = 3, routes } = given;
  const journal = await openJournal(path, header, given.now ?? Date.now, alone, priorRun);
  const sent: string[] = [];
  const outcomes: Outcome[] = [];
  let done = false;
  await runEngine({
    provider: 'memory',
    revoker: revokerOf(behave, sent, routes),
    source: { next: async () => (done ? undefined : ((done = true), targets)) },
    batch,
    pacer: {
      admit: () => undefined,
      throttled: () => undefined,
      succeeded: () => undefined,
      width: () => 4,
    },
    signal: new AbortController().signal,
    journal: journal,
    serialize: (outcome) => JSON.stringify(outcome),
    onOutcomes: (some) => void outcomes.push(...some),
  });
  await journal.close();
  return { sent, outcomes };
}

const targetsOf = (count: number): Target[] =>
  Array.from({ length: count }, (_, index) => ({ id: `jti_${index}` }));

async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<RevokeError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (isRevokeError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** What a reader who knows only the format finds settled: an oracle of its own. */
function settledIn(text: string): Set<string> {
  const settled = new Set<string>();
  for (const line of text.split('\n')) {
    let entry: { outcome?: Outcome; key?: string };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      continue;
    }
    const { outcome } = entry;
    if (outcome && !['unknown', 'skipped', 'planned'].includes(outcome.status))
      settled.add(entry.key ?? outcome.target);
  }
  return settled;
}

describe('what is written', () => {
  test('a newline, the header, an intent for each request and one line for each outcome', async () => {
    const path = join(folder, 'j');
    await runWith(path, targetsOf(4), { now: () => 1234 });
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('\n{"run":')).toBe(true);
    const entries = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries[0]).toEqual({ run: HEADER });
    expect(entries.filter((entry) => 'intent' in entry)).toEqual([
      { intent: ['jti_0', 'jti_1', 'jti_2'], at: 1234 },
      { intent: ['jti_3'], at: 1234 },
    ]);
    expect(entries.filter((entry) => 'outcome' in entry)).toHaveLength(4);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('an intent is made durable before it may be sent', async () => {
    const fs = jest.requireActual<typeof import('node:fs')>('node:fs');
    const path = join(folder, 'j');
    const synced: { text: string; done: (error: Error | null) => void }[] = [];
    const spy = jest
      .spyOn(fs, 'fdatasync')
      .mockImplementation(
        ((_fd: number, done: (error: Error | null) => void) =>
          void synced.push({ text: readFileSync(path, 'utf8'), done })) as typeof fs.fdatasync,
      );
    try {
      let fresh: typeof import('../src/journal/writer.js') | undefined;
      jest.isolateModules(() => {
        fresh = jest.requireActual<typeof import('../src/journal/writer.js')>(
          '../src/journal/writer.js',
        );
      });
      const journal = await fresh?.openJournal(path, HEADER, () => 7, alone);
      let mayBeSent = false;
      const intended = journal
        ?.writeIntents([{ targets: [{ id: 'jti_1' }], attempt: {} }])
        .then(() => (mayBeSent = true));
      await turn();
      expect(synced).toHaveLength(1);
      expect(synced[0]?.text).toContain('{"intent":["jti_1"],"at":7}\n');
      expect(mayBeSent).toBe(false);
      synced[0]?.done(null);
      await intended;
      expect(mayBeSent).toBe(true);
      const failing = journal?.writeIntents([{ targets: [{ id: 'jti_2' }], attempt: {} }]);
      synced[1]?.done(Object.assign(new Error('I/O'), { code: 'EIO' }));
      expect((await faultOf(failing ?? Promise.resolve())).code).toBe('journal_failed');
    } finally {
      spy.mockRestore();
    }
  });

  test('a secret stands in it as its fingerprint alone, and is not sent again', async () => {
    const path = join(folder, 'j');
    const secret = 'S3CRET-token-value';
    const target = { id: 'sha256:0123456789abcdef', secret, dedupKey: fingerprintOf(secret) };
    await runWith(path, [target]);
    expect(readFileSync(path, 'utf8')).not.toContain(secret);
    const priorRun = await readJournal(path);
    expect((await runWith(path, [target], { priorRun })).sent).toEqual([]);
    // Another secret whose id happens to be the same is another target.
    const other = { ...target, secret: 'another', dedupKey: fingerprintOf('another') };
    const again = await runWith(path, [other], { priorRun: await readJournal(path) });
    expect(again.sent).toEqual([targetKey(other)]);
  });

  test('skipped and planned are no outcomes to remember', async () => {
    const path = join(folder, 'j');
    await runWith(path, targetsOf(3), {
      behave: (id) => (id === 'jti_1' ? 'unknown' : id === 'jti_2' ? 'failed' : 'revoked'),
    });
    const priorRun = await readJournal(path);
    expect(priorRun.priorState('jti_0')).toBe('done');
    expect(typeof priorRun.priorState('jti_1')).toBe('number');
    expect(priorRun.priorState('jti_2')).toBe('done');
    expect(priorRun.priorState('jti_3')).toBeUndefined();
  });
});

describe('a torn journal', () => {
  const ids = fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('a', 'b c', 'ü', '\u2028', 'x\u2029y', 'r\rn', '"quoted"', '\\', '😀', '}'),
      fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
    ),
    { minLength: 1, maxLength: 25 },
  );
  const statuses = fc.array(
    fc.constantFrom<Status>('revoked', 'revoked', 'already_revoked', 'failed', 'unknown'),
    { minLength: 1, maxLength: 10 },
  );

  test('any prefix of it reads, and a resume sends exactly what has no final outcome', async () => {
    await fc.assert(
      fc.asyncProperty(
        ids,
        statuses,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(undefined, ['k1', 'k2']),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        async (names, verdicts, batch, routes, cuts) => {
          const path = join(folder, `j${Math.random()}`);
          const targets = names.map((id) => ({ id }));
          const behave = (id: string): Status =>
            verdicts[names.indexOf(id) % verdicts.length] ?? 'revoked';
          const keys = (routes ?? [undefined]).flatMap((route) =>
            names.map((id) => (route === undefined ? id : `${route}\0${id}`)),
          );
          await runWith(path, targets, { behave, batch, ...(routes && { routes }) });
          // Killed again and again, each time at another byte, and resumed each time.
          for (const cut of cuts) {
            const bytes = readFileSync(path);
            const head = bytes.indexOf('}\n') + 2;
            writeFileSync(path, bytes.subarray(0, head + Math.floor(cut * (bytes.length - head))));
            const settled = settledIn(readFileSync(path, 'utf8'));
            const priorRun = await readJournal(path);
            for (const key of keys)
              expect(priorRun.priorState(key) === 'done').toBe(settled.has(key));
            const told: string[] = [];
            for await (const { target } of priorRun.outcomes()) told.push(target);
            expect(told).toHaveLength(settled.size);
            const journal = { priorRun, behave, batch, ...(routes && { routes }) };
            const { outcomes } = await runWith(path, targets, journal);
            const sentAgain = outcomes.map((one) =>
              routes ? `${String(one['key_name'])}\0${one.target}` : one.target,
            );
            expect(sentAgain.sort()).toEqual(keys.filter((key) => !settled.has(key)).sort());
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('every single byte of one is a place where it may end', async () => {
    const path = join(folder, 'j');
    await runWith(path, targetsOf(3));
    const bytes = readFileSync(path);
    const torn = join(folder, 'torn');
    for (let end = 0; end <= bytes.length; end++) {
      writeFileSync(torn, bytes.subarray(0, end));
      const settled = settledIn(bytes.subarray(0, end).toString('utf8'));
      if (end < bytes.indexOf('}\n') + 1) {
        expect((await faultOf(readJournal(torn))).message).toContain('is no journal');
        continue;
      }
      const priorRun = await readJournal(torn);
      for (const { id } of targetsOf(3))
        expect(priorRun.priorState(id) === 'done').toBe(settled.has(id));
    }
  });

  test('a target that was tried keeps the moment of its first try through any number of runs', async () => {
    const path = join(folder, 'j');
    const seen: (number | undefined)[] = [];
    for (const now of [1000, 2000, 3000]) {
      const priorRun = existsSync(path) ? await readJournal(path) : undefined;
      await runWith(path, targetsOf(1), {
        ...(priorRun && { priorRun }),
        now: () => now,
        behave: (_id, firstTriedAt) => {
          seen.push(firstTriedAt);
          return 'unknown';
        },
      });
    }
    expect(seen).toEqual([undefined, 1000, 1000]);
  });
});

describe('journals joined by cat', () => {
  test('are one: what any of them settled is settled, and the earliest try counts', async () => {
    const targets = targetsOf(30);
    const parts = [targets.slice(0, 10), targets.slice(5, 20), targets.slice(18)];
    for (const [index, part] of parts.entries()) {
      await runWith(join(folder, `j${index}`), part, {
        now: () => 5000 - index,
        behave: (id) => (id === 'jti_19' ? 'unknown' : 'revoked'),
      });
    }
    const all = join(folder, 'all');
    // The one in the middle was torn by a crash.
    for (const index of [0, 1, 2]) {
      const bytes = readFileSync(join(folder, `j${index}`));
      appendFileSync(all, index === 1 ? bytes.subarray(0, bytes.length - 5) : bytes);
    }
    const priorRun = await readJournal(all);
    expect(priorRun.priorState('jti_0')).toBe('done');
    expect(priorRun.priorState('jti_29')).toBe('done');
    expect(priorRun.priorState('jti_19')).toBe(4998);
    const { sent } = await runWith(all, targets, { priorRun });
    expect(sent).toContain('jti_19');
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('bring their parts and their sources with them', async () => {
    const file = { kind: 'file', path: '/lists/a', size: 1, sha256: 'aa' } as const;
    const other = { kind: 'file', path: '/lists/b', size: 1, sha256: 'bb' } as const;
    const all = join(folder, 'all');
    for (const header of [
      { ...HEADER, shard: '1/3', sources: [file] },
      { ...HEADER, shard: '3/3', sources: [file] },
      { ...HEADER, shard: '1/3', sources: [other] },
    ]) {
      appendFileSync(all, `\n${JSON.stringify({ run: header })}\n`);
    }
    const { header } = await readJournal(all);
    expect(header.shard).toBe('1/3,3/3');
    expect(header.sources).toEqual([file, other]);
    appendFileSync(all, `\n${JSON.stringify({ run: HEADER })}\n`);
    expect((await readJournal(all)).header.shard).toBeUndefined();
  });

  test.each<[string, Partial<JournalHeader>]>([
    ['provider', { provider: 'other' }],
    ['endpoint', { endpoint: 'https://two.example' }],
    ['app id', { scope: { ...HEADER.scope, app_id: 'app2' } }],
    ['key name', { scope: { ...HEADER.scope, key_name: 'app1.other' } }],
    ['workspace id', { scope: { ...HEADER.scope, workspace_id: 'w' } }],
  ])('of another %s are refused', async (fact, changed) => {
    const all = join(folder, 'all');
    for (const header of [HEADER, { ...HEADER, ...changed }])
      appendFileSync(all, `\n${JSON.stringify({ run: header })}\n`);
    const fault = await faultOf(readPriorRun(all));
    expect(fault.message).toContain(`for another ${fact}`);
    expect(fault.exit).toBe(2);
  });
});

describe('taking a journal up again', () => {
  const world = { clock: { now: Date.now, sleep: async () => undefined }, self: alone };
  const request = (
    path: string | undefined,
    priorRun?: PriorRun,
    header: JournalHeader = HEADER,
  ) => ({
    world,
    path,
    priorRun,
    header,
    stateDir: join(folder, 'state'),
    warn: (text: string) => void warnings.push(text),
  });
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
  });

  test.each<[string, Partial<JournalHeader>]>([
    ['provider', { provider: 'other' }],
    ['endpoint', { endpoint: 'https://two.example' }],
    ['app id', { scope: { ...HEADER.scope, app_id: 'app2' } }],
    ['key name', { scope: { ...HEADER.scope, key_name: ['app1.key', 'app1.other'] } }],
  ])('with another %s is refused, and the journal stays as it was', async (fact, changed) => {
    const path = join(folder, 'j');
    await runWith(path, targetsOf(1));
    const before = readFileSync(path, 'utf8');
    const priorRun = await readPriorRun(path);
    const fault = await faultOf(startJournal(request(path, priorRun, { ...HEADER, ...changed })));
    expect(fault.code).toBe('other_journal');
    expect(fault.message).toContain(`for another ${fact}`);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('one that has lines in it is not begun again; an empty one may be filled', async () => {
    const path = join(folder, 'j');
    writeFileSync(path, '');
    await (await startJournal(request(path)))?.close();
    const fault = await faultOf(startJournal(request(path)));
    expect(fault.message).toBe(`the journal ${path} exists`);
    expect(fault.hint).toContain(`--resume ${path}`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['text', 'jti_1\njti_2\n'],
    ['a list of JSON', '{"jti":"jti_1"}\nnull\n7\n"x"\n[]\n'],
    ['a header that is none', '{"run":5}\n{"run":null}\n{"run":{}}\n'],
    ['entries that are none', '{"intent":"x"}\n{"outcome":3}\n{"outcome":null}\n'],
  ])('%s is no journal', async (_name, text) => {
    const path = join(folder, 'j');
    if (text !== undefined) writeFileSync(path, text);
    const fault = await faultOf(readPriorRun(path));
    expect(fault.exit).toBe(2);
    expect(fault.message).toContain(path);
  });

  test('a file that changed is refused, and a pipe must be given again', () => {
    const file = { kind: 'file', path: '/lists/a', size: 1, sha256: 'aa' } as const;
    const of = (...sources: JournalHeader['sources']): PriorRun => ({
      header: { ...HEADER, sources },
      priorState: () => undefined,
      outcomes: async function* () {},
    });
    expect(filesOf(of(file), [])).toEqual(['/lists/a']);
    expect(filesOf(of(file), ['/lists/a'])).toEqual([]);
    expect(() => assertUnchanged(of(file), [file])).not.toThrow();
    for (const now of [[], [{ ...file, sha256: 'bb' }]]) {
      expect(() => assertUnchanged(of(file), now)).toThrow('/lists/a changed');
    }
    const stream = { kind: 'stream', name: 'stdin' } as const;
    expect(() => filesOf(of(stream), [])).toThrow('came from stdin');
    expect(filesOf(of(stream), ['-'])).toEqual([]);
  });

  test('our own: 0600 under the state folder, of which the newest 20 are kept', async () => {
    const journals = join(folder, 'state', 'journals');
    mkdirSync(journals, { recursive: true });
    for (let index = 0; index < 25; index++) {
      const path = join(journals, `old-${index}.jsonl`);
      writeFileSync(path, 'x');
      utimesSync(path, 1000 + index, 1000 + index);
    }
    writeFileSync(join(journals, 'old-0.jsonl.lock'), '{}');
    const journal = await startJournal(request(undefined));
    await journal?.close();
    const names = readdirSync(journals).filter((name) => name.endsWith('.jsonl'));
    expect(warnings).toEqual([]);
    expect(names).toContain('old-24.jsonl');
    expect(names).not.toContain('old-1.jsonl');
    // Another process still writes the oldest one.
    expect(names).toContain('old-0.jsonl');
    expect(names).toHaveLength(21);
    const path = journal?.path ?? '';
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('many that start at once do not get in each other’s way', async () => {
    const journals = join(folder, 'state', 'journals');
    mkdirSync(journals, { recursive: true });
    for (let index = 0; index < 40; index++) writeFileSync(join(journals, `${index}.jsonl`), 'x');
    const started = await Promise.all(
      Array.from({ length: 8 }, () => startJournal(request(undefined))),
    );
    expect(warnings).toEqual([]);
    for (const journal of started) await journal?.close();
  });

  test('a state folder that cannot be written is a warning', async () => {
    writeFileSync(join(folder, 'state'), 'a file');
    expect(await startJournal(request(undefined))).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('--no-journal');
  });

  test('a full disk is no mistake in the command', async () => {
    if (!existsSync('/dev/full')) return;
    const fault = await faultOf(startJournal(request('/dev/full')));
    expect(fault.code).toBe('journal_failed');
    expect(fault.exit).toBe(1);
    expect(existsSync('/dev/full.lock')).toBe(false);
  });
});

describe('one writer at a time', () => {
  const living = (...pids: number[]) => ({
    pid: process.pid,
    isAlive: (pid: number) => pids.includes(pid),
  });

  test('a second one is refused while the first lives', async () => {
    const path = join(folder, 'j');
    const self = living(process.pid);
    const first = await openJournal(path, HEADER, Date.now, self);
    const priorRun = await readJournal(path);
    const fault = await faultOf(openJournal(path, HEADER, Date.now, self, priorRun));
    expect(fault.message).toContain('another process is writing');
    await first.close();
    await (await openJournal(path, HEADER, Date.now, self, priorRun)).close();
  });

  test.each([
    ['a dead one', JSON.stringify({ pid: 4_000_000, started: '1', nonce: 'x' })],
    ['one whose pid was given out again', JSON.stringify({ pid: process.pid, started: '1' })],
    ['one that died while it locked', ''],
    ['one that died while it wrote the lock', '{"pid":1'],
  ])('the lock of %s is taken over', async (_name, text) => {
    const path = join(folder, 'j');
    writeFileSync(`${path}.lock`, text);
    const journal = await openJournal(path, HEADER, Date.now, living(process.pid));
    await journal.close();
    expect(readdirSync(folder)).toEqual(['j']);
  });

  test('of many that find a dead owner’s lock, one gets it', async () => {
    for (let round = 0; round < 5; round++) {
      const path = join(folder, `j${round}`);
      writeFileSync(`${path}.lock`, JSON.stringify({ pid: 4_000_000, nonce: 'x' }));
      const tries = await Promise.allSettled(
        Array.from({ length: 6 }, () =>
          openJournal(path, HEADER, Date.now, living(process.pid), {
            header: HEADER,
            priorState: () => undefined,
            outcomes: async function* () {},
          }),
        ),
      );
      const won = tries.filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(1);
    }
  });
});
