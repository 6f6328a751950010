/** `revoke status`: the login that each provider would use, from where, until when, and whether it works. */
import { openSession, type Session } from '../context/session.js';
import { networkOptions } from './network-options.js';
import { isRevokeError } from '../contract/errors.js';
import { exitCodeOf } from '../contract/exit-codes.js';
import { claimsOf, timeClaim } from '../contract/jwt.js';
import { rfc3339 } from '../contract/time.js';
import { optionsOf } from '../context/option-values.js';
import { formatOf } from '../output/format.js';
import { createOutput } from '../output/output.js';
import type { Provider } from '../contract/provider.js';
import type { World } from '../runtime/world.js';

type State = 'not_configured' | 'configured' | 'expired' | 'usable' | 'not_usable' | 'not_tried';

interface Row {
  readonly provider: string;
  readonly state: State;
  /** Where the login stands; null where there is none. */
  readonly source: string | null;
  readonly until: string | null;
  /** What is wrong, or what to set. */
  readonly note: string | null;
}

const GOOD: ReadonlySet<State> = new Set(['configured', 'usable']);

export async function showStatus(
  world: World,
  providers: readonly Provider[],
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const options = optionsOf(values);
  const { redactor } = world;
  const output = createOutput(world, { format: formatOf(options), verbose: false, redactor });
  const { signal } = new AbortController();
  const network = await networkOptions(world.env, options, 1);
  const { log, printUnmasked } = output;
  const own = { world, options, network, log, printUnmasked, redactor, signal };
  const rows: Row[] = [];
  for (const provider of providers.filter(hasLogin)) {
    const session = openSession({ ...own, provider });
    try {
      const row = await rowOf(provider, session, world.clock.now());
      const checks = options.flag('check') && row.state === 'configured';
      rows.push(checks ? await checked(provider, session, row) : row);
    } finally {
      await session.close();
    }
  }
  await output.report({ json: { providers: rows }, text: textOf(rows) });
  const configured = rows.filter(({ state }) => state !== 'not_configured');
  const isGood = configured.length > 0 && configured.every(({ state }) => GOOD.has(state));
  return isGood ? 0 : exitCodeOf('credentials');
}

/** Tokens that revoke themselves need no login. */
function hasLogin({ login, settings }: Provider): boolean {
  return login !== 'self' && login !== 'none' && settings.some(({ secret }) => secret);
}

async function rowOf(provider: Provider, { context }: Session, now: number): Promise<Row> {
  const secrets = provider.settings.filter(({ secret }) => secret);
  const none = { provider: provider.id, source: null, until: null };
  try {
    for (const { name } of secrets) {
      const found = await context.setting(name);
      if (!found) continue;
      const end = timeClaim(claimsOf(found.value), 'exp');
      return {
        provider: provider.id,
        state: end !== undefined && end <= now ? 'expired' : 'configured',
        source: found.source,
        until: end === undefined ? null : rfc3339(end),
        note: null,
      };
    }
    return (
      (await storedRow(provider, context, now)) ?? {
        ...none,
        state: 'not_configured',
        note: provider.loginHelp ?? `set ${secrets.map(({ env }) => env).join(' or ')}`,
      }
    );
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    return { ...none, state: 'not_usable', note: error.message };
  }
}

/** A login that the provider's own tool has stored. */
async function storedRow(
  provider: Provider,
  context: Session['context'],
  now: number,
): Promise<Row | undefined> {
  const stored = (await provider.storedLogins?.(context)) ?? [];
  const login = stored.find(({ name }) => /key|token|login$/.test(name));
  if (!login) return undefined;
  const { value, source } = login;
  const until = /until (\S+)$/.exec(value)?.[1] ?? null;
  const hasEnded = value.startsWith('expired') || (until !== null && !(Date.parse(until) > now));
  const state = hasEnded ? 'expired' : 'configured';
  return { provider: provider.id, state, source, until, note: value };
}

/** Finds keys and servers as a run would, and lets the service say whether it takes the login: reads only. */
async function checked(provider: Provider, { context }: Session, row: Row): Promise<Row> {
  try {
    const revoker = await provider.open(context, optionsOf({}));
    if (await revoker.tryLogin?.()) return { ...row, state: 'usable' };
    return { ...row, state: 'not_tried', note: 'no request that changes nothing can show it' };
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    const hint = error.hint === undefined ? '' : `; ${error.hint}`;
    return { ...row, state: 'not_usable', note: `${error.message}${hint}` };
  }
}

/** The table, and below it what is to be said of a login: a long note would make every row as wide. */
function textOf(rows: readonly Row[]) {
  const cells = rows.map(({ provider, state, source, until }) => [
    provider,
    state.replaceAll('_', ' '),
    source ?? '-',
    until ?? '-',
  ]);
  const head = ['Provider', 'Login', 'From', 'Until'];
  const notes = rows.flatMap(({ provider, note }) =>
    note === null ? [] : [`${provider}: ${note}`],
  );
  const isNone = rows.every(({ state }) => state === 'not_configured');
  return [
    { head, rows: cells, priority: head, status: 'Login' },
    ...notes,
    'Tokens that you have by value need no login: revoke leaked',
    ...(isNone ? ['No login is set. To try everything without one: revoke sandbox -- bash'] : []),
  ];
}
