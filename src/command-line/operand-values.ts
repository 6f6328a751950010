/** What may stand for an operand, or for the value of an option. */
export type Values =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'files' }
  /** A command of the system and its arguments. */
  | { readonly kind: 'commands' }
  | { readonly kind: 'any' };
