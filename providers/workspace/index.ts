/** Workspace tokens as ntcli's services issue them: named by their JTI, ended by a user's login. */
import { CONTRACT, type OptionSpec, type Provider } from '../../src/contract/index.js';
import { parseJti } from './target.js';

const WORKSPACE: OptionSpec = {
  flags: '-w, --workspace <id|name>',
  help: "the workspace (WORKSPACE_ID, else ntcli's active one)",
};

const LIFETIME: readonly OptionSpec[] = [
  {
    flags: '--expires-in <duration>',
    help: 'how long it is valid: seconds, or a number with s, m, h, d or w, such as 30d (default: 31536000, a year)',
  },
  {
    flags: '--expires-at <time>',
    help: 'when it expires: RFC 3339 with a time zone, or Unix seconds',
  },
];

const FILTERS: readonly OptionSpec[] = [
  { flags: '--older-than <age>', help: 'only what was created longer ago, such as 90d or 12h' },
  {
    flags: '--created-before <time>',
    help: 'only what was created before a date or RFC 3339 time (UTC)',
  },
  {
    flags: '--expires-before <time>',
    help: 'only what expires before a date or RFC 3339 time, or within a time from now such as 30d',
  },
];

export default {
  contract: CONTRACT,
  id: 'workspace',
  summary: 'revoke workspace tokens by JTI',
  notes: [
    'A token is named by its JTI (the jti claim of its JWT): revoke workspace list shows them. The token itself is never an argument.',
    'It needs the login of a user (WORKSPACE_USER_TOKEN, or the one that ntcli auth login has stored): a workspace token cannot revoke tokens.',
    'A revoked token stops working immediately and cannot be restored. If it was the current one: revoke workspace refresh.',
  ],
  loginHelp:
    'set WORKSPACE_USER_TOKEN and WORKSPACE_ID, or log in: ntcli auth login, ntcli workspace switch <name>',
  target: {
    noun: 'JTI',
    argument: 'jti',
    kinds: [{ name: 'jti', keys: ['jti'] }],
    lists: ['tokens'],
    parse: parseJti,
  },
  settings: [
    {
      name: 'user_token',
      env: 'WORKSPACE_USER_TOKEN',
      secret: true,
      help: 'the bearer of a logged-in user',
    },
    {
      name: 'workspace',
      env: 'WORKSPACE_ID',
      option: 'workspace',
      help: 'the workspace, by id or name',
    },
    {
      name: 'endpoint',
      env: 'WORKSPACE_API_URL',
      option: 'endpoint',
      help: 'the base URL of the service, without /v1',
    },
    {
      name: 'legacy_revoke',
      env: 'WORKSPACE_LEGACY_REVOKE',
      help: '1: revoke with the POST request of the first releases, whose answer confirms nothing',
    },
  ],
  options: [WORKSPACE],
  examples: [
    { command: 'revoke workspace jti_old789xyz012', why: 'revoke one token (asks first)' },
    {
      command: 'revoke workspace jti_live345mno678 --verify',
      why: 'revoke it, and check the list before and after',
    },
    {
      command: 'revoke workspace jti_live345mno678 --verify --dry-run',
      why: 'show what it is, and change nothing',
    },
  ],
  limits: { batch: 1, concurrency: 8 },
  verifyHelp: 'the list of tokens, read with the same login: active before, inactive or gone after',
  async open(context) {
    const { openRevoker } = await import('./revoker.js');
    return openRevoker(context);
  },
  formatOutcome({ target, status, is_current: isCurrent }) {
    if (status === 'revoked') return `Token ${target} revoked successfully.`;
    if (status === 'already_revoked') return `Token ${target} is already revoked.`;
    if (status === 'planned')
      return `Token ${target} would be revoked.${isCurrent ? ' It is your CURRENT token.' : ''}`;
    return undefined;
  },
  actions: {
    list: {
      summary: 'list the tokens of a workspace',
      formats: ['table'],
      options: [
        WORKSPACE,
        {
          flags: '--show-expired',
          help: 'also list expired and revoked tokens, with their status',
        },
        ...FILTERS,
      ],
      notes: ['Times are UTC; an unknown expiry is shown as -.'],
      examples: [
        {
          command: 'revoke workspace list',
          why: 'list the active tokens and mark the current one',
        },
        {
          command: 'revoke workspace list --older-than 90d',
          why: 'list the active tokens that were created more than 90 days ago',
        },
        {
          command: 'revoke workspace list --show-expired --format json',
          why: 'list everything that the server returns, for a script',
        },
      ],
      async run(context, options) {
        const { list } = await import('./list.js');
        return list(context, options);
      },
    },
    create: {
      summary: 'create a token and print it once',
      options: [
        WORKSPACE,
        ...LIFETIME,
        { flags: '--save', help: 'also store it as the current token' },
      ],
      notes: [
        'The token is printed on stdout, and stored only with --save.',
        'It asks nothing.',
        'The request is never repeated. If the answer is lost, any new token in the list is reported (exit code 4).',
      ],
      examples: [
        { command: 'revoke workspace create --expires-in 30d', why: 'create a token for a month' },
        {
          command: 'revoke workspace create --expires-in 31536000 --format json',
          why: 'create one for a year; for a script',
        },
      ],
      async run(context, options) {
        const { create } = await import('./create.js');
        return create(context, options);
      },
    },
    refresh: {
      summary: 'replace the current token: create, save, revoke the old one, check',
      options: [WORKSPACE, ...LIFETIME],
      notes: [
        'It asks nothing. The new token is stored where the old one was, and only then the old one is revoked.',
      ],
      examples: [
        {
          command: 'revoke workspace refresh',
          why: 'replace the current token, for the default lifetime',
        },
        {
          command: 'revoke workspace refresh --expires-in 30d --format json',
          why: 'for a month; for a script',
        },
      ],
      async run(context, options) {
        const { refresh } = await import('./refresh.js');
        return refresh(context, options);
      },
    },
    show: {
      summary: 'show the current token and check it with the server',
      options: [
        WORKSPACE,
        { flags: '--show-token', help: 'also print the token itself, unmasked' },
      ],
      notes: [
        'Exit code 0: valid; 1: expired, revoked or invalid; 3 or 4: it could not be checked.',
      ],
      examples: [
        {
          command: 'revoke workspace show',
          why: 'show the current token, without its value',
        },
        {
          command: 'revoke workspace show --format json',
          why: 'show it for a script',
        },
      ],
      async run(context, options) {
        const { show } = await import('./show.js');
        return show(context, options);
      },
    },
  },
  async storedLogins(context) {
    const { describeLogins } = await import('./describe-logins.js');
    return describeLogins(context);
  },
  async startEmulator(options) {
    const { startWorkspaceEmulator } = await import('./emulator.js');
    return startWorkspaceEmulator(options);
  },
} satisfies Provider;
