/** Discord's webhook routes on loopback, under every version of its API: the URL is the login. */
import type { Handler, Reply } from '../../src/contract/index.js';
import { createTokenBook, type BookedToken } from '../../src/emulator/token-book.js';
import {
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface DiscordEmulatorOptions extends TokenEmulatorOptions {
  /** Requests to one webhook in a minute; as many as it takes without it. */
  readonly requestsPerMinute?: number;
}

const MINUTE_MS = 60_000;

export function startDiscordEmulator(options: DiscordEmulatorOptions = {}): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  const most = options.requestsPerMinute ?? Infinity;
  const seen = new Map<string, number[]>();

  /** Seconds to wait; undefined where the request is taken. */
  function waitFor(id: string): number | undefined {
    const recent = (seen.get(id) ?? []).filter((at) => at > book.now() - MINUTE_MS);
    seen.set(id, recent);
    if (recent.length >= most) return ((recent[0] as number) + MINUTE_MS - book.now()) / 1000;
    recent.push(book.now());
    return undefined;
  }

  const webhook =
    (handler: (token: BookedToken, id: string) => Reply): Handler =>
    ({ params }) => {
      const { id = '', secret = '' } = params;
      const wait = waitFor(id);
      if (wait !== undefined) return limited(wait);
      const [token] = book.all().filter(({ value }) => idOf(value) === id);
      if (!token || book.stateOf(token.value) !== 'active')
        return { status: 404, body: { message: 'Unknown Webhook', code: 10015 } };
      return token.value.endsWith(`/${secret}`)
        ? handler(token, id)
        : { status: 401, body: { message: 'Invalid Webhook Token', code: 50027 } };
    };
  const show = webhook((token, id) => ({
    status: 200,
    headers: { date: new Date(book.now()).toUTCString() },
    body: {
      application_id: null,
      avatar: null,
      channel_id: '199737254929760256',
      guild_id: '199737254929760256',
      id,
      name: token.owner,
      type: 1,
      token: token.value.split('/').at(-1),
      url: token.value,
    },
  }));
  const remove = webhook((token) => {
    book.revoke(token);
    return { status: 204 };
  });
  return startTokenEmulator(
    {
      book,
      routes: {
        'GET /api/webhooks/:id/:secret': show,
        'DELETE /api/webhooks/:id/:secret': remove,
        'GET /api/v10/webhooks/:id/:secret': show,
        'DELETE /api/v10/webhooks/:id/:secret': remove,
      },
      notFound: () => ({ status: 404, body: { message: '404: Not Found', code: 0 } }),
      revokes: /^DELETE .*\/webhooks\/\d+\/[\w-]+$/,
      issues: 'discord_webhook',
      environment: (url) => ({ REVOKE_DISCORD_URL: `${url}/api` }),
      samples: { DISCORD_SAMPLE_TOKEN: 'discord_webhook' },
    },
    options,
  );
}

function idOf(url: string): string | undefined {
  return /webhooks\/(\d+)\//.exec(url)?.[1];
}

function limited(seconds: number): Reply {
  return {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(seconds)) },
    body: { message: 'You are being rate limited.', retry_after: seconds, global: false },
  };
}
