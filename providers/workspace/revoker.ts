/** Revoking workspace tokens, and checking whether they are active. */
import {
  absent,
  active,
  type CheckResult,
  type Context,
  inactive,
  type Outcome,
  type Revoker,
  SUCCESSFUL,
  unclear,
  type Verdict,
  type Verifier,
} from '../../src/contract/index.js';
import { listTokens } from './client.js';
import type { ListedToken } from './schema.js';
import { connect, type Session } from './session.js';
import { isPartial, statusOf, timeMs } from './tokens.js';
import { revokeToken } from './judge-revocation.js';
import { describe, localNames } from './workspace.js';

export async function openRevoker(context: Context): Promise<Revoker> {
  const session = await connect(context);
  const { api, workspaceRef, workspace, login, endpoint } = session;
  const current = session.current?.jti;
  if (current === undefined)
    context.log.warn('no current token is known here, so none can be marked');
  return {
    lanes: [
      {
        name: '',
        endpoint: endpoint.url,
        scope: { workspace_id: workspace.id },
        check: listCheck(session),
        async revoke(targets) {
          const verdicts: Verdict[] = [];
          for (const { id } of targets) verdicts.push(await revokeToken(api, workspaceRef, id));
          return verdicts;
        },
      },
    ],
    promptDetails: [
      ['Workspace', `${describe(workspace)}, from ${workspace.source}`],
      ['Server', endpoint.url],
      ['Login', login.source],
    ],
    consequences: (sample, count) =>
      consequences(
        sample.map(({ id }) => id),
        count,
        current,
      ),
    reservedNames: new Set([
      ...localNames(session.ntcli).values(),
      ...(session.listed?.workspaces.flatMap((listed) => listed.workspace_name ?? []) ?? []),
    ]),
    nextStep: (outcome) => nextStep(outcome, current),
    targetFacts: ({ id }) => ({ jti: id }),
  };
}

function consequences(
  sample: readonly string[],
  count: number,
  current: string | undefined,
): readonly string[] {
  const first =
    current !== undefined && sample.includes(current)
      ? ['The current token is among them.']
      : current !== undefined && count > sample.length
        ? [`The current token (${current}) is not among the first few; it may be among the rest.`]
        : [];
  const what = count === 1 ? `Token ${sample[0] ?? ''}` : `${count} tokens`;
  return [...first, `${what} will be permanently revoked.`, 'This action cannot be undone.', ''];
}

function nextStep(outcome: Outcome, current: string | undefined): string | undefined {
  if (outcome.target !== current || !SUCCESSFUL.has(outcome.status)) return undefined;
  return 'You revoked the current token. For a new one: revoke workspace refresh';
}

/** One list answers for all targets. */
function listCheck({ api, workspace, context }: Session): Verifier {
  return {
    method: 'list',
    batch: Infinity,
    async check(targets, { http }) {
      const list = await listTokens({ ...api, http }, workspace.id);
      const now = context.clock.now();
      const wanted = new Set(targets.map(({ id }) => id));
      const seen = new Map<string, CheckResult>();
      for (const token of list.tokens)
        if (wanted.has(token.jti)) seen.set(token.jti, resultOf(token, now));
      const unseen = isPartial(list) ? unclear('the list is not complete') : absent();
      return targets.map(({ id }) => seen.get(id) ?? unseen);
    },
  };
}

function resultOf(token: ListedToken, now: number): CheckResult {
  const status = statusOf(token, now);
  return status === 'active' ? active({ expiresAt: timeMs(token.expires_at) }) : inactive(status);
}
