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
    help: 'seconds, or a number with s, m, h, d or w: 30d (default: 31536000, a year)',
  },
  {
    flags: '--expires-at <time>',
    help: 'the moment instead: RFC 3339 with a time zone, or Unix seconds',
  },
];

export default {
  contract: CONTRACT,
  id: 'workspace',
  summary: 'revoke workspace tokens by JTI',
  notes: [
    'A token is named by its JTI, the jti claim of its JWT: revoke workspace list shows them. The token itself is never an argument.',
    'It takes the login of a user (WORKSPACE_USER_TOKEN, or the one that ntcli auth login has stored): a workspace token cannot revoke tokens.',
    'A revoked token is refused at once and for good. After the current one: revoke workspace refresh.',
  ],
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
      help: '1: revoke as the first releases did, by POST, whose answer confirms nothing',
    },
  ],
  options: [WORKSPACE],
  examples: [
    { command: 'revoke workspace jti_old789xyz012 --force', why: 'one token, without a question' },
    {
      command: 'revoke workspace jti_old789xyz012 --force --format json',
      why: 'for a script: JSON',
    },
    {
      command: 'revoke workspace jti_live345mno678 --force --verify',
      why: 'looked at in the list before and after',
    },
  ],
  limits: { batch: 1, concurrency: 8 },
  verifyHelp: 'the list of tokens, by the same login: active before, dead or gone after',
  async open(context) {
    const { openRevoker } = await import('./revoker.js');
    return openRevoker(context);
  },
  formatOutcome({ target, status }) {
    if (status === 'revoked') return `Token ${target} revoked successfully.`;
    if (status === 'already_revoked') return `Token ${target} is already revoked.`;
    if (status === 'planned') return `Token ${target} would be revoked.`;
    return undefined;
  },
  actions: {
    list: {
      summary: 'list the tokens of a workspace',
      formats: ['table'],
      options: [
        WORKSPACE,
        { flags: '--show-expired', help: 'expired and revoked tokens too, with their status' },
      ],
      notes: ['Times are UTC; an end that the server does not tell is shown as -.'],
      examples: [
        { command: 'revoke workspace list', why: 'what is alive, and which one is current' },
        {
          command: 'revoke workspace list --show-expired --format json',
          why: 'everything that the server tells, for a script',
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
        { flags: '--save', help: 'store it too, where the current token is stored' },
      ],
      notes: [
        'The token is printed on stdout, and stored nowhere without --save.',
        'It is never sent twice: where the answer is lost, what appeared in the list is named (exit code 4).',
      ],
      examples: [
        { command: 'revoke workspace create --expires-in 30d', why: 'for a month' },
        {
          command: 'revoke workspace create --expires-in 31536000 --format json',
          why: 'for a script, a year',
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
        'It asks nothing. The new token is stored where the old one was; the old one is revoked only then.',
      ],
      examples: [
        {
          command: 'revoke workspace create --save && revoke workspace refresh',
          why: 'a stored token, and its successor',
        },
        {
          command: 'revoke workspace create --save && revoke workspace refresh --format json',
          why: 'the JTIs of both, for a script',
        },
      ],
      async run(context, options) {
        const { refresh } = await import('./refresh.js');
        return refresh(context, options);
      },
    },
    show: {
      summary: 'show the current token and check it with the server',
      options: [WORKSPACE, { flags: '--show-token', help: 'print the token itself too, unmasked' }],
      notes: [
        'Exit code 0: valid; 1: expired, revoked or invalid; 3 or 4: it could not be checked.',
      ],
      examples: [
        {
          command: 'revoke workspace create --save && revoke workspace show',
          why: 'the token that was just stored',
        },
        {
          command: 'revoke workspace create --save && revoke workspace show --format json',
          why: 'for a script',
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
