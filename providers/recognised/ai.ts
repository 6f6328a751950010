import type { UnrevocableShape, Vendor } from '../../src/contract/index.js';

const anthropic: readonly UnrevocableShape[] = [
  {
    type: 'anthropic_api_key',
    name: 'Anthropic API key',
    prefixes: ['sk-ant-api03-'],
    rest: '[\\w-]{93}AA',
    revocable_by: 'admin',
    manual_url: 'https://console.anthropic.com/settings/keys',
    look: {
      method: 'GET',
      url: 'https://api.anthropic.com/v1/models',
      headers: { 'x-api-key': '{token}', 'anthropic-version': '2023-06-01' },
      active: [{ status: 200 }],
      inactive: [{ status: 401 }],
    },
  },
  {
    type: 'anthropic_admin_key',
    name: 'Anthropic admin key',
    prefixes: ['sk-ant-admin01-'],
    rest: '[\\w-]{93}AA',
    revocable_by: 'admin',
    manual_url: 'https://console.anthropic.com/settings/admin-keys',
  },
];

const openai: readonly UnrevocableShape[] = [
  {
    type: 'openai_api_key',
    name: 'OpenAI API key',
    prefixes: ['sk-proj-', 'sk-svcacct-', 'sk-service-', 'sk-'],
    rest: '[\\w-]{20,}T3BlbkFJ[\\w-]{20,}',
    revocable_by: 'holder',
    manual_url: 'https://platform.openai.com/api-keys',
    look: {
      method: 'GET',
      url: 'https://api.openai.com/v1/models',
      headers: { authorization: 'Bearer {token}' },
      active: [{ status: 200 }, { status: 429, json: ['error.code', 'insufficient_quota'] }],
      inactive: [{ status: 401, json: ['error.code', 'invalid_api_key'] }],
    },
  },
  {
    type: 'openai_admin_key',
    name: 'OpenAI admin key',
    prefixes: ['sk-admin-'],
    rest: '[\\w-]{20,}T3BlbkFJ[\\w-]{20,}',
    revocable_by: 'admin',
    manual_url: 'https://platform.openai.com/settings/organization/admin-keys',
  },
];

export const vendors: readonly Vendor[] = [
  {
    id: 'anthropic',
    hosts: ['api.anthropic.com', 'console.anthropic.com'],
    revocable: [],
    unrevocable: anthropic,
  },
  {
    id: 'openai',
    hosts: ['api.openai.com', 'platform.openai.com'],
    revocable: [],
    unrevocable: openai,
  },
  {
    id: 'perplexity',
    hosts: ['api.perplexity.ai', 'www.perplexity.ai'],
    revocable: [],
    unrevocable: [
      {
        type: 'perplexity_api_key',
        name: 'Perplexity API key',
        prefixes: ['pplx-'],
        rest: '[A-Za-z0-9]{48}',
        revocable_by: 'holder',
        manual_url: 'https://www.perplexity.ai/account/api/keys',
      },
    ],
  },
];
