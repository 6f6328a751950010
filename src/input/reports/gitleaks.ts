/** gitleaks 8 and betterleaks, JSON and CSV: https://github.com/gitleaks/gitleaks, report/json.go and csv.go */
import type { ReportFormat } from './report-format.js';

const UNMASK = 'run the scan again without --redact';

export const gitleaks: ReportFormat = {
  name: 'gitleaks',
  record: { has: ['RuleID', 'Secret'] },
  secret: ['Secret'],
  location: {
    file: ['File', 'SymlinkFile'],
    line: ['StartLine'],
    column: ['StartColumn'],
    commit: ['Commit'],
    link: ['Link'],
    detector: ['RuleID'],
  },
  unmask: UNMASK,
};

/** File, Commit and Link are kept there for old readers only. */
export const betterleaks: ReportFormat = {
  name: 'betterleaks',
  record: {
    has: ['RuleID', 'Secret'],
    hasOneOf: ['Attributes', 'CaptureGroups', 'MatchContext', 'RequiredSets', 'ValidationStatus'],
  },
  secret: ['Secret'],
  location: {
    ...gitleaks.location,
    file: ['Attributes.path', 'File', 'SymlinkFile'],
    commit: ['Commit'],
    link: ['Attributes.url', 'Link'],
  },
  unmask: UNMASK,
};
