/**
 * What the checks of --verify prove, and what they do not: lists that are not whole, tokens that
 * expire meanwhile, answers that say the opposite. And what one refusal means for the others.
 */
import type { Reply } from '../../src/contract/emulator.js';
import { jsonLines } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const VERIFY = ['--verify', '--verify-timeout', '2'];
/** An answer that the service does not document, so that only the checks can tell. */
const NO_WORD: Reply = { status: 200, body: {} };

interface Entry {
  readonly jti: string;
}
interface List {
  readonly tokens: readonly Entry[];
}

/** Each revocation is answered so and changes nothing. */
function answerOnly({ workspace }: Stage, reply: Reply): void {
  workspace.server.addFault({ kind: 'reply', reply, match: /^DELETE/, times: Infinity });
}

/** From the first revocation on, the list of tokens is changed on its way. */
function changeLaterLists({ workspace }: Stage, change: (list: List) => object): void {
  workspace.server.addFault({
    kind: 'alter',
    match: /^GET .*\/tokens/,
    times: Infinity,
    alter: (reply) =>
      workspace.server.requests.some(({ method }) => method === 'DELETE')
        ? { ...reply, body: change(reply.body as List) }
        : reply,
  });
}

async function verified(stage: Stage, jti = JTI) {
  const { code, stdout } = await stage.here(['workspace', jti, '--force', '--json', ...VERIFY]);
  return { code, outcomes: jsonLines(stdout) };
}

test('a token that is still active when the time is up is alive, whatever was answered', () =>
  onStage(async (stage) => {
    answerOnly(stage, NO_WORD);
    const { code, outcomes } = await verified(stage);
    expect(outcomes).toMatchObject([{ target: JTI, status: 'alive' }]);
    expect(code).toBe(1);
    expect(stage.workspace.isAlive(JTI)).toBe(true);
  }));

test('a token that was active before and is inactive after is revoked, though its revocation was refused', () =>
  onStage(async (stage) => {
    const reply = { status: 400, body: { error: 'bad_request', message: 'no' } };
    stage.workspace.server.addFault({ kind: 'lie', reply, match: /^DELETE/ });
    const { code, outcomes } = await verified(stage);
    expect(outcomes).toMatchObject([{ target: JTI, status: 'revoked', refusal: {} }]);
    expect(code).toBe(0);
    expect(stage.workspace.isAlive(JTI)).toBe(false);
  }));

test('a token that expires between the two checks is unknown, and not called revoked', () => {
  let ahead = 0;
  return onStage(
    async (stage) => {
      const { target } = await stage.workspace.addToken({ expiresAt: Date.now() + 30_000 });
      // The revocation takes as long as the token lives, and changes nothing.
      const match = /^DELETE/;
      stage.workspace.server.addFault({ kind: 'reply', reply: NO_WORD, match });
      const pass = (reply: Reply) => ((ahead = 60_000), reply);
      stage.workspace.server.addFault({ kind: 'alter', alter: pass, match: /^GET .*tokens/ });
      const { code, outcomes } = await verified(stage, target);
      expect(outcomes).toMatchObject([
        { target, status: 'unknown', error: { code: 'expired_meanwhile' } },
      ]);
      expect(code).toBe(4);
    },
    { workspace: { contract: 'docs', now: () => Date.now() + ahead } },
  );
});

const without = ({ tokens, ...list }: List) => ({
  ...list,
  tokens: tokens.filter(({ jti }) => jti !== JTI),
  count: undefined,
});
const twice = ({ tokens, ...list }: List) => ({
  ...list,
  tokens: [...tokens, { ...tokens.find(({ jti }) => jti === JTI), status: 'revoked' }],
  count: undefined,
});

test.each<[string, (list: List) => object]>([
  ['a list that says that there is more', (list) => ({ ...without(list), has_more: true })],
  ['a list that names its next page', (list) => ({ ...without(list), next: '/tokens?page=2' })],
  ['a list with fewer tokens than its total', (list) => ({ ...without(list), total: 99 })],
  ['an entry that is there twice, active and revoked', twice],
])('%s proves no revocation', (_what, change) =>
  onStage(async (stage) => {
    answerOnly(stage, NO_WORD);
    changeLaterLists(stage, change);
    const { code, outcomes } = await verified(stage);
    expect(outcomes).toMatchObject([{ target: JTI, status: 'unknown' }]);
    expect(code).toBe(4);
    expect(stage.workspace.isAlive(JTI)).toBe(true);
  }),
);

test('a 403 about one token does not end the run of the others', () =>
  onStage(async (stage) => {
    const [a, b, c] = stage.workspace.issueBare(3) as [string, string, string];
    const reply = { status: 403, body: { error: 'forbidden', message: 'not this one' } };
    stage.workspace.server.addFault({ kind: 'reply', reply, match: /^DELETE .*bare1$/ });
    const args = ['workspace', a, b, c, '--force', '--json', '--concurrency', '1'];
    const { stdout } = await stage.here(args);
    const statusOf = Object.fromEntries(
      jsonLines(stdout).map(({ target, status }) => [target, status]),
    );
    expect(statusOf).toEqual({ [a]: 'revoked', [b]: 'failed', [c]: 'revoked' });
    expect([a, b, c].map((jti) => stage.workspace.isAlive(jti))).toEqual([false, true, false]);
  }));
