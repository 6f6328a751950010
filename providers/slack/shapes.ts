import type { Shape, UnrevocableShape, Vendor } from '../../src/contract/index.js';

const APPS = 'https://api.slack.com/apps';

export const tokens: readonly Shape[] = [
  {
    type: 'slack_bot',
    name: 'Slack bot token',
    prefixes: ['xoxb-'],
    rest: '\\d{8,14}-[\\w-]{18,80}',
  },
  {
    type: 'slack_user',
    name: 'Slack user token',
    prefixes: ['xoxp-'],
    rest: '(?:\\d{10,13}-){3}[\\w-]{28,34}',
  },
  {
    type: 'slack_rotated_bot',
    name: 'Slack bot token (rotated)',
    prefixes: ['xoxe.xoxb-'],
    rest: '\\d-[A-Za-z0-9]{163,166}',
  },
  {
    type: 'slack_rotated_user',
    name: 'Slack user token (rotated)',
    prefixes: ['xoxe.xoxp-'],
    rest: '\\d-[A-Za-z0-9]{163,166}',
  },
];

/** Whether auth.revoke takes these is not documented. */
const unrevocable: readonly UnrevocableShape[] = [
  {
    type: 'slack_refresh',
    name: 'Slack refresh token',
    prefixes: ['xoxe-'],
    rest: '\\d-[A-Za-z0-9]{146,147}',
    revocable_by: 'owner',
    manual_url: APPS,
  },
  {
    type: 'slack_app_level',
    name: 'Slack app-level token',
    prefixes: ['xapp-'],
    rest: '\\d-[A-Z0-9]+-\\d+-[a-f0-9]{64}',
    revocable_by: 'owner',
    manual_url: APPS,
  },
  {
    type: 'slack_legacy',
    name: 'Slack legacy token',
    prefixes: ['xoxa-', 'xoxr-', 'xoxo-', 'xoxs-'],
    rest: '[\\w-]{10,250}',
    revocable_by: 'owner',
    manual_url: APPS,
  },
  {
    type: 'slack_session',
    name: 'Slack session cookie or token',
    prefixes: ['xoxc-', 'xoxd-'],
    rest: '[\\w%.+/=-]{20,400}',
    revocable_by: 'owner',
    manual_url: 'https://slack.com/help/articles/214613347',
    notes: ['signing out of all sessions ends it'],
  },
  {
    type: 'slack_webhook',
    name: 'Slack incoming webhook',
    prefixes: ['https://hooks.slack.com/'],
    rest: '(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}',
    revocable_by: 'owner',
    manual_url: APPS,
    look: {
      method: 'POST',
      url: '{token}',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      active: [
        { status: 400, contains: 'invalid_payload' },
        { status: 400, contains: 'no_text' },
      ],
      inactive: [
        { status: 403, contains: 'invalid_token' },
        { status: 404, contains: 'no_service' },
        { status: 410 },
      ],
    },
  },
];

export const vendor: Vendor = {
  id: 'slack',
  hosts: ['slack.com', '.slack.com'],
  revocable: tokens,
  unrevocable,
};
