/** Accounts that hold nothing: a key of one raises an alarm when it is used. */
const CANARYTOKENS = [
  '052310077262',
  '171436882533',
  '266735846894',
  '534261010715',
  '595918472158',
  '717712589309',
  '730335385048',
  '819147034852',
  '893192397702',
  '992382622183',
];

/** Told by the account alone, without asking anybody. */
export function isCanary(account: string | undefined): boolean {
  return account !== undefined && CANARYTOKENS.includes(account);
}
