/** ggshield (GitGuardian), JSON: https://github.com/GitGuardian/ggshield, verticals/secret/output */
import type { ReportFormat } from './report-format.js';

export const ggshield: ReportFormat = {
  name: 'ggshield',
  record: { path: 'occurrences', has: ['match'] },
  document: ['total_incidents'],
  total: ['total_incidents'],
  lists: ['scans', 'results', 'entities_with_incidents', 'incidents', 'occurrences'],
  secret: ['match'],
  location: {
    file: ['^^filename'],
    line: ['line_start'],
    column: ['index_start'],
    // The id of a scan is a commit only where commits were scanned.
    commit: ['^^^id'],
    link: ['^incident_url'],
    detector: ['^detector', '^type'],
  },
  unmask: 'run the scan again with --show-secrets',
};
