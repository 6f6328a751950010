/** What the answer to a revocation proves of its target: never more than it says and names. */
import {
  errorFromStatus,
  json,
  type Response,
  type RevokeError,
  type Verdict,
} from '../../src/contract/index.js';
import { deleteToken, isOf, postRevoke, type Api } from './client.js';
import { isOfToken, refusalOf, routeError, saidBy } from './refusals.js';
import { legacyReceipt, receipt } from './schema.js';

export interface WorkspaceRef {
  readonly workspaceId: string;
  /** The workspace in words: `demo (74e4…)`. */
  readonly workspace: string;
  /** Speak to the first releases: POST …/revoke, which answers with a message only. */
  readonly legacy: boolean;
}

/** Revokes one token. Throws the fault of an answer that says nothing of it. */
export async function revokeToken(api: Api, place: WorkspaceRef, jti: string): Promise<Verdict> {
  const { workspaceId, legacy } = place;
  const response = legacy
    ? await postRevoke(api, workspaceId, jti)
    : await deleteToken(api, workspaceId, jti);
  const { status } = response;
  const verdict =
    status >= 200 && status < 300
      ? (receiptVerdict(api, response, place, jti) ??
        (legacy ? legacyVerdict(response, place, jti) : undefined))
      : refusalVerdict(response, place, jti);
  if (verdict) return verdict;
  throw judge(api, response);
}

function judge(api: Api, response: Response): RevokeError {
  return errorFromStatus(response, saidBy(response, api.remedy), api.clock.now());
}

/** A receipt counts when it names this token, this workspace, and says that it is revoked. */
function receiptVerdict(
  api: Api,
  response: Response,
  place: WorkspaceRef,
  jti: string,
): Verdict | undefined {
  const said = receipt.safeParse(json(response));
  if (!said || (said.token_jti ?? said.jti) !== jti) return undefined;
  if (said.jti !== undefined && said.jti !== jti) return undefined;
  const { workspaceId } = place;
  if (!isOf(workspaceId, said.workspace_id)) return undefined;
  const at = api.readTime(said.revoked_at);
  if (at === undefined && said.revoked_at !== undefined && said.revoked_at !== null)
    return undefined;
  const status = statusOf(said.status, at !== undefined);
  if (!status) return undefined;
  return {
    target: jti,
    status,
    jti,
    workspace_id: workspaceId,
    ...(at !== undefined && { revoked_at: at }),
  };
}

function statusOf(said: string | undefined, dated: boolean): Verdict['status'] | undefined {
  if (said === undefined) return dated ? 'revoked' : undefined;
  const word = said.toLowerCase();
  if (word === 'revoked') return 'revoked';
  return /^already[ _-]revoked$/.test(word) ? 'already_revoked' : undefined;
}

/** The first releases answer with a sentence: no documented words, so no more than `accepted`. */
function legacyVerdict(response: Response, place: WorkspaceRef, jti: string): Verdict | undefined {
  const message = legacyReceipt.safeParse(json(response))?.message;
  if (message === undefined) return undefined;
  const facts = { target: jti, jti, workspace_id: place.workspaceId };
  if (isAlready(message)) return { ...facts, status: 'already_revoked' };
  const isYes =
    /\brevoked\b/i.test(message) && !/\b(?:not|fail\w*|error|un\w+|cannot|denied)\b/i.test(message);
  return isYes ? { ...facts, status: 'accepted' } : undefined;
}

function refusalVerdict(response: Response, place: WorkspaceRef, jti: string): Verdict | undefined {
  const { status } = response;
  if (status < 400 || status >= 500 || status === 401 || status === 403) return undefined;
  const { message, code } = refusalOf(response);
  const facts = { target: jti, jti, workspace_id: place.workspaceId };
  if (status !== 404 && status !== 429 && isAlready(`${code ?? ''} ${message ?? ''}`))
    return { ...facts, status: 'already_revoked' };
  const error = routeError(response, place.workspaceId, place.legacy);
  if (error) throw error;
  if (status !== 404 || !isOfToken(`${code ?? ''} ${message ?? ''}`)) return undefined;
  return {
    ...facts,
    status: 'failed',
    error: {
      code: 'not_found',
      provider_code: code ?? status,
      message: `Token with JTI '${jti}' not found in workspace ${place.workspace}`,
      hint: 'check the JTI and the workspace: revoke workspace list --show-expired',
    },
  };
}

function isAlready(text: string): boolean {
  return /already[ _](?:been[ _])?revoked/i.test(text);
}
