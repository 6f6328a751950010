/** Payments, mail, messages and the tools of an office. */
import type { Vendor } from '../../src/contract/index.js';

export const vendors: readonly Vendor[] = [
  {
    id: 'stripe',
    hosts: ['api.stripe.com', 'dashboard.stripe.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'stripe_key',
        name: 'Stripe secret or restricted key',
        prefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
        rest: '[A-Za-z0-9]{10,247}',
        revocable_by: 'owner',
        manual_url: 'https://dashboard.stripe.com/apikeys',
        look: {
          method: 'GET',
          url: 'https://api.stripe.com/v1/account',
          headers: { authorization: 'Bearer {token}' },
          active: [{ status: 200 }, { status: 403 }],
          inactive: [{ status: 401 }],
        },
        notes: ['a key that was expired may work for a short time'],
      },
    ],
    examples: ['4eC39HqLyjWDarjtT1zdp7dc', 'BQokikJOvBiI2HlWgH4olfQ2'].map(
      (body) => `sk_test_${body}`,
    ),
  },
  {
    id: 'twilio',
    hosts: ['api.twilio.com', 'www.twilio.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'twilio_api_key',
        name: 'Twilio API key',
        prefixes: ['SK'],
        rest: '[0-9a-f]{32}',
        revocable_by: 'admin',
        manual_url: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
      },
      {
        type: 'twilio_auth_token',
        name: 'Twilio account with its auth token',
        prefixes: ['AC'],
        rest: '[0-9a-f]{32}',
        pair: { name: 'auth token', pattern: '[0-9a-f]{32}' },
        revocable_by: 'owner',
        manual_url: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
        notes: [
          'promoting a secondary auth token ends the primary one at once, for all who use it',
        ],
      },
    ],
  },
  {
    id: 'sendgrid',
    hosts: ['api.sendgrid.com', 'api.eu.sendgrid.com', 'app.sendgrid.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'sendgrid_api_key',
        name: 'SendGrid API key',
        prefixes: ['SG.'],
        rest: '[\\w-]{22}\\.[\\w-]{43}',
        revocable_by: 'holder',
        manual_url: 'https://app.sendgrid.com/settings/api_keys',
        look: {
          method: 'GET',
          url: 'https://api.sendgrid.com/v3/scopes',
          headers: { authorization: 'Bearer {token}' },
          active: [{ status: 200 }],
          inactive: [],
        },
      },
    ],
  },
  {
    id: 'telegram',
    hosts: ['api.telegram.org'],
    revocable: [],
    unrevocable: [
      {
        type: 'telegram_bot',
        name: 'Telegram bot token',
        prefixes: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
        rest: '\\d{7,9}:[\\w-]{35}',
        revocable_by: 'owner',
        manual_url: 'https://t.me/BotFather',
        look: {
          method: 'GET',
          url: 'https://api.telegram.org/bot{token}/getMe',
          headers: {},
          active: [{ status: 200 }],
          inactive: [{ status: 401, json: ['error_code', 401] }],
        },
      },
    ],
    examples: ['110201543:' + 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'],
  },
  {
    id: 'notion',
    hosts: ['api.notion.com', 'www.notion.so'],
    revocable: [],
    unrevocable: [
      {
        type: 'notion_integration',
        name: 'Notion integration secret',
        prefixes: ['ntn_'],
        rest: '\\d{11}[A-Za-z0-9]{35}',
        revocable_by: 'owner',
        manual_url: 'https://www.notion.so/profile/integrations',
        look: notionLook(),
      },
      {
        type: 'notion_integration_legacy',
        name: 'Notion integration secret (old form)',
        prefixes: ['secret_'],
        rest: '[A-Za-z0-9]{43}',
        distinct: false,
        revocable_by: 'owner',
        manual_url: 'https://www.notion.so/profile/integrations',
        look: notionLook(),
      },
    ],
  },
  {
    id: 'figma',
    hosts: ['api.figma.com', 'www.figma.com'],
    revocable: [],
    unrevocable: [
      {
        type: 'figma_token',
        name: 'Figma access token',
        prefixes: ['figd_', 'figo_', 'figu_', 'figr_', 'figh_', 'figor_', 'figoh_', 'figuh_'],
        rest: '[\\w-]{38,42}',
        revocable_by: 'owner',
        manual_url: 'https://www.figma.com/settings',
        look: {
          method: 'GET',
          url: 'https://api.figma.com/v1/me',
          headers: { 'x-figma-token': '{token}' },
          active: [{ status: 200 }],
          inactive: [{ status: 403, contains: 'Invalid token' }],
        },
      },
    ],
  },
  {
    id: 'postman',
    hosts: ['api.getpostman.com', 'api.postman.com', 'go.postman.co'],
    revocable: [],
    unrevocable: [
      {
        type: 'postman_api_key',
        name: 'Postman API key',
        prefixes: ['PMAK-'],
        rest: '[a-f0-9]{24}-[a-f0-9]{34}',
        revocable_by: 'owner',
        manual_url: 'https://go.postman.co/settings/me/api-keys',
        look: {
          method: 'GET',
          url: 'https://api.getpostman.com/me',
          headers: { 'x-api-key': '{token}' },
          active: [{ status: 200 }],
          inactive: [{ status: 401 }],
        },
      },
    ],
  },
  {
    id: 'linear',
    hosts: ['api.linear.app', 'linear.app'],
    revocable: [],
    unrevocable: [
      {
        type: 'linear_api_key',
        name: 'Linear API key',
        prefixes: ['lin_api_'],
        rest: '[A-Za-z0-9]{40}',
        revocable_by: 'owner',
        manual_url: 'https://linear.app/settings/account/security',
      },
      {
        type: 'linear_oauth',
        name: 'Linear OAuth token',
        prefixes: ['lin_oauth_'],
        rest: '[A-Za-z0-9]{32,64}',
        revocable_by: 'holder',
        manual_url: 'https://linear.app/settings/account/security',
      },
    ],
  },
];

function notionLook() {
  return {
    method: 'GET',
    url: 'https://api.notion.com/v1/users/me',
    headers: { authorization: 'Bearer {token}', 'notion-version': '2022-06-28' },
    active: [{ status: 200 }],
    inactive: [{ status: 401 }],
  } as const;
}
