/** Every JSON that the program prints or keeps is what docs/schemas says, and holds no key beside it. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { registry } from '../providers/index.js';
import { loadAllBuiltIn } from '../src/registry/registry.js';
import { configFile } from '../src/context/config-file.schema.js';
import { BIN, bareEnv, jsonLines, run, type Ran } from './support/cli.js';
import { ROOT, workplace } from './support/doc-blocks.js';

const FOLDER = join(ROOT, 'docs/schemas');
const NAMES = readdirSync(FOLDER);

type Json = Record<string, unknown>;

const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** The schemas as they are published; `strictly`: a key that they do not describe is refused. */
function compiled(strictly: boolean): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    formats: { 'date-time': RFC_3339_UTC },
  });
  for (const name of NAMES) {
    const schema = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Json;
    ajv.addSchema(strictly ? closed(schema, name) : schema);
  }
  return (name) => {
    const validate = ajv.getSchema(name);
    if (!validate) throw new Error(`no schema ${name}`);
    return validate;
  };
}

/** outcome.json stays open at its top: each provider's schema stands on it, and is closed itself. */
function closed(schema: Json, name: string): Json {
  const close = (value: unknown, isTop: boolean): unknown => {
    if (Array.isArray(value)) return value.map((each) => close(each, false));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      // What stands in `if`, `then` and `not` describes no whole object.
      key === 'if' || key === 'then' || key === 'not' || key === 'allOf'
        ? inner
        : close(inner, false),
    ]);
    const result = Object.fromEntries(entries) as Json;
    const isObject = result['type'] === 'object' && 'properties' in result;
    const stays = 'additionalProperties' in result || (isTop && name === 'outcome.json');
    return isObject && !stays ? { ...result, unevaluatedProperties: false } : result;
  };
  return close(schema, true) as Json;
}

const open = compiled(false);
const strict = compiled(true);

function errorsOf(validate: ValidateFunction, value: unknown): unknown {
  return validate(value) ? [] : validate.errors;
}

function assertFits(name: string, value: unknown): void {
  expect({ value, errors: errorsOf(open(name), value) }).toEqual({ value, errors: [] });
  // Its journal and its base hold outcomes of providers that are not known here.
  if (name !== 'outcome.json' && name !== 'journal-line.json')
    expect({ value, errors: errorsOf(strict(name), value) }).toEqual({ value, errors: [] });
}

/** Runs a script in a sandbox of its own. */
async function inSandbox(script: string): Promise<Ran> {
  const { cwd, env, remove } = workplace();
  try {
    return await run(process.execPath, [BIN, 'sandbox', '--', 'bash', '-c', script], { cwd, env });
  } finally {
    remove();
  }
}

/** Each outcome fits the base and its provider's own schema. */
function assertOutcomes(text: string, statuses: readonly string[]): readonly Json[] {
  const outcomes = jsonLines(text);
  for (const outcome of outcomes) {
    assertFits('outcome.json', outcome);
    assertFits(`outcome-${String(outcome['provider'])}.json`, outcome);
  }
  expect(outcomes.map(({ status }) => status)).toEqual(statuses);
  return outcomes;
}

describe('outcomes', () => {
  test('outcomes of workspace tokens fit their JSON Schema', async () => {
    const { stdout } = await inSandbox(`
      revoke workspace jti_old789xyz012 --force --json
      revoke workspace jti_old789xyz012 --force --json
      revoke workspace jti_nope --force --json
      revoke workspace jti_nope --force --json --ignore-not-found
      revoke workspace jti_live345mno678 --dry-run --json
      revoke workspace jti_live345mno678 --force --verify --json
      revoke workspace jti_dead567stu890 --force --verify --json
      revoke workspace jti_x --force --json --retries 0 --endpoint http://127.0.0.1:1
      WORKSPACE_LEGACY_REVOKE=1 revoke workspace jti_ever123vwx456 --force --json
      revoke workspace jti_a jti_b --force --json --fail-fast --concurrency 1`);
    assertOutcomes(stdout, [
      'revoked',
      'already_revoked',
      'failed',
      'failed',
      'planned',
      'revoked',
      'already_revoked',
      'failed',
      'failed',
      'failed',
      'skipped',
    ]);
  });

  test('of Ably tokens, for one key, and as they are for several', async () => {
    const { stdout } = await inSandbox(`
      printf %s "$ABLY_SAMPLE_TOKEN" > probe && chmod 600 probe
      revoke ably --client-id bob --verify --probe-token-file probe --force --json
      revoke ably --client-id bob --verify --probe-token-file probe --force --json
      revoke ably --client-id bob --allow-reauth-margin --force --json
      revoke ably --client-id bob --issued-before 10m --dry-run --json
      printf 'clientId:x\\nnonsense\\n' | revoke ably - --force --json`);
    assertOutcomes(stdout, ['revoked', 'unknown', 'accepted', 'planned', 'failed', 'revoked']);
    const at = '2026-01-01T00:00:00.000Z';
    const several = { provider: 'ably', at, app_id: 'a', key_name: ['a.b', 'a.c'] };
    const error = { code: 'bad_input', message: 'stdin:2: no specifier' };
    assertFits('outcome-ably.json', { ...several, target: 'stdin:2', status: 'failed', error });
  });

  test('of OAuth tokens, and none of them holds the token', async () => {
    const { stdout, stderr } = await inSandbox(`
      revoke oauth --token-env OAUTH_SAMPLE_JWT --retries 0 --force --json
      revoke oauth --token-env OAUTH_SAMPLE_TOKEN --dry-run --json
      revoke oauth --token-env OAUTH_SAMPLE_TOKEN --verify --force --json
      revoke oauth --token-env OAUTH_SAMPLE_TOKEN --verify --force --json
      revoke oauth --token-env OAUTH_SAMPLE_REFRESH_TOKEN --token-type-hint refresh_token --force --json
      unset OAUTH_ISSUER
      revoke oauth --token-env OAUTH_SAMPLE_TOKEN --revocation-endpoint http://127.0.0.1:1/r --retries 0 --force --json`);
    const outcomes = assertOutcomes(stdout, [
      'failed',
      'planned',
      'revoked',
      'unknown',
      'accepted',
      'failed',
    ]);
    expect(outcomes[0]).toHaveProperty('expires_at');
    expect(outcomes[5]).toHaveProperty('revocation_endpoint', 'http://127.0.0.1:1/r');
    expect(stdout + stderr).not.toMatch(/eyJ[\w-]{20}/);
  });

  test('outcomes at a terminal are the same JSON, indented', async () => {
    const { stdout } = await inSandbox('revoke workspace jti_old789xyz012 --force --pretty-json');
    expect(stdout.split('\n').length).toBeGreaterThan(5);
    assertFits('outcome-workspace.json', JSON.parse(stdout));
  });
});

describe('what other commands print', () => {
  test.each([
    ['workspace-list.json', 'revoke workspace list --json'],
    ['workspace-list.json', 'revoke workspace list --show-expired --json'],
    ['workspace-create.json', 'revoke workspace create --json'],
    ['workspace-refresh.json', 'revoke workspace refresh --json'],
    [
      'workspace-refresh.json',
      'revoke workspace "$WORKSPACE_CURRENT_JTI" --force >&2; revoke workspace refresh --json',
    ],
    ['workspace-show.json', 'revoke workspace show --json'],
    ['workspace-show.json', 'revoke workspace show --json --show-token'],
    ['workspace-show.json', 'env -u WORKSPACE_USER_TOKEN revoke workspace show --json'],
    [
      'workspace-show.json',
      'revoke workspace "$WORKSPACE_CURRENT_JTI" --force >&2; revoke workspace show --json',
    ],
    ['providers.json', 'revoke providers --json'],
    ['config-show.json', 'revoke config show --json'],
    ['status.json', 'revoke status --json'],
    ['status.json', 'revoke status --check --json'],
  ])('%s: %s', async (name, script) => {
    const { stdout } = await inSandbox(script);
    assertFits(name, JSON.parse(stdout));
  });

  test.each([
    ['revoke workspace --force --json', 2],
    ['revoke workspace ../x --force --json', 2],
    ['revoke workspace list --bogus --json', 2],
    ['env -u WORKSPACE_USER_TOKEN revoke workspace jti_x --force --format json', 3],
    ['revoke ably --client-id bob --json', 2],
    ['revoke nothing --pretty-json', 2],
    ['WORKSPACE_API_URL=http://127.0.0.1:1 revoke workspace show --json', 2],
  ])('error.json: %s', async (script, exit) => {
    const { code, stdout, stderr } = await inSandbox(script);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    assertFits('error.json', JSON.parse(stderr));
  });
});

describe('what is kept', () => {
  test('journals of arguments, files, streams, parts and secrets', async () => {
    const { stdout } = await inSandbox(`
      exec 3>&1 >/dev/null 2>&1
      printf '%s\\n' alice bob > clients.txt
      revoke ably --as clientId --from clients.txt --force --journal a
      revoke ably --as clientId --resume a --force
      printf 'bob\\nno good\\n\\n\\001\\n' | revoke ably - --as clientId --shard 1/2 --force --journal b
      revoke workspace jti_old789xyz012 jti_nope --force --journal c
      printf '%s\\n' "$OAUTH_SAMPLE_TOKEN" "$OAUTH_SAMPLE_JWT" | revoke oauth - --force --journal d
      cat a b c d >&3`);
    const lines = jsonLines(stdout);
    for (const line of lines) assertFits('journal-line.json', line);
    const kinds = new Set(lines.map((line) => Object.keys(line)[0]));
    expect(kinds).toEqual(new Set(['run', 'intent', 'outcome', 'end']));
    expect(stdout).toContain('"kind":"arguments"');
    expect(stdout).toContain('"kind":"file"');
    expect(stdout).toContain('"kind":"stream"');
    expect(stdout).toContain('"key":"sha256:');
    expect(stdout).not.toMatch(/eyJ[\w-]{20}/);
  });

  test('the config file: the schema takes what the program takes', async () => {
    const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
    const schema = JSON.parse(readFileSync(join(FOLDER, 'config.json'), 'utf8')) as {
      $defs: Record<string, { properties: Json }>;
    };
    for (const { id, settings } of providers) {
      const known = settings.flatMap(({ name, secret }) =>
        secret ? [name, `${name}_file`] : [name],
      );
      expect([id, Object.keys(schema.$defs[id]?.properties ?? {})]).toEqual([id, known]);
    }
    const whole = { profile: 'a', providers: ['p'], profiles: { a: { ably: { app: 'x' } } } };
    const bad = [{ profiles: { a: { ably: { app: 1 } } } }, { profil: 'a' }, { providers: 'p' }];
    for (const [value, isGood] of [[whole, true], ...bad.map((each) => [each, false])] as const) {
      expect([value, open('config.json')(value)]).toEqual([value, isGood]);
      expect([value, configFile.safeParse(value) !== undefined]).toEqual([value, isGood]);
    }
    expect(open('config.json')({ profiles: { a: { ably: { ap: 'x' } } } })).toBe(false);
  });

  test('the example of docs/configuration.md, which the program reads', async () => {
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    assertFits('config.json', JSON.parse(example));
    const { cwd, env, remove } = workplace();
    mkdirSync(join(cwd, 'revoke'));
    writeFileSync(
      join(cwd, 'revoke/config.json'),
      example.replace(/"api_key_file": "[^"]*"/g, '"app": "a"'),
    );
    const home = bareEnv(env.HOME, { XDG_CONFIG_HOME: cwd });
    const { code, stdout } = await run(process.execPath, [BIN, 'config', 'show', '--json'], {
      env: home,
    });
    remove();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ profile: 'staging' });
    expect(stdout).toContain('"value":"nonprod:sandbox"');
  });
});

describe('the schemas themselves', () => {
  const NOW = '2026-01-01T00:00:00.000Z';
  const GOOD: Readonly<Record<string, Json>> = {
    'outcome.json': { provider: 'p', target: 't', at: NOW, status: 'revoked' },
    'error.json': { error: { code: 'usage', message: 'm' } },
    'journal-line.json': { intent: ['t'], at: '2026-01-01T00:00:00.000Z', crc: '0123abcd' },
    'config.json': {},
  };
  const BAD: readonly (readonly [string, unknown])[] = [
    ['outcome.json', { provider: 'p', target: 't', at: NOW, status: 'failed' }],
    ['outcome.json', { provider: 'p', target: 't', at: NOW, status: 'skipped' }],
    ['outcome.json', { provider: 'p', target: 't', at: NOW, status: 'gone' }],
    [
      'outcome.json',
      {
        provider: 'p',
        target: 't',
        at: NOW,
        status: 'revoked',
        error: { code: 'x', message: 'm' },
      },
    ],
    ['outcome-ably.json', { provider: 'workspace', target: 't', at: NOW, status: 'planned' }],
    [
      'outcome-oauth.json',
      { provider: 'oauth', target: 't', at: NOW, status: 'accepted', issuer: 'i' },
    ],
    ['workspace-list.json', { tokens: [{ jti: 'j' }], total_active: 1, current_token_jti: null }],
    ['error.json', { error: { code: 'Not Ours', message: 'm' } }],
    ['journal-line.json', { intent: [], at: '2026-01-01T00:00:00.000Z', crc: '0123abcd' }],
    ['journal-line.json', { intent: ['t'], at: '2026-01-01T00:00:00.000Z' }],
    ['journal-line.json', { intent: ['t'], at: 1, crc: '0123abcd' }],
    ['journal-line.json', { run: { format: 1 }, crc: '0123abcd' }],
  ];

  test.each(NAMES)('%s refuses what is nothing', (name) => {
    expect(open(name)([])).toBe(false);
    if (name !== 'config.json') expect(open(name)({})).toBe(false);
    expect(Object.keys(GOOD).includes(name) ? open(name)(GOOD[name]) : true).toBe(true);
  });

  test.each(BAD)('%s refuses %j', (name, value) => expect(open(name)(value)).toBe(false));

  test('are named by docs/output.md or docs/configuration.md, each', () => {
    const pages = ['output', 'configuration']
      .map((page) => readFileSync(join(ROOT, 'docs', `${page}.md`), 'utf8'))
      .join('\n');
    expect(NAMES.filter((name) => !pages.includes(`(schemas/${basename(name)})`))).toEqual([]);
  });
});
