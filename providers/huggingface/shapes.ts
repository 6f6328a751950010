import type { Vendor } from '../../src/contract/index.js';

export const vendor: Vendor = {
  id: 'huggingface',
  hosts: ['huggingface.co', 'www.huggingface.co', 'hf.co', 'router.huggingface.co'],
  revocable: [
    {
      type: 'huggingface_user',
      name: 'Hugging Face access token',
      prefixes: ['hf_'],
      rest: '[A-Za-z]{34}',
    },
    {
      type: 'huggingface_organization',
      name: 'Hugging Face organization token',
      prefixes: ['api_org_'],
      rest: '[A-Za-z]{34}',
    },
  ],
  unrevocable: [],
};
