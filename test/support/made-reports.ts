/** Reports of every format, made in code, with a decoy token in each field that does not hold the secret. */
import type { FindTokens } from '../../src/contract/provider.js';
import { hostsBeside } from '../../src/recognition/hosts.js';

/** A shape of token that nobody issues, so that no scanner finds one in this repository. */
export const SHAPE = /\btok_[a-z0-9]{16}\b/g;

export const find: FindTokens = (text) =>
  [...text.matchAll(SHAPE)].map((match) => ({
    token: match[0],
    index: match.index,
    hosts: hostsBeside(text, match.index, match.index + match[0].length),
  }));

export function token(number: number): string {
  return `tok_${number.toString(36).padStart(16, '0')}`;
}

/** Decoys start far from the numbers that tests use for secrets. */
export function createDecoys(): () => string {
  let number = 36 ** 8;
  return () => token(number++);
}

export interface Made {
  readonly name: string;
  /** A report with these secrets, one a row, in this order. */
  make(secrets: readonly string[]): string;
  /** The masks that this tool writes, made from a token. */
  masks(secret: string): readonly string[];
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const partly = (secret: string) => `${secret.slice(0, 9)}...`;
const starred = (secret: string) =>
  `${secret.slice(0, 3)}${'*'.repeat(secret.length - 6)}${secret.slice(-3)}`;

function gitleaksRow(secret: string, decoy: () => string, line: number): Record<string, unknown> {
  return {
    RuleID: 'generic',
    Description: decoy(),
    StartLine: line,
    EndLine: line,
    StartColumn: 8,
    EndColumn: 47,
    Match: `${decoy()} ${secret}`,
    Secret: secret,
    File: `src/${line}.env`,
    SymlinkFile: '',
    Commit: COMMIT,
    Link: `https://user:${decoy()}@example.com/app/blob/x?token=${decoy()}#L3`,
    Entropy: 4.1,
    Author: decoy(),
    Email: decoy(),
    Date: '2026-11-01T10:00:00Z',
    Message: `say ${decoy()} {"Secret":"${decoy()}"}`,
    Tags: [decoy()],
    Fingerprint: `${decoy()}:x`,
  };
}

function sarifResult(secret: string, decoy: () => string, line: number): unknown {
  return {
    ruleId: 'generic',
    message: { text: decoy() },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `src/${line}.env` },
          region: { startLine: line, startColumn: 8, snippet: { text: secret } },
          contextRegion: { snippet: { text: decoy() } },
        },
        properties: { revoke_command: decoy() },
      },
    ],
    codeFlows: [{ message: { text: decoy() } }],
    partialFingerprints: { commitSha: COMMIT, commitMessage: decoy() },
  };
}

function sarifReport(tool: string, secrets: readonly string[]): string {
  const decoy = createDecoys();
  const results = secrets.map((secret, index) => sarifResult(secret, decoy, index + 1));
  const rules = [{ id: 'generic', shortDescription: { text: decoy() } }];
  const run = { tool: { driver: { name: tool, rules } }, results, properties: { note: decoy() } };
  return JSON.stringify({ version: '2.1.0', runs: [run] }, null, 1);
}

function kingfisherRow(secret: string, decoy: () => string, line: number): unknown {
  return {
    rule: { name: decoy(), id: 'kingfisher.generic.1' },
    finding: {
      snippet: secret,
      fingerprint: decoy(),
      validation: { outcome: 'verified_inactive', status: 'Inactive', response: decoy() },
      line,
      column_start: 8,
      path: `src/${line}.env`,
      git_metadata: {
        commit: { id: COMMIT, url: decoy() },
        file: { path: decoy(), url: `https://example.com/x?t=${decoy()}` },
      },
      revoke_command: decoy(),
    },
  };
}

function csvCell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const gitleaksMasks = (secret: string) => ['REDACTED', partly(secret)];
const kingfisherMasks = () => ['[REDACTED:1a2b3c4d]'];

/** One row per secret for a format whose rows are objects by themselves. */
function each(
  row: (secret: string, decoy: () => string, line: number) => unknown,
): (secrets: readonly string[]) => readonly unknown[] {
  return (secrets) => {
    const decoy = createDecoys();
    return secrets.map((secret, index) => row(secret, decoy, index + 1));
  };
}

const gitleaksRows = each(gitleaksRow);
const kingfisherRows = each(kingfisherRow);

const trufflehogRows = each((secret, decoy, line) => ({
  SourceMetadata: {
    Data: {
      Git: {
        commit: COMMIT,
        file: `src/${line}.env`,
        email: decoy(),
        repository: `https://${decoy()}@example.com`,
        line,
      },
    },
  },
  SourceName: decoy(),
  DetectorName: 'Generic',
  DetectorDescription: decoy(),
  Verified: false,
  VerificationError: decoy(),
  Raw: secret,
  RawV2: '',
  Redacted: decoy(),
  ExtraData: { account: decoy() },
  StructuredData: null,
}));

const alertRows = each((secret, decoy, line) => ({
  number: line,
  url: `https://api.github.com/x/${decoy()}`,
  html_url: `https://github.com/acme/app/security/secret-scanning/${line}`,
  locations_url: `https://api.github.com/${decoy()}`,
  state: 'open',
  resolution: null,
  resolution_comment: decoy(),
  secret_type: 'generic',
  secret_type_display_name: decoy(),
  secret,
  validity: 'inactive',
  first_location_detected: {
    path: `src/${line}.env`,
    start_line: line,
    start_column: 8,
    commit_sha: COMMIT,
    commit_url: decoy(),
  },
}));

const gitlabRows = each((secret, decoy, line) => ({
  id: decoy(),
  category: 'secret_detection',
  name: decoy(),
  description: decoy(),
  raw_source_code_extract: secret,
  location: {
    file: `src/${line}.env`,
    commit: { author: decoy(), message: decoy(), sha: COMMIT },
    start_line: line,
  },
  identifiers: [{ type: 'gitleaks_rule_id', name: decoy(), value: 'generic' }],
}));

function ggshieldReport(secrets: readonly string[]): string {
  const decoy = createDecoys();
  const results = secrets.map((match, index) => ({
    filename: `src/${index + 1}.env`,
    mode: decoy(),
    incidents: [
      {
        detector: 'generic',
        policy: decoy(),
        validity: 'invalid',
        ignore_sha: decoy(),
        incident_url: `https://example.com/${index}`,
        occurrences: [{ match, match_type: decoy(), line_start: index + 1, index_start: 8 }],
      },
    ],
  }));
  const scan = { id: COMMIT, type: 'commit', results, extra_info: { author: decoy() } };
  return JSON.stringify({ id: decoy(), type: 'x', scans: [scan], total_incidents: secrets.length });
}

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export const MADE: readonly Made[] = [
  {
    name: 'gitleaks',
    make: (secrets) => JSON.stringify(gitleaksRows(secrets), null, 1),
    masks: gitleaksMasks,
  },
  {
    name: 'betterleaks',
    make(secrets) {
      const decoy = createDecoys();
      const rows = gitleaksRows(secrets).map((row, index) => ({
        ...(row as object),
        ValidationStatus: 'revoked',
        MatchContext: decoy(),
        CaptureGroups: { key: decoy() },
        Attributes: { path: `src/${index + 1}.env`, resource: decoy() },
        RequiredSets: [{ components: [{ RuleID: 'x', Match: decoy(), Secret: decoy() }] }],
      }));
      return JSON.stringify(rows, null, 1);
    },
    masks: gitleaksMasks,
  },
  {
    name: 'trufflehog',
    make: (secrets) => lines(trufflehogRows(secrets)),
    masks: (secret) => [starred(secret)],
  },
  {
    name: 'Kingfisher',
    make: (secrets) => JSON.stringify({ findings: kingfisherRows(secrets), stats: {} }),
    masks: kingfisherMasks,
  },
  {
    name: 'Kingfisher',
    make: (secrets) => `${lines(kingfisherRows(secrets))}{"access_map":[]}\n{"audit":{}}\n`,
    masks: kingfisherMasks,
  },
  { name: 'ggshield', make: ggshieldReport, masks: (secret) => [starred(secret)] },
  {
    name: 'GitHub secret scanning',
    make: (secrets) => JSON.stringify(alertRows(secrets), null, 2),
    masks: () => ['***'],
  },
  {
    name: 'GitHub secret scanning',
    make: (secrets) =>
      alertRows(secrets)
        .map((row) => JSON.stringify([row]))
        .join(''),
    masks: () => ['***'],
  },
  {
    name: 'GitHub secret scanning',
    make: (secrets) => lines(alertRows(secrets)),
    masks: () => ['***'],
  },
  {
    name: 'GitLab secret detection',
    make: (secrets) =>
      JSON.stringify({
        version: '15.2.1',
        vulnerabilities: gitlabRows(secrets),
        scan: { type: 'secret_detection' },
      }),
    masks: (secret) => [starred(secret)],
  },
  {
    name: 'gitleaks',
    make: (secrets) => sarifReport('gitleaks', secrets),
    masks: gitleaksMasks,
  },
  {
    name: 'Kingfisher',
    make: (secrets) => sarifReport('Kingfisher', secrets),
    masks: kingfisherMasks,
  },
  {
    name: 'Some Tool',
    make: (secrets) => sarifReport('Some Tool', secrets),
    masks: (secret) => ['***', '[REDACTED]', partly(secret), starred(secret)],
  },
];

export function gitleaksCsv(secrets: readonly string[]): string {
  const rows = gitleaksRows(secrets) as readonly Record<string, unknown>[];
  const columns =
    'RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,EndLine,StartColumn,EndColumn,Author,Message,Date,Email,Fingerprint,Tags,Link'.split(
      ',',
    );
  const body = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.join(','), ...body].join('\n')}\n`;
}
