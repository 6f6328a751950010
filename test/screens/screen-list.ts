/** The screens that a maintainer reads before a release, beside every help page. */

export interface ScreenToShow {
  /** The name of its file. */
  readonly name: string;
  /** For bash, with `revoke` on the PATH and everything set that the sandbox sets. */
  readonly script: string;
  /** What a person types, each once the text before it is seen. */
  readonly typed?: readonly (readonly [seen: string, keys: string])[];
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ASKED: readonly [string, string] = ['(y/N)', 'n\r'];
const UNSET =
  'unset ABLY_API_KEY ABLY_ACCESS_TOKEN WORKSPACE_USER_TOKEN WORKSPACE_ID OAUTH_ISSUER OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET;';
const MANY = 'seq -f client-%.0f 200';
const LEAKED = `printf '%s\\n' "$GITHUB_SAMPLE_TOKEN" "$SLACK_SAMPLE_TOKEN" "$VAULT_SAMPLE_TOKEN"`;

export const SCREENS: readonly ScreenToShow[] = [
  { name: 'table-workspace-list', script: 'revoke workspace list --show-expired' },
  { name: 'table-providers', script: 'revoke providers' },
  { name: 'table-status', script: 'revoke status --check' },
  { name: 'table-status-nothing-set', script: `${UNSET} revoke status` },
  { name: 'table-config', script: 'revoke config show' },
  {
    name: 'table-log',
    script:
      'revoke ably --client-id bob -f >/dev/null; revoke workspace jti_missing -f 2>/dev/null; revoke log',
  },
  { name: 'table-log-empty', script: 'revoke log' },
  { name: 'workspace-show', script: 'revoke workspace show' },
  { name: 'question-workspace', script: 'revoke workspace jti_old789xyz012', typed: [ASKED] },
  {
    name: 'question-current-token',
    script: 'revoke workspace jti_abc123def456',
    typed: [ASKED],
  },
  {
    name: 'question-several',
    script: 'revoke workspace jti_old789xyz012 jti_live345mno678 --verify',
    typed: [ASKED],
  },
  { name: 'question-ably', script: 'revoke ably --client-id userClientId', typed: [ASKED] },
  {
    name: 'question-many',
    script: `${MANY} > clients.txt; revoke ably --as clientId --from clients.txt`,
    typed: [['Type 200', 'n\r']],
  },
  {
    name: 'question-oauth-no-colour',
    script: 'NO_COLOR=1 revoke oauth --token-env OAUTH_SAMPLE_TOKEN',
    typed: [ASKED],
  },
  {
    name: 'question-leaked',
    script: `${LEAKED} > tokens.txt; revoke leaked --token-file tokens.txt`,
    typed: [ASKED],
  },
  { name: 'hidden-entry', script: 'revoke oauth', typed: [['ends', CTRL_D]] },
  {
    name: 'hidden-entry-refusal',
    script: 'revoke leaked',
    typed: [
      ['ends', 'two words\r'],
      ['not accepted', '\r'],
    ],
  },
  {
    name: 'dry-run-states',
    script: 'revoke workspace jti_old789xyz012 jti_missing jti_abc123def456 --dry-run --verify',
  },
  { name: 'dry-run-leaked', script: `${LEAKED} | revoke leaked - --dry-run` },
  { name: 'dry-run-ably', script: 'revoke ably --client-id bob --client-id eve --dry-run' },
  { name: 'proof-workspace', script: 'revoke workspace jti_live345mno678 --force --verify' },
  { name: 'proof-oauth', script: 'revoke oauth --token-env OAUTH_SAMPLE_TOKEN --force --verify' },
  { name: 'proof-leaked', script: `${LEAKED} | revoke leaked - --force` },
  {
    name: 'run-many',
    script: `${MANY} > clients.txt; revoke ably --as clientId --from clients.txt --force --rate 2`,
  },
  {
    name: 'run-interrupted',
    script:
      'seq -f jti_%.0f 50 > jtis.txt; revoke workspace --from jtis.txt --force --rate 10 --verify',
    typed: [['of 50', CTRL_C]],
  },
  { name: 'error-nothing-set-ably', script: `${UNSET} revoke ably --client-id bob` },
  { name: 'error-nothing-set-workspace', script: `${UNSET} revoke workspace list` },
  { name: 'error-nothing-set-oauth', script: `${UNSET} revoke oauth` },
  { name: 'error-no-target', script: 'revoke ably' },
  { name: 'error-unknown-command', script: 'revoke wrkspace' },
  { name: 'error-unknown-option', script: 'revoke workspace jti_1 --forse' },
  { name: 'error-other-tools-word', script: 'revoke login' },
  { name: 'error-secret-in-argv', script: 'revoke leaked --token abc' },
  { name: 'error-not-found', script: 'revoke workspace jti_missing --force' },
  { name: 'error-login-rejected', script: 'WORKSPACE_USER_TOKEN=wrong revoke workspace list' },
  { name: 'workspace-refresh', script: 'revoke workspace refresh' },
  {
    name: 'report',
    script:
      'revoke ably --client-id eve -f >/dev/null 2>&1; revoke report --markdown r.md; cat r.md',
  },
  { name: 'sandbox', script: 'revoke sandbox', typed: [['Ctrl-C', CTRL_C]] },
];
