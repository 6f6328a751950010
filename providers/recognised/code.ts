/** Registries of packages, and the tools around code. */
import type { Vendor } from '../../src/contract/index.js';

const ATLASSIAN = 'https://id.atlassian.com/manage-profile/security/api-tokens';
const BITBUCKET = 'https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/';

export const vendors: readonly Vendor[] = [
  {
    id: 'pypi',
    hosts: ['pypi.org', 'upload.pypi.org', 'test.pypi.org'],
    revocable: [],
    unrevocable: [
      {
        type: 'pypi_token',
        name: 'PyPI API token',
        prefixes: ['pypi-AgEIcHlwaS5vcmc'],
        rest: '[\\w-]{50,}',
        expiry: 'pypi-macaroon',
        revocable_by: 'owner',
        manual_url: 'https://pypi.org/manage/account/token/',
      },
      {
        type: 'pypi_test_token',
        name: 'TestPyPI API token',
        prefixes: ['pypi-AgENdGVzdC5weXBpLm9yZw'],
        rest: '[\\w-]{50,}',
        expiry: 'pypi-macaroon',
        revocable_by: 'owner',
        manual_url: 'https://test.pypi.org/manage/account/token/',
      },
    ],
  },
  {
    id: 'docker',
    hosts: ['hub.docker.com', 'docker.io', '.docker.io', 'app.docker.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'docker_access',
        name: 'Docker Hub access token',
        prefixes: ['dckr_pat_'],
        rest: '[\\w-]{27}',
        revocable_by: 'owner',
        manual_url: 'https://app.docker.com/settings/personal-access-tokens',
      },
      {
        type: 'docker_organization',
        name: 'Docker organization access token',
        prefixes: ['dckr_oat_'],
        rest: '[\\w-]{32}',
        revocable_by: 'admin',
        manual_url: 'https://app.docker.com/admin',
      },
    ],
  },
  {
    id: 'atlassian',
    hosts: [
      '.atlassian.net',
      'api.atlassian.com',
      'id.atlassian.com',
      'bitbucket.org',
      '.bitbucket.org',
    ],
    revocable: [],
    unrevocable: [
      {
        type: 'atlassian_api_token',
        name: 'Atlassian API token',
        prefixes: ['ATATT3'],
        rest: '[\\w=-]{186}',
        revocable_by: 'owner',
        manual_url: ATLASSIAN,
        look: {
          method: 'GET',
          url: 'https://api.atlassian.com/me',
          headers: { authorization: 'Bearer {token}' },
          active: [{ status: 200 }, { status: 403 }],
          inactive: [],
        },
      },
      {
        type: 'atlassian_access_token',
        name: 'Atlassian access token of a repository, project or workspace',
        prefixes: ['ATCTT3xFf'],
        rest: '[\\w+/=-]{20,}=[A-F0-9]{8}',
        revocable_by: 'admin',
        manual_url: BITBUCKET,
        look: {
          method: 'GET',
          url: 'https://api.bitbucket.org/2.0/user',
          headers: { authorization: 'Bearer {token}' },
          active: [{ status: 200 }, { status: 403 }],
          inactive: [{ status: 401 }],
        },
      },
      {
        type: 'atlassian_app_password',
        name: 'Bitbucket app password',
        prefixes: ['ATBB'],
        rest: '[A-Za-z0-9]{24,32}',
        revocable_by: 'owner',
        manual_url: 'https://bitbucket.org/account/settings/app-passwords/',
      },
      {
        type: 'atlassian_data_center',
        name: 'Jira or Confluence Data Center access token',
        prefixes: [],
        rest: '[MNO][A-Za-z0-9+/]{43}',
        near: '(?:jira|confluence)\\w*(?:token|pat|key)',
        revocable_by: 'owner',
        manual_url:
          'https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html',
      },
    ],
  },
  {
    id: 'sentry',
    hosts: ['sentry.io', '.sentry.io'],
    revocable: [],
    unrevocable: [
      {
        type: 'sentry_organization',
        name: 'Sentry organization token',
        prefixes: ['sntrys_'],
        rest: 'eyJ[A-Za-z0-9+/=]{20,}_[A-Za-z0-9+/=]{43}',
        revocable_by: 'owner',
        manual_url: 'https://sentry.io/orgredirect/organizations/:orgslug/settings/auth-tokens/',
      },
      {
        type: 'sentry_user',
        name: 'Sentry user token',
        prefixes: ['sntryu_'],
        rest: '[a-f0-9]{64}',
        revocable_by: 'owner',
        manual_url: 'https://sentry.io/settings/account/api/auth-tokens/',
        look: {
          method: 'GET',
          url: 'https://sentry.io/api/0/',
          headers: { authorization: 'Bearer {token}' },
          active: [{ status: 200 }],
          inactive: [],
        },
      },
      {
        type: 'sentry_integration',
        name: 'Sentry integration token',
        prefixes: ['sntryi_'],
        rest: '[a-f0-9]{64}',
        revocable_by: 'owner',
        manual_url:
          'https://sentry.io/orgredirect/organizations/:orgslug/settings/developer-settings/',
      },
    ],
  },
  {
    id: 'sonar',
    hosts: ['sonarcloud.io', 'api.sonarcloud.io'],
    revocable: [],
    unrevocable: [
      {
        type: 'sonar_token',
        name: 'SonarQube token',
        prefixes: ['squ_', 'sqp_', 'sqa_'],
        rest: '[a-f0-9]{40}',
        revocable_by: 'owner',
        manual_url: 'https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens/',
        look: sonarLook('{base}'),
      },
      {
        type: 'sonar_cloud_token',
        name: 'SonarQube Cloud token',
        prefixes: ['sqco_'],
        rest: '[A-Za-z0-9]{59}',
        revocable_by: 'owner',
        manual_url: 'https://sonarcloud.io/account/security',
        look: sonarLook('https://sonarcloud.io'),
      },
    ],
  },
];

/** It answers 200 for both: the body says which. */
function sonarLook(base: string) {
  return {
    method: 'GET',
    url: `${base}/api/authentication/validate`,
    headers: { authorization: 'Bearer {token}' },
    active: [{ status: 200, json: ['valid', true] }],
    inactive: [{ status: 200, json: ['valid', false] }],
  } as const;
}
