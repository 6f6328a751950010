/** What a refusal of a workspace-token service says, in each form that one is met in. */
import type { Response } from '../../src/contract/index.js';
import { isOfToken, refusalOf, routeError, saidBy } from './refusals.js';

function response(status: number, body: unknown): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, body: text, tries: 1, inDoubt: false };
}
const refusal = (body: unknown) => refusalOf(response(400, body));

test.each<[string, unknown, object]>([
  [
    'an error with a code and a message',
    { error: { code: 'NO', message: 'no' } },
    { code: 'NO', message: 'no' },
  ],
  ['an error with a message', { error: { message: 'no' } }, { message: 'no' }],
  ['an error with a code', { error: { code: 'NO' } }, { code: 'NO' }],
  ['an error that is a text', { error: 'no' }, { message: 'no' }],
  ['a detail that is a text', { detail: 'no' }, { message: 'no' }],
  ['a detail with a message', { detail: { message: 'no' } }, { message: 'no' }],
  ['complaints', { detail: [{ msg: 'too long' }, { msg: 'odd' }] }, { message: 'too long; odd' }],
  ['complaints without words', { detail: [{ loc: [] }, { msg: '' }, 7, null] }, {}],
  ['a complaint among others', { detail: [7, { msg: 'odd' }, ['x']] }, { message: 'odd' }],
  ['a message', { message: 'no' }, { message: 'no' }],
  ['an empty error beside a message', { error: '', message: 'no' }, { message: 'no' }],
  [
    'an error, a detail and a message',
    { error: { message: 'first' }, detail: 'second', message: 'third' },
    { message: 'first' },
  ],
  ['a detail and a message', { detail: 'second', message: 'third' }, { message: 'second' }],
  ['an error that is a list', { error: [{ message: 'no' }] }, {}],
  ['a code that is a number', { error: { code: 7 } }, {}],
  ['a list', [{ message: 'no' }], {}],
  ['null', 'null', {}],
  ['no JSON', '<html>', {}],
  ['nothing', '', {}],
])('the words of %s', (_what, body, expected) => {
  expect(refusal(body)).toEqual({ message: undefined, code: undefined, ...expected });
});

test('what the service says stands beside who it is, and what helps where a login is refused', () => {
  const answer = response(401, { error: { code: 'NO', message: 'no' } });
  expect(saidBy(answer, 'log in again')).toEqual({
    service: 'the workspace service',
    message: 'no',
    code: 'NO',
    loginHint: 'log in again',
  });
});

describe('a 404 or 405', () => {
  const missing = { code: 'no_token_api', kind: 'refused', affects: 'run' };
  const lost = { code: 'workspace_not_found', kind: 'refused', affects: 'run' };

  test.each<[string, number, unknown, object]>([
    ['a 404 without words', 404, '', { ...missing, providerCode: 404 }],
    ['a web page', 404, '<html>', missing],
    ["the framework's own words", 404, { detail: 'Not Found' }, missing],
    [
      '405, whatever it says',
      405,
      { detail: 'Token not found' },
      { ...missing, providerCode: 405 },
    ],
    [
      '405 with a code',
      405,
      { error: { code: 'NO', message: 'x' } },
      { ...missing, providerCode: 'NO' },
    ],
    [
      'words on the workspace',
      404,
      { detail: 'Workspace is gone' },
      { ...lost, providerCode: 404 },
    ],
    [
      'the code of the workspace',
      404,
      { error: { code: 'WORKSPACE_NOT_FOUND', message: 'no token here' } },
      { ...lost, providerCode: 'WORKSPACE_NOT_FOUND' },
    ],
  ])('is of the whole run where it is %s', (_what, status, body, expected) => {
    expect(routeError(response(status, body), 'w1')).toMatchObject(expected);
  });

  test.each<[string, number, unknown]>([
    ['words on the token', 404, { detail: 'Token not found' }],
    ['words on the token of a workspace', 404, { detail: 'Token not found in workspace' }],
    ['words on a JTI of a workspace', 404, { detail: 'no such JTI in this workspace' }],
    ['other words', 404, { detail: 'gone away' }],
    ['words that only hold the letters', 404, { detail: 'myworkspaces' }],
    ['400 on the workspace', 400, { detail: 'Workspace not found' }],
    ['403 on the workspace', 403, { detail: 'Workspace not found' }],
    ['500 without words', 500, ''],
    ['410 without words', 410, ''],
  ])('says nothing of the route where it is %s', (_what, status, body) => {
    expect(routeError(response(status, body), 'w1')).toBeUndefined();
  });

  test('names the workspace, and the words of the service', () => {
    const answer = response(404, { detail: 'Workspace is gone' });
    expect(routeError(answer, 'w1')?.message).toContain('workspace w1 was not found');
    expect(routeError(answer, 'w1')?.message).toContain('Workspace is gone');
    expect(routeError(answer, undefined)?.message).toMatch(/^workspace +was not found/);
    expect(routeError(answer, 'w1')?.hint).toMatch(/--workspace/);
  });

  test('names the way to speak to the first releases, and the way back from it', () => {
    const answer = response(404, '');
    expect(routeError(answer, 'w1')?.hint).toMatch(/WORKSPACE_LEGACY_REVOKE=1/);
    expect(routeError(answer, 'w1', true)?.hint).toMatch(/unset WORKSPACE_LEGACY_REVOKE/);
    expect(routeError(answer, 'w1')?.message).toMatch(/no token API .*404/);
  });
});

test.each([
  ['Token not found', true],
  ['TOKEN_NOT_FOUND', true],
  ['no such jti', true],
  ['JTI', true],
  ['jtis', false],
  ['xjti', false],
  ['gone', false],
])('%j speaks of a token: %s', (said, expected) => expect(isOfToken(said)).toBe(expected));
