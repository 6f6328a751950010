/** Everything that a provider of token families is written against, beside the contract. */
export { defineTokenProvider } from './define-token-provider.js';
export {
  accepted,
  alreadyRevoked,
  inDoubt,
  isDenied,
  isTaken,
  notActive,
  reasonOf,
  refused,
  revoked,
  textAt,
  textsAt,
  timeOf,
  unexpected,
  valueAt,
  type Answer,
  type Family,
  type FamilyTools,
  type TokenResult,
} from './family.js';
