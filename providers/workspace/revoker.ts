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
import type { ListAnswer } from './schema.js';
import { connect, type Session } from './session.js';
import { isPartial, sightOf, timeMs, type Sight } from './tokens.js';
import { revokeToken } from './judge-revocation.js';
import { describe, localNames } from './workspace.js';

export async function openRevoker(context: Context): Promise<Revoker> {
  const session = await connect(context);
  const { api, workspaceRef, workspace, login, endpoint } = session;
  const againRef = { ...workspaceRef, isAgain: true };
  const current = session.current?.jti;
  if (current === undefined) context.log.warn('no current token is known on this machine');
  return {
    lanes: [
      {
        name: '',
        endpoint: endpoint.url,
        scope: { workspace_id: workspace.id },
        check: listCheck(session),
        async revoke(targets, { firstTriedAt }) {
          const place = firstTriedAt === undefined ? workspaceRef : againRef;
          const verdicts: Verdict[] = [];
          for (const { id } of targets) verdicts.push(await revokeToken(api, place, id));
          return verdicts;
        },
      },
    ],
    promptDetails: [
      ['Workspace', `${describe(workspace)}, from ${workspace.source}`],
      ['Endpoint', endpoint.url],
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
    plannedFacts: ({ id }) => (id === current ? { is_current: true } : {}),
    async tryLogin() {
      await listTokens(api, workspace.id);
      return true;
    },
  };
}

function consequences(
  sample: readonly string[],
  count: number,
  current: string | undefined,
): readonly string[] {
  const first =
    current !== undefined && sample.includes(current)
      ? [count === 1 ? 'It is your current token.' : 'Your current token is among them.']
      : current !== undefined && count > sample.length
        ? [`Your current token (${current}) is not among the first few; it may be among the rest.`]
        : [];
  const what = count === 1 ? `Token ${sample[0] ?? ''}` : `${count} tokens`;
  return [...first, `${what} will be permanently revoked.`, 'This action cannot be undone.', ''];
}

function nextStep(outcome: Outcome, current: string | undefined): string | undefined {
  if (outcome.target !== current || !SUCCESSFUL.has(outcome.status)) return undefined;
  return 'You revoked your current token. For a new one: revoke workspace refresh';
}

/** One list answers for all targets. */
function listCheck({ api, workspace, context }: Session): Verifier {
  return {
    method: 'list',
    batch: Infinity,
    async check(targets, { http }) {
      const list = await listTokens({ ...api, http }, workspace.id);
      const now = list.serverTime ?? context.clock.now();
      const ids = targets.map(({ id }) => id);
      const sight = sightOf(list, ids, now);
      return ids.map((id) => ({ ...resultOf(id, sight, list), serverTime: list.serverTime }));
    },
  };
}

function resultOf(jti: string, sight: Sight, list: ListAnswer): CheckResult {
  const entry = sight.entryOf(jti);
  const shown = sight.of(jti);
  switch (shown) {
    case 'active':
      return active({ expiresAt: timeMs(entry?.expires_at) });
    case 'absent':
      return absent();
    case 'unclear':
      return unclear(
        entry || !isPartial(list)
          ? 'the list contradicts itself about it'
          : 'the list is not complete',
      );
    case 'expired':
    case 'revoked':
      return inactive(shown);
  }
}
