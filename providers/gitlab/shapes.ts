import type { Shape, UnrevocableShape, Vendor } from '../../src/contract/index.js';

/** What follows the prefix of a routable token, whose ids can be read without asking anybody. */
const ROUTABLE = '[\\w-]{27,300}\\.\\d[0-9a-z]\\.?[0-9a-z]{9}';
const OPAQUE = '[\\w-]{20}';

export const personal: readonly Shape[] = [
  { type: 'gitlab_pat', name: 'GitLab access token', prefixes: ['glpat-'], rest: OPAQUE },
  {
    type: 'gitlab_pat_routable',
    name: 'GitLab access token (routable)',
    prefixes: ['glpat-'],
    rest: ROUTABLE,
    checksum: { name: 'gitlab-routable', enforced: true },
  },
];

interface Kind {
  readonly type: string;
  readonly name: string;
  readonly prefix: string;
  readonly rest?: string;
  readonly by: UnrevocableShape['revocable_by'];
  /** The part of GitLab's documentation that says where it is revoked. */
  readonly page: string;
}

/** What the holder of the token alone cannot revoke, or what takes more along than the token. */
const KINDS: readonly Kind[] = [
  {
    type: 'gitlab_runner',
    name: 'GitLab runner authentication token',
    prefix: 'glrt-',
    rest: `(?:t\\d_)?(?:${ROUTABLE}|${OPAQUE})`,
    by: 'holder',
    page: 'ci/runners/runners_scope/',
  },
  {
    type: 'gitlab_runner_registered',
    name: 'GitLab runner token (registered the old way)',
    prefix: 'glrtr-',
    rest: `(?:${ROUTABLE}|${OPAQUE})`,
    by: 'holder',
    page: 'ci/runners/runners_scope/',
  },
  {
    type: 'gitlab_deploy_token',
    name: 'GitLab deploy token',
    prefix: 'gldt-',
    by: 'admin',
    page: 'user/project/deploy_tokens/',
  },
  {
    type: 'gitlab_trigger',
    name: 'GitLab pipeline trigger token',
    prefix: 'glptt-',
    rest: '(?:[0-9a-f]{40}|[\\w-]{20})',
    by: 'admin',
    page: 'ci/triggers/',
  },
  {
    type: 'gitlab_feed',
    name: 'GitLab feed token',
    prefix: 'glft-',
    rest: '(?:[\\w-]{20}|[0-9a-f]{64}-\\d+)',
    by: 'owner',
    page: 'security/tokens/#feed-token',
  },
  {
    type: 'gitlab_incoming_mail',
    name: 'GitLab incoming email token',
    prefix: 'glimt-',
    rest: '[\\w-]{25}',
    by: 'owner',
    page: 'security/tokens/#incoming-email-token',
  },
  {
    type: 'gitlab_oauth_secret',
    name: 'GitLab OAuth application secret',
    prefix: 'gloas-',
    rest: '[\\w-]{64}',
    by: 'owner',
    page: 'integration/oauth_provider/',
  },
  {
    type: 'gitlab_scim',
    name: 'GitLab SCIM token',
    prefix: 'glsoat-',
    by: 'admin',
    page: 'user/group/saml_sso/scim_setup/',
  },
  {
    type: 'gitlab_agent',
    name: 'GitLab agent token for Kubernetes',
    prefix: 'glagent-',
    rest: '[\\w-]{50}',
    by: 'admin',
    page: 'user/clusters/agent/work_with_agent/',
  },
  {
    type: 'gitlab_feature_flags',
    name: 'GitLab feature flags client token',
    prefix: 'glffct-',
    by: 'admin',
    page: 'operations/feature_flags/',
  },
  {
    type: 'gitlab_workspace',
    name: 'GitLab workspace token',
    prefix: 'glwt-',
    by: 'owner',
    page: 'user/workspace/',
  },
  {
    type: 'gitlab_runner_registration',
    name: 'GitLab runner registration token',
    prefix: 'GR1348941',
    by: 'admin',
    page: 'ci/runners/new_creation_workflow/',
  },
];

/** Inactive when its job ends, and not before. */
const job: UnrevocableShape = {
  type: 'gitlab_job',
  name: 'GitLab CI/CD job token',
  prefixes: ['glcbt-'],
  rest: '(?:[0-9a-zA-Z]{1,5}_[\\w-]{20}|eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{8,})',
  expiry: 'jwt',
  revocable_by: 'expiry',
  manual_url: 'https://docs.gitlab.com/ci/jobs/ci_job_token/',
  look: {
    method: 'GET',
    url: '{base}/api/v4/job',
    headers: { 'JOB-TOKEN': '{token}' },
    active: [{ status: 200 }],
    inactive: [],
  },
  notes: ['it becomes inactive when its job ends'],
};

export const vendor: Vendor = {
  id: 'gitlab',
  hosts: ['gitlab.com', 'www.gitlab.com', 'registry.gitlab.com'],
  revocable: personal,
  unrevocable: [
    job,
    ...KINDS.map(({ prefix, rest, by, page, ...kind }) => ({
      ...kind,
      prefixes: [prefix],
      rest: rest ?? OPAQUE,
      revocable_by: by,
      manual_url: `https://docs.gitlab.com/${page}`,
    })),
  ],
};
