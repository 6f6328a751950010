/** SARIF 2.1.0 of any tool: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { textAt, valuesAt } from './fields.js';
import type { LeftOut, ReportFormat } from './report-format.js';

const PLACE = 'locations.0.physicalLocation';

/** The context region, the message and the code flows are never read: other people's values stand there. */
export const sarif: ReportFormat = {
  name: 'SARIF',
  record: { path: 'runs.results', has: [] },
  document: ['runs', 'version'],
  lists: ['runs', 'results'],
  secret: [
    `${PLACE}.region.snippet.text`,
    `${PLACE}.region.snippet.rendered.text`,
    'properties.secret',
    'properties.match',
    'properties.snippet',
  ],
  location: {
    file: [`${PLACE}.artifactLocation.uri`],
    line: [`${PLACE}.region.startLine`],
    column: [`${PLACE}.region.startColumn`],
    commit: [
      'partialFingerprints.commitSha',
      'locations.0.properties.git_metadata.commit.id',
      '^versionControlProvenance.0.revisionId',
    ],
    link: ['hostedViewerUri', 'locations.0.properties.git_metadata.file.url'],
    detector: ['ruleId', 'rule.id'],
  },
  numbered: {
    detector: { number: ['ruleIndex', 'rule.index'], list: '^tool.driver.rules', value: 'id' },
    file: {
      number: [`${PLACE}.artifactLocation.index`],
      list: '^artifacts',
      value: 'location.uri',
    },
  },
  masks: '^redactionTokens',
  tool: '^tool.driver.name',
  leftOut: leftOutOf,
  unmask: "give the tool's own JSON report, with the secrets in it",
};

/** A suppression that is under review or rejected does not suppress (section 3.35.3). */
function leftOutOf(record: unknown): LeftOut | undefined {
  if (textAt(record, ['baselineState']) === 'absent') return 'absent';
  const suppressions = valuesAt(record, 'suppressions.*');
  if (suppressions.length === 0) return undefined;
  const open = suppressions.some((suppression) => {
    const status = textAt(suppression, ['status']);
    return status === 'underReview' || status === 'rejected';
  });
  return open ? undefined : 'suppressed';
}
