/** `revoke workspace list`: the tokens of a workspace. */
import type { Context, Options, Report } from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { warnOfLeftovers, unfinished } from './orphaned-tokens.js';
import { timeFilter } from './list-filters.js';
import { connect } from './session.js';
import { isPartial, tableTime, timeOrNull, tokenFacts, type TokenFacts } from './tokens.js';

export async function list(context: Context, options: Options): Promise<Report> {
  const now = context.clock.now();
  const filter = timeFilter(options, now);
  const session = await connect(context);
  const answer = await listTokens(session.api, session.workspace.id);
  if (isPartial(answer))
    context.log.warn(`the server counts ${answer.count} tokens and shows ${answer.tokens.length}`);
  const current = session.current?.jti;
  warnOfLeftovers(context, unfinished(session), { list: answer, current });
  const tokens = answer.tokens.map((token) => tokenFacts(token, now));
  const all = options.flag('showExpired');
  const listed = all ? tokens : tokens.filter(({ status }) => status === 'active');
  const untold = filter ? listed.filter((token) => filter.isWanted(token) === undefined) : [];
  if (untold.length > 0)
    context.log.warn(`left out, because the server does not show their times: ${untold.length}`);
  const shown = filter ? listed.filter((token) => filter.isWanted(token)) : listed;
  return report(tokens, { shown, all, current });
}

interface Shown {
  readonly shown: readonly TokenFacts[];
  /** Whether those that are not active are shown too, each with its status. */
  readonly all: boolean;
  readonly current: string | undefined;
}

function report(tokens: readonly TokenFacts[], { shown, all, current }: Shown): Report {
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
