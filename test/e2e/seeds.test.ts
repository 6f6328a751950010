/**
 * The commands of `ably auth revoke-token` and `ntcli token …` as their pages print them, with
 * `revoke ably` and `revoke workspace` in their place, for a user whose logins those tools stored.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceEmulatorOptions } from '../../providers/workspace/emulator.js';
import { hasJq, onStage, type Stage } from '../support/stage.js';

/** For scripts that call jq: a machine with nothing but Node has none. */
const withJq = hasJq ? test.concurrent : test.concurrent.skip;

const DEMO = '74e4f895-5c8a-4222-ac86-ae0885506202';
const CURRENT = 'jti_abc123def456';
const OLD = 'jti_old789xyz012';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const TABLE_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** A user who came from the other two tools: no environment, only what those have stored. */
function switched<T>(
  act: (stage: Stage) => Promise<T>,
  workspace: WorkspaceEmulatorOptions = {},
  env: Readonly<Record<string, string>> = {},
) {
  return onStage(
    (stage) => {
      const { port } = stage.workspace.server;
      const item = {
        workspace_id: DEMO,
        workspace_name: 'demo',
        access_token: stage.env['WORKSPACE_CURRENT_TOKEN'],
        jti: CURRENT,
      };
      const config = {
        domain: `127.0.0.1:${port}`,
        auth: {
          bearerToken: stage.env['WORKSPACE_USER_TOKEN'],
          expiresAt: 4_102_444_800_000,
          user: { id: 'user_1', email: 'dev@example.test' },
        },
        workspaces: { activeWorkspaceId: DEMO, items: { [DEMO]: item } },
      };
      stage.write('.ntcli/config.json', JSON.stringify(config));
      stage.write(
        '.ably/config',
        `[current]
account = "default"
[accounts.default]
accountId = "VgQpOZ"
accountName = "A"
userEmail = "u@example.test"
endpoint = "${stage.ably.server.url}"
currentAppId = "s57drg"
[accounts.default.apps.s57drg]
apiKey = "${stage.env['ABLY_API_KEY']}"
appName = "Chat"
keyId = "s57drg.3bnE1Q"
keyName = "Root"
`,
      );
      return act({
        ...stage,
        sh: (script, options = {}) =>
          stage.sh(script, { ...options, env: { ...none, ...env, ...options.env } }),
        terminal: (script, options = {}) =>
          stage.terminal(script, { ...options, env: { ...none, ...env, ...options.env } }),
      });
    },
    { workspace },
  );
}

const none = Object.fromEntries(
  [
    'ABLY_API_KEY',
    'ABLY_APP_ID',
    'ABLY_ENDPOINT',
    'ABLY_CONTROL_URL',
    'ABLY_ACCESS_TOKEN',
    'WORKSPACE_USER_TOKEN',
    'WORKSPACE_ID',
    'WORKSPACE_API_URL',
  ].map((name) => [name, '']),
);

async function confirmed(stage: Stage, command: string) {
  const terminal = stage.terminal(command);
  await terminal.see('Are you sure? (y/N)');
  terminal.type('y\r');
  const { code } = await terminal.ended;

  return { code, screen: terminal.screen().replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '') };
}

/** What the data plane still takes. */
const alive = ({ workspace }: Stage) =>
  workspace
    .snapshot()
    .tokens.filter(({ workspace_id, status }) => workspace_id === DEMO && status === 'active')
    .map(({ jti }) => jti);

describe('ably auth revoke-token', () => {
  const issued = (stage: Stage) => stage.ably.now() - 1000;
  const userToken = (stage: Stage) =>
    stage.ably.issueToken({ clientId: 'userClientId', issued: issued(stage) });

  test.concurrent('all tokens for a client ID', () =>
    switched(async (stage) => {
      const token = userToken(stage);
      const { code, screen } = await confirmed(stage, 'revoke ably --client-id "userClientId"');
      expect(code).toBe(0);
      expect(screen).toContain(
        'You are about to revoke all tokens matching:\nClient ID: userClientId',
      );
      expect(screen).toMatch(
        /Tokens matching clientId:userClientId, issued before \S+, are revoked/,
      );
      expect(stage.ably.isAlive(token)).toBe(false);
      expect(stage.ably.isAlive(stage.env['ABLY_SAMPLE_TOKEN'] ?? '')).toBe(true);
    }),
  );

  test.concurrent('ably with --force revokes the tokens of a client without a question', () =>
    switched(async (stage) => {
      const token = userToken(stage);
      const ran = await stage.sh('revoke ably --client-id "userClientId" --force');
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(/^Tokens matching clientId:userClientId, issued before .*\n$/);
      expect(stage.ably.isAlive(token)).toBe(false);
    }),
  );

  test.concurrent('JWT tokens that share a revocation key', () =>
    switched(async (stage) => {
      const jwt = { revocationKey: 'group1', issued: issued(stage) };
      const [one, two, other] = await Promise.all([
        stage.ably.issueJwt({ ...jwt, clientId: 'a' }),
        stage.ably.issueJwt({ ...jwt, clientId: 'b' }),
        stage.ably.issueJwt({ ...jwt, revocationKey: 'group2' }),
      ]);
      const { code, screen } = await confirmed(stage, 'revoke ably --revocation-key group1');
      expect(code).toBe(0);
      expect(screen).toContain('Revocation Key: group1');
      expect([one, two, other].map((token) => stage.ably.isAlive(token))).toEqual([
        false,
        false,
        true,
      ]);
    }),
  );

  test.concurrent('a grace period of 30 seconds', () =>
    switched(async (stage) => {
      const token = userToken(stage);
      const command = 'revoke ably --client-id "userClientId" --allow-reauth-margin';
      const { code, screen } = await confirmed(stage, command);
      expect(code).toBe(0);
      expect(screen).toContain('will be revoked from');
      const [request] = stage.ably.server.requests.filter(({ method }) => method === 'POST');
      expect(JSON.parse(String(request?.body))).toEqual({
        targets: ['clientId:userClientId'],
        allowReauthMargin: true,
      });
      expect(stage.ably.isAlive(token)).toBe(true);
      stage.ably.setClockOffset(35_000);
      expect(stage.ably.isAlive(token)).toBe(false);
    }),
  );

  test.concurrent('ably --json needs --force, and prints one JSON object', () =>
    switched(async (stage) => {
      const token = userToken(stage);
      const command = 'revoke ably --client-id "userClientId" --json';
      const refused = await stage.sh(command);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(stage.asked()).toEqual([]);
      const ran = await stage.sh(`${command} --force`);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        provider: 'ably',
        target: 'clientId:userClientId',
        status: 'revoked',
        app_id: 's57drg',
        key_name: 's57drg.3bnE1Q',
        allow_reauth_margin: false,
        issued_before: expect.stringMatching(/Z$/),
        applies_at: expect.stringMatching(/Z$/),
      });
      expect(stage.ably.isAlive(token)).toBe(false);
    }),
  );

  test.concurrent('the wire: version, the key of the tokens, the documented body', () =>
    switched(async (stage) => {
      await stage.sh('revoke ably --client-id a --channel room:1 --force --verbose');
      const [request] = stage.ably.server.requests.filter(({ method }) => method === 'POST');
      expect(request).toMatchObject({
        path: '/keys/s57drg.3bnE1Q/revokeTokens',
        headers: {
          authorization: `Basic ${Buffer.from(stage.env['ABLY_API_KEY'] ?? '').toString('base64')}`,
          'x-ably-version': expect.stringMatching(/^[3-9]$/),
          'content-type': 'application/json',
        },
      });
      expect(JSON.parse(String(request?.body))).toEqual({
        targets: ['clientId:a', 'channel:room:1'],
      });
    }),
  );
});

describe('ntcli token revoke', () => {
  test.concurrent('workspace revokes a token after a yes', () =>
    switched(async (stage) => {
      const { code, screen } = await confirmed(stage, `revoke workspace ${OLD}`);
      expect(code).toBe(0);
      expect(screen).toContain(
        `Token ${OLD} will be permanently revoked.\nThis action cannot be undone.\n\n`,
      );
      expect(screen).toContain(`\nToken ${OLD} revoked successfully.\n`);
      expect(stage.workspace.isAlive(OLD)).toBe(false);
    }),
  );

  test.concurrent('workspace with --force revokes a token without a question', () =>
    switched(async (stage) => {
      const ran = await stage.sh(`revoke workspace ${OLD} --force`);
      expect(ran).toMatchObject({ code: 0, stdout: `Token ${OLD} revoked successfully.\n` });
      expect(stage.workspace.isAlive(OLD)).toBe(false);
    }),
  );

  test.concurrent.each(['models', 'openapi', 'docs'] as const)(
    'JSON, of a server of the %s',
    (contract) =>
      switched(
        async (stage) => {
          const ran = await stage.sh(`revoke workspace ${OLD} --force --format json`);
          expect(ran.code).toBe(0);
          expect(JSON.parse(ran.stdout)).toMatchObject({
            jti: OLD,
            revoked_at: expect.stringMatching(TIME),
            status: 'revoked',
          });
        },
        { contract },
      ),
  );

  test.concurrent('the first releases confirm nothing, and so it is said', () =>
    switched(
      async (stage) => {
        const ran = await stage.sh(`revoke workspace ${OLD} --force --format json`);
        expect(ran.code).toBe(0);
        expect(JSON.parse(ran.stdout)).toMatchObject({ jti: OLD, status: 'accepted' });
        expect(stage.workspace.isAlive(OLD)).toBe(false);
        expect(stage.writes()).toEqual([`POST /v1/workspaces/${DEMO}/tokens/${OLD}/revoke`]);
      },
      { contract: 'legacy' },
      { WORKSPACE_LEGACY_REVOKE: '1' },
    ),
  );

  test.concurrent('what the page promises of errors', () =>
    switched(async (stage) => {
      const none = await stage.sh('revoke workspace jti_xyz --force');
      expect(none.code).toBe(1);
      expect(none.stdout).toContain("Token with JTI 'jti_xyz' not found");
      const twice = await stage.sh('revoke workspace jti_dead567stu890 --force');
      expect(twice).toMatchObject({ code: 0 });
      expect(twice.stdout).toBe('Token jti_dead567stu890 is already revoked.\n');
    }),
  );
});

describe('the bulk scripts', () => {
  const all = `
# Get list of token JTIs (excluding current token)
TOKENS=$(revoke workspace list --format json | jq -r '.tokens[] | select(.is_current != true) | .jti')

for token in $TOKENS; do
    echo "Revoking $token..."
    revoke workspace "$token" --force
done`;
  const expired = `
# Find and revoke expired tokens
revoke workspace list --show-expired --format json | \\
    jq -r '.tokens[] | select(.status == "expired") | .jti' | \\
    while read jti; do
        revoke workspace "$jti" --force
    done`;

  withJq.each(['models', 'openapi', 'docs'] as const)(
    'every token but the current one, of a server of the %s',
    (contract) =>
      switched(
        async (stage) => {
          const before = alive(stage);
          expect(before.length).toBeGreaterThan(3);
          const ran = await stage.sh(all);
          expect(ran.code).toBe(0);
          expect(alive(stage)).toEqual([CURRENT]);
          const others = before.filter((jti) => jti !== CURRENT);
          expect(ran.stdout.trimEnd().split('\n')).toEqual(
            others.flatMap((jti) => [`Revoking ${jti}...`, `Token ${jti} revoked successfully.`]),
          );
        },
        { contract },
      ),
  );

  withJq.each(['models', 'docs'] as const)('expired tokens, of a server of the %s', (contract) =>
    switched(
      async (stage) => {
        const before = alive(stage);
        const ran = await stage.sh(expired);
        expect(ran).toMatchObject({
          code: 0,
          stdout: 'Token jti_gone901pqr234 revoked successfully.\n',
        });
        expect(stage.workspace.snapshot().revocations).toEqual({ jti_gone901pqr234: 1 });
        expect(alive(stage)).toEqual(before);
      },
      { contract },
    ),
  );

  withJq('the same in one command', () =>
    switched(async (stage) => {
      const ran = await stage.sh(
        `revoke workspace list --json | jq -c '.tokens[] | select(.is_current != true)' | revoke workspace - --force --json`,
      );
      expect(ran.code).toBe(0);
      expect(alive(stage)).toEqual([CURRENT]);
    }),
  );
});

describe('ntcli token list', () => {
  const cells = (line: string) =>
    line
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim());

  test.concurrent.each(['', '--format table', '--format text'])('list %s', (format) =>
    switched(async (stage) => {
      const ran = await stage.sh(`revoke workspace list ${format}`);
      expect(ran.code).toBe(0);
      const lines = ran.stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^┌─+┬─+┬─+┬─+┐$/);
      expect(cells(lines[1] ?? '')).toEqual(['JTI', 'Created', 'Expires', 'Current']);
      const rows = lines.slice(3, -1).map(cells);
      expect(rows.map(([jti]) => jti)).toEqual(alive(stage));
      for (const [, created = ''] of rows) expect(created).toMatch(TABLE_TIME);
      expect(rows.filter(([, , , current]) => current === '✓').map(([jti]) => jti)).toEqual([
        CURRENT,
      ]);
    }),
  );

  test.concurrent('workspace list --show-expired adds the status column', () =>
    switched(async (stage) => {
      const ran = await stage.sh('revoke workspace list --show-expired');
      const lines = ran.stdout.trimEnd().split('\n');
      expect(cells(lines[1] ?? '')).toEqual(['JTI', 'Created', 'Expires', 'Current', 'Status']);
      const status = Object.fromEntries(
        lines.slice(3, -1).map((line) => [cells(line)[0], cells(line)[4]]),
      );
      expect(status).toMatchObject({
        [CURRENT]: 'Active',
        jti_gone901pqr234: 'Expired',
        jti_dead567stu890: 'Revoked',
      });
    }),
  );

  test.concurrent('workspace list --format json prints the tokens as JSON', () =>
    switched(async (stage) => {
      const ran = await stage.sh('revoke workspace list --format json');
      const list = JSON.parse(ran.stdout) as Record<string, unknown>;
      expect(Object.keys(list)).toEqual(['tokens', 'total_active', 'current_token_jti']);
      expect(list).toMatchObject({ total_active: alive(stage).length, current_token_jti: CURRENT });
      expect((list['tokens'] as unknown[])[0]).toEqual({
        jti: CURRENT,
        created_at: expect.stringMatching(TIME),
        expires_at: expect.stringMatching(TIME),
        is_current: true,
        status: 'active',
      });
    }),
  );

  withJq('what never ends has no end', () =>
    switched(async (stage) => {
      const never = await stage.sh(
        `revoke workspace list --format json | jq -r '.tokens[] | select(.expires_at == null) | .jti'`,
      );
      expect(never.stdout).toBe('jti_ever123vwx456\n');
    }),
  );

  test.concurrent('no workspace selected, and no login', () =>
    onStage(async (stage) => {
      const given = { ...none, WORKSPACE_API_URL: stage.workspace.server.url };
      const nowhere = await stage.revoke(['workspace', 'list'], {
        env: { ...given, WORKSPACE_USER_TOKEN: stage.env['WORKSPACE_USER_TOKEN'] ?? '' },
      });
      expect(nowhere).toMatchObject({ code: 2, stdout: '' });
      expect(nowhere.stderr).toContain('no workspace selected');
      const nobody = await stage.revoke(['workspace', 'list'], {
        env: { ...given, WORKSPACE_ID: DEMO },
      });
      expect(nobody).toMatchObject({ code: 3, stdout: '' });
      expect(nobody.stderr).toContain('ntcli auth login');
      expect(stage.asked()).toEqual([]);
    }),
  );
});

describe('ntcli token create', () => {
  test.concurrent('workspace create prints the new token, its JTI and when it expires', () =>
    switched(async (stage) => {
      const stored = readFileSync(join(stage.home, '.ntcli/config.json'), 'utf8');
      const ran = await stage.sh('revoke workspace create');
      expect(ran.code).toBe(0);
      const [, token = '', jti = ''] =
        /^New token created: (\S+)\nToken JTI: (\S+)\nExpires: \d{4}-\S+Z\n$/.exec(ran.stdout) ??
        [];
      expect(stage.workspace.isAlive(token)).toBe(true);
      expect(alive(stage)).toContain(jti);
      // It is not stored unless that is asked for.
      expect(readFileSync(join(stage.home, '.ntcli/config.json'), 'utf8')).toBe(stored);
    }),
  );

  withJq('recovery: a new token for a CI system, as printed', () =>
    switched(async (stage) => {
      const ran = await stage.sh(`
# Create new token for CI/CD system
NEW_TOKEN=$(revoke workspace create --expires-in 31536000 --format json | jq -r '.token')
echo "Update your CI/CD system with this new token:"
echo $NEW_TOKEN`);
      expect(ran.code).toBe(0);
      const [first, token = ''] = ran.stdout.split('\n');
      expect(first).toBe('Update your CI/CD system with this new token:');
      expect(stage.workspace.isAlive(token)).toBe(true);
    }),
  );

  test.concurrent.each(['models', 'openapi', 'legacy', 'docs'] as const)(
    'JSON, of a server of the %s',
    (contract) =>
      switched(
        async (stage) => {
          const ran = await stage.sh('revoke workspace create --expires-in 3600 --format json');
          expect(ran.code).toBe(0);
          const made = JSON.parse(ran.stdout) as Record<string, string>;
          expect(made).toMatchObject({
            token: expect.any(String),
            jti: expect.stringMatching(/^jti_/),
            expires_at: expect.stringMatching(TIME),
          });
          expect(stage.workspace.isAlive(made['token'] ?? '')).toBe(true);
          const hour = Date.parse(made['expires_at'] ?? '') - Date.now();
          expect(Math.round(hour / 60_000)).toBeGreaterThanOrEqual(59);
          expect(Math.round(hour / 60_000)).toBeLessThanOrEqual(60);
        },
        { contract },
      ),
  );

  test.concurrent.each([
    '--expires-in 0',
    '--expires-in abc',
    '--expires-in=-5',
    '--expires-at 2020-01-01T00:00:00Z',
  ])('%s is refused, never a silent year', (option) =>
    switched(async (stage) => {
      const ran = await stage.sh(`revoke workspace create ${option}`);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('Invalid expiration time');
      expect(ran.stderr).toContain(option.split(/[ =]/)[0]);
      expect(stage.asked()).toEqual([]);
    }),
  );

  test.concurrent('workspace create --expires-in 30d makes a token of thirty days', () =>
    switched(async (stage) => {
      await stage.sh('revoke workspace create --expires-in 30d');
      const [request] = stage.workspace.server.requests.filter(({ method }) => method === 'POST');
      expect(JSON.parse(String(request?.body))).toMatchObject({ expires_in: 30 * 86_400 });
    }),
  );
});

describe('ntcli token refresh', () => {
  const storedToken = ({ home }: Stage) => {
    const text = readFileSync(join(home, '.ntcli/config.json'), 'utf8');
    const config = JSON.parse(text) as {
      workspaces: { items: Record<string, { access_token: string }> };
    };
    return config.workspaces.items[DEMO]?.access_token ?? '';
  };

  test.concurrent('text: made, stored where the old one was, and the old one revoked', () =>
    switched(async (stage) => {
      const old = storedToken(stage);
      const ran = await stage.sh('revoke workspace refresh');
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(
        new RegExp(
          `^Token refreshed successfully\\.\nOld token \\(${CURRENT}\\) has been revoked\\.\nNew token expires: \\S+Z\nNew token JTI: jti_\\w+\n$`,
        ),
      );
      expect(stage.workspace.isAlive(old)).toBe(false);
      expect(storedToken(stage)).not.toBe(old);
      expect(stage.workspace.isAlive(storedToken(stage))).toBe(true);
      expect(stage.writes().map((line) => line.split(' ')[0])).toEqual(['POST', 'DELETE']);
    }),
  );

  test.concurrent.each(['models', 'openapi', 'docs'] as const)(
    'JSON, of a server of the %s',
    (contract) =>
      switched(
        async (stage) => {
          const ran = await stage.sh('revoke workspace refresh --expires-in 86400 --format json');
          expect(ran.code).toBe(0);
          expect(JSON.parse(ran.stdout)).toMatchObject({
            new_token: {
              jti: expect.stringMatching(/^jti_/),
              expires_at: expect.stringMatching(TIME),
            },
            old_token: { jti: CURRENT, revoked_at: expect.stringMatching(TIME) },
            message: 'Token refreshed successfully',
          });
          expect(ran.stdout).not.toContain(storedToken(stage));
          expect(stage.workspace.isAlive(CURRENT)).toBe(false);
        },
        { contract },
      ),
  );

  withJq('recovery: the current token was revoked, as printed', () =>
    switched(async (stage) => {
      const first = await stage.sh(`revoke workspace ${CURRENT} --force`);
      expect(first.code).toBe(0);
      expect(first.stderr).toContain('revoke workspace refresh');
      const ran = await stage.sh(`
# Your current token was revoked, get a new one
revoke workspace refresh`);
      expect(ran.code).toBe(0);
      expect(stage.workspace.isAlive(storedToken(stage))).toBe(true);
      const list = await stage.sh('revoke workspace list --json | jq -r .current_token_jti');
      expect(alive(stage)).toContain(list.stdout.trim());
    }),
  );
});

describe('ntcli token show', () => {
  test.concurrent('workspace show prints what is known of the current token', () =>
    switched(async (stage) => {
      const ran = await stage.sh('revoke workspace show');
      expect(ran.code).toBe(0);
      const lines = ran.stdout.trimEnd().split('\n');
      expect(lines[0]).toBe('Workspace Token Information');
      expect(lines.at(-1)).toBe('Token is valid and ready to use.');
      const facts = Object.fromEntries(lines.slice(1, -1).map((line) => line.split(/: +/)));
      expect(facts).toMatchObject({
        JTI: CURRENT,
        Created: expect.any(String),
        Expires: expect.any(String),
        Status: 'Active',
        Workspace: expect.stringContaining(DEMO),
      });
      expect(ran.stdout).not.toContain(stage.env['WORKSPACE_CURRENT_TOKEN']);
    }),
  );

  withJq('JSON, and the jq of the pages', () =>
    switched(async (stage) => {
      const ran = await stage.sh(
        `revoke workspace show --format json > show.json && jq -e .is_valid show.json && jq '.days_until_expiry // 999' show.json`,
      );
      expect(ran.code).toBe(0);
      const shown = JSON.parse(readFileSync(join(stage.home, 'show.json'), 'utf8')) as unknown;
      expect(shown).toMatchObject({
        jti: CURRENT,
        created_at: expect.stringMatching(TIME),
        expires_at: expect.stringMatching(TIME),
        status: 'active',
        workspace_id: DEMO,
        is_valid: true,
        days_until_expiry: expect.any(Number),
      });
      expect(ran.stdout).toMatch(/^true\n33\d\n$/);
    }),
  );

  test.concurrent('workspace show --show-token prints the token', () =>
    switched(async (stage) => {
      const ran = await stage.sh('revoke workspace show --show-token');
      expect(ran.stdout).toContain(stage.env['WORKSPACE_CURRENT_TOKEN']);
    }),
  );

  test.concurrent('workspace show names a current token that was revoked', () =>
    switched(async (stage) => {
      await stage.sh(`revoke workspace ${CURRENT} --force`);
      const ran = await stage.sh('revoke workspace show --format json');
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'revoked', is_valid: false });
    }),
  );

  test.concurrent('a server that cannot be asked is not an invalid token', () =>
    switched(async (stage) => {
      stage.workspace.server.addFault({ kind: 'reply', reply: { status: 500 }, times: Infinity });
      const ran = await stage.sh('revoke workspace show --retries 0');
      expect(ran.code).not.toBe(0);
      expect(ran.stdout).not.toContain('ready to use');
      expect(ran.stdout + ran.stderr).toMatch(/validate/i);
      expect(ran.stdout).not.toMatch(/Invalid/);
    }),
  );
});
