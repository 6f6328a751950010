import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from '../files/private-files.js';
import { optionsOf } from './option-values.js';
import { createSettings } from './settings.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'revoke-settings-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PROVIDER = {
  id: 'toy',
  settings: [
    { name: 'url', env: 'TOY_URL', option: 'endpoint', help: 'where' },
    { name: 'token', env: 'TOY_TOKEN', secret: true, help: 'the login' },
  ],
};

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly profile?: Readonly<Record<string, string>>;
  readonly mode?: number;
}

/** The reader of the toy's settings, with everything that it masked. */
function settings({ env = {}, values = {}, profile = {}, mode = 0o600 }: Given) {
  const masked: string[] = [];
  const mask = (secret: string) => void masked.push(secret);
  const log = { warn: () => undefined, verbose: () => undefined };
  const path = put('config.json', '{}', mode);
  const read = createSettings({
    provider: PROVIDER,
    env,
    options: optionsOf(values),
    files: createFiles(log, mask, { pid: 0, isAlive: () => false }),
    mask,
    config: async () => ({
      path,
      profileName: 'default',
      profile: { toy: profile },
      providers: [],
    }),
  });
  return { read, masked, path };
}

function put(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test('an option comes before the environment, and the environment before the config file', async () => {
  const profile = { url: 'https://file' };
  const env = { TOY_URL: 'https://env' };
  const values = { endpoint: 'https://option' };
  const found = [{ values, env, profile }, { env, profile }, { profile }, {}].map((given) =>
    settings(given).read('url'),
  );
  const [option, variable, file, nothing] = await Promise.all(found);
  expect(option).toEqual({ value: 'https://option', source: '--endpoint', explicit: true });
  expect(variable).toEqual({ value: 'https://env', source: 'TOY_URL', explicit: true });
  expect(file).toMatchObject({ value: 'https://file', explicit: false });
  expect(nothing).toBeUndefined();
});

test('a secret is read from the file that its _FILE variable names, trimmed and masked', async () => {
  const path = put('secret', ' s3cret\n');
  const { read, masked } = settings({ env: { TOY_TOKEN_FILE: path } });
  expect(await read('token')).toMatchObject({ value: 's3cret', explicit: true });
  expect(masked).toContain('s3cret');
});

test('a setting that is no secret has no _FILE variable', async () => {
  const path = put('url', 'https://file');
  expect(await settings({ env: { TOY_URL_FILE: path } }).read('url')).toBeUndefined();
});

test('a secret in a config file that others can read is an error that does not show it', async () => {
  const { read, path } = settings({ profile: { token: 's3cret' }, mode: 0o644 });
  const error = (await read('token').catch((caught: unknown) => caught)) as Error;
  expect(error).toMatchObject({ kind: 'usage', code: 'bad_config', hint: `chmod 600 ${path}` });
  expect(error.message).not.toContain('s3cret');
});

test.each([
  ['only blanks', { env: { TOY_URL: '  ' } }, 'TOY_URL is empty'],
  [
    'control characters in a variable',
    { env: { TOY_URL: 'https://a\nb' } },
    'TOY_URL holds control',
  ],
  [
    'control characters in an option',
    { values: { endpoint: 'a\u0007' } },
    '--endpoint holds control',
  ],
])('a value of %s is a usage error that names its source', (_case, given, message) =>
  expect(settings(given).read('url')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(message),
  }),
);

test('a name that the provider did not declare is a mistake in its code', () =>
  expect(settings({}).read('nothing')).rejects.toThrow('toy declares no setting nothing'));
