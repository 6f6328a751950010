/** The last lines of the prompt: what will be inactive, from when on, and what will not. */
import type { Target } from '../../src/contract/index.js';
import { timeText } from './judge-revocation.js';
import { LABELS, splitTarget } from './specifiers.js';

export interface Effect {
  /** The cut-off that was asked for, ms since the epoch. */
  readonly before: number | undefined;
  readonly allowReauthMargin: boolean;
}

export function consequences(
  sample: readonly Target[],
  count: number,
  { before, allowReauthMargin }: Effect,
): readonly string[] {
  const parts = sample.map(splitTarget);
  const mayBe = (kind: string) => count > sample.length || parts.some((part) => part.kind === kind);
  const [only] = parts;
  return [
    before === undefined
      ? 'Affects every matching token issued up to now.'
      : `Affects only matching tokens issued before ${timeText(before)}.`,
    allowReauthMargin
      ? 'Takes effect after about 30 s: connected clients have that long to get new tokens.'
      : 'Takes effect immediately: connected clients are disconnected.',
    ...(mayBe('revocationKey')
      ? ['A revocation key matches only JWTs that carry it in the claim x-ably-revocation-key.']
      : []),
    ...(mayBe('channel')
      ? ['A channel matches only tokens whose capability names exactly that resource.']
      : []),
    'Revocation does not block the client: it can get a new token from your auth server. Block it there first.',
    'This action cannot be undone.',
    ...(only && count === 1
      ? ['You are about to revoke all tokens matching:', `${LABELS[only.kind]}: ${only.value}`]
      : [`You are about to revoke all tokens matching any of these ${count} specifiers.`]),
  ];
}
