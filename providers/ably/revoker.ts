/** An Ably that is ready to revoke: keys that were chosen, an endpoint, and what was asked for. */
import {
  type Attempt,
  clockWatch,
  type Context,
  type Lane,
  type Options,
  type Response,
  type Revoker,
  type Target,
  type Verdict,
} from '../../src/contract/index.js';
import { revokeTokens, time, type Ably, type RevokeRequest } from './client.js';
import { chooseKeys } from './credentials.js';
import { parseCutOff, serverTimeOf, type CutOff } from './issued-before.js';
import { originsOf } from './endpoint.js';
import { judge, timeText } from './judge-revocation.js';
import type { ApiKey } from './api-keys.js';
import { openProbe } from './probe.js';
import { tryLogin } from './try-login.js';
import { consequences } from './warning.js';

/** Finds keys, endpoint and cut-off. Sends nothing but reads. */
export async function openAbly(context: Context, options: Options): Promise<Revoker> {
  const { http, clock, log } = context;
  const issuedBefore = options.text('issuedBefore');
  const cutOff = issuedBefore === undefined ? undefined : parseCutOff(issuedBefore, clock.now());
  const allowReauthMargin = options.flag('allowReauthMargin');
  const setting = await context.setting('endpoint');
  // A bad endpoint is an error before any read leaves.
  const given = setting && (await originsOf(setting.value, setting.source));
  const chosen = await chooseKeys(context, options);
  const [endpoint, ...fallbackOrigins] = given ?? (await originsOf(chosen.endpoint, chosen.source));
  const ably: Ably = { http, clock, origin: endpoint, fallbackOrigins };
  const [firstKey, ...otherKeys] = chosen.keys;
  const names = [firstKey, ...otherKeys].map(({ name }) => name);
  const check = await openProbe(context, options, { ably, keys: names.length });
  const before = cutOff && (await momentOf(ably, cutOff));
  log.verbose(`${endpoint}, app ${chosen.app}, key ${names.join(', ')} from ${chosen.source}`);
  const watchClock = clockWatch('Ably', context);
  const facts = {
    ...(before === undefined ? {} : { issued_before: timeText(before) }),
    allow_reauth_margin: allowReauthMargin,
  };

  const terms = { ably, cutOff, before, allowReauthMargin, watchClock };
  // A key revokes its own tokens only: each is a lane, with its own outcomes and its own end.
  const laneOf = (key: ApiKey): Lane => ({
    name: otherKeys.length === 0 ? '' : key.name,
    endpoint,
    scope: { app_id: chosen.appId, key_name: key.name },
    ...(check && { check }),
    revoke: (targets, attempt) => revokeBatch({ ...terms, key }, targets, attempt),
  });

  return {
    lanes: [laneOf(firstKey), ...otherKeys.map(laneOf)],
    ...(before === undefined ? {} : { terms: { issuedBefore: timeText(before) } }),
    promptDetails: [
      ['App', chosen.app],
      [names.length === 1 ? 'Key' : 'Keys', names.join(', ')],
      ['Endpoint', endpoint],
      ['Login', chosen.source],
    ],
    consequences: (sample, count) => consequences(sample, count, { before, allowReauthMargin }),
    nextStep: ({ status }) => (status === 'revoked' || status === 'accepted' ? NO_BAN : undefined),
    plannedFacts: () => facts,
    tryLogin: () => tryLogin(ably, [firstKey, ...otherKeys]),
  };
}

const NO_BAN =
  'Revocation does not block the client: it can get a new token from your auth server. Block it there.';

interface Terms {
  readonly ably: Ably;
  readonly key: ApiKey;
  /** What --issued-before said, and the moment by the server's clock that this was at first. */
  readonly cutOff: CutOff | undefined;
  readonly before: number | undefined;
  readonly allowReauthMargin: boolean;
  readonly watchClock: (response: Response) => void;
}

/**
 * One request for up to 100 targets. The first try leaves the cut-off to the server; every later
 * one, in this run or another, names the moment of the first, so that newer tokens are spared.
 */
async function revokeBatch(
  terms: Terms,
  targets: readonly Target[],
  { firstTriedAt, http }: Attempt,
): Promise<readonly Verdict[]> {
  const { key, cutOff, before, allowReauthMargin, watchClock } = terms;
  const ably = { ...terms.ably, http };
  let first = firstTriedAt;
  let issuedBefore: number | undefined;
  const ids = targets.map(({ id }) => id);
  const isResumed = firstTriedAt !== undefined;
  const orderFor = async (tries: number, mayHaveLanded?: boolean): Promise<RevokeRequest> => {
    const moment = (first ??= ably.clock.now());
    if (before !== undefined) {
      // "So long ago" was said in the first run, and is counted from there.
      const ago = isResumed && cutOff && 'ago' in cutOff ? cutOff.ago : undefined;
      issuedBefore ??= ago === undefined ? before : (await serverTimeOf(ably, moment)) - ago;
    } else if (isResumed || tries > 1) {
      // Asked anew for each try: a long pause may have taken it out of Ably's hour.
      const at = await serverTimeOf(ably, moment, isResumed || mayHaveLanded);
      issuedBefore = Math.min(at, issuedBefore ?? at);
    }
    return { targets: ids, issuedBefore, allowReauthMargin };
  };
  const response = await revokeTokens(ably, key, orderFor);
  watchClock(response);
  const now = ably.clock.now();
  return judge(
    response,
    { targets, issuedBefore, allowReauthMargin, firstTriedAt: first ?? now },
    now,
  );
}

/** Counted from the server's clock: by a wrong clock of ours, too many or too few would be revoked. */
async function momentOf(ably: Ably, cutOff: CutOff): Promise<number> {
  return 'at' in cutOff ? cutOff.at : (await time(ably)) - cutOff.ago;
}
