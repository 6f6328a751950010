/** What people and scripts get to see. */
import assert from 'node:assert/strict';
import type { Reply, SeenRequest } from '../contract/emulator.js';
import { whyInvalid } from '../registry/validate-provider.js';
import { expectExit, expectOutcome, outcomesOf, told } from './expect.js';
import { secretsOf, spellingsOf } from './secrets.js';
import { isLoginRequired, type Clause, type Ran, type RunOptions } from './trial.js';

const HARMFUL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const HOSTILE = 'a\x1b[31mb\x1b]0;c\x07d\u009b2Je\u202ef\u2066g\u200bh\r\ni\x00j\u2028k\x7fl';

export const OUTPUT: readonly Clause[] = [
  {
    name: 'it declares itself as the contract asks',
    async check({ provider, run }) {
      assert.equal(whyInvalid(provider), undefined);
      const { batch, concurrency } = provider.limits;
      assert.ok(Number.isInteger(batch) && batch >= 1, 'limits.batch is at least 1');
      assert.ok(Number.isInteger(concurrency) && concurrency >= 1, 'limits.concurrency too');
      assert.ok(provider.summary.length > 0, 'it has a summary');
      assert.ok(provider.examples.length > 0, 'its help has an example');
      for (const { command } of provider.examples)
        assert.match(
          command,
          new RegExp(`\\brevoke ${provider.id}\\b`),
          'an example of this command',
        );
      const help = await run([], ['--help']);
      expectExit(help, 0);
      for (const { flags } of provider.options)
        assert.ok(help.stdout.includes(flags), `its help shows ${flags}`);
    },
  },
  {
    name: 'text names each target once done',
    async check(trial) {
      const targets = await trial.issue(2);
      const ran = await trial.run(targets, ['--force', '--retries', '0']);
      expectExit(ran, 0);
      for (const { id } of targets)
        assert.ok(ran.stdout.includes(id), `${id} is not in the text${told(ran)}`);
    },
  },
  {
    name: 'JSON: one object a line, with provider, target and status, in snake_case',
    async check(trial) {
      const targets = await trial.issue(2);
      const good = await trial.force(targets);
      trial.spoil({ kind: 'reply', reply: { status: 422 } }, Infinity);
      const bad = await trial.force(await trial.issue(1));
      for (const outcome of [...outcomesOf(good, targets), ...bad.outcomes]) {
        assert.equal(outcome.provider, trial.provider.id);
        assert.equal(typeof outcome.target, 'string');
        assert.equal(typeof outcome.status, 'string');
        for (const key of keysIn(outcome)) assert.match(key, /^[a-z][a-z0-9_]*$/, 'snake_case');
      }
      for (const { error } of bad.outcomes) {
        assert.match(error?.code ?? '', /^[a-z][a-z0-9_]*$/, 'an error has a stable code');
        assert.notEqual(error?.message ?? '', '', 'an error says what is wrong');
      }
    },
  },
  {
    name: 'hostile text of a server is harmless in every format',
    async check(trial) {
      for (const format of ['text', 'json', 'pretty-json']) {
        const target = await trial.issueOne();
        trial.spoil({ kind: 'reply', reply: { status: 422, body: wordsOf(HOSTILE) } });
        const words = ['--force', '--verbose', '--retries', '0', '--format', format];
        const ran = await trial.run([target], words);
        expectExit(ran, 1);
        const harmful = HARMFUL.exec(ran.stdout + ran.stderr);
        assert.equal(harmful?.[0], undefined, `a control character came through in ${format}`);
      }
      const target = await trial.issueOne();
      trial.spoil({ kind: 'reply', reply: { status: 422, body: wordsOf(HOSTILE) } });
      expectOutcome(await trial.force([target]), target, 'failed');
    },
  },
  {
    name: 'no secret shows, whatever a server repeats of it',
    async check(trial) {
      const secrets = secretsOf(trial);
      if (isLoginRequired(trial.provider))
        assert.ok(secrets.length > 0, 'the environment of the emulator holds a credential');
      const shown: Ran[] = [];
      const tell = async (words: readonly string[], given?: RunOptions) => {
        const target = await trial.issueOne();
        if (trial.provider.target.secret) secrets.push(target.target, target.token);
        shown.push(await trial.run([target], ['--verbose', ...words], given));
      };
      for (const format of ['text', 'json']) {
        const words = ['--force', '--retries', '0', '--format', format];
        await tell(words);
        for (const status of [200, 400, 401, 500]) {
          for (const shape of [wordsOf, oauthWordsOf]) {
            for (const before of CUTS) {
              trial.spoil({ kind: 'alter', alter: echoing(status, shape, before) });
              await tell(words);
            }
          }
        }
      }
      await tell([], { typed: 'n\r' });
      for (const { stdout, stderr } of shown) {
        for (const secret of secrets) {
          for (const spelling of spellingsOf(secret)) {
            const where = (stdout + stderr).indexOf(spelling);
            assert.equal(where, -1, `a secret shows: ${spelling.slice(0, 4)}…`);
          }
        }
      }
    },
  },
];

function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}

/** The words of an error under the keys where services put them. */
function wordsOf(text: string): object {
  return {
    message: text,
    detail: text,
    title: text,
    error: { message: text, code: 40000 },
    error_description: text,
  };
}

/** RFC 6749 §5.2. */
function oauthWordsOf(text: string): object {
  return { error: 'invalid_request', error_description: text };
}

/** A server that repeats in its error what it was sent: the credential, and the target. */
function echoing(
  status: number,
  shape: (text: string) => object,
  before: number,
): (reply: Reply, request: SeenRequest) => Reply {
  return (_reply, { headers, body, url }) => {
    const said = `${headers.authorization ?? ''} ${url} ${String(body)} ${JSON.stringify(headers)}`;
    return { status, body: shape('.'.repeat(before) + said) };
  };
}

/** So much goes before it, so that whoever cuts it short cuts through a secret. */
const CUTS = [0, 150, 180];
