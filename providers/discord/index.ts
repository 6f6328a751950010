/** Discord webhooks: the URL is the secret, and deletes itself. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

export default family.defineTokenProvider({
  id: 'discord',
  service: 'Discord',
  summary: 'delete Discord webhooks by their URL',
  vendor,
  endpoint: { env: 'REVOKE_DISCORD_URL', default: 'https://discord.com/api' },
  notes: ['A bot token can only be reset by its owner: it is named, and not sent.'],
  families: () => [
    {
      name: 'webhooks',
      shapes: vendor.revocable,
      concurrency: 2,
      consequences: ['A Discord webhook is deleted for good: whatever posts with it fails.'],
      async check(url, { send }) {
        const { id, ...route } = routeOf(url);
        const answer = await send({ method: 'GET', ...route });
        const { status, json } = answer;
        const [name, channel, server] = ['name', 'channel_id', 'guild_id'].map((key) =>
          family.textAt(json, key),
        );
        if (status === 200 && family.textAt(json, 'id') === id && channel !== undefined)
          return active({
            owner: `${name ?? 'a webhook'} in server ${server ?? 'unknown'}`,
            facts: { channel_id: channel, ...(server !== undefined && { guild_id: server }) },
          });
        return wordOf(answer) === undefined
          ? unclear(family.reasonOf('Discord', answer))
          : inactive();
      },
      async revoke(url, { send }) {
        const { path, secrets } = routeOf(url);
        const answer = await send({ method: 'DELETE', path, secrets });
        if (answer.status === 204) return family.accepted();
        const word = wordOf(answer);
        return word === undefined
          ? family.unexpected('Discord', answer)
          : family.notActive('Discord', word);
      },
    },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startDiscordEmulator(options),
});

/** The id and the secret, whatever host and version the URL was copied with. */
function routeOf(url: string) {
  const [, id = '', secret = ''] = /webhooks\/(\d+)\/([\w-]+)$/.exec(url) ?? [];
  return { id, path: `/webhooks/${id}/${secret}`, secrets: [secret] };
}

/** A 404 or 401 of anything but Discord itself says nothing of the webhook: its code tells. */
function wordOf({ status, json }: family.Answer): string | undefined {
  const code = family.valueAt(json, 'code');
  if (status === 404 && code === 10015) return 'unknown webhook';
  return status === 401 && code === 50027 ? 'wrong token of a webhook' : undefined;
}
