import fc from 'fast-check';
import ably from '../../providers/ably/index.js';
import oauth from '../../providers/oauth/index.js';
import workspace from '../../providers/workspace/index.js';
import type { TargetOrBadLine } from '../engine/target-stream.js';
import type { Provider, TargetSpec } from '../contract/provider.js';
import { createRecordReader } from './record-reader.js';
import { itemsOf, keysOf } from './parse-targets.js';

function read(provider: Provider, text: string, kind?: string): readonly TargetOrBadLine[] {
  const spec: TargetSpec = provider.target;
  const reader = createRecordReader(keysOf(spec));
  return [...reader.push(text), ...reader.end()].flatMap((record) =>
    itemsOf(record, `stdin:${record.line}`, { spec, kind }),
  );
}

const ids = (items: readonly TargetOrBadLine[]) =>
  items.map((item) => ('reason' in item ? `bad ${item.at}` : item.id));

describe('objects', () => {
  test.each<[string, Provider, string, string]>([
    ['a JTI', workspace, '{"jti":"jti_1"}', 'jti_1'],
    ['a client ID', ably, '{"client_id":"bob"}', 'clientId:bob'],
    ['a client ID as Ably writes it', ably, '{"clientId":"bob"}', 'clientId:bob'],
    ['a revocation key', ably, '{"revocation_key":"g"}', 'revocationKey:g'],
    ['a revocation key as Ably writes it', ably, '{"revocationKey":"g"}', 'revocationKey:g'],
    ['a channel', ably, '{"channel":"news"}', 'channel:news'],
    ['a target of Ably', ably, '{"target":"clientId:a:b"}', 'clientId:a:b'],
    ['a target of the workspace', workspace, '{"target":"jti_1"}', 'jti_1'],
    ['null beside it', ably, '{"client_id":"bob","channel":null}', 'clientId:bob'],
    ['what means nothing here beside it', workspace, '{"jti":"jti_1","name":7}', 'jti_1'],
    ['the same twice', ably, '{"client_id":"bob","clientId":"bob"}', 'clientId:bob'],
    ['a value and a target that agree', workspace, '{"jti":"j1","target":"j1"}', 'j1'],
    [
      'a value that looks like a number',
      ably,
      '{"client_id":"12345678901234567890"}',
      'clientId:12345678901234567890',
    ],
  ])('%s', (_name, provider, text, id) => {
    expect(ids(read(provider, text))).toEqual([id]);
  });

  test.each<[string, Provider, string, RegExp]>([
    ['two kinds', ably, '{"client_id":"S3CRET","channel":"x"}', /more than one target/],
    ['two of one kind', ably, '{"client_id":"S3CRET","clientId":"b"}', /more than one target/],
    [
      'a target that disagrees',
      workspace,
      '{"jti":"S3CRET","target":"j2"}',
      /more than one target/,
    ],
    [
      'a target and a list of others',
      workspace,
      '{"jti":"S3CRET","tokens":["read","write"]}',
      /a target and a list of targets: jti, tokens/,
    ],
    [
      'a client ID and a list of targets',
      ably,
      '{"client_id":"S3CRET","targets":["clientId:x"]}',
      /a target and a list of targets: client_id, targets/,
    ],
    [
      'a list of targets and then a client ID',
      ably,
      '{"targets":["clientId:x"],"clientId":"S3CRET"}',
      /a target and a list of targets: clientId, targets/,
    ],
    [
      'two lists of targets',
      ably,
      '{"targets":["clientId:S3CRET"],"results":["clientId:x"]}',
      /two lists: targets, results/,
    ],
    [
      'an item with a list of its own',
      workspace,
      '[{"jti":"S3CRET","tokens":["read"]}]',
      /a target and a list of targets/,
    ],
    [
      'a token and a list of tokens',
      oauth,
      '{"access_token":"S3CRET","tokens":["x"]}',
      /a target and a list of targets: access_token, tokens/,
    ],
    ['two kinds of token', oauth, '{"token":"S3CRET","refresh_token":"x"}', /two tokens in it/],
    [
      'a token and another target',
      oauth,
      '{"token":"S3CRET","target":"sha256:0123456789ab"}',
      /more than one target/,
    ],
    ['no target', workspace, '{"name":"S3CRET"}', /none of jti, target/],
    ['nothing', ably, '{}', /without a target/],
    ['a number', ably, '{"client_id":5550123}', /client_id is not a string/],
    ['a list', workspace, '{"jti":["S3CRET"]}', /jti is not a string/],
    ['an object', workspace, '{"jti":{"S3CRET":1}}', /jti is not a string/],
    ['true', workspace, '{"jti":true}', /jti is not a string/],
    ['an empty text', ably, '{"client_id":""}', /empty/],
    ['a path', workspace, '{"jti":"../S3CRET/x"}', /^it is not a JTI/],
    ['a text', workspace, '"S3 \\" CRET S3CRET"', /^it is not a JTI/],
  ])('%s is a bad line, which is not echoed', (_name, provider, text, reason) => {
    const [item, ...others] = read(provider, `\n${text}\n`);
    expect(others).toEqual([]);
    if (!item || !('reason' in item)) throw new Error(`it was read as ${JSON.stringify(item)}`);
    expect(item.at).toBe('stdin:2');
    expect(item.reason).toMatch(reason);
    expect(item.reason).not.toContain('S3CRET');
    expect(item.reason).not.toContain('5550123');
  });
});

test('a token response (RFC 6749) is two tokens, the refresh token first', () => {
  const text = '{"access_token":"S3CRET1","token_type":"Bearer","refresh_token":"S3CRET2"}';
  const items = read(oauth, text).map((item) => ('secret' in item ? item.secret : item));
  expect(items).toEqual(['S3CRET2', 'S3CRET1']);
});

test('what was printed of a token may stand beside it', () => {
  const target = oauth.target.parse('S3CRET').id;
  expect(ids(read(oauth, JSON.stringify({ token: 'S3CRET', target })))).toEqual([target]);
});

describe('values that are no text', () => {
  test.each(['[7]', '[null]', '[true]', '[["jti_1"]]', '{"tokens":[12345678901234567890]}'])(
    '%s holds no target',
    (text) => {
      expect(ids(read(workspace, text))).toEqual(['bad stdin:1']);
    },
  );

  test('a bare numeric line is text, to the last digit', () => {
    expect(ids(read(ably, '12345678901234567890\n', 'clientId'))).toEqual([
      'clientId:12345678901234567890',
    ]);
  });
});

describe('--as', () => {
  test('reads bare lines and JSON strings as that kind, and objects by their keys', () => {
    const text = 'bob\n"ann"\n{"channel":"news"}\na:b\n';
    expect(ids(read(ably, text, 'clientId'))).toEqual([
      'clientId:bob',
      'clientId:ann',
      'channel:news',
      'clientId:a:b',
    ]);
  });

  test('without it a bare line must name its kind', () => {
    expect(ids(read(ably, 'bob\nclientId:bob\n'))).toEqual(['bad stdin:1', 'clientId:bob']);
  });
});

describe('what revoke itself printed', () => {
  test('outcome lines name their targets', () => {
    const outcomes = [
      { provider: 'ably', target: 'clientId:a:b', status: 'unknown', app_id: 'x', key_name: 'x.y' },
      { provider: 'ably', target: 'channel:news', status: 'skipped', app_id: 'x', key_name: 'x.y' },
    ];
    const text = outcomes.map((one) => `${JSON.stringify(one)}\n`).join('');
    expect(ids(read(ably, text))).toEqual(['clientId:a:b', 'channel:news']);
    const own = { provider: 'workspace', target: 'jti_1', status: 'failed', jti: 'jti_1' };
    expect(ids(read(workspace, JSON.stringify(own)))).toEqual(['jti_1']);
  });

  test.each([0, 2])('a whole list --json document, indented by %i', (indent) => {
    const tokens = ['jti_1', 'jti_2', 'jti_3'].map((jti) => ({
      jti,
      status: 'active',
      name: null,
    }));
    const list = { tokens, total_active: 3, current_token_jti: 'jti_1' };
    const text = JSON.stringify(list, null, indent);
    expect(ids(read(workspace, text))).toEqual(['jti_1', 'jti_2', 'jti_3']);
  });
});

test('any client ID survives every form in which it may be written', () => {
  const value = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text));
  fc.assert(
    fc.property(value, (text) => {
      const forms = [
        JSON.stringify({ client_id: text }),
        JSON.stringify({ target: `clientId:${text}` }),
        JSON.stringify([`clientId:${text}`]),
      ];
      for (const form of forms) {
        const items = read(ably, form);
        const first = items[0];
        if (first && 'reason' in first) continue; // It looks like a secret.
        expect(ids(items)).toEqual([`clientId:${text}`]);
      }
    }),
  );
});
