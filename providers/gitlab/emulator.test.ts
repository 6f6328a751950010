/** The emulator by itself, asked over plain HTTP as GitLab documents it. */
import {
  startGitlabEmulator,
  type GitlabEmulator,
  type GitlabEmulatorOptions,
} from './emulator.js';

const running: GitlabEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

const SELF = '/api/v4/personal_access_tokens/self';

async function start(options: GitlabEmulatorOptions = {}) {
  const emulator = await startGitlabEmulator(options);
  running.push(emulator);
  const url = emulator.environment['GITLAB_URL'] ?? '';
  const ask = async (token: string, path = SELF, method = 'GET') => {
    const answer = await fetch(url + path, { method, headers: { 'private-token': token } });
    const text = await answer.text();
    return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  return { emulator, url, ask };
}

test('a token shows itself, revokes itself without a body, and its user is mailed', async () => {
  const { emulator, ask } = await start({ basePath: '/gitlab' });
  const token = emulator.mint('gitlab_pat_routable');
  expect(await ask(token)).toMatchObject({ status: 200, body: { active: true, scopes: ['api'] } });
  expect(await ask(token, SELF, 'DELETE')).toMatchObject({ status: 204, text: '' });
  expect(emulator.mails).toHaveLength(1);
  expect(await ask(token)).toMatchObject({
    status: 401,
    body: {
      error: 'invalid_token',
      error_description: 'Token was revoked. You have to re-authorize from the user.',
    },
  });
});

test('three bodies of 401: revoked, expired, and not known here', async () => {
  const { emulator, ask } = await start();
  const token = emulator.mint('gitlab_pat', { lifetimeMs: 1000 });
  emulator.elapse?.(1000);
  const description = 'Token is expired. You can either do re-authorization or token refresh.';
  expect(await ask(token)).toMatchObject({ status: 401, body: { error_description: description } });
  expect(await ask('glpat-nobody')).toMatchObject({
    status: 401,
    body: { message: '401 Unauthorized' },
  });
});

test('a token that cannot be used now is not revoked: impersonation, DPoP', async () => {
  const { emulator, ask } = await start();
  for (const oddity of ['impersonation_disabled', 'dpop'] as const) {
    const token = emulator.mintOdd(oddity);
    expect((await ask(token)).status).toBe(401);
    expect(emulator.isAlive(token)).toBe(true);
  }
});

test('a token of another kind gets 400 and stays active', async () => {
  const { emulator, ask } = await start();
  const token = emulator.mintOdd('oauth', { scopes: ['api'] });
  const answer = await ask(token, SELF, 'DELETE');
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('requires token type to be a personal access token');
  expect(emulator.isAlive(token)).toBe(true);
});

test('a service that refuses answers 400 without a body', async () => {
  const { emulator, ask } = await start({ refuses: true });
  const token = emulator.mint('gitlab_pat');
  expect(await ask(token, SELF, 'DELETE')).toMatchObject({ status: 400, text: '' });
  expect(emulator.isAlive(token)).toBe(true);
});

test('the user is shown only to a token with a scope for it', async () => {
  const { emulator, ask } = await start();
  const user = '/api/v4/user';
  const token = emulator.mint('gitlab_pat', { owner: 'mona', scopes: ['read_user'] });
  expect(await ask(token, user)).toMatchObject({ status: 200, body: { username: 'mona' } });
  const other = emulator.mint('gitlab_pat', { scopes: ['read_repository'] });
  expect(await ask(other, user)).toMatchObject({
    status: 403,
    body: { error: 'insufficient_scope' },
  });
});

test('a path that is not of the API answers HTML', async () => {
  const { ask } = await start({ basePath: '/gitlab' });
  const answer = await ask('x', '/../nothing');
  expect(answer).toMatchObject({ status: 404, text: expect.stringContaining('<!DOCTYPE html>') });
});
