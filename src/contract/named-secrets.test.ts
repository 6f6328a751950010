import { readNamedSecrets } from './named-secrets.js';
import type { Context, Options } from './provider.js';

const SECRET = 'glpat-0123456789abcdefghij';

function read(options: { tokenFile?: string[]; tokenEnv?: string[] }) {
  const context = {
    files: { readSecret: async (path: string) => `content of ${path}` },
    env: (name: string) => ({ SET: ' tok_1\n', EMPTY: '  ' })[name],
  } as unknown as Context;
  const list = (name: string) => options[name as keyof typeof options] ?? [];
  return readNamedSecrets(context, { list } as Partial<Options> as Options);
}

test('named secrets are the text of each file and the trimmed value of each variable', async () => {
  expect(await read({ tokenFile: ['a', 'b'], tokenEnv: ['SET'] })).toEqual({
    files: [
      { text: 'content of a', from: 'a' },
      { text: 'content of b', from: 'b' },
    ],
    variables: [{ text: 'tok_1', from: 'SET' }],
  });
});

test.each(['EMPTY', 'UNSET'])('a variable %s without a value is an error that names it', (name) =>
  expect(read({ tokenEnv: [name] })).rejects.toMatchObject({
    kind: 'usage',
    message: `--token-env: ${name} is not set (or is empty)`,
  }),
);

test('a secret given in the place of a variable name is an error that does not show it', async () => {
  const error = await read({ tokenEnv: [SECRET] }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ kind: 'usage' });
  expect(JSON.stringify(error) + String(error)).not.toContain(SECRET);
});

test.each([`NAME_${SECRET}`, `${SECRET}_NAME`, `A${'_'.repeat(41)}`, '_NAME', '1NAME', 'name'])(
  'what can be no usual name of a variable is not shown: %s',
  (name) =>
    expect(read({ tokenEnv: [name] })).rejects.toMatchObject({
      message: '--token-env: the variable is not set (or is empty)',
      hint: expect.stringContaining('not its value'),
    }),
);
