/** Where programs and their data run. */
import type { Look, Vendor } from '../../src/contract/index.js';

/** A bearer token that gets 200 while it is active, and 401 afterwards. */
function bearerLook(url: string): Look {
  return {
    method: 'GET',
    url,
    headers: { authorization: 'Bearer {token}' },
    active: [{ status: 200 }],
    inactive: [{ status: 401 }],
  };
}

const CLOUDFLARE = 'https://dash.cloudflare.com/profile/api-tokens';
const SUPABASE = 'https://supabase.com/dashboard/account/tokens';

export const vendors: readonly Vendor[] = [
  {
    id: 'cloudflare',
    hosts: ['api.cloudflare.com', 'dash.cloudflare.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'cloudflare_user_token',
        name: 'Cloudflare user API token',
        prefixes: ['cfut_'],
        rest: '[A-Za-z0-9]{40}[a-f0-9]{8}',
        checksum: { name: 'crc32-hex', enforced: false },
        revocable_by: 'holder',
        manual_url: CLOUDFLARE,
        look: {
          ...bearerLook('https://api.cloudflare.com/client/v4/user/tokens/verify'),
          active: [{ status: 200, json: ['result.status', 'active'] }],
          inactive: [
            { status: 200, json: ['result.status', 'disabled'] },
            { status: 200, json: ['result.status', 'expired'] },
            { status: 401, contains: 'Invalid API Token' },
          ],
        },
      },
      {
        type: 'cloudflare_account_token',
        name: 'Cloudflare account API token',
        prefixes: ['cfat_'],
        rest: '[A-Za-z0-9]{40}[a-f0-9]{8}',
        checksum: { name: 'crc32-hex', enforced: false },
        revocable_by: 'admin',
        manual_url: 'https://dash.cloudflare.com/?to=/:account/api-tokens',
      },
      {
        type: 'cloudflare_global_key',
        name: 'Cloudflare global API key',
        prefixes: ['cfk_'],
        rest: '[A-Za-z0-9]{40}[a-f0-9]{8}',
        checksum: { name: 'crc32-hex', enforced: false },
        revocable_by: 'owner',
        manual_url: CLOUDFLARE,
      },
      {
        type: 'cloudflare_token_legacy',
        name: 'Cloudflare API token (old form)',
        prefixes: [],
        rest: '[\\w-]{40}',
        near: '(?:cloudflare|cf)_?api_?token',
        revocable_by: 'holder',
        manual_url: CLOUDFLARE,
      },
      {
        type: 'cloudflare_origin_ca',
        name: 'Cloudflare Origin CA key',
        prefixes: ['v1.0-'],
        rest: '[a-f0-9]{24}-[a-f0-9]{146}',
        distinct: false,
        revocable_by: 'owner',
        manual_url: CLOUDFLARE,
      },
    ],
  },
  {
    id: 'heroku',
    hosts: ['api.heroku.com', 'dashboard.heroku.com', 'git.heroku.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'heroku_token',
        name: 'Heroku API token',
        prefixes: ['HRKU-AA'],
        rest: '[\\w-]{58}',
        revocable_by: 'holder',
        manual_url: 'https://dashboard.heroku.com/account/applications',
        look: {
          ...bearerLook('https://api.heroku.com/account'),
          headers: {
            authorization: 'Bearer {token}',
            accept: 'application/vnd.heroku+json; version=3',
          },
        },
      },
      {
        type: 'heroku_key_legacy',
        name: 'Heroku API key (old form)',
        prefixes: [],
        rest: '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}',
        near: 'heroku_?(?:api_?|auth_?)?(?:key|token)',
        revocable_by: 'holder',
        manual_url: 'https://dashboard.heroku.com/account',
      },
    ],
  },
  {
    id: 'fly',
    hosts: ['api.machines.dev', 'api.fly.io', 'fly.io'],
    revocable: [],
    unrevocable: [
      {
        type: 'fly_macaroon',
        name: 'Fly.io token',
        prefixes: ['FlyV1'],
        rest: ' fm\\d_[\\w+/=-]{50,}(?:,fm\\d_[\\w+/=-]{50,})*',
        revocable_by: 'owner',
        manual_url: 'https://fly.io/docs/security/tokens/',
        look: {
          method: 'GET',
          url: 'https://api.machines.dev/v1/apps?org_slug=',
          headers: { authorization: '{token}' },
          active: [{ status: 400 }],
          inactive: [{ status: 401 }],
        },
      },
      {
        type: 'fly_access',
        name: 'Fly.io personal access token',
        prefixes: ['fo1_'],
        rest: '[\\w-]{43}',
        revocable_by: 'owner',
        manual_url: 'https://fly.io/user/personal_access_tokens',
        look: {
          ...bearerLook('https://api.machines.dev/v1/apps?org_slug='),
          active: [{ status: 400 }],
        },
      },
    ],
  },
  {
    id: 'supabase',
    hosts: ['api.supabase.com', 'supabase.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'supabase_access',
        name: 'Supabase access token',
        prefixes: ['sbp_'],
        rest: '[a-z0-9]{40}',
        revocable_by: 'owner',
        manual_url: SUPABASE,
        look: bearerLook('https://api.supabase.com/v1/organizations'),
      },
      {
        type: 'supabase_secret_key',
        name: 'Supabase secret key of a project',
        prefixes: ['sb_secret_'],
        rest: '[\\w-]{31}',
        revocable_by: 'admin',
        manual_url: 'https://supabase.com/dashboard/project/_/settings/api-keys',
      },
      {
        type: 'supabase_legacy_key',
        name: 'Supabase key of a project (a JWT)',
        prefixes: ['eyJ'],
        rest: '[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}',
        issuer: '^supabase$',
        distinct: false,
        expiry: 'jwt',
        revocable_by: 'admin',
        manual_url: 'https://supabase.com/dashboard/project/_/settings/jwt',
        notes: ['it ends only when the JWT secret of its project is rotated'],
      },
    ],
  },
  {
    id: 'planetscale',
    hosts: ['api.planetscale.com', 'app.planetscale.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'planetscale_token',
        name: 'PlanetScale token or password',
        prefixes: ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'],
        rest: '[\\w.=-]{32,64}',
        revocable_by: 'admin',
        manual_url: 'https://app.planetscale.com/settings/service-tokens',
      },
    ],
  },
  {
    id: 'netlify',
    hosts: ['api.netlify.com', 'app.netlify.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'netlify_access',
        name: 'Netlify personal access token',
        prefixes: ['nfp_'],
        rest: '\\w{36,48}',
        revocable_by: 'owner',
        manual_url: 'https://app.netlify.com/user/applications',
        look: bearerLook('https://api.netlify.com/api/v1/user'),
      },
    ],
  },
  {
    id: 'databricks',
    hosts: ['.cloud.databricks.com', '.azuredatabricks.net', '.gcp.databricks.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'databricks_access',
        name: 'Databricks personal access token',
        prefixes: ['dapi'],
        rest: '[a-f0-9]{32}(?:-\\d)?',
        revocable_by: 'owner',
        manual_url: 'https://docs.databricks.com/dev-tools/auth/pat',
        look: bearerLook('{base}/api/2.0/preview/scim/v2/Me'),
      },
    ],
  },
  {
    id: 'tailscale',
    hosts: ['api.tailscale.com', 'login.tailscale.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'tailscale_key',
        name: 'Tailscale key',
        prefixes: ['api', 'auth', 'client', 'scim', 'webhook'].map((kind) => `tskey-${kind}-`),
        rest: '[A-Za-z0-9]{6,}-[A-Za-z0-9]{12,}',
        revocable_by: 'holder',
        manual_url: 'https://login.tailscale.com/admin/settings/keys',
      },
    ],
  },
];
