/** Secret-scanning alerts of GitHub's REST API: https://docs.github.com/rest/secret-scanning/secret-scanning */
import { textAt } from './fields.js';
import type { ReportFormat } from './report-format.js';

export const githubAlerts: ReportFormat = {
  name: 'GitHub secret scanning',
  record: { has: ['secret_type'], hasOneOf: ['locations_url', 'html_url'] },
  secret: ['secret'],
  location: {
    file: ['first_location_detected.path'],
    line: ['first_location_detected.start_line'],
    column: ['first_location_detected.start_column'],
    commit: ['first_location_detected.commit_sha'],
    link: ['html_url'],
    detector: ['secret_type'],
  },
  leftOut: (record) => (textAt(record, ['state']) === 'resolved' ? 'resolved' : undefined),
  unmask: 'ask for the alerts again without hide_secret=true',
  pages: [30, 100],
};
