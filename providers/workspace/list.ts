/** `revoke workspace list`: the tokens of a workspace. */
import type { Context, Options, Report } from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { warnOfLeftovers, unfinished } from './orphaned-tokens.js';
import { connect } from './session.js';
import { isPartial, tableTime, timeOrNull, tokenFacts, type TokenFacts } from './tokens.js';

export async function list(context: Context, options: Options): Promise<Report> {
  const session = await connect(context);
  const answer = await listTokens(session.api, session.workspace.id);
  const now = context.clock.now();
  if (isPartial(answer))
    context.log.warn(`the server counts ${answer.count} tokens and shows ${answer.tokens.length}`);
  const current = session.current?.jti;
  warnOfLeftovers(context, unfinished(session), { list: answer, current });
  const tokens = answer.tokens.map((token) => tokenFacts(token, now));
  const all = options.flag('showExpired');
  return report(tokens, all, current);
}

function report(tokens: readonly TokenFacts[], all: boolean, current: string | undefined): Report {
  const shown = all ? tokens : tokens.filter(({ status }) => status === 'active');
  const head = ['JTI', 'Created', 'Expires', 'Current', ...(all ? ['Status'] : [])];
  const rows = shown.map((token) => [
    token.jti,
    tableTime(token.createdAt),
    tableTime(token.expiresAt),
    token.jti === current ? '✓' : '',
    ...(all ? [capital(token.status)] : []),
  ]);
  return {
    json: {
      tokens: shown.map((token) => ({
        jti: token.jti,
        created_at: timeOrNull(token.createdAt),
        expires_at: timeOrNull(token.expiresAt),
        is_current: token.jti === current,
        status: token.status,
      })),
      total_active: tokens.filter(({ status }) => status === 'active').length,
      current_token_jti: current ?? null,
    },
    text: [
      {
        head,
        rows,
        priority: ['JTI', 'Status', 'Expires', 'Created'],
        mark: 'Current',
        status: 'Status',
      },
    ],
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
