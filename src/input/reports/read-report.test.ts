import { createReportReader } from './read-report.js';
import { MADE, SHAPE, token } from '../../../test/support/made-reports.js';
import { reading, report, secretsOf } from '../../../test/support/read-lists.js';

const SECRETS = [token(1), token(2), token(3)];

describe('a report with decoy tokens in every other field', () => {
  test.each(MADE.map((made, index) => [`${made.name}, form ${index + 1}`, made] as const))(
    '%s: only the tokens of the secret field come out',
    (_name, made) => {
      const text = made.make(SECRETS);
      const { rows, tools } = report(text);
      expect(rows.map(({ secret }) => secret)).toEqual(SECRETS);
      expect(rows.map(({ row }) => row)).toEqual([1, 2, 3]);
      expect(tools).toEqual([made.name]);
    },
  );

  test.each(MADE.map((made, index) => [`${made.name}, form ${index + 1}`, made] as const))(
    '%s: file, line and detector come along, and no location holds a token',
    (_name, made) => {
      const { rows } = report(made.make(SECRETS));
      expect(rows[1]?.location).toMatchObject({ file: 'src/2.env', line: 2 });
      expect(rows[1]?.location.detector).toMatch(/generic/i);
      expect(JSON.stringify(rows.map(({ location }) => location))).not.toMatch(SHAPE);
    },
  );

  test.each(MADE.map((made, index) => [`${made.name}, form ${index + 1}`, made] as const))(
    '%s: each mask is refused with the way to export without it',
    (_name, made) => {
      const secret = token(36 ** 7);
      for (const mask of made.masks(secret)) {
        const { rows } = report(made.make([SECRETS[0] as string, mask]));
        expect(rows[0]?.secret).toBe(SECRETS[0]);
        expect(rows[1]).toMatchObject({ row: 2, refused: { reason: 'masked' } });
        expect(rows[1]?.secret).toBeUndefined();
        expect(rows[1]?.refused?.words).toMatch(/^masked by .+: .+/);
      }
    },
  );

  test.each(MADE.map((made, index) => [`${made.name}, form ${index + 1}`, made] as const))(
    '%s: a row without the secret is refused, and the others stand',
    (_name, made) => {
      const { rows } = report(made.make(['', SECRETS[0] as string]));
      expect(rows[0]?.refused?.reason).toBe('no_secret');
      expect(rows[1]?.secret).toBe(SECRETS[0]);
    },
  );
});

describe('rows that the report marks', () => {
  const alert = (state: string, secret: string) => ({
    secret_type: 'x',
    html_url: 'https://github.com/x',
    secret,
    state,
  });

  test('a resolved GitHub alert is left out, and taken where resolved ones are asked for', () => {
    const text = JSON.stringify([alert('resolved', token(1)), alert('open', token(2))]);
    expect(report(text).rows).toMatchObject([{ leftOut: 'resolved' }, { secret: token(2) }]);
    expect(report(text).rows[0]?.secret).toBeUndefined();
    expect(secretsOf(reading([text], true))).toEqual([token(1), token(2)]);
  });

  test('a SARIF result that is suppressed or absent is left out, one under review is not', () => {
    const result = (extra: object, secret: string) => ({
      ...extra,
      locations: [{ physicalLocation: { region: { snippet: { text: secret } } } }],
    });
    const results = [
      result({ suppressions: [{ kind: 'external' }] }, token(1)),
      result({ suppressions: [{ kind: 'external', status: 'underReview' }] }, token(2)),
      result({ baselineState: 'absent' }, token(3)),
      result({ baselineState: 'unchanged', suppressions: [] }, token(4)),
    ];
    const { rows } = report(JSON.stringify({ version: '2.1.0', runs: [{ results }] }));
    expect(rows.map(({ leftOut, secret }) => leftOut ?? secret)).toEqual([
      'suppressed',
      token(2),
      'absent',
      token(4),
    ]);
  });

  test('what a scanner found out about a token never leaves it out', () => {
    const rows = [
      { RuleID: 'x', Secret: token(1), ValidationStatus: 'revoked' },
      { rule: {}, finding: { snippet: token(2), validation: { outcome: 'verified_inactive' } } },
      { ...alert('open', token(3)), validity: 'inactive' },
    ];
    expect(secretsOf(reading([JSON.stringify(rows)]))).toEqual([token(1), token(2), token(3)]);
  });
});

describe('trufflehog', () => {
  const row = (fields: object) =>
    JSON.stringify({ SourceMetadata: {}, DetectorName: 'X', Raw: '', ...fields });

  test.each<[string, object, string, string | undefined]>([
    ['SecretParts first', { SecretParts: { key: token(1) }, Raw: token(2) }, token(1), undefined],
    [
      'Raw before RawV2',
      { Raw: token(1), RawV2: `${token(1)}https://git.example.com` },
      token(1),
      'git.example.com',
    ],
    [
      'a search in RawV2',
      { Raw: 'id-1', RawV2: `git.example.com:${token(1)}` },
      token(1),
      'git.example.com',
    ],
    [
      'the domain of SecretParts',
      { SecretParts: { token: token(1), domain: 'git.example.com' } },
      token(1),
      'git.example.com',
    ],
    [
      'Raw where no shape is known',
      { Raw: 'what-is-this', RawV2: 'what-is-this-too' },
      'what-is-this',
      undefined,
    ],
    [
      'an e-mail address is no host',
      { Raw: token(1), RawV2: `a@example.com:${token(1)}` },
      token(1),
      undefined,
    ],
  ])('%s', (_name, fields, secret, host) => {
    const [read] = report(row(fields)).rows;
    expect(read?.secret).toBe(secret);
    expect(read?.hosts).toEqual(host === undefined ? undefined : [host]);
  });

  test('log lines between the findings are skipped and told', () => {
    const text = `{"level":"info-0","ts":"x","msg":"${token(9)}"}\n${row({ Raw: token(1) })}\n2026-11-28T10:00:00Z\tinfo\tdone\t{"a":1}\n`;
    const { rows, notes } = report(text);
    expect(rows).toHaveLength(1);
    expect(notes).toEqual(['1 line is not JSON and was skipped']);
  });

  test('a torn line is refused, and the lines behind it are read', () => {
    const torn = row({ Raw: token(1) }).slice(0, -5);
    const text = `${torn}\n${row({ Raw: token(2) })}\n`;
    expect(report(text).rows).toMatchObject([
      { refused: { reason: 'cut_off' } },
      { secret: token(2) },
    ]);
  });
});

describe('a value that holds more than the token', () => {
  const one = (secret: string) => report(JSON.stringify([{ RuleID: 'x', Secret: secret }])).rows[0];

  test.each<[string, string, string | undefined]>([
    ['a git remote', `https://oauth2:${token(1)}@git.example.com/g/p.git`, 'git.example.com'],
    ['a user alone', `https://${token(1)}@git.example.com:8443/x`, 'git.example.com:8443'],
    ['a line of .npmrc', `//npm.example.com/:_authToken=${token(1)}`, 'npm.example.com'],
    ['an assignment', `API_TOKEN="${token(1)}"`, undefined],
    [
      'a URL of a page with the token in its path',
      `https://example.com/${token(1)}`,
      'example.com',
    ],
  ])('%s gives the token and its host', (_name, value, host) => {
    expect(one(value)).toMatchObject({ secret: token(1) });
    expect(one(value)?.hosts).toEqual(host === undefined ? undefined : [host]);
  });

  test('two different tokens in one value are refused, and twice the same is one', () => {
    expect(one(`${token(1)} ${token(2)}`)?.refused?.reason).toBe('ambiguous');
    expect(one(`${token(1)} ${token(1)}`)?.secret).toBe(token(1));
  });

  test('a token whose end is hidden is refused', () => {
    for (const value of [`${token(1)}...`, `${token(1)}…`, `...${token(1)}`, `${token(1)}***`]) {
      expect(one(value)?.refused?.reason).toBe('masked');
    }
  });

  test('a token with a matching checksum is taken whatever stands beside it', () => {
    const reader = createReportReader({
      find: (text) => [{ token: text.slice(0, 20), index: 0, isWhole: true }],
    });
    reader.push(JSON.stringify([{ RuleID: 'x', Secret: `${token(1)}...` }]));
    expect(secretsOf(reader.end())).toEqual([token(1)]);
  });

  test('a key of several lines is refused', () => {
    expect(one('-----BEGIN KEY-----\nabc\n-----END KEY-----')?.refused?.reason).toBe('key_file');
  });
});

describe('other JSON', () => {
  test.each<[string, string]>([
    ['a list of texts', '["a","b"]'],
    ['objects with tokens', '[{"token":"a","type":"x","url":"https://x"}]'],
    ['a document of another command', '{"tokens":[{"jti":"a"}]}'],
    ['a list of findings that nobody knows', '{"findings":[{"title":"x"}]}'],
    ['an empty list', '[]'],
    ['nothing', ''],
    ['broken JSON', '{"a":'],
  ])('%s is not a report', (_name, text) => {
    expect(reading([text]).kind).toBe('other');
  });

  test('it is known to be none before the text ends', () => {
    const reader = createReportReader({ find: () => [] });
    reader.push('["a",');
    expect(reader.kind).toBe('other');
  });

  test.each<[string, string]>([
    ['gitleaks 7', '[{"offender":"x","rule":"y","line":"z"}]'],
    ['trufflehog 2', '{"stringsFound":["x"],"reason":"y","path":"z"}'],
    ['a detect-secrets baseline', '{"version":"1","plugins_used":[],"results":{"a":[]}}'],
    ['a GitHub webhook', '{"action":"created","alert":{"number":1},"repository":{}}'],
    ['Nosey Parker', '{"type":"finding","rule_name":"x","match_content":"y","matches":[{}]}'],
    ['secretlint', '[{"filePath":"a","messages":[]}]'],
    ['Trivy', '{"SchemaVersion":2,"ArtifactName":"x","Results":[]}'],
    ['Talisman', '{"summary":{},"results":[]}'],
  ])('%s is refused by name, with what to give instead', (name, text) => {
    const read = reading([text]);
    expect(read).toMatchObject({ kind: 'refused', name });
    expect(read.kind === 'refused' && read.words.length > 20).toBe(true);
  });

  test.each<[string, string]>([
    ['SARIF', '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}'],
    ['GitLab secret detection', '{"version":"15","vulnerabilities":[],"scan":{}}'],
    ['Kingfisher', '{"findings":[]}'],
    ['ggshield', '{"id":"x","scans":[],"total_incidents":0}'],
  ])('a report of %s without findings is one without rows', (name, text) => {
    expect(reading([text])).toMatchObject({ kind: 'report', tools: [name], rows: [] });
  });

  test('a document that counts findings which it does not hold is not clean', () => {
    const { rows } = report('{"id":"x","scans":[],"total_incidents":4}');
    expect(rows).toMatchObject([{ refused: { reason: 'damaged' } }]);
  });

  test('a GitLab report of another scan has no usable row', () => {
    const text = JSON.stringify({
      version: '15',
      vulnerabilities: [{ category: 'sast', location: {}, raw_source_code_extract: token(1) }],
      scan: { type: 'sast' },
    });
    expect(report(text).rows).toMatchObject([{ refused: { reason: 'other_kind' } }]);
  });

  test('a SARIF of a tool that never writes the secret says what to export', () => {
    const run = { tool: { driver: { name: 'trufflehog' } }, results: [{ ruleId: 'x' }] };
    const [row] = report(JSON.stringify({ version: '2.1.0', runs: [run] })).rows;
    expect(row?.refused).toEqual({
      reason: 'no_secret',
      words: 'trufflehog left the secret out: run the scan again with --json',
    });
  });
});

describe('hostile reports', () => {
  test('a name of the prototype is a key like any other', () => {
    const text = `[{"RuleID":"x","Secret":"${token(1)}","File":"a","__proto__":{"Commit":"abcdef1"},"constructor":{"prototype":{"x":1}}}]`;
    const [row] = report(text).rows;
    expect(row?.secret).toBe(token(1));
    expect(row?.location.commit).toBeUndefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(reading(['[{"__proto__":{"RuleID":"x","Secret":"y"}}]']).kind).toBe('other');
  });

  test('JSON that is nested too deep is refused, not followed', () => {
    const deep = `[{"RuleID":"x","Secret":"${token(1)}"},{"a":${'['.repeat(100_000)}`;
    const { rows } = report(deep);
    expect(rows).toMatchObject([{ secret: token(1) }, { refused: { reason: 'cut_off' } }]);
  });

  test('a record that is too long is refused, and the next one is read', () => {
    const long = `{"RuleID":"x","Secret":"${token(1)}","Match":"${'a'.repeat(9 * 1024 * 1024)}"}`;
    const { rows } = report(`[${long},{"RuleID":"x","Secret":"${token(2)}"}]`);
    expect(rows).toMatchObject([{ refused: { reason: 'damaged' } }, { secret: token(2) }]);
  });

  test('a link loses userinfo and query, and what is not a link is dropped', () => {
    const link = (Link: string) =>
      report(JSON.stringify([{ RuleID: 'x', Secret: token(1), Link }])).rows[0]?.location.link;
    expect(link('https://u:p@example.com/a/b?x=1#L3')).toBe('https://example.com/a/b#L3');
    expect(link('javascript:alert(1)')).toBeUndefined();
    expect(link('//example.com/a')).toBeUndefined();
  });

  test('a long file name is cut, and a number that is none is left out', () => {
    const row = { RuleID: 'x', Secret: token(1), File: 'f'.repeat(5000), StartLine: -1 };
    const [read] = report(JSON.stringify([row])).rows;
    expect(read?.location.file).toHaveLength(1024);
    expect(read?.location.line).toBeUndefined();
  });

  test('a tool named like a command does not reach a message', () => {
    const run = { tool: { driver: { name: '\u001b[31m$(rm)' } }, results: [{ ruleId: 'x' }] };
    const read = report(JSON.stringify({ version: '2.1.0', runs: [run] }));
    expect(read.tools).toEqual(['the tool']);
    expect(read.rows[0]?.refused?.words).toMatch(/^the tool left/);
  });
});

describe('SARIF in general', () => {
  test('rule and file given by number, commit of the run, and its own masks are read', () => {
    const location = { physicalLocation: { artifactLocation: { index: 1 }, region: {} } };
    const result = (text: string) => ({
      ruleIndex: 1,
      locations: [
        { physicalLocation: { ...location.physicalLocation, region: { snippet: { text } } } },
      ],
    });
    const run = {
      results: [result(token(1)), result('hidden-by-us')],
      tool: { driver: { name: 'Some Tool', rules: [{ id: 'a' }, { id: 'b' }] } },
      artifacts: [{ location: { uri: 'x' } }, { location: { uri: 'src/y' } }],
      versionControlProvenance: [{ revisionId: 'abcdef1' }],
      redactionTokens: ['hidden-by-us'],
    };
    const { rows } = report(JSON.stringify({ version: '2.1.0', runs: [run] }));
    expect(rows).toMatchObject([
      { secret: token(1), location: { file: 'src/y', detector: 'b', commit: 'abcdef1' } },
      { refused: { reason: 'masked' } },
    ]);
  });
});

describe('pages of GitHub alerts', () => {
  const page = (from: number, size: number) =>
    [...Array(size).keys()].map((index) => ({
      secret_type: 'x',
      html_url: 'https://github.com/x',
      secret: token(from + index),
    }));

  test('pages one after the other and pages in a list are one report', () => {
    expect(report(JSON.stringify(page(1, 2)) + JSON.stringify(page(3, 2))).rows).toHaveLength(4);
    expect(report(JSON.stringify([page(1, 2), page(3, 2)])).rows).toHaveLength(4);
  });

  test('exactly one full page is told', () => {
    expect(report(JSON.stringify(page(1, 30))).notes).toEqual([
      expect.stringContaining('--paginate'),
    ]);
    expect(report(JSON.stringify(page(1, 31))).notes).toEqual([]);
  });
});
