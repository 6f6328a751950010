/** The formats that are read, the more exact ones first. */
import { betterleaks, gitleaks } from './gitleaks.js';
import { ggshield } from './ggshield.js';
import { githubAlerts } from './github-alerts.js';
import { gitlabReport } from './gitlab-report.js';
import { kingfisher } from './kingfisher.js';
import type { ReportFormat } from './report-format.js';
import { sarif } from './sarif.js';
import { trufflehog } from './trufflehog.js';

export const FORMATS: readonly ReportFormat[] = [
  betterleaks,
  gitleaks,
  trufflehog,
  kingfisher,
  ggshield,
  githubAlerts,
  gitlabReport,
  sarif,
];

export const LIST_KEYS: ReadonlySet<string> = new Set(FORMATS.flatMap(({ lists }) => lists ?? []));

/** The format of which an object that stands at `path` is a record. */
export function formatOfRecord(path: string, keys: ReadonlySet<string>): ReportFormat | undefined {
  return FORMATS.find(({ record }) => {
    if (!isAt(path, record.path)) return false;
    if (!record.has.every((key) => keys.has(key))) return false;
    return record.hasOneOf?.some((key) => keys.has(key)) ?? true;
  });
}

/** The format of which an object is a document, whether it has records or not. */
export function formatOfDocument(keys: ReadonlySet<string>): ReportFormat | undefined {
  return FORMATS.find(({ document }) => document?.every((key) => keys.has(key)) ?? false);
}

function isAt(path: string, end: string | undefined): boolean {
  // A record of no list stands by itself, or under the list keys that its tool puts around it.
  if (end === undefined) return path === '' || path === 'findings' || path === 'matches';
  return path === end || path.endsWith(`.${end}`);
}
