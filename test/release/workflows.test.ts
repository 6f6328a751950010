/** Who may do what in a release: the workflows as GitHub reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const yaml = jest.requireActual<{ load(text: string): unknown }>('js-yaml');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = resolve(__dirname, '../../.github/workflows');
const texts = Object.fromEntries(
  readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
);
const workflows = Object.entries(texts).map(([file, text]) => ({
  file,
  workflow: yaml.load(text) as Workflow,
}));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const release = yaml.load(texts['release.yml'] ?? '') as Workflow;
const actionsOf = ({ steps }: Job) => steps.flatMap(({ uses }) => uses?.split('@')[0] ?? []);
const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

test('a workflow gives no permission to all of its jobs', () => {
  expect(workflows.map(({ file, workflow }) => [file, workflow.permissions])).toEqual(
    workflows.map(({ file }) => [file, {}]),
  );
});

test('an action is named by the whole hash of its commit, with the version beside it', () => {
  const loose = Object.entries(texts).flatMap(([file, text]) =>
    text
      .split('\n')
      .filter((line) => /^\s*(?:- )?uses:/.test(line))
      .filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(loose).toEqual([]);
});

test('no expression stands in a script, where its value would be run', () => {
  const inScripts = jobs.filter(({ job }) => commandsOf(job).some((run) => run.includes('${{')));
  expect(inScripts.map(({ name }) => name)).toEqual([]);
});

test('a checkout leaves no login behind', () => {
  const steps = jobs.flatMap(({ job }) => job.steps);
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(1);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test('one job may publish, and it publishes the tarball that another has tested, no more', () => {
  const may = jobs.filter(({ job }) => job.permissions?.['id-token'] !== undefined);
  expect(may.map(({ name }) => name)).toEqual(['release.yml: publish']);
  const job = release.jobs['publish'] as Job;
  expect(job.permissions).toEqual({ 'id-token': 'write' });
  expect(job.needs).toBe('build');
  expect(actionsOf(job)).toEqual(['actions/setup-node', 'actions/download-artifact']);
  expect(commandsOf(job)).toEqual([
    'echo "$SHA256  revoke-cli.tgz" | sha256sum --check --strict',
    'npm publish ./revoke-cli.tgz --ignore-scripts --provenance --access public',
  ]);
});

test('a job that may write runs no code of this repository or its dependencies', () => {
  const writing = jobs.filter(({ job }) =>
    Object.values(job.permissions ?? {}).some((permission) => permission !== 'read'),
  );
  expect(writing.map(({ name }) => name)).toEqual(['release.yml: attach', 'release.yml: publish']);
  for (const { job } of writing) {
    expect(actionsOf(job)).not.toContain('actions/checkout');
    expect(commandsOf(job).join('\n')).not.toMatch(
      /\b(?:npm (?:ci|install|i|run|test|exec|pack)|npx|node|\.ci\/run)\b/,
    );
    expect(commandsOf(job)[0]).toContain('sha256sum --check --strict');
  }
});

test('what is published was checked, tested, looked up and installed before', () => {
  const { steps } = release.jobs['build'] as Job;
  const runs = steps.map(({ uses, run }) => run ?? uses?.split('@')[0] ?? '').join('\n');
  const order = [
    'node .github/release/check.mjs >> "$GITHUB_OUTPUT"',
    '.ci/run',
    'npm run audit',
    'npm pack --ignore-scripts',
    'npm install --global --ignore-scripts ./package/revoke-cli.tgz',
    'actions/upload-artifact',
  ].map((what) => runs.indexOf(what));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.slice().sort((one, other) => one - other));
});

test('nothing is published while the name is not ours', () => {
  expect(release.jobs['publish']?.if).toBe("needs.build.outputs.published == 'true'");
});

test('a workflow names no registry and holds no token for one', () => {
  expect(Object.values(texts).join('\n')).not.toMatch(/registry-url|NPM_TOKEN|NODE_AUTH_TOKEN/);
});
