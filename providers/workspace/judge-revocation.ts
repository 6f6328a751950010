/** What the answer to a revocation proves of its target: never more than it says and names. */
import {
  dateOf,
  deniesItself,
  errorFromStatus,
  json,
  type Response,
  type RevokeError,
  type Verdict,
} from '../../src/contract/index.js';
import { deleteToken, isOf, postRevoke, type Api } from './client.js';
import { isOfToken, type Refusal, refusalOf, routeError, saidBy } from './refusals.js';
import { legacyReceipt, receipt } from './schema.js';
import { SKEW_MS, timeMs } from './tokens.js';

export interface WorkspaceRef {
  readonly workspaceId: string;
  /** The workspace in words: `demo (74e4…)`. */
  readonly workspace: string;
  /** Speak to the first releases: POST …/revoke, which answers with a message only. */
  readonly legacy: boolean;
  /** An earlier run may have tried it, and got no answer. */
  readonly isAgain?: boolean;
}

/** Revokes one token. Throws the error of an answer that says nothing of it. */
export async function revokeToken(api: Api, place: WorkspaceRef, jti: string): Promise<Verdict> {
  const { workspaceId, legacy } = place;
  const response = legacy
    ? await postRevoke(api, workspaceId, jti)
    : await deleteToken(api, workspaceId, jti);
  const { status } = response;
  api.watchClock(response);
  const verdict =
    status === 200
      ? (receiptVerdict(api, response, { workspaceId, jti }) ??
        (legacy ? legacyVerdict(response, place, jti) : undefined))
      : refusalVerdict(response, place, jti);
  if (!verdict) throw judge(api, response);
  // Our own try may have been the one that revoked it: nobody knows what it was before.
  const isOurs = response.inDoubt || place.isAgain === true;
  return verdict.status === 'already_revoked' && isOurs
    ? { ...verdict, status: 'revoked' }
    : verdict;
}

function judge(api: Api, response: Response): RevokeError {
  return errorFromStatus(response, saidBy(response, api.remedy), api.clock.now());
}

/** A receipt counts when it names this token, this workspace, and says that it is revoked. */
function receiptVerdict(
  api: Api,
  response: Response,
  { workspaceId, jti }: { readonly workspaceId: string; readonly jti: string },
): Verdict | undefined {
  const body = json(response);
  const said = receipt.safeParse(body);
  if (!said || deniesItself(body) || (said.token_jti ?? said.jti) !== jti) return undefined;
  if (said.jti !== undefined && said.jti !== jti) return undefined;
  if (!isOf(workspaceId, said.workspace_id)) return undefined;
  const at = api.readTime(said.revoked_at);
  if (at === undefined && said.revoked_at !== undefined && said.revoked_at !== null)
    return undefined;
  if (isToCome(said.revoked_at, response, api)) return undefined;
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

/** Dated after now, by the later of both clocks: it is not revoked yet. */
function isToCome(revokedAt: unknown, response: Response, { clock }: Api): boolean {
  const now = Math.max(clock.now(), dateOf(response) ?? 0);
  return (timeMs(revokedAt) ?? 0) > now + SKEW_MS;
}

function statusOf(said: string | undefined, dated: boolean): Verdict['status'] | undefined {
  if (said === undefined) return dated ? 'revoked' : undefined;
  const word = said.toLowerCase();
  if (word === 'revoked') return 'revoked';
  return /^already[ _-]revoked$/.test(word) ? 'already_revoked' : undefined;
}

/** The first releases answer with a sentence: no documented words, so no more than `accepted`. */
function legacyVerdict(response: Response, place: WorkspaceRef, jti: string): Verdict | undefined {
  const body = json(response);
  const message = legacyReceipt.safeParse(body)?.message;
  if (message === undefined || deniesItself(body)) return undefined;
  const facts = { target: jti, jti, workspace_id: place.workspaceId };
  if (isAlready(message, jti)) return { ...facts, status: 'already_revoked' };
  const isYes =
    /\brevoked\b/i.test(message) && !/\b(?:not|fail\w*|error|un\w+|cannot|denied)\b/i.test(message);
  return isYes ? { ...facts, status: 'accepted' } : undefined;
}

function refusalVerdict(response: Response, place: WorkspaceRef, jti: string): Verdict | undefined {
  const { status } = response;
  if (status < 400 || status >= 500 || status === 401 || status === 403) return undefined;
  const refusal = refusalOf(response);
  const { message, code } = refusal;
  const facts = { target: jti, jti, workspace_id: place.workspaceId };
  const isConflict = status === 409 || status === 410;
  if (isConflict && saysAlready(refusal, jti)) return { ...facts, status: 'already_revoked' };
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

const ALREADY_CODE = /^(?:TOKEN_)?ALREADY_REVOKED$/i;
const ALREADY_SENTENCE =
  /^token(?: (?:with jti )?['"]?([\w.~-]+?)['"]?)? (?:is|was|has been) already (?:been )?revoked[.!]?$/i;

/** The documented code, or the sentence: `Token is already revoked`, with or without its JTI. */
function saysAlready({ code, message }: Refusal, jti: string): boolean {
  if (!ALREADY_CODE.test(code ?? '')) return isAlready(message ?? '', jti);
  const names = message?.match(/\bjti_[\w.~-]*\w/g) ?? [];
  return !/\bnot\b|n't\b/i.test(message ?? '') && names.every((name) => name === jti);
}

function isAlready(message: string, jti: string): boolean {
  const match = ALREADY_SENTENCE.exec(message.trim());
  const named = match?.[1];
  return match !== null && (named === undefined || named === jti);
}
