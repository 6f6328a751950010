/** Formats that are known and not read, each with the one to export instead. */

export interface RefusedFormat {
  readonly name: string;
  /** Why it is not read, and what to give instead. */
  readonly words: string;
}

interface JsonSign extends RefusedFormat {
  /** Keys that a record of it, or the whole document, has. */
  readonly has: readonly string[];
  /** The list in which such a record stands. */
  readonly path?: string;
}

interface TextSign extends RefusedFormat {
  /** Matches the first characters of the text. */
  readonly start: RegExp;
}

interface TableSign extends RefusedFormat {
  /** Columns that its first line has, without blanks, dashes and capitals. */
  readonly columns: readonly string[];
}

const USE_SCANNERS = 'give a report of gitleaks, trufflehog or Kingfisher instead';
const ALERTS = 'gh api --paginate /repos/OWNER/REPO/secret-scanning/alerts';

export const REFUSED_JSON: readonly JsonSign[] = [
  {
    name: 'gitleaks 7',
    has: ['offender', 'rule'],
    words: 'scan again with gitleaks 8 and --report-format json',
  },
  {
    name: 'trufflehog 2',
    has: ['stringsFound', 'reason'],
    words: 'scan again with trufflehog 3 and --json',
  },
  {
    name: 'a detect-secrets baseline',
    has: ['plugins_used', 'results'],
    words: `it holds only SHA-1 hashes of the secrets: ${USE_SCANNERS}`,
  },
  {
    name: 'a GitHub webhook',
    has: ['alert', 'action'],
    words: `it does not hold the secret: give the alerts, from ${ALERTS}`,
  },
  {
    name: 'a list of GitHub code-scanning alerts',
    has: ['most_recent_instance', 'tool'],
    words: `it does not hold the secret: give the secret-scanning alerts, from ${ALERTS}`,
  },
  {
    name: 'a list of locations of a GitHub alert',
    has: ['type', 'details'],
    words: `it does not hold the secret: give the alerts, from ${ALERTS}`,
  },
  {
    name: 'an error of GitHub',
    has: ['message', 'documentation_url'],
    words: 'the request for the alerts failed: check the login that asked for them',
  },
  { name: 'Nosey Parker', has: ['rule_name', 'matches'], words: USE_SCANNERS },
  { name: 'Nosey Parker', has: ['rule_name', 'match_content'], words: USE_SCANNERS },
  {
    name: 'secretlint',
    has: ['filePath', 'messages'],
    words: `it masks the secrets: ${USE_SCANNERS}`,
  },
  {
    name: 'Trivy',
    has: ['SchemaVersion', 'ArtifactName'],
    words: `it masks the secrets: ${USE_SCANNERS}`,
  },
  {
    name: 'Trivy Operator',
    has: ['apiVersion', 'kind', 'report'],
    words: `it masks the secrets: ${USE_SCANNERS}`,
  },
  {
    name: 'Talisman',
    has: ['summary', 'results'],
    words: `it does not hold the secrets: ${USE_SCANNERS}`,
  },
  {
    name: 'HCP Vault Radar',
    has: ['value_hash'],
    words: `it holds only hashes of the secrets: ${USE_SCANNERS}`,
  },
];

export const REFUSED_TEXT: readonly TextSign[] = [
  {
    name: 'JUnit XML',
    start: /^(?:<\?xml[^>]*>\s*)?<testsuites?\b/,
    words: 'export the report as JSON (gitleaks: --report-format json)',
  },
  {
    name: 'an HTML page',
    start: /^(?:<!doctype html|<html|<head|<body)\b/i,
    words: 'the download probably answered with an error or a login page: get the list again',
  },
  {
    name: 'XML',
    start: /^<(?:\?xml|!doctype)\b/i,
    words: 'give a list, CSV, JSON or the report of a scanner',
  },
  {
    name: 'an HTTP answer with its headers',
    start: /^HTTP\/\d/,
    words: 'leave out -i (--include) and export it again',
  },
  {
    name: 'text with colour codes',
    start: /^\s*\x1b\[/,
    words: 'set NO_COLOR=1 and export it again, not from a terminal',
  },
  {
    name: "trufflehog's text output",
    start: /^(?:🐷🔑🐷[^{]*$|(?:[^\n{]*\n){0,3}Found (?:un)?verified )/u,
    words: 'scan again with --json',
  },
  {
    name: "gitleaks' text output",
    start: /^(?:\s*[○│╲░\s]*gitleaks\b|Finding: {2,})/u,
    words: 'scan again with --report-format json --report-path gitleaks.json',
  },
  {
    name: "ggshield's text output",
    start: /^\s*secrets-engine-version:/,
    words: 'scan again with --json --show-secrets',
  },
  {
    name: 'a message of push protection',
    start: /^remote: .*\n(?:remote:.*\n){0,6}.*PUSH PROTECTION/,
    words: 'give the tokens themselves, one a line',
  },
];

export const REFUSED_TABLES: readonly TableSign[] = [
  {
    name: 'HCP Vault Radar',
    columns: ['valuehash'],
    words: `it holds only hashes of the secrets: ${USE_SCANNERS}`,
  },
  {
    name: "GitLab's vulnerability export",
    columns: ['scannername', 'vulnerability'],
    words: 'it does not hold the secrets: give gl-secret-detection-report.json of the job',
  },
  {
    name: 'ThreatMapper',
    columns: ['filename', 'content', 'rule', 'severity'],
    words: USE_SCANNERS,
  },
];

/** The refused format that a record's or a document's keys tell. */
export function refusedJson(path: string, keys: ReadonlySet<string>): RefusedFormat | undefined {
  return REFUSED_JSON.find(
    (sign) => (sign.path ?? '') === path && sign.has.every((key) => keys.has(key)),
  );
}

export function refusedText(head: string): RefusedFormat | undefined {
  return REFUSED_TEXT.find(({ start }) => start.test(head));
}

/** @param columns as `normalColumn` makes them */
export function refusedTable(columns: readonly string[]): RefusedFormat | undefined {
  return REFUSED_TABLES.find((sign) => sign.columns.every((column) => columns.includes(column)));
}
