/** The blocks of docs/recipes.md, run as they stand there, with real jq. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WorkspaceSnapshot } from '../../providers/workspace/emulator.js';
import { jsonLines, type Ran } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const RECIPES = readFileSync(resolve(__dirname, '../../docs/recipes.md'), 'utf8');
const yaml = jest.requireActual<{ load(text: string): unknown }>('js-yaml');

/** The fenced blocks under a heading that starts with these words. */
function blocks(heading: string, language: string): string[] {
  const section = RECIPES.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const found = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return found.filter(([, name]) => name === language).map(([, , text]) => text ?? '');
}

function block(heading: string, language = 'sh', index = 0): string {
  const text = blocks(heading, language)[index];
  if (text === undefined) throw new Error(`no ${language} block ${index} under "${heading}"`);
  return text;
}

const bash = (stage: Stage, script: string, env: Readonly<Record<string, string>> = {}) =>
  stage.sh(`set -o pipefail\n${script}`, { env });

const hasJq = spawnSync('jq', ['--version']).status === 0;
const insists = (process.env['REVOKE_TEST_NEEDS_JQ'] ?? '') !== '';
const withJq = hasJq || insists ? test : test.skip;
const NOTE = hasJq ? '' : ' (skipped without jq; REVOKE_TEST_NEEDS_JQ=1 insists on it)';

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

test('a long list: the same lines begin it and go on with it', () =>
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

interface Job {
  kind: string;
  spec: {
    completionMode: string;
    completions: number;
    parallelism: number;
    template: {
      spec: {
        restartPolicy: string;
        containers: { command: string[]; args: string[]; env: { name: string }[] }[];
      };
    };
  };
}

test('in Kubernetes: the index of a pod is its part, and a second pod goes on', () =>
  onStage(async (stage) => {
    const { kind, spec } = yaml.load(block('In Kubernetes', 'yaml')) as Job;
    expect({ kind, mode: spec.completionMode }).toEqual({ kind: 'Job', mode: 'Indexed' });
    const [container] = spec.template.spec.containers;
    expect(container?.command).toEqual(['sh', '-c']);
    expect(container?.env.map(({ name }) => name)).toEqual(['ABLY_API_KEY_FILE']);
    const script = container?.args[0] ?? '';
    expect(script).toContain(`/${spec.completions}"`);

    stage.write('lists/clients.txt', IDS.join('\n'));
    mkdirSync(join(stage.home, 'journals'));
    const key = join(stage.home, 'ably-api-key');
    writeFileSync(key, `${stage.env['ABLY_API_KEY']}\n`, { mode: 0o400 });
    const here = script.replaceAll(/\/(journals|lists)\//g, (_all, name: string) =>
      join(stage.home, name, '/'),
    );
    const pod = (index: number) =>
      stage.sh(`unset ABLY_API_KEY; exec sh -c "$SCRIPT"`, {
        env: { SCRIPT: here, JOB_COMPLETION_INDEX: `${index}`, ABLY_API_KEY_FILE: key },
      });
    const runs = await Promise.all(Array.from({ length: spec.completions }, (_, i) => pod(i)));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const told = runs.flatMap(({ stdout }) => jsonLines(stdout).map(({ target }) => target));
    expect(told.sort()).toEqual(IDS.map((id) => `clientId:${id}`).sort());
    expect(IDS.filter((id) => isClientAlive(stage, id))).toEqual([]);
    expect(existsSync(join(stage.home, 'journals/part-3'))).toBe(true);
    const sent = stage.writes().length;
    expect((await pod(2)).code).toBe(0);
    expect(stage.writes()).toHaveLength(sent);
  }));
