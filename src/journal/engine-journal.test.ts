/** The engine with a journal: what a resume sends. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { runEngine } from '../engine/engine.js';
import { fingerprintOf } from '../contract/fingerprint.js';
import { keyInLane, targetKey } from '../engine/target-key.js';
import type { RunLane } from '../engine/run-lane.js';
import { systemClock } from '../runtime/system-clock.js';
import { MEMORY_HEAD } from '../../test/support/made-journal.js';
import { lanesOf } from '../../test/support/run-lanes.js';
import type { Lane } from '../contract/lane.js';
import type { Outcome, Status, Target, Verdict } from '../contract/provider.js';
import { readPriorRun, type PriorRun } from './prior-run.js';
import { openJournal } from './writer.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noLock = { isLost: () => false, release: () => undefined };

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
    head: MEMORY_HEAD,
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
