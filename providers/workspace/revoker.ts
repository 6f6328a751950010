/** Revoking workspace tokens, and looking whether they are dead. */
import {
  type Context,
  isRevokeError,
  type ObservedState,
  type Observer,
  type Outcome,
  type Revoker,
  SUCCESSFUL,
  type Verdict,
} from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { connect, type Session } from './session.js';
import { isPartial, statusOf } from './tokens.js';
import { revokeToken } from './judge-revocation.js';
import { describe, localNames } from './workspace.js';

export async function openRevoker(context: Context): Promise<Revoker> {
  const session = await connect(context);
  const { api, workspaceRef, workspace, login, endpoint } = session;
  const current = session.current?.jti;
  if (current === undefined)
    context.log.warn('no current token is known here, so none can be marked');
  return {
    endpoint: endpoint.url,
    scope: { workspace_id: workspace.id },
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
    async revoke(targets) {
      const verdicts: Verdict[] = [];
      for (const { id } of targets) verdicts.push(await revokeToken(api, workspaceRef, id));
      return verdicts;
    },
    observer: observer(session),
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
function observer({ api, workspace, context }: Session): Observer {
  return {
    method: 'list',
    async look(targets) {
      try {
        const list = await listTokens(api, workspace.id);
        const now = context.clock.now();
        const wanted = new Set(targets.map(({ id }) => id));
        const seen = new Map<string, ObservedState>();
        for (const token of list.tokens) {
          if (wanted.has(token.jti))
            seen.set(token.jti, statusOf(token, now) === 'active' ? 'active' : 'dead');
        }
        const unseen: ObservedState = isPartial(list) ? 'unknown' : 'absent';
        return targets.map(({ id }) => seen.get(id) ?? unseen);
      } catch (error) {
        if (!isRevokeError(error)) throw error;
        context.log.warn(`the tokens could not be looked at: ${error.message}`);
        return targets.map(() => 'unknown');
      }
    },
  };
}
