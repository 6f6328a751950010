/** Words that other tools have, and what there is for them here. */

export interface Advice {
  readonly message: string;
  readonly hint: string;
  readonly code?: string;
}

const LOG_IN =
  'log in with the tool of the provider, or set its variables (revoke <provider> --help); revoke status shows what is used';

/** By the word after `revoke`. */
const COMMANDS: Readonly<Record<string, Advice>> = {
  login: { message: 'revoke has no login of its own', hint: LOG_IN },
  signin: { message: 'revoke has no login of its own', hint: LOG_IN },
  auth: {
    message: 'revoke has no login of its own',
    hint: `${LOG_IN}; to revoke tokens: revoke ably --client-id <id>`,
  },
  logout: {
    message: 'revoke stores no login',
    hint: 'log out with the tool that stored it; revoke status shows where it is',
  },
  version: { message: 'no command "version"', hint: 'use revoke --version' },
  whoami: { message: 'no command "whoami"', hint: 'use revoke status' },
  list: { message: 'the provider is missing', hint: 'for example: revoke workspace list' },
  ls: { message: 'the provider is missing', hint: 'for example: revoke workspace list' },
  token: {
    message: 'the provider is missing',
    hint: 'for example: revoke workspace <jti>, or revoke leaked for a token that you have',
  },
  'revoke-token': {
    message: 'the provider is missing',
    hint: 'for example: revoke ably --client-id <id>',
  },
};

const CONFIRMS: Advice = { message: 'no such option', hint: 'to skip the question: --force' };
const SECRET_IN_FILE =
  'set the variable of the provider, or name a file in <variable>_FILE: revoke <provider> --help lists them';

/** By an option that no command has. */
const OPTIONS: Readonly<Record<string, Advice>> = {
  '--yes': CONFIRMS,
  '-y': CONFIRMS,
  '--assume-yes': CONFIRMS,
  '--no-confirm': CONFIRMS,
  '--non-interactive': CONFIRMS,
  '-q': { message: 'no such option', hint: 'to show no progress and no summary: --quiet' },
  '--silent': { message: 'no such option', hint: 'to show no progress and no summary: --quiet' },
  '-o': { message: 'no such option', hint: 'for JSON: --json' },
  '--output': { message: 'no such option', hint: 'for JSON: --json' },
  '--debug': { message: 'no such option', hint: 'to log requests and responses: --verbose' },
};

/** Options that would hold a secret: there is none, for it would be read by everybody. */
const SECRETS: Readonly<Record<string, string>> = {
  '--token':
    'let revoke <provider> ask for it, pipe it in (... | revoke <provider> -), or use --token-file or --token-env',
  '--access-token': SECRET_IN_FILE,
  '--api-key': SECRET_IN_FILE,
  '--apikey': SECRET_IN_FILE,
  '--client-secret': 'set OAUTH_CLIENT_SECRET, or use --client-secret-file <path>',
  '--password': SECRET_IN_FILE,
  '--secret': SECRET_IN_FILE,
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** What to say to a command that another tool has. */
export function adviceOnCommand(word: string): Advice | undefined {
  return own(COMMANDS, word.toLowerCase());
}

/** What to say to an option that another tool has. @param argv where its value may stand */
export function adviceOnOption(flag: string, argv: readonly string[]): Advice | undefined {
  const hint = own(SECRETS, flag);
  if (hint === undefined) return own(OPTIONS, flag);
  const provider = /^[a-z]+$/.exec(argv[0] ?? '')?.[0] ?? '<provider>';
  const place = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const hasValue = argv[place] !== flag || /^[^-]/.test(argv[place + 1] ?? '');
  const where = 'everybody on this machine can read the command line';
  return {
    message: hasValue
      ? `no option ${flag}: ${where}, and what was given is in the shell's history now`
      : `no option ${flag}: ${where}`,
    hint: hint.replaceAll('<provider>', provider),
    ...(hasValue && { code: 'secret_in_argv' }),
  };
}
