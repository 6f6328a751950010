/** gl-secret-detection-report.json: https://docs.gitlab.com/user/application_security/secret_detection/ */
import { textAt } from './fields.js';
import type { ReportFormat } from './report-format.js';

const SECRETS = 'secret_detection';

export const gitlabReport: ReportFormat = {
  name: 'GitLab secret detection',
  record: { path: 'vulnerabilities', has: ['location'] },
  document: ['vulnerabilities', 'version'],
  lists: ['vulnerabilities'],
  secret: ['raw_source_code_extract'],
  location: {
    file: ['location.file'],
    line: ['location.start_line'],
    commit: ['location.commit.sha'],
    detector: ['identifiers.0.value'],
  },
  unmask: 'give gl-secret-detection-report.json of the job itself',
  otherKind(record) {
    const category = textAt(record, ['category']);
    const isSecret = category === undefined ? hasRule(record) : category === SECRETS;
    return isSecret ? undefined : 'a vulnerability of another kind than a secret';
  },
};

function hasRule(record: unknown): boolean {
  const kind = textAt(record, ['identifiers.0.type']);
  return kind === undefined || kind.endsWith('_rule_id');
}
