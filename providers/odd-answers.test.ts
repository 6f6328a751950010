/** What no family of any provider may claim of an answer that its service does not document. */
import { makeFamily, type MadeAnswer } from '../test/support/made-answers.js';
import type { TokenProvider } from '../src/families/types.js';
import type { RevokeError } from '../src/contract/index.js';
import aws from './aws/index.js';
import buildkite from './buildkite/index.js';
import crates from './crates/index.js';
import digitalocean from './digitalocean/index.js';
import discord from './discord/index.js';
import doppler from './doppler/index.js';
import github from './github/index.js';
import gitlab from './gitlab/index.js';
import google from './google/index.js';
import huggingface from './huggingface/index.js';
import jfrog from './jfrog/index.js';
import npm from './npm/index.js';
import slack from './slack/index.js';
import vault from './vault/index.js';
import vercel from './vercel/index.js';
import { registry } from './index.js';

const providers: readonly TokenProvider[] = [
  ...[aws, buildkite, crates, digitalocean, discord, doppler, github, gitlab],
  ...[google, huggingface, jfrog, npm, slack, vault, vercel],
];
const families = providers.flatMap((provider) =>
  provider.tokens.families().map(({ name, check }) => ({ provider, name, check })),
);
const all = families.map((one) => [`${one.provider.id} (${one.name})`, one] as const);
const checked = all.filter(([, { check }]) => check !== undefined);

const SAMPLES: Readonly<Record<string, string>> = {
  aws: `AKIA${'Q'.repeat(16)}:made`,
  discord: `https://discord.com/api/webhooks/223704706495545344/${'w'.repeat(68)}`,
};

function open({ provider, name }: (typeof families)[number]) {
  const { id, tokens } = provider;
  const hosts = (tokens.endpoint.others ?? []).map((one) => [one.name, one.default] as const);
  const family = makeFamily(provider, name, { others: Object.fromEntries(hosts) });
  const token = SAMPLES[id] ?? 'made';
  return {
    check: (answer: MadeAnswer) => family.check(token, answer),
    revoke: (answer: MadeAnswer) => family.revoke(token, answer),
  };
}

const page = (status: number): MadeAnswer => ({
  status,
  body: '<!doctype html><title>Sign in</title>',
});
const UNDOCUMENTED: readonly MadeAnswer[] = [
  ...[200, 202, 401, 403, 404, 407, 503].map(page),
  ...[206, 400, 402, 404, 409, 410, 418, 429, 500, 502, 503, 504].map((status) => ({ status })),
];
/** Some services document a success without a body, and then none of these either. */
const UNREADABLE = ['{"cut short', []].map((body) => ({ status: 200, body }));
const DENIED = [{ success: false }, { ok: false }, { error: 'no' }, { errors: [{ code: 1 }] }];

test('every provider of token families is asked here', () => {
  const others = ['ably', 'workspace', 'oauth', 'leaked'];
  expect([...providers.map(({ id }) => id), ...others].sort()).toEqual(
    Object.keys(registry).sort(),
  );
});

test.each(checked)(
  'an answer to a check of %s that is not documented leaves open whether a token is active',
  async (_name, family) => {
    for (const answer of [...UNDOCUMENTED, ...UNREADABLE])
      expect([answer, await open(family).check(answer)]).toMatchObject([
        answer,
        { state: 'unclear' },
      ]);
  },
);

const DONE = ['revoked', 'already_revoked', 'accepted'];

test.each(all)(
  'an answer to a revocation of %s that is not documented is no success, and calls no token inactive',
  async (_name, family) => {
    const denied = DENIED.flatMap((body) => [200, 202].map((status) => ({ status, body })));
    for (const answer of [...UNDOCUMENTED, ...denied]) {
      const { status, error } = await open(family).revoke(answer);
      expect([answer, DONE.includes(status), error?.code]).toEqual([
        answer,
        false,
        expect.anything(),
      ]);
      expect([answer, error?.code]).not.toEqual([answer, 'not_active']);
    }
  },
);

test.each(all)(
  'a revocation of %s is open after a failure of the server, and failed where it limits requests',
  async (_name, family) => {
    for (const status of [500, 502, 503])
      expect(await open(family).revoke({ status })).toMatchObject({
        status: 'unknown',
        error: { code: 'server_error', provider_code: status },
      });
    expect(
      await open(family).revoke({ status: 429, headers: { 'retry-after': '7' } }),
    ).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limited', hint: 'run this again after 7 s' },
    });
  },
);

test.each(all)(
  'a refusal to revoke by %s after a try without an answer leaves a token open',
  async (_n, family) => {
    expect(await open(family).revoke({ status: 418, inDoubt: true })).toMatchObject({
      status: 'unknown',
      error: { message: expect.stringMatching(/; an earlier try got no answer$/) },
    });
  },
);

test.each(all)('a redirect that answers a request of %s is an error', async (_name, family) => {
  const asked = family.check ? (['check', 'revoke'] as const) : (['revoke'] as const);
  for (const call of asked)
    for (const status of [301, 302, 303, 307, 308])
      await expect(open(family)[call]({ status })).rejects.toMatchObject<Partial<RevokeError>>({
        code: 'redirected',
        kind: 'in_doubt',
      });
});
