/** The engine with a journal: what a resume sends, and where journals lie. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { runEngine } from '../engine/engine.js';
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import { fingerprintOf } from '../contract/fingerprint.js';
import { keyInLane, targetKey } from '../engine/target-key.js';
import type { RunLane } from '../engine/run-lane.js';
import { systemClock } from '../runtime/system-clock.js';
import { lanesOf } from '../../test/support/run-lanes.js';
import type { Lane } from '../contract/lane.js';
import type { Outcome, Status, Target, Verdict } from '../contract/provider.js';
import { FORMAT, type JournalHead } from './format.js';
import { startJournal, type JournalRequest } from './journal-file.js';
import { readPriorRun, type PriorRun } from './prior-run.js';
import { readJournal } from './reader.js';
import { assertUnchanged, continueRun, filesOf } from './resume.js';
import { openJournal } from './writer.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const alone = { pid: process.pid, isAlive: () => false };
const noLock = { isLost: () => false, release: () => undefined };
const HEAD: JournalHead = {
  format: FORMAT,
  id: 'abc12345',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke', 'memory'],
  providers: [
    { provider: 'memory', endpoint: 'https://one.example', scope: { key_name: 'app1.key' } },
  ],
  terms: {},
  sources: [{ kind: 'arguments', targets: [] }],
};

type Behaviour = (id: string, when: number | undefined) => Status;

function runLanes(
  behave: Behaviour,
  sent: string[],
  batch: number,
  names: readonly string[] = [''],
): readonly RunLane[] {
  const revoke: Lane['revoke'] = async (targets, { firstTriedAt }) => {
    await turn();
    return targets.map((target): Verdict => {
      sent.push(targetKey(target));
      return { target: target.id, status: behave(target.id, firstTriedAt) };
    });
  };
  return lanesOf(() => Promise.resolve([]), names, { batch, more: { revoke } });
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
    batch?: number;
    names?: readonly string[];
    now?: () => number;
  } = {},
): Promise<Ran> {
  const { priorRun, behave = () => 'revoked', batch = 3, names } = given;
  const journal = openJournal({
    path,
    head: HEAD,
    now: given.now ?? Date.now,
    lock: noLock,
    prior: priorRun,
  });
  const sent: string[] = [];
  const outcomes: Outcome[] = [];
  let done = false;
  await runEngine({
    lanes: runLanes(behave, sent, batch, names),
    source: { next: async () => (done ? undefined : ((done = true), targets)) },
    clock: systemClock,
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

test('a secret stands in a journal as its fingerprint alone, and is not sent again', async () => {
  const path = join(folder, 'j');
  const secret = 'S3CRET-token-value';
  const target = { id: 'sha256:0123456789abcdef', secret, dedupKey: fingerprintOf(secret) };
  await runWith(path, [target]);
  expect(readFileSync(path, 'utf8')).not.toContain(secret);
  const priorRun = await readPriorRun(path);
  expect((await runWith(path, [target], { priorRun })).sent).toEqual([]);
  // Another secret whose id happens to be the same is another target.
  const other = { ...target, secret: 'another', dedupKey: fingerprintOf('another') };
  const again = await runWith(path, [other], { priorRun: await readPriorRun(path) });
  expect(again.sent).toEqual([targetKey(other)]);
});

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

test('any prefix of a journal reads, and a resume sends exactly what has no final outcome', async () => {
  await fc.assert(
    fc.asyncProperty(
      ids,
      statuses,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(undefined, ['k1', 'k2']),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
      async (all, verdicts, batch, names, cuts) => {
        const path = join(folder, `j${Math.random()}`);
        const targets = all.map((id) => ({ id }));
        const behave = (id: string): Status =>
          verdicts[all.indexOf(id) % verdicts.length] ?? 'revoked';
        const keys = (names ?? ['']).flatMap((name) => all.map((id) => keyInLane(id, name)));
        await runWith(path, targets, { behave, batch, ...(names && { names }) });
        // Killed again and again, each time at another byte, and resumed each time.
        for (const cut of cuts) {
          const bytes = readFileSync(path);
          const head = bytes.indexOf('}\n') + 2;
          writeFileSync(path, bytes.subarray(0, head + Math.floor(cut * (bytes.length - head))));
          const settled = settledIn(readFileSync(path, 'utf8'));
          const priorRun = await readPriorRun(path);
          for (const key of keys)
            expect(priorRun.priorState(key) === 'done').toBe(settled.has(key));
          const told: string[] = [];
          for await (const { target } of priorRun.outcomes()) told.push(target);
          expect(told).toHaveLength(settled.size);
          const journal = { priorRun, behave, batch, ...(names && { names }) };
          const { outcomes } = await runWith(path, targets, journal);
          const sentAgain = outcomes.map((one) =>
            names ? `${String(one['key_name'])}\0${one.target}` : one.target,
          );
          expect(sentAgain.sort()).toEqual(keys.filter((key) => !settled.has(key)).sort());
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a target that was tried keeps the moment of its first try through any number of runs', async () => {
  const path = join(folder, 'j');
  const seen: (number | undefined)[] = [];
  for (const now of [1000, 2000, 3000]) {
    const priorRun = existsSync(path) ? await readPriorRun(path) : undefined;
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

describe('where a journal lies', () => {
  const clock = { now: Date.now, monotonic: Date.now, sleep: async () => undefined };
  const world = { clock, self: alone };
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
  });
  const journals = () => join(folder, 'state', 'journals');

  function request(path: string | undefined, more: Partial<JournalRequest> = {}): JournalRequest {
    return {
      world,
      path,
      prior: undefined,
      head: HEAD,
      isBulk: false,
      stateDir: join(folder, 'state'),
      wait: {},
      warn: (text) => void warnings.push(text),
      ...more,
    };
  }

  test('a journal that nobody named lies under the state folder, and nothing there is deleted', async () => {
    mkdirSync(journals(), { recursive: true });
    for (let index = 0; index < 40; index++) {
      writeFileSync(join(journals(), `old-${index}.jsonl`), 'x');
    }
    const journal = await startJournal(request(undefined));
    await journal?.close();
    const path = journal?.path ?? '';
    expect(path.startsWith(journals())).toBe(true);
    expect(path).toContain(`-memory-${journal?.id}.jsonl`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(journals()).filter((name) => name.endsWith('.jsonl'))).toHaveLength(41);
    expect(warnings).toEqual([]);
  });

  test('a head says who began the run, and with which words', async () => {
    const journal = await startJournal(request(undefined));
    await journal?.close();
    const { head } = await readPriorRun(journal?.path ?? '');
    expect(head).toMatchObject({ format: 2, id: journal?.id, command: HEAD.command, terms: {} });
    expect(head.host).not.toBe('');
    expect(Math.abs(Date.parse(head.started_at) - Date.now())).toBeLessThan(60_000);
  });

  test('a head names the finished runs that no head names yet, in the order of their ending', async () => {
    const end = { exit: 0, counts: { revoked: 1 } };
    const first = await startJournal(request(undefined));
    const second = await startJournal(request(undefined));
    const unfinished = await startJournal(request(undefined));
    await unfinished?.close();
    const hashes = [await second?.close(end)];
    await new Promise((resolve) => setTimeout(resolve, 5));
    hashes.push(await first?.close(end));
    const third = await startJournal(request(undefined));
    hashes.push(await third?.close(end));
    const fourth = await startJournal(request(undefined));
    await fourth?.close();
    const previous = async (path: string) => (await readPriorRun(path)).head.previous;
    expect(await previous(third?.path ?? '')).toEqual(
      hashes.slice(0, 2).map((hash) => `sha256:${hash}`),
    );
    expect(await previous(fourth?.path ?? '')).toEqual([`sha256:${hashes[2]}`]);
    const elsewhere = await startJournal(request(join(folder, 'j')));
    await elsewhere?.close(end);
    expect(await previous(join(folder, 'j'))).toBeUndefined();
  });

  test('many that start at once do not get in each other’s way', async () => {
    const started = await Promise.all(
      Array.from({ length: 8 }, () => startJournal(request(undefined))),
    );
    expect(warnings).toEqual([]);
    for (const journal of started) await journal?.close({ exit: 0, counts: {} });
    expect(new Set(started.map((journal) => journal?.path)).size).toBe(8);
  });

  test('a state folder that cannot be written is a warning', async () => {
    writeFileSync(join(folder, 'state'), 'a file');
    expect(await startJournal(request(undefined))).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('--no-journal');
  });

  test('a full disk is no mistake in the command', async () => {
    if (!existsSync('/dev/full')) return;
    const error = await faultOf(startJournal(request('/dev/full')));
    expect(error.code).toBe('journal_failed');
    expect(error.kind).toBe('refused');
    expect(existsSync('/dev/full.lock')).toBe(false);
  });

  test('a journal with lines in it is not begun again; an empty one may be filled', async () => {
    const path = join(folder, 'j');
    writeFileSync(path, '');
    await (await startJournal(request(path)))?.close();
    const error = await faultOf(startJournal(request(path)));
    expect(error.message).toBe(`the journal ${path} exists`);
    expect(error.hint).toContain(`--resume ${path}`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('a journal that is written is neither begun nor continued by another process', async () => {
    const path = join(folder, 'j');
    const living = { ...alone, isAlive: () => true };
    const of = { world: { ...world, self: living } };
    const journal = await startJournal(request(path, of));
    const options = { self: living, isDryRun: false, wait: {} };
    for (const attempt of [startJournal(request(path, of)), continueRun(path, options)]) {
      const error = await faultOf(attempt);
      expect(error.message).toContain('another process is writing');
      expect(error.kind).toBe('usage');
    }
    await journal?.close();
    const prior = await continueRun(path, options);
    const again = await startJournal(request(path, { ...of, prior }));
    expect((await faultOf(continueRun(path, options))).message).toContain('another process');
    await again?.close({ exit: 0, counts: {} });
    const heads: string[] = [];
    for await (const entry of readJournal(path))
      if (entry.kind === 'head') heads.push(entry.head.id);
    expect(heads).toEqual([journal?.id, journal?.id]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test('the lock is released where a journal cannot be read', async () => {
    const path = join(folder, 'j');
    for (const text of [undefined, 'text']) {
      if (text !== undefined) writeFileSync(path, text);
      const error = await faultOf(continueRun(path, { self: alone, isDryRun: false, wait: {} }));
      expect(error.kind).toBe('usage');
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });
});

test('a file that changed is refused, and a pipe must be given again', () => {
  const file = { kind: 'file', path: '/lists/a', size: 1, sha256: 'aa' } as const;
  const large = {
    kind: 'file',
    path: '/lists/a',
    size: 1,
    device: '1',
    inode: '2',
    mtime_ns: '3',
    ctime_ns: '4',
  } as const;
  const of = (...sources: JournalHead['sources']) => ({ head: { ...HEAD, sources } });
  expect(filesOf(of(file), [])).toEqual(['/lists/a']);
  expect(filesOf(of(file), ['/lists/a'])).toEqual([]);
  expect(filesOf(of(file, { ...file, inode: '7' }), [])).toEqual(['/lists/a']);
  expect(() => assertUnchanged(of(file), [{ ...file, inode: '9' }])).not.toThrow();
  expect(() => assertUnchanged(of(large), [large])).not.toThrow();
  for (const now of [[], [{ ...file, sha256: 'bb' }]]) {
    expect(() => assertUnchanged(of(file), now)).toThrow('/lists/a changed');
  }
  for (const name of ['device', 'inode', 'size', 'mtime_ns', 'ctime_ns']) {
    expect(() =>
      assertUnchanged(of(large), [{ ...large, [name]: name === 'size' ? 9 : '9' }]),
    ).toThrow('/lists/a changed');
  }
  const stream = { kind: 'stream', name: 'stdin' } as const;
  expect(() => filesOf(of(stream), [])).toThrow('came from stdin');
  expect(filesOf(of(stream), ['-'])).toEqual([]);
});
