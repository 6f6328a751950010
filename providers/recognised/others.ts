/** Monitoring, logins, shops and the rest. */
import type { Look, Vendor } from '../../src/contract/index.js';

const DATADOG = 'https://app.datadoghq.com/organization-settings/api-keys';

const grafanaLook: Look = {
  method: 'GET',
  url: '{base}/api/user',
  headers: { authorization: 'Bearer {token}' },
  active: [{ status: 200 }],
  inactive: [{ status: 401 }],
};

export const vendors: readonly Vendor[] = [
  {
    id: 'newrelic',
    hosts: ['api.newrelic.com', 'api.eu.newrelic.com', 'one.newrelic.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'newrelic_user_key',
        name: 'New Relic user key',
        prefixes: ['NRAK-'],
        rest: '[A-Z0-9]{27}',
        revocable_by: 'owner',
        manual_url: 'https://one.newrelic.com/api-keys',
      },
    ],
  },
  {
    id: 'grafana',
    hosts: ['grafana.com', '.grafana.net'],
    revocable: [],
    unrevocable: [
      {
        type: 'grafana_service_account',
        name: 'Grafana service account token',
        prefixes: ['glsa_'],
        rest: '[A-Za-z0-9]{32}_[a-f0-9]{8}',
        checksum: { name: 'crc32-hex-reversed', enforced: false },
        revocable_by: 'admin',
        manual_url: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
        look: grafanaLook,
      },
      {
        type: 'grafana_cloud_policy',
        name: 'Grafana Cloud access policy token',
        prefixes: ['glc_eyJ'],
        rest: '[A-Za-z0-9+/=]{32,}',
        revocable_by: 'admin',
        manual_url: 'https://grafana.com/orgs',
      },
      {
        type: 'grafana_api_key_legacy',
        name: 'Grafana API key (old form)',
        prefixes: ['eyJrIjoi'],
        rest: '[A-Za-z0-9+/=]{40,}',
        revocable_by: 'admin',
        manual_url: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
        look: grafanaLook,
      },
    ],
  },
  {
    id: 'datadog',
    hosts: ['.datadoghq.com', '.datadoghq.eu'],
    revocable: [],
    unrevocable: [
      {
        type: 'datadog_api_key',
        name: 'Datadog API key',
        prefixes: [],
        rest: '[a-f0-9]{32}',
        near: '(?:datadog|dd)[_-]?(?:api|client)[_-]?(?:key|token)',
        revocable_by: 'admin',
        manual_url: DATADOG,
        look: {
          method: 'GET',
          url: 'https://api.datadoghq.com/api/v1/validate',
          headers: { 'dd-api-key': '{token}' },
          active: [{ status: 200, json: ['valid', true] }],
          // A key of another site gets the same 403.
          inactive: [],
        },
      },
      {
        type: 'datadog_application_key',
        name: 'Datadog application key',
        prefixes: [],
        rest: '[a-f0-9]{40}',
        near: '(?:datadog|dd)[_-]?app(?:lication)?[_-]?key',
        revocable_by: 'admin',
        manual_url: 'https://app.datadoghq.com/organization-settings/application-keys',
      },
    ],
  },
  {
    id: 'okta',
    hosts: ['.okta.com', '.oktapreview.com', '.okta-emea.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'okta_api_token',
        name: 'Okta API token',
        prefixes: [],
        rest: '00[\\w-]{40}',
        near: 'okta|SSWS',
        revocable_by: 'holder',
        manual_url: 'https://help.okta.com/okta_help.htm?id=csh-api',
      },
    ],
  },
  {
    id: 'twitch',
    hosts: ['id.twitch.tv', 'api.twitch.tv'],
    revocable: [],
    unrevocable: [
      {
        type: 'twitch_token',
        name: 'Twitch OAuth token',
        prefixes: [],
        rest: '[a-z0-9]{30}',
        near: 'twitch\\w*(?:token|oauth)|oauth:',
        revocable_by: 'holder',
        manual_url: 'https://www.twitch.tv/settings/connections',
        look: {
          method: 'GET',
          url: 'https://id.twitch.tv/oauth2/validate',
          headers: { authorization: 'OAuth {token}' },
          active: [{ status: 200 }],
          inactive: [{ status: 401 }],
        },
      },
    ],
  },
  {
    id: 'fastly',
    hosts: ['api.fastly.com', 'manage.fastly.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'fastly_token',
        name: 'Fastly API token',
        prefixes: [],
        rest: '[\\w-]{32}',
        near: 'fastly[_-]?(?:api[_-]?)?(?:token|key)',
        revocable_by: 'holder',
        manual_url: 'https://manage.fastly.com/account/personal/tokens',
        look: {
          method: 'GET',
          url: 'https://api.fastly.com/tokens/self',
          headers: { 'fastly-key': '{token}' },
          active: [{ status: 200 }],
          inactive: [{ status: 401 }],
        },
      },
    ],
  },
  {
    id: 'dropbox',
    hosts: ['api.dropboxapi.com', 'www.dropbox.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'dropbox_access',
        name: 'Dropbox access token',
        prefixes: ['sl.'],
        rest: '(?:u\\.)?[\\w-]{130,1400}',
        notAfter: '[\\w./-]',
        revocable_by: 'holder',
        manual_url: 'https://www.dropbox.com/account/connected_apps',
        notes: ['it becomes inactive by itself after 4 hours'],
      },
    ],
  },
  {
    id: 'shopify',
    hosts: ['.myshopify.com', 'admin.shopify.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'shopify_access',
        name: 'Shopify access token',
        prefixes: ['shpat_', 'shpca_', 'shppa_'],
        rest: '[a-fA-F0-9]{32}',
        revocable_by: 'holder',
        manual_url: 'https://admin.shopify.com/settings/apps',
        notes: ['revoking it with itself uninstalls the app'],
      },
    ],
  },
  {
    id: 'launchdarkly',
    hosts: ['app.launchdarkly.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'launchdarkly_api',
        name: 'LaunchDarkly access token',
        prefixes: ['api-'],
        rest: '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}',
        distinct: false,
        revocable_by: 'holder',
        manual_url: 'https://app.launchdarkly.com/settings/authorization',
        look: {
          method: 'GET',
          url: 'https://app.launchdarkly.com/api/v2/caller-identity',
          headers: { authorization: '{token}' },
          active: [{ status: 200 }],
          inactive: [{ status: 401 }],
        },
      },
    ],
  },
  {
    id: 'salesforce',
    hosts: ['.salesforce.com', '.force.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'salesforce_access',
        name: 'Salesforce access token',
        prefixes: ['00D'],
        rest: '[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,120}',
        revocable_by: 'holder',
        manual_url:
          'https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm',
      },
    ],
  },
];
