/** Providers that are wrong in one place each, and the clause that must find it. */
import { isRevokeError, refusedError } from '../src/contract/errors.js';
import type { Response } from '../src/contract/http.js';
import { inactive, unclear, active, type CheckResult, type Lane } from '../src/contract/lane.js';
import type { Provider, Target, Verdict } from '../src/contract/provider.js';
import {
  createToy,
  judge,
  look,
  readCredential,
  readEndpoint,
  send,
  type Parts,
  type Toy,
} from './support/toy.js';

export interface Wrong {
  /** What it does. */
  readonly fault: string;
  /** The clause that catches it. */
  readonly clause: string;
  /** Clauses that cannot but fail as well. */
  readonly also?: readonly string[];
  readonly provider: Provider;
}

function wrong(fault: string, clause: string, parts: Parts, ...also: readonly string[]): Wrong {
  return { fault, clause, provider: createToy(parts), also };
}

/** Judges rightly, but for the answers that `meets` picks. */
function misjudging(
  meets: (response: Response, target: Target, toy: Toy) => boolean,
  verdict: (target: Target, response: Response) => Verdict,
): Parts {
  return {
    judge: (response, target, toy) =>
      meets(response, target, toy) ? verdict(target, response) : judge(response, target, toy),
  };
}

const says =
  (status: Verdict['status']) =>
  ({ id }: Target): Verdict => ({
    target: id,
    status,
    ...(status === 'failed' || status === 'unknown'
      ? { error: { code: 'refused', message: 'it did not work' } }
      : {}),
  });

const withStatus = (status: number) => (response: Response) => response.status === status;

/** Misreads how a request broke. */
function misreading(meets: (message: string) => boolean, status: 'failed' | 'unknown'): Parts {
  return {
    lane: (right) => ({
      ...right,
      async revoke(targets, attempt) {
        try {
          return await right.revoke(targets, attempt);
        } catch (error) {
          if (!isRevokeError(error) || !meets(error.message)) throw error;
          return targets.map(says(status));
        }
      },
    }),
  };
}

function looking(
  states: (seen: CheckResult, earlier: CheckResult | undefined) => CheckResult,
): Parts {
  return {
    lane(right: Lane, toy: Toy) {
      const earlier = new Map<string, CheckResult>();
      return {
        ...right,
        check: {
          method: 'lookup',
          batch: Infinity,
          async check(targets) {
            const seen = await look(toy, targets);
            return targets.map(({ id }, index) => {
              const now = seen[index] ?? unclear('nothing');
              const told = states(now, earlier.get(id));
              if (!earlier.has(id)) earlier.set(id, now);
              return told;
            });
          },
        },
      };
    },
  };
}

const holdsWhole = ({ body }: Response, { id }: Target) => body === JSON.stringify({ revoked: id });
const holdsId = ({ body }: Response, { id }: Target) => body.includes(id);

export const WRONG: readonly Wrong[] = [
  wrong('takes no target at once', 'it declares itself as the contract asks', {
    provider: (right) => ({ ...right, limits: { batch: 0, concurrency: 1 } }),
  }),
  wrong('tells nobody which target it speaks of', 'text names each target once done', {
    provider: (right) => ({ ...right, formatOutcome: () => 'Done.' }),
  }),
  wrong(
    'names its facts in another case',
    'JSON: one object a line, with provider, target and status, in snake_case',
    misjudging(
      (response, target) => response.status === 200 && holdsWhole(response, target),
      (target) => ({ ...says('revoked')(target), revokedAt: 1 }),
    ),
  ),
  wrong(
    'falls over control characters',
    'hostile text of a server is harmless in every format',
    misjudging(
      ({ body }) => /[\u0080-\u009f]/.test(body),
      () => {
        throw new TypeError('unexpected character');
      },
    ),
  ),
  wrong(
    'reads its credential past the settings, and tells it',
    'no secret shows, whatever a server repeats of it',
    {
      async credential(context) {
        const token = context.env('TOY_API_TOKEN');
        context.log.verbose(`logged in with ${token}`);
        return token ?? readCredential(context);
      },
    },
  ),
  wrong(
    'has a look before anybody was asked',
    'nothing is sent without --force where nobody can be asked',
    {
      provider: (right) => ({
        ...right,
        async targetsFromOptions(context, options) {
          if (context.env('TOY_API_TOKEN') === undefined) return [];
          const origin = await readEndpoint(context);
          const toy = { context, options, origin, token: await readCredential(context) };
          await look(toy, [{ id: 'tok_1' }]);
          return [];
        },
      }),
    },
  ),
  wrong('revokes while it asks', 'a person who says no has revoked nothing', {
    revoker: (right, toy) => ({
      ...right,
      async preview(sample) {
        for (const target of sample) await send(toy, target);
        return [];
      },
    }),
  }),
  wrong('takes only --force for a yes', 'a person who says yes has revoked it', {
    lane: (right, { options }) => ({
      ...right,
      async revoke(targets, attempt) {
        if (!options.flag('force')) return targets.map(says('failed'));
        return right.revoke(targets, attempt);
      },
    }),
  }),
  wrong('revokes on a dry run', 'a dry run plans every target and revokes none', {
    provider: (right) => ({
      ...right,
      async open(context, options) {
        if (options.flag('dryRun')) {
          const origin = await readEndpoint(context);
          const toy = { context, options, origin, token: await readCredential(context) };
          await send(toy, { id: 'tok_1' });
        }
        return right.open(context, options);
      },
    }),
  }),
  wrong(
    'takes an empty environment for a refusal',
    'in an empty environment nothing is sent: exit 2 or 3',
    {
      async endpoint(context) {
        const url = await context.setting('url');
        if (!url) throw refusedError({ code: 'no_url', message: 'no service' });
        return url.value;
      },
    },
  ),
  wrong('asks as nobody', 'without credentials nothing is sent: exit 3', {
    credential: async (context) => (await context.setting('api_token'))?.value ?? 'nobody',
  }),
  wrong(
    'revokes the next token too',
    'an active target is revoked, and nothing else is',
    {
      async send(toy, target) {
        const response = await send(toy, target);
        const { options } = toy;
        const isAlone =
          options.text('concurrency') === undefined && options.text('retries') === '0';
        if (isAlone && options.flag('json') && holdsWhole(response, target))
          await send(toy, { id: `tok_${Number(target.id.slice(4)) + 1}` });
        return response;
      },
    },
    // The first of its two targets takes the second along.
    '--verify sees through a yes that changed nothing: still active, exit 1',
  ),
  wrong(
    'says of a dead token that it has just killed it',
    'a second run says what the provider says of a revoked target',
    misjudging(withStatus(409), says('revoked')),
  ),
  wrong('drops a target', 'several targets: one outcome each, and no request for a duplicate', {
    lane(right) {
      let count = 0;
      return {
        ...right,
        revoke: async (targets, attempt) =>
          ++count % 5 === 0 ? [] : right.revoke(targets, attempt),
      };
    },
  }),
  wrong(
    'gives up on all for the refusal of one',
    'what is refused for one target hides no other',
    misjudging(withStatus(422), () => {
      throw refusedError({ code: 'refused', message: 'refused', affects: 'run' });
    }),
  ),
  wrong(
    'calls it a failure when it was interrupted',
    'an interrupt waits for what is in flight and starts nothing new',
    {
      async judge(response, target, toy) {
        if (toy.context.signal.aborted) return says('failed')(target);
        return judge(response, target, toy);
      },
    },
  ),
  wrong(
    'takes a 400 for a maybe',
    'a 400 comes to failed, exit 1',
    misjudging(withStatus(400), says('unknown')),
  ),
  wrong(
    'takes whatever is not found for dead',
    'a 404 comes to failed, exit 1',
    misjudging(withStatus(404), says('already_revoked')),
  ),
  wrong(
    'blames the target for its login',
    'a 401 comes to failed, exit 3',
    misjudging(withStatus(401), says('failed')),
  ),
  wrong(
    'says revoked where it was forbidden',
    'a 403 comes to failed, exit 3',
    misjudging(withStatus(403), says('revoked')),
  ),
  wrong(
    'takes a 500 for a refusal',
    'a 500 comes to unknown, exit 4',
    misjudging(withStatus(500), says('failed')),
  ),
  wrong(
    'ignores a 503',
    'a 503 to the end leaves it open',
    misjudging(withStatus(503), says('revoked')),
  ),
  wrong(
    'takes a 429 for a maybe',
    'a 429 to the end is a refusal: failed, exit 1',
    misjudging(withStatus(429), says('unknown')),
  ),
  wrong(
    'believes a web page',
    'a 200 that is a web page confirms nothing',
    misjudging(({ status, body }) => status === 200 && body.startsWith('<'), says('revoked')),
  ),
  wrong(
    'believes silence',
    'an empty 204 confirms nothing',
    misjudging(withStatus(204), says('accepted')),
  ),
  wrong(
    'believes OK',
    'a 200 of plain text confirms nothing',
    misjudging(({ status, body }) => status === 200 && body === 'OK', says('revoked')),
  ),
  wrong(
    'believes any document',
    'a document with nothing in it confirms nothing',
    misjudging(({ status, body }) => status === 200 && body === '{"data":{}}', says('revoked')),
  ),
  wrong(
    'believes half a document',
    'half a document confirms nothing',
    misjudging(
      ({ status, body }) => status === 200 && body.startsWith('{') && !body.endsWith('}'),
      says('revoked'),
    ),
  ),
  wrong(
    'believes what is said of another target',
    'an answer that names another target confirms nothing',
    misjudging(
      (response, target) =>
        response.status === 200 && /"tok_\d+"/.test(response.body) && !holdsId(response, target),
      says('revoked'),
    ),
  ),
  wrong('asks again where the answer was final', 'what was answered for good is not sent again', {
    async send(toy, target) {
      const response = await send(toy, target);
      return response.status === 403 ? send(toy, target) : response;
    },
  }),
  wrong('follows a redirect', 'a redirect is never followed', {
    async send(toy, target) {
      const response = await send(toy, target);
      const { location } = response.headers;
      if (location === undefined) return response;
      const { origin, pathname } = new URL(location);
      await send(toy, target, { origin, path: pathname });
      return response;
    },
  }),
  wrong('does not wait', 'a 429 is waited out in full, then tried again', {
    send: (toy, target) => send(toy, target, { idempotent: false }),
  }),
  wrong(
    'takes a cut connection for a refusal',
    'a connection cut before any answer leaves it open',
    misreading(
      (message) => /no complete response/.test(message) && !/in \d/.test(message),
      'failed',
    ),
    // Where the connection was cut cannot be told from this end.
    'a connection cut after the deed leaves it open',
    'an answer cut in half leaves it open',
  ),
  wrong(
    'takes a time-out for a refusal',
    'an answer that never comes leaves it open',
    misreading((message) => /no answer in \d/.test(message), 'failed'),
  ),
  wrong(
    'takes the deed of its own first try for a failure',
    'a try after an answer was lost never calls the deed a failure',
    misjudging(({ status, tries }) => status === 409 && tries > 1, says('failed')),
  ),
  wrong(
    'is not sure whether it reached a host that is not there',
    'a host that is not there: nothing happened, exit 1',
    misreading((message) => message.startsWith('could not reach'), 'unknown'),
  ),
  wrong(
    'looks away when it counts',
    '--verify proves the revocation of what was active',
    looking((seen, earlier) =>
      seen.state === 'inactive' && earlier?.state === 'active' ? unclear('not now') : seen,
    ),
  ),
  wrong(
    'claims to have seen it alive',
    '--verify never claims the revocation of what was inactive before',
    looking((seen, earlier) => (earlier === undefined ? active() : seen)),
  ),
  wrong(
    'believes in its own success',
    '--verify sees through a yes that changed nothing: still active, exit 1',
    looking((seen, earlier) => (earlier === undefined ? seen : inactive('revoked'))),
  ),
];
