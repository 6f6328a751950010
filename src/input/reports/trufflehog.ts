/** trufflehog 3, JSON lines: https://github.com/trufflesecurity/trufflehog, pkg/output/json.go */
import type { ReportFormat } from './report-format.js';

export const trufflehog: ReportFormat = {
  name: 'trufflehog',
  record: { has: ['SourceMetadata', 'DetectorName', 'Raw'] },
  // Raw is often an id alone; RawV2 has more than the secret, so that it is only searched.
  secret: ['SecretParts.*', 'Raw', 'RawV2'],
  host: ['SecretParts.domain', 'SecretParts.url', 'SecretParts.endpoint', 'SecretParts.host'],
  hostBeside: ['RawV2'],
  location: {
    file: ['SourceMetadata.Data.*.file', 'SourceMetadata.Data.*.filename'],
    line: ['SourceMetadata.Data.*.line'],
    commit: ['SourceMetadata.Data.*.commit'],
    link: ['SourceMetadata.Data.*.link'],
    detector: ['DetectorName'],
  },
  unmask: 'run the scan again with --json',
};
