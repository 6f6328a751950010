/** The blocks of docs/recipes.md, run as they stand there, with real jq. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WorkspaceSnapshot } from '../../providers/workspace/emulator.js';
import { startOauthEmulator } from '../../providers/oauth/emulator.js';
import { jsonLines, type Ran } from '../support/cli.js';
import { withSandbox } from '../support/sandbox.js';
import { onStage, type Stage } from '../support/stage.js';

const RECIPES = readFileSync(resolve(__dirname, '../../docs/recipes.md'), 'utf8');
const yaml = jest.requireActual<{ load(text: string): unknown }>('js-yaml');

/** The fenced blocks under a heading that starts with these words. */
function blocks(heading: string, language: string): string[] {
  const section = RECIPES.split(/^##+ /m).find((text) => text.startsWith(heading)) ?? '';
  const found = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return found.filter(([, name]) => name === language).map(([, , text]) => text ?? '');
}

function block(heading: string, language = 'sh', index = 0): string {
  const text = blocks(heading, language)[index];
  if (text === undefined) throw new Error(`no ${language} block ${index} under "${heading}"`);
  return text;
}

const bash = (stage: Stage, script: string, env: Readonly<Record<string, string>> = {}) =>
  stage.sh(`set -eo pipefail\n${script}`, { env });

const hasJq = spawnSync('jq', ['--version']).status === 0;
const insists = (process.env['REVOKE_TEST_NEEDS_JQ'] ?? '') !== '';
const withJq = hasJq || insists ? test : test.skip;
const NOTE = hasJq ? '' : ' (skipped without jq; REVOKE_TEST_NEEDS_JQ=1 insists on it)';

const OLD = () => ({ createdAt: Date.now() - 200 * 86_400_000 });

async function addOld(stage: Stage, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await stage.workspace.addToken({ jti: `jti_older${index}`, ...OLD() });
}

/** Makes an old token the current one of this home, and says its JTI. */
async function withOldCurrent(stage: Stage): Promise<string> {
  const { target, token } = await stage.workspace.addToken(OLD());
  for (const [name, text] of Object.entries(stage.workspace.stateFiles())) {
    const own = text
      .replaceAll(`${stage.env['WORKSPACE_CURRENT_TOKEN']}`, token)
      .replaceAll('jti_abc123def456', target);
    stage.write(`.local/state/revoke/${name}`, own);
  }
  return target;
}

const issued = () => Date.now() - 60_000;
const isClientAlive = ({ ably }: Stage, id: string) =>
  ably.isTargetAlive(`clientId:${id}`, undefined, issued());

describe(`with jq${NOTE}`, () => {
  withJq('everything but the current token', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(7);
      const current = `${stage.env['WORKSPACE_CURRENT_JTI']}`;
      const recipe = block('Everything but');
      // Nobody knows here which one that is: it must not be taken along.
      const unsure = await bash(stage, recipe);
      expect(unsure.code).toBe(2);
      expect(unsure.stderr).toContain('no current token is known here');
      expect(stage.writes()).toEqual([]);
      const saved = stage.workspace.stateFiles();
      for (const [name, text] of Object.entries(saved))
        stage.write(`.local/state/revoke/${name}`, text);
      const planned = await bash(stage, recipe.replace('--force', '--dry-run'));
      expect(planned.code).toBe(0);
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toHaveLength(7);
      const capped = await bash(stage, recipe.replace('--force', '--force --max 3'));
      expect(capped.code).toBe(2);
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toHaveLength(7);
      const ran = await bash(stage, recipe);
      expect(ran.code).toBe(0);
      expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);
      expect(stage.workspace.isAlive(current)).toBe(true);
      // Nothing is left, which a script should notice.
      expect((await bash(stage, recipe)).code).toBe(2);
      expect(stage.workspace.isAlive(current)).toBe(true);
    }),
  );

  withJq('older than 90 days: what is younger and the current token stay', () =>
    onStage(async (stage) => {
      const current = await withOldCurrent(stage);
      const ran = await bash(stage, block('Older than'));
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(/Verified \(list, .*\): active before, inactive after/);
      expect(stage.workspace.isAlive(current)).toBe(true);
      expect(readFileSync(join(stage.home, 'old.txt'), 'utf8')).toBe('jti_old789xyz012\n');
      expect(stage.workspace.isAlive('jti_old789xyz012')).toBe(false);
      for (const jti of ['jti_live345mno678', 'jti_ever123vwx456', 'jti_abc123def456'])
        expect([jti, stage.workspace.isAlive(jti)]).toEqual([jti, true]);
      const sent = stage.writes().length;
      expect((await bash(stage, block('Older than'))).code).toBe(0);
      expect(stage.writes()).toHaveLength(sent);
      await addOld(stage, 51);
      expect((await bash(stage, block('Older than'))).code).toBe(2);
      expect(stage.writes()).toHaveLength(sent);
      const refused = await bash(stage, block('Older than'), { WORKSPACE_USER_TOKEN: 'ended' });
      expect(refused.code).toBe(3);
    }),
  );

  withJq("last night's run is continued, and nothing is sent twice", () =>
    onStage(async (stage) => {
      const recipe = block("Continue last night's");
      const nothing = await bash(stage, recipe);
      expect(nothing.code).not.toBe(0);
      expect(nothing.stderr).toContain('no run to continue');
      stage.write('ids.txt', 'a\nb\n');
      const fails = { kind: 'reply', reply: { status: 500 }, match: /revokeTokens/ } as const;
      stage.ably.server.addFault({ ...fails, times: 2 });
      const command = 'revoke ably --from ids.txt --as clientId --force --retries 0';
      // A run of the day before yesterday is nobody's last night.
      const clock = stage.write(
        'clock.cjs',
        'const now = Date.now; Date.now = () => now() - 2 * 864e5;',
      );
      const old = await bash(stage, command, { NODE_OPTIONS: `--require ${clock}` });
      expect(old.code).toBe(4);
      expect((await bash(stage, recipe)).stderr).toContain('no run to continue');
      const first = await bash(stage, command);
      expect(first.code).toBe(4);
      stage.ably.server.clearFaults();
      const second = await bash(stage, recipe);
      expect(second.code).toBe(0);
      expect(jsonLines(second.stdout).map(({ status }) => status)).toEqual(['revoked', 'revoked']);
      for (const id of ['a', 'b']) expect(isClientAlive(stage, id)).toBe(false);
    }),
  );

  withJq('a CSV from the security team: a look first, then each token is revoked', () =>
    withSandbox(['github', 'slack'], async (sandbox) => {
      const { GITHUB_SAMPLE_TOKEN: github, SLACK_SAMPLE_TOKEN: slack } = sandbox.env;
      sandbox.write('findings.csv', `owner,token\nann,${github}\nbob,${slack}\n`);
      const ran = await sandbox.sh(`set -eo pipefail\n${block('A CSV from')}`);
      expect(ran.code).toBe(0);
      expect(ran.stdout.match(/would be revoked\. Now active/g)).toHaveLength(2);
      const results = jsonLines(readFileSync(join(sandbox.home, 'findings.jsonl'), 'utf8'));
      expect(results.map(({ status }) => status)).toEqual(['revoked', 'revoked']);
      // Once they are inactive, the last command lists them, with what to do.
      const again = await sandbox.sh(block('A CSV from'));
      expect(again.stdout.match(/^sha256:\w+\tfailed\tit was revoked,/gm)).toHaveLength(2);
    }),
  );

  withJq('Keycloak and Okta prove it, and Auth0 only accepts it', async () => {
    const proven = await startOauthEmulator();
    const unproven = await startOauthEmulator({ introspection: 'absent', userinfo: false });
    try {
      await withSandbox([async () => proven], async (sandbox) => {
        const [access] = await proven.issue(1);
        const env = {
          KEYCLOAK_ISSUER: proven.issuer,
          OKTA_ISSUER: proven.issuer,
          LEAKED_TOKEN: access?.token ?? '',
          LEAKED_REFRESH_TOKEN: sandbox.env['OAUTH_SAMPLE_REFRESH_TOKEN'] ?? '',
        };
        for (const index of [0, 1]) {
          const ran = await sandbox.sh(`set -eo pipefail\n${block('Prove it', 'sh', index)}`, {
            env,
          });
          expect([index, ran.code, ran.stderr]).toEqual([index, 0, expect.any(String)]);
        }
        expect(proven.isAlive(env.LEAKED_TOKEN)).toBe(false);
      });
      await withSandbox([async () => unproven], async (sandbox) => {
        const env = {
          AUTH0_ISSUER: unproven.issuer,
          LEAKED_REFRESH_TOKEN: sandbox.env['OAUTH_SAMPLE_REFRESH_TOKEN'] ?? '',
        };
        const ran = await sandbox.sh(`set -eo pipefail\n${block('Prove it', 'sh', 2)}`, { env });
        expect(ran.code).toBe(0);
      });
    } finally {
      await Promise.all([proven.close(), unproven.close()]);
    }
  });

  withJq('on a schedule: the step of the workflow revokes what is old, and keeps a journal', () =>
    onStage(async (stage) => {
      const workflow = yaml.load(block('On a schedule', 'yaml')) as Workflow & {
        on: { schedule: { cron: string }[] };
        permissions: unknown;
      };
      expect(workflow.on.schedule[0]?.cron).toMatch(/^\d+ \d+ \* \* \*$/);
      expect(workflow.permissions).toEqual({ contents: 'read' });
      const { steps = [] } = workflow.jobs['revoke'] ?? {};
      const step = steps.find(({ env }) => env?.['WORKSPACE_USER_TOKEN'] !== undefined);
      // GitHub runs a step with bash -eo pipefail only where the shell is named; -e always.
      const script = `set -e\n${step?.run ?? ''}`;
      // A login that has ended must not pass for a night without old tokens.
      const refused = await stage.sh(script, { env: { WORKSPACE_USER_TOKEN: 'ended' } });
      expect(refused.code).toBe(3);
      const current = await withOldCurrent(stage);
      const ran = await stage.sh(script);
      expect(ran.code).toBe(0);
      expect(stage.workspace.isAlive(current)).toBe(true);
      expect(stage.workspace.isAlive('jti_old789xyz012')).toBe(false);
      expect(stage.workspace.isAlive('jti_live345mno678')).toBe(true);
      expect(existsSync(join(stage.home, 'run.journal'))).toBe(true);
      await addOld(stage, 51);
      expect((await stage.sh(`rm run.journal\n${script}`)).code).toBe(2);
      expect(stage.workspace.isAlive('jti_older0')).toBe(true);
    }),
  );

  withJq('what has expired', () =>
    onStage(async (stage) => {
      const expired: string[] = [];
      for (let index = 0; index < 3; index++) {
        const { target } = await stage.workspace.addToken({ expiresAt: Date.now() - 60_000 });
        expired.push(target);
      }
      const alive = stage.workspace.issueBare(3);
      const ran = await bash(stage, block('What has expired'));
      expect(ran.code).toBe(0);
      expect(alive.filter((jti) => stage.workspace.isAlive(jti))).toEqual(alive);
      const { tokens } = stage.workspace.snapshot() as WorkspaceSnapshot;
      for (const jti of expired)
        expect(tokens.find((token) => token.jti === jti)?.status).toBe('revoked');
      expect(tokens.filter(({ status }) => status === 'expired')).toEqual([]);
    }),
  );

  withJq('the clients in a column, and what is not known of them', () =>
    onStage(async (stage) => {
      stage.write(
        'clients.csv',
        'region,client_id,note\r\neu,bob,"x, y"\r\nus,ann:1,\r\neu,eve,y\r\n',
      );
      const ran = await bash(stage, block('The clients in a column'));
      expect(ran.code).toBe(0);
      const results = jsonLines(readFileSync(join(stage.home, 'results.jsonl'), 'utf8'));
      expect(results.map(({ target }) => target)).toEqual([
        'clientId:bob',
        'clientId:ann:1',
        'clientId:eve',
      ]);
      for (const id of ['bob', 'ann:1', 'eve']) expect(isClientAlive(stage, id)).toBe(false);
      expect(isClientAlive(stage, 'client_id')).toBe(true);

      const sent = stage.writes().length;
      const nothing = await bash(stage, block('The clients in a column', 'sh', 1));
      expect(nothing).toMatchObject({ code: 0, stdout: '' });
      expect(stage.writes()).toHaveLength(sent);
      const failed = {
        ...{ provider: 'ably', target: 'clientId:joe', status: 'failed' },
        error: { code: 'refused', message: 'no', hint: 'look' },
      };
      const unknown = { provider: 'ably', target: 'clientId:sue', status: 'unknown' };
      stage.write('results.jsonl', `${JSON.stringify(failed)}\n${JSON.stringify(unknown)}\n`);
      const again = await bash(stage, block('The clients in a column', 'sh', 1));
      expect(again.code).toBe(0);
      expect(again.stdout).toContain('clientId:joe\trefused\tlook\n');
      expect(isClientAlive(stage, 'sue')).toBe(false);
      expect(isClientAlive(stage, 'joe')).toBe(true);
    }),
  );
});

test('a long list: the same lines begin it and continue it', () =>
  onStage(async (stage) => {
    const ids = Array.from({ length: 250 }, (_, index) => `c${index}`);
    stage.write('clients.txt', ids.join('\n'));
    stage.ably.server.addFault({
      kind: 'reply',
      reply: { status: 500 },
      match: /revokeTokens/,
      times: 6,
    });
    const recipe = block('A long list');
    const first = await bash(stage, recipe.replace('--force', '--force --retries 0'));
    expect(first.code).toBe(4);
    stage.ably.server.clearFaults();
    const second = await bash(stage, recipe);
    expect(second.code).toBe(0);
    expect(ids.filter((id) => isClientAlive(stage, id))).toEqual([]);
    const sent = stage.writes().length;
    expect((await bash(stage, recipe)).code).toBe(0);
    expect(stage.writes()).toHaveLength(sent);
  }));

const IDS = Array.from({ length: 120 }, (_, index) => `client-${index}`);

interface Workflow {
  jobs: Record<
    string,
    {
      strategy?: { matrix: { part: number[] } };
      steps: { name?: string; run?: string; env?: Record<string, string> }[];
    }
  >;
}

test('in CI: each runner takes its part, and the sum is the whole', () =>
  onStage(async (stage) => {
    const { jobs } = yaml.load(block('In CI', 'yaml')) as Workflow;
    const parts = jobs['revoke']?.strategy?.matrix.part ?? [];
    expect(parts).toEqual([1, 2, 3, 4]);
    const command = (job: string) => {
      const step = jobs[job]?.steps.find(({ env }) => env?.['ABLY_API_KEY'] !== undefined);
      return step?.run ?? '';
    };
    expect(command('revoke')).toContain(`/${parts.length}"`);
    stage.write('clients.txt', IDS.join('\n'));
    const runs: Ran[] = [];
    for (const part of parts) runs.push(await bash(stage, command('revoke'), { PART: `${part}` }));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const told = runs.flatMap(({ stdout }) => jsonLines(stdout).map(({ target }) => target));
    expect(told.sort()).toEqual(IDS.map((id) => `clientId:${id}`).sort());
    expect(IDS.filter((id) => isClientAlive(stage, id))).toEqual([]);
    const sent = stage.writes().length;
    const rest = await bash(stage, command('rest'));
    expect(rest.code).toBe(0);
    expect(jsonLines(rest.stdout)).toHaveLength(IDS.length);
    expect(stage.writes()).toHaveLength(sent);
  }));

test('a client is cut off: the dry run sends nothing, then its tokens are revoked', () =>
  onStage(async (stage) => {
    const [look = '', ...rest] = block('Cut a client off').split('\n');
    const env = { CLIENT: 'bob' };
    expect((await bash(stage, look, env)).stdout).toContain('would be revoked');
    expect(isClientAlive(stage, 'bob')).toBe(true);
    expect((await bash(stage, rest.join('\n'), env)).code).toBe(0);
    const results = jsonLines(readFileSync(join(stage.home, 'cut-off.jsonl'), 'utf8'));
    expect(results).toEqual([
      expect.objectContaining({
        status: 'revoked',
        issued_before: expect.stringMatching(/Z$/) as string,
      }),
    ]);
    expect(isClientAlive(stage, 'bob')).toBe(false);
  }));

interface PodSpec {
  restartPolicy: string;
  securityContext: { runAsUser: number; fsGroup: number };
  containers: {
    image: string;
    command: string[];
    args: string[];
    env: { name: string; value: string }[];
    volumeMounts: { name: string; mountPath: string }[];
  }[];
  volumes: { name: string }[];
}

interface Job {
  kind: string;
  spec: {
    completionMode: string;
    completions: number;
    podFailurePolicy: { rules: { onExitCodes: { values: number[] } }[] };
    template: { spec: PodSpec };
  };
}

interface CronJob {
  kind: string;
  spec: { concurrencyPolicy: string; jobTemplate: { spec: { template: { spec: PodSpec } } } };
}

/** What a pod finds on its volumes: the release's tarball, of the program that is built here. */
function claims(home: string): string {
  for (const name of ['release', 'program', 'journals', 'lists', 'secrets', 'reports'])
    mkdirSync(join(home, name));
  const tarball = join(home, 'release/revoke-cli-0.1.0.tgz');
  const root = resolve(__dirname, '../..');
  const words = ['--exclude=dist/types', '--transform=s,^,package/,', '-C', root];
  const packed = spawnSync('tar', ['-czf', tarball, ...words, 'dist', 'package.json']);
  expect(packed.status).toBe(0);
  return createHash('sha256').update(readFileSync(tarball)).digest('hex');
}

/** The script of the one container, with the paths of its volumes below this home. */
function podScript({ containers, volumes }: PodSpec, home: string): string {
  const [container] = containers;
  const { command = [], args = [], volumeMounts = [], image = '' } = container ?? {};
  expect([image, command]).toEqual([expect.stringMatching(/^node:22/), ['sh', '-ec']]);
  expect(volumeMounts.map(({ name }) => name).sort()).toEqual(
    volumes.map(({ name }) => name).sort(),
  );
  return (args[0] ?? '').replaceAll(
    /(^|[\s"=])\/(release|program|journals|lists|reports)\b/g,
    (_all, before: string, name: string) => `${before}${join(home, name)}`,
  );
}

test('in Kubernetes a CronJob revokes what the report on its claim holds, from a checked tarball', () =>
  withSandbox(['github', 'slack'], async (sandbox) => {
    const { kind, spec } = yaml.load(block('Every night', 'yaml')) as CronJob;
    expect([kind, spec.concurrencyPolicy]).toEqual(['CronJob', 'Forbid']);
    const pod = spec.jobTemplate.spec.template.spec;
    expect(pod).toMatchObject({ restartPolicy: 'Never', securityContext: { fsGroup: 1000 } });
    expect(pod.containers[0]?.env).toContainEqual({ name: 'XDG_STATE_HOME', value: '/journals' });
    const sum = claims(sandbox.home);
    const script = podScript(pod, sandbox.home);
    const finding = { RuleID: 'github-pat', Secret: sandbox.env['GITHUB_SAMPLE_TOKEN'] };
    const place = { File: 'a.env', StartLine: 1, Match: '', Fingerprint: 'a.env:github-pat:1' };
    sandbox.write('reports/gitleaks.json', JSON.stringify([{ ...finding, ...place }]));
    const run = (SHA256: string) =>
      sandbox.sh('exec sh -ec "$SCRIPT"', {
        env: { SCRIPT: script, SHA256, XDG_STATE_HOME: join(sandbox.home, 'journals') },
      });
    const wrong = await run('0'.repeat(64));
    expect(wrong.code).not.toBe(0);
    expect(sandbox.asked()).toEqual([]);
    const ran = await run(sum);
    expect(ran.code).toBe(0);
    expect(jsonLines(ran.stdout).map(({ status }) => status)).toEqual(['revoked']);
    expect(existsSync(join(sandbox.home, 'journals/revoke/journals'))).toBe(true);
    sandbox.write('reports/gitleaks.json', '[]');
    expect((await run(sum)).code).toBe(0);
  }));

test('in Kubernetes the index of a pod is its part, and a second pod continues', () =>
  onStage(async (stage) => {
    const { kind, spec } = yaml.load(block('One list, four pods', 'yaml')) as Job;
    expect({ kind, mode: spec.completionMode }).toEqual({ kind: 'Job', mode: 'Indexed' });
    const pod = spec.template.spec;
    expect(pod).toMatchObject({ restartPolicy: 'Never', securityContext: { fsGroup: 1000 } });
    // Only what another pod may settle is worth one: 4, something is not known.
    const [rule] = spec.podFailurePolicy.rules;
    expect(rule?.onExitCodes.values).toEqual([1, 2, 3]);
    const sum = claims(stage.home);
    const script = podScript(pod, stage.home);
    expect(script).toContain(`/${spec.completions}"`);
    const names = spec.template.spec.containers[0]?.env.map(({ name }) => name);
    expect(names).toEqual(['SHA256', 'ABLY_API_KEY_FILE']);

    stage.write('lists/clients.txt', IDS.join('\n'));
    const key = stage.write('secrets/ably-api-key', `${stage.env['ABLY_API_KEY']}\n`, 0o400);
    const runPod = (index: number) => {
      // Each pod has an empty folder of its own.
      const own = join(stage.home, `program-${index}-${Math.random()}`);
      mkdirSync(own);
      return stage.sh(`unset ABLY_API_KEY; exec sh -ec "$SCRIPT"`, {
        env: {
          SCRIPT: script.replaceAll(join(stage.home, 'program'), own),
          ...{ JOB_COMPLETION_INDEX: `${index}`, ABLY_API_KEY_FILE: key, SHA256: sum },
        },
      });
    };
    const runs = await Promise.all(Array.from({ length: spec.completions }, (_, i) => runPod(i)));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const told = runs.flatMap(({ stdout }) => jsonLines(stdout).map(({ target }) => target));
    expect(told.sort()).toEqual(IDS.map((id) => `clientId:${id}`).sort());
    expect(IDS.filter((id) => isClientAlive(stage, id))).toEqual([]);
    expect(existsSync(join(stage.home, 'journals/part-3'))).toBe(true);
    const sent = stage.writes().length;
    expect((await runPod(2)).code).toBe(0);
    expect(stage.writes()).toHaveLength(sent);
  }));
