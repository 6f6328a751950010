/**
 * Tokens of services that hear of them by value, as canaries: whatever a server repeats of what it
 * was sent, in whatever spelling, no stream and no journal shows one.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Reply, SeenRequest } from '../src/contract/emulator.js';
import type { Sandbox } from './support/sandbox.js';
import { revokeInProcess } from './support/in-process.js';
import { withSandbox } from './support/sandbox.js';

const PROVIDERS = [
  'github',
  'gitlab',
  'huggingface',
  'slack',
  'vault',
  'discord',
  'vercel',
  'digitalocean',
  'doppler',
  'buildkite',
  'jfrog',
  'crates',
  'google',
  'npm',
  'aws',
];

/** Every spelling that a token could come back in, and the end of it: a part is too much as well. */
function spellings(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret);
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + secret)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : 4, -2),
  );
  return [
    secret,
    encoded,
    encoded.replace(/%../g, (code) => code.toLowerCase()),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    secret.slice(-16),
  ];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => !path.includes('/.bin/') && statSync(path).isFile());
}

/**
 * A server that repeats what it was sent, one spelling with each answer: of a longer text an excerpt
 * alone would be quoted, which would hide the others.
 */
function echo(status: number) {
  let count = 0;
  return (_reply: Reply, { headers, body, url }: SeenRequest): Reply => {
    const sent = [headers.authorization, body.toString('utf8'), ...Object.values(headers), url];
    const [token = ''] = /[\w.-]{20,}/.exec(sent.join(' ')) ?? [];
    const bytes = Buffer.from(token);
    const forms = [
      token,
      sent.join(' '),
      encodeURIComponent(sent.join(' ')),
      headers.authorization ?? body.toString('utf8'),
      bytes.toString('base64'),
      Buffer.from(`x${token}`).toString('base64url'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ];
    const text = forms[count++ % forms.length] ?? '';
    return {
      status,
      headers: { 'x-error': token },
      body: { error: text, message: text, errors: [text], detail: { [token]: text } },
    };
  };
}

const FAULTS: readonly (readonly [string, Fault | undefined])[] = [
  ['all is well', undefined],
  ...[200, 202, 400, 401, 403, 422, 500].map((status): [string, Fault] => [
    `a ${status} that repeats what was sent`,
    { kind: 'alter', alter: echo(status), times: Infinity },
  ]),
  ['a reset', { kind: 'reset', times: Infinity }],
];

const VERBS: readonly (readonly string[])[] = [
  ['--force'],
  ['--force', '--no-verify'],
  ['--force', '--verify', '--verify-timeout', '1'],
  ['--dry-run'],
];

async function expectNoCanary(
  sandbox: Sandbox,
  id: string,
  verb: readonly string[],
  number: number,
) {
  const [emulator] = sandbox.emulators;
  const issued = (await emulator?.issue(2)) ?? [];
  const secrets = issued.map(({ token }) => token);
  const journal = join(sandbox.home, `${id}${number}.jsonl`);
  const kept = verb.includes('--dry-run') ? [] : ['--journal', journal];
  const more = ['--verbose', '--retries', '1', '--timeout', '2', ...kept];
  const format = number % 2 === 0 ? ['--json'] : [];
  const ran = await revokeInProcess([id, '-', ...verb, ...more, ...format], {
    env: sandbox.env,
    input: [...secrets, `${secrets[0]}x`, ''].join('\n'),
  });
  const shown = [ran.stdout, ran.stderr, ...filesBelow(sandbox.home).map(read)];
  expect(ran.stdout + ran.stderr).not.toContain('internal error');
  expect(shown.join('').length).toBeGreaterThan(100);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(15);
    for (const spelling of spellings(secret))
      for (const text of shown)
        if (text.includes(spelling)) throw new Error(`${id} ${verb.join(' ')} shows it:\n${text}`);
  }
}

const read = (path: string) => readFileSync(path, 'utf8');

describe.each(PROVIDERS)('no token of %s shows', (id) => {
  test.each(FAULTS)('where there is %s', (_name, fault) =>
    withSandbox([id], async (sandbox) => {
      if (fault) sandbox.emulators[0]?.server.addFault(fault);
      for (const [number, verb] of VERBS.entries()) await expectNoCanary(sandbox, id, verb, number);
    }),
  );
});

/** What a person runs after a run, over the same home. */
const AFTER: readonly (readonly string[])[] = [
  ['log'],
  ['log', '--json'],
  ['log', 'verify'],
  ['report', '--html', 'PAGE.html', '--markdown', 'PAGE.md'],
  ['status', '--check'],
  ['status', '--check', '--json'],
  ['config', 'show'],
  ['config', 'show', '--json'],
  ['providers', '--json'],
];

/** Fails where one of the secrets is in one of the texts, in any spelling. */
function expectNone(secrets: readonly string[], texts: readonly string[]) {
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(15);
    for (const spelling of spellings(secret))
      for (const text of texts) if (text.includes(spelling)) throw new Error(`shown:\n${text}`);
  }
}

/** Whose logins the commands after a run use. */
const WITH_LOGIN = ['ably', 'workspace', 'oauth'];

/** The login of each of these: a colon divides a key's name from its secret. */
function loginsIn(env: Sandbox['env']): readonly string[] {
  const { ABLY_API_KEY = '', ABLY_ACCESS_TOKEN = '', OAUTH_CLIENT_SECRET = '' } = env;
  const keySecret = ABLY_API_KEY.split(':')[1] ?? '';
  return [keySecret, ABLY_ACCESS_TOKEN, OAUTH_CLIENT_SECRET, env['WORKSPACE_USER_TOKEN'] ?? ''];
}

/** The variables of a person's own tools; of each second one the token is a target of the run too. */
const OWN_VARIABLES: Readonly<Record<string, string>> = {
  github: 'GITHUB_TOKEN',
  gitlab: 'GITLAB_TOKEN',
  huggingface: 'HF_TOKEN',
  slack: 'SLACK_BOT_TOKEN',
  vault: 'VAULT_TOKEN',
  vercel: 'VERCEL_TOKEN',
  digitalocean: 'DIGITALOCEAN_TOKEN',
  doppler: 'DOPPLER_TOKEN',
  buildkite: 'BUILDKITE_API_TOKEN',
  jfrog: 'JFROG_ACCESS_TOKEN',
  crates: 'CARGO_REGISTRY_TOKEN',
  npm: 'NPM_TOKEN',
};

function ownTokens(issued: readonly (readonly { readonly token: string }[])[]): Sandbox['env'] {
  const entries = Object.entries(OWN_VARIABLES).map(([id, variable], number) => {
    const token = issued[PROVIDERS.indexOf(id)]?.[number % 2]?.token ?? '';
    return [variable, token];
  });
  return Object.fromEntries(entries) as Sandbox['env'];
}

/** One token of each service at once, and then each command that tells of the run. */
async function revokeAllKinds({ emulators, env: given, home }: Sandbox) {
  const services = emulators.slice(0, PROVIDERS.length);
  const issued = await Promise.all(services.map((emulator) => emulator.issue(2)));
  const targets = issued.map(([first]) => first?.token ?? '');
  const env = { ...given, ...ownTokens(issued) };
  const secrets = [...issued.flat().map(({ token }) => token), ...loginsIn(env)];
  const shown: string[] = [];
  const runIn = async (args: readonly string[], input = '') => {
    const ran = await revokeInProcess(args, { env, input });
    shown.push(ran.stdout, ran.stderr);
    return ran;
  };
  const more = [
    '--force',
    '--verbose',
    '--retries',
    '0',
    '--timeout',
    '2',
    '--verify-timeout',
    '1',
  ];
  const input = `${targets.join('\n')}\n`;
  const { stdout } = await runIn(['leaked', '-', ...more, '--json'], input);
  await runIn(['leaked', '-', ...more, '--resume', await newestRun(runIn)], input);
  for (const words of AFTER)
    await runIn(words.map((word) => word.replace('PAGE', join(home, 'page'))));
  await runIn(['log', await newestRun(runIn)]);
  return { secrets, shown, outcomes: stdout.split('\n').filter((line) => line !== '').length };
}

async function newestRun(runIn: (args: readonly string[]) => Promise<{ stdout: string }>) {
  const { stdout } = await runIn(['log', '--json']);
  const { run } = JSON.parse(stdout.split('\n')[0] ?? '{}') as { run?: string };
  if (run === undefined) throw new Error(`a record without a run: ${stdout}`);
  return run;
}

test.each(FAULTS)(
  'no token of any service, of the person or of a login shows in leaked, log, report and status: %s',
  (_n, fault) =>
    withSandbox([...PROVIDERS, ...WITH_LOGIN], async (sandbox) => {
      if (fault) for (const { server } of sandbox.emulators) server.addFault(fault);
      const { secrets, shown, outcomes } = await revokeAllKinds(sandbox);
      expect([secrets.length, outcomes]).toEqual([2 * PROVIDERS.length + 4, PROVIDERS.length]);
      expect(shown.join('')).not.toContain('internal error');
      expectNone(secrets, [...shown, ...filesBelow(sandbox.home).map(read)]);
    }),
);

test('the hundred-and-tenth token of a run is masked like the first', () =>
  withSandbox(['vercel'], async ({ emulators: [vercel], env, home }) => {
    const alter = echo(400);
    vercel?.server.addFault({ kind: 'alter', alter, times: Infinity });
    const tokens = ((await vercel?.issue(110)) ?? []).map(({ token }) => token);
    const input = `${tokens.join('\n')}\n`;
    const args = ['vercel', '-', '--force', '--verbose', '--retries', '0', '--timeout', '2'];
    const { stdout, stderr } = await revokeInProcess(args, { env, input });
    expectNone(tokens, [stdout, stderr, ...filesBelow(home).map(read)]);
  }));

test('what is typed beside a token is no better shown: a broken line shows no ten characters of it', () =>
  withSandbox(['github', 'oauth'], async (sandbox) => {
    const broken = 'Qx7Rt9Lm2Kp4 Wz8Nv3Bc6Hj1\u0001';
    const file = sandbox.write('token', broken);
    const env = sandbox.env;
    const rans = await Promise.all([
      revokeInProcess(['oauth', '--token-file', file, '--force', '--verbose'], { env }),
      revokeInProcess(['oauth', '--token-file', file, '--force', '--json'], { env }),
      revokeInProcess(['github', '-', '--force', '--json'], { env, input: `${broken}\n` }),
      revokeInProcess(['oauth', '--token-env', 'BROKEN', '--force'], {
        env: { ...env, BROKEN: broken },
      }),
    ]);
    for (const { code, stdout, stderr } of rans) {
      expect(code).not.toBe(0);
      for (let at = 0; at + 10 <= broken.length; at++)
        expect(stdout + stderr).not.toContain(broken.slice(at, at + 10));
    }
  }));
