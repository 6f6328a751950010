/** SIGKILL at random moments, many times over: nothing left out, nothing sent again once it was settled. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ably from '../../providers/ably/index.js';
import workspace from '../../providers/workspace/index.js';
import type { SeenRequest } from '../../src/contract/emulator.js';
import { BIN, jsonLines, type Ran } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

/** Give it again as REVOKE_TEST_SEED to meet the same moments; it stands in the tests' names. */
const SEED = Number(process.env['REVOKE_TEST_SEED'] ?? Date.now() % 1_000_000);

/** mulberry32: from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Journalled {
  readonly settled: ReadonlySet<string>;
  /** Target to the earliest moment at which it was to be sent, by this machine's clock. */
  readonly intents: ReadonlyMap<string, number>;
}

/** Reads a journal by its documented format alone, torn as it may be. */
function readJournal(path: string): Journalled {
  const settled = new Set<string>();
  const intents = new Map<string, number>();
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const line of text.split('\n')) {
    if (!line.endsWith('}')) continue;
    let entry: { intent?: string[]; at?: string; outcome?: { target: string; status: string } };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      continue;
    }
    const { intent = [], at = '', outcome } = entry;
    for (const target of intent) {
      intents.set(target, Math.min(Date.parse(at), intents.get(target) ?? Infinity));
    }
    if (outcome && !['unknown', 'skipped', 'planned'].includes(outcome.status))
      settled.add(outcome.target);
  }
  return { settled, intents };
}

interface Kill extends Journalled {
  /** How many requests the emulator had seen when it had died. */
  readonly seen: number;
}

/** Runs, kills and resumes until a run ends by itself. */
async function killUntilDone(
  stage: Stage,
  provider: 'ably' | 'workspace',
  list: string,
  random: () => number,
  /** The most requests that a run is let live for. */
  most: number,
): Promise<{ kills: readonly Kill[]; last: Ran; journal: string }> {
  const { server, revokes } = stage[provider];
  const journal = join(stage.home, 'journal');
  const kills: Kill[] = [];
  const sent = () =>
    server.requests.filter(({ method, path }) => revokes.test(`${method} ${path}`)).length;
  for (;;) {
    const begun = existsSync(journal) && readFileSync(journal, 'utf8').includes('"run":');
    if (!begun) rmSync(journal, { force: true });
    const words = begun
      ? [provider, '--resume', journal, '--force', '--json', '--retries', '0']
      : [provider, '--from', list, '--journal', journal, '--force', '--json', '--retries', '0'];
    const child = spawn(process.execPath, [BIN, ...words], { env: { ...stage.env } });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    let ended = false;
    const end = new Promise<Ran>((resolve) =>
      child.on('close', (code, signal) => {
        ended = true;
        resolve({ code, signal, ...out });
      }),
    );
    const until = sent() + Math.floor(random() * most);
    while (!ended && sent() < until) await sleep(1);
    // A moment more, so that it is not always the arrival of a request that it dies at.
    await sleep(random() * 4);
    child.kill('SIGKILL');
    const ran = await end;
    if (ran.signal === null) return { kills, last: ran, journal };
    kills.push({ ...readJournal(journal), seen: await arrived(server.requests) });
    if (kills.length > 200) throw new Error(`it never ends: ${ran.stderr}`);
  }
}

/** How many requests there are once what the dead process had handed to the kernel has arrived. */
async function arrived(requests: readonly SeenRequest[]): Promise<number> {
  for (;;) {
    const { length } = requests;
    await sleep(50);
    if (requests.length === length) return length;
  }
}

/** What stands in every journal must hold for every request after it. */
function check(
  kills: readonly Kill[],
  requests: readonly SeenRequest[],
  targetsOf: (request: SeenRequest) => readonly string[],
): void {
  for (const { settled, intents, seen } of kills) {
    for (const [index, request] of requests.entries()) {
      for (const target of targetsOf(request)) {
        if (index < seen && !intents.has(target)) {
          throw new Error(`${target} was sent, and no intent of it was on disk`);
        }
        if (index >= seen && settled.has(target)) {
          throw new Error(`${target} was sent again although its outcome was on disk`);
        }
      }
    }
  }
}

test(`3,000 workspace tokens, killed at random (seed ${SEED})`, () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(3000);
    const list = stage.write('list.txt', `${jtis.join('\n')}\n`);
    const { server } = stage.workspace;
    server.addFault({ kind: 'delay', ms: 2, match: /^DELETE/, times: Infinity });
    const { kills, last } = await killUntilDone(stage, 'workspace', list, randomFrom(SEED), 380);
    const targetsOf = ({ method, path }: SeenRequest) =>
      method === 'DELETE' ? [path.split('/').at(-1) ?? ''] : [];
    expect(kills.length).toBeGreaterThanOrEqual(8);
    check(kills, server.requests, targetsOf);
    // None left out: the emulator holds none alive, and the last run tells each of them once.
    expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
    expect(last.code).toBe(0);
    const told = jsonLines(last.stdout);
    expect(told.map(({ target }) => target).sort()).toEqual([...jtis].sort());
    const final = told.map(({ status, journaled_status: before }) => before ?? status);
    // Whose answer was lost was revoked by this run: it is never said to have been so before.
    expect(new Set(final)).toEqual(new Set(['revoked']));
    // A kill costs what was in flight at most.
    const twice = server.requests.flatMap(targetsOf).length - jtis.length;
    expect(twice).toBeLessThanOrEqual(kills.length * workspace.limits.concurrency);
  }));

test.each([-50_000, 37_000])(
  `3,000 Ably clients in batches, a server clock %i ms off, killed at random (seed ${SEED})`,
  (offset) =>
    onStage(async (stage) => {
      const ids = Array.from({ length: 3000 }, (_, index) => `clientId:c${index}`);
      const list = stage.write('list.txt', `${ids.join('\n')}\n`);
      const { server } = stage.ably;
      stage.ably.setClockOffset(offset);
      server.addFault({ kind: 'delay', ms: 25, match: /revokeTokens/, times: Infinity });
      const random = randomFrom(SEED + offset);
      const { kills, last, journal } = await killUntilDone(stage, 'ably', list, random, 12);
      const bodyOf = ({ method, body }: SeenRequest) =>
        method === 'POST'
          ? (JSON.parse(body.toString()) as { targets: string[]; issuedBefore?: number })
          : { targets: [] };
      const targetsOf = (request: SeenRequest) => bodyOf(request).targets;
      expect(kills.length).toBeGreaterThanOrEqual(3);
      check(kills, server.requests, targetsOf);
      const issued = Date.now() + offset - 600_000;
      expect(ids.filter((id) => stage.ably.isTargetAlive(id, undefined, issued))).toEqual([]);
      expect(last.code).toBe(0);
      const told = jsonLines(last.stdout).map(({ target }) => target);
      expect(told.sort()).toEqual([...ids].sort());

      // The cut-off of what was tried before never lies after its first intent, by the server's clock.
      const { intents } = readJournal(journal);
      const first = new Map<string, SeenRequest>();
      for (const [index, request] of server.requests.entries()) {
        const { targets, issuedBefore } = bodyOf(request);
        for (const target of targets) {
          if (!first.has(target)) first.set(target, request);
          const tried = kills.some((kill) => kill.seen <= index && kill.intents.has(target));
          if (!tried) continue;
          expect(issuedBefore).toBeLessThanOrEqual((intents.get(target) ?? 0) + offset);
        }
      }
      for (const { type, value, issuedBefore } of stage.ably.rules) {
        const at = first.get(`${type}:${value}`)?.at ?? 0;
        // The emulator takes its time a moment after it has noted the request.
        expect(issuedBefore).toBeLessThanOrEqual(at + offset + 1000);
      }
      const twice = server.requests.flatMap(targetsOf).length - ids.length;
      expect(twice).toBeLessThanOrEqual(kills.length * ably.limits.concurrency * 100);
    }),
);
