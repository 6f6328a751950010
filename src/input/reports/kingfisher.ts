/** Kingfisher, JSON and JSON lines: https://github.com/mongodb/kingfisher, src/reporter/json_format.rs */
import type { ReportFormat } from './report-format.js';

export const kingfisher: ReportFormat = {
  name: 'Kingfisher',
  record: { has: ['rule', 'finding'] },
  document: ['findings'],
  // `matches` is the list of versions up to 1.10.
  lists: ['findings', 'matches'],
  secret: ['finding.snippet'],
  location: {
    file: ['finding.path', 'finding.git_metadata.file.path'],
    line: ['finding.line'],
    column: ['finding.column_start'],
    commit: ['finding.git_metadata.commit.id'],
    link: ['finding.git_metadata.file.url'],
    detector: ['rule.id', 'rule.name'],
  },
  unmask: 'run the scan again without --redact',
  note: 'Kingfisher lists one place for each secret (unless --no-dedup): there may be more',
};
