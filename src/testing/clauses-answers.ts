/** Each answer of a server comes to what it means, and no more. */
import assert from 'node:assert/strict';
import { startEmulator } from '../emulator/emulator.js';
import type { Issued, Reply } from '../contract/emulator.js';
import type { Status } from '../contract/provider.js';
import {
  expectAlive,
  expectDead,
  expectExit,
  expectOutcome,
  expectRevocations,
  expectTruth,
} from './expect.js';
import { isLoginRequired, type Clause, type ContractOptions, type Trial } from './trial.js';

const REFUSALS: readonly Clause[] = [
  refusal(400, 'failed', 1),
  refusal(404, 'failed', 1),
  ...[401, 403].flatMap((status) => [
    refusal(status, 'failed', 3, isLoginRequired),
    refusal(status, 'failed', 1, (provider) => !isLoginRequired(provider)),
  ]),
  refusal(500, 'unknown', 4),
  {
    name: 'a 503 to the end leaves it open',
    async check(trial) {
      const status = trial.options.unavailable ?? 'unknown';
      await meets(trial, { status: 503 }, status, status === 'unknown' ? 4 : 1);
    },
  },
  {
    name: 'a 429 to the end is a refusal: failed, exit 1',
    check: (trial) => meets(trial, { status: 429 }, 'failed', 1),
  },
];

function refusal(
  status: number,
  outcome: Status,
  exit: number,
  applies?: NonNullable<Clause['applies']>,
): Clause {
  return {
    name: `a ${status} comes to ${outcome}, exit ${exit}`,
    ...(applies && { applies }),
    check: (trial) => meets(trial, { status }, outcome, exit),
  };
}

async function meets(trial: Trial, reply: Reply, outcome: Status, exit: number): Promise<void> {
  const target = await trial.issueOne();
  trial.spoil({ kind: 'reply', reply }, Infinity);
  const ran = await trial.force([target]);
  expectOutcome(ran, target, outcome);
  expectExit(ran, exit);
  expectAlive(trial, target);
}

const PAGE = '<!doctype html><html><body><h1>Welcome</h1></body></html>';
const EMPTY_DOCUMENTS = ['{}', '[]', 'null', '{"data":{}}'];

/** Answers of 2xx that do not say what the documentation promises. The request was acted upon. */
const LIES: readonly Clause[] = [
  {
    name: 'a 200 that is a web page confirms nothing',
    check: (trial) =>
      lies(trial, { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE }, 'unknown'),
  },
  {
    name: 'an empty 204 confirms nothing',
    check: (trial) =>
      lies(trial, { status: 204 }, ...takenOr(trial.options, trial.options.noContent)),
  },
  {
    name: 'a 200 of plain text confirms nothing',
    check: (trial) =>
      lies(
        trial,
        { status: 200, headers: { 'content-type': 'text/plain' }, body: 'OK' },
        ...takenOr(trial.options),
      ),
  },
  {
    name: 'a document with nothing in it confirms nothing',
    async check(trial) {
      for (const body of EMPTY_DOCUMENTS) {
        const reply = { status: 200, headers: { 'content-type': 'application/json' }, body };
        await lies(trial, reply, ...takenOr(trial.options));
      }
    },
  },
  {
    name: 'half a document confirms nothing',
    applies: (_provider, options) => !options.bodyless,
    check: (trial) => alters(trial, (body) => body.slice(0, Math.ceil(body.length / 2)), 'unknown'),
  },
  {
    name: 'an answer that names another target confirms nothing',
    // A request that carries its own token is answered for that token.
    applies: (provider, { bodyless }) => !bodyless && isLoginRequired(provider),
    async check(trial) {
      const other = await trial.issueOne();
      await alters(trial, (body, target) => renamed(body, target, other), 'unknown');
      expectAlive(trial, other);
    },
  },
];

/** Where the documented success has no body, its absence cannot be held against it. */
function takenOr(
  { bodyless, first }: ContractOptions,
  said: Status = first ?? 'revoked',
): readonly Status[] {
  return bodyless ? ['unknown', said] : ['unknown'];
}

async function lies(trial: Trial, reply: Reply, ...statuses: readonly Status[]): Promise<void> {
  const target = await trial.issueOne();
  trial.spoil({ kind: 'lie', reply });
  const ran = await trial.force([target]);
  const { status } = expectOutcome(ran, target, ...statuses);
  expectExit(ran, status === 'unknown' ? 4 : 0);
  expectTruth(trial, ran, [target]);
}

async function alters(
  trial: Trial,
  change: (body: string, target: Issued) => string,
  ...statuses: readonly Status[]
): Promise<void> {
  const target = await trial.issueOne();
  trial.spoil({
    kind: 'alter',
    alter: (reply) => ({
      ...reply,
      headers: { 'content-type': 'application/json', ...reply.headers },
      body: change(textOf(reply), target),
    }),
  });
  const ran = await trial.force([target]);
  expectOutcome(ran, target, ...statuses);
  expectExit(ran, 4);
}

/** The body of a reply as it goes over the wire. */
export function textOf({ body }: Reply): string {
  if (body === undefined) return '';
  return typeof body === 'string' || Buffer.isBuffer(body) ? String(body) : JSON.stringify(body);
}

/** The same text about another target. */
export function renamed(body: string, from: Issued, to: Issued): string {
  return body.replaceAll(from.id, to.id).replaceAll(from.target, to.target);
}

const FINAL: readonly Clause[] = [
  {
    name: 'what was answered for good is not sent again',
    async check(trial) {
      for (const status of [undefined, 400, 401, 403, 404]) {
        const before = trial.revocations().length;
        const target = await trial.issueOne();
        if (status !== undefined) trial.spoil({ kind: 'reply', reply: { status } }, 1);
        await trial.run([target], ['--force', '--json', '--retries', '3']);
        // A rejected client may be presented in another form: the first request did nothing.
        const count = status === 401 ? (trial.options.clientForms ?? 1) : 1;
        const why = `${count} request(s) where ${status ?? 'success'} is answered`;
        expectRevocations(trial, before + count, why);
      }
    },
  },
  {
    name: 'a redirect is never followed',
    async check(trial) {
      const elsewhere = await startEmulator({ routes: {}, notFound: () => ({ status: 200 }) });
      try {
        for (const status of [301, 302, 307, 308]) {
          const target = await trial.issueOne();
          const headers = { location: `${elsewhere.url}/anything` };
          trial.spoil({ kind: 'reply', reply: { status, headers } });
          const ran = await trial.force([target]);
          expectOutcome(ran, target, 'unknown');
          expectExit(ran, 4);
          expectAlive(trial, target);
        }
        const lines = elsewhere.requests.map(({ method, url }) => `${method} ${url}`);
        assert.deepEqual(lines, [], 'nothing was sent where the redirect points');
      } finally {
        await elsewhere.close();
      }
    },
  },
  {
    name: 'a 429 is waited out in full, then tried again',
    async check(trial) {
      const inSeconds = await waitedFor(trial, () => '7');
      within(inSeconds, 6_900, 8_000);
      // An HTTP date has no milliseconds.
      const untilDate = await waitedFor(trial, () => new Date(Date.now() + 90_000).toUTCString());
      within(untilDate, 87_000, 91_000);
    },
  },
];

async function waitedFor(trial: Trial, retryAfter: () => string): Promise<number> {
  const target = await trial.issueOne();
  const headers = { 'retry-after': retryAfter() };
  trial.spoil({ kind: 'reply', reply: { status: 429, headers } });
  const ran = await trial.run([target], ['--force', '--json', '--retries', '2']);
  expectOutcome(ran, target, trial.options.first ?? 'revoked');
  expectExit(ran, 0);
  expectDead(trial, target);
  return ran.sleeps.reduce((sum, ms) => sum + ms, 0);
}

function within(ms: number, least: number, most: number): void {
  assert.ok(ms >= least && ms <= most, `waited ${ms} ms, where ${least} to ${most} were due`);
}

export const ANSWERS: readonly Clause[] = [...REFUSALS, ...LIES, ...FINAL];
