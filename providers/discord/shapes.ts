import type { Vendor } from '../../src/contract/index.js';

const documented =
  '3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a' +
  '41f8b2f777c372ba2939e72279b94526ff5d1bd4358d65cf11';
const REST = '(?:v\\d+/)?webhooks/\\d{17,20}/[\\w-]{60,100}';

export const vendor: Vendor = {
  id: 'discord',
  hosts: ['discord.com', 'discordapp.com', '.discord.com', '.discordapp.com'],
  revocable: [
    {
      type: 'discord_webhook',
      name: 'Discord webhook',
      prefixes: ['', 'ptb.', 'canary.']
        .map((part) => `https://${part}discord.com/api/`)
        .concat('https://discordapp.com/api/'),
      rest: REST,
    },
  ],
  unrevocable: [
    {
      type: 'discord_bot',
      name: 'Discord bot token',
      prefixes: ['M', 'N', 'O'],
      rest: '[A-Za-z0-9]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,38}',
      revocable_by: 'owner',
      manual_url: 'https://discord.com/developers/applications',
      look: {
        method: 'GET',
        url: 'https://discord.com/api/v10/users/@me',
        headers: { authorization: 'Bot {token}' },
        active: [{ status: 200 }],
        inactive: [{ status: 401 }],
      },
    },
  ],
  examples: ['https://discord.com/', 'https://discordapp.com/'].map(
    (base) => `${base}api/webhooks/223704706495545344/${documented}`,
  ),
};
