/** What the services say when they refuse: FastAPI's `detail`, ntcli's `error`, or a plain message. */
import {
  excerpt,
  json,
  refusedError,
  type Response,
  type RevokeError,
  type ServerAnswer,
} from '../../src/contract/index.js';

/** The provider's name in sentences. */
export const WHO = 'the workspace service';

export interface Refusal {
  readonly message: string | undefined;
  readonly code: string | undefined;
}

/** The server's own words and code, where its answer has them. */
export function refusalOf(response: Response): Refusal {
  const body = record(json(response));
  const error = record(body?.['error']);
  const detail = body?.['detail'];
  const message =
    text(error?.['message']) ??
    text(body?.['error']) ??
    text(detail) ??
    (Array.isArray(detail) ? complaints(detail) : undefined) ??
    text(record(detail)?.['message']) ??
    text(body?.['message']);
  return { message, code: text(error?.['code']) };
}

export function saidBy(response: Response, remedy: string): ServerAnswer {
  const { message, code } = refusalOf(response);
  return { service: WHO, message, code, loginHint: remedy };
}

/**
 * A 404 or 405 that is about the route or the workspace, which every target would meet; undefined
 * for anything else.
 */
export function routeError(
  response: Response,
  workspaceId: string | undefined,
  legacy = false,
): RevokeError | undefined {
  const { status } = response;
  if (status !== 404 && status !== 405) return undefined;
  const { message, code } = refusalOf(response);
  if (status === 405 || message === undefined || message === 'Not Found') {
    return refusedError({
      code: 'no_token_api',
      message: `this server has no token API (it answered ${status})`,
      hint: legacy
        ? 'check the endpoint, or unset WORKSPACE_LEGACY_REVOKE'
        : 'the open-source edition has none: check the endpoint; for the first releases set WORKSPACE_LEGACY_REVOKE=1',
      providerCode: code ?? status,
      affects: 'run',
    });
  }
  if (code === 'WORKSPACE_NOT_FOUND' || (/\bworkspace\b/i.test(message) && !isOfToken(message))) {
    return refusedError({
      code: 'workspace_not_found',
      message: `workspace ${workspaceId ?? ''} was not found: ${excerpt(message)}`,
      hint: 'check --workspace and the endpoint',
      providerCode: code ?? status,
      affects: 'run',
    });
  }
  return undefined;
}

/** Whether a text or a code speaks of a token. */
export function isOfToken(said: string): boolean {
  return /token|\bjti\b/i.test(said);
}

function complaints(details: readonly unknown[]): string | undefined {
  const said = details.flatMap((entry) => text(record(entry)?.['msg']) ?? []);
  return said.length > 0 ? said.join('; ') : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
