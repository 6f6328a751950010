/** DigitalOcean on loopback: two hosts, the API below `/api` and the control panel below `/cloud`. */
import { createTokenBook } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

const UNAUTHORIZED = {
  status: 401,
  body: { id: 'Unauthorized', message: 'Unable to authenticate you' },
};

export function startDigitaloceanEmulator(
  options: TokenEmulatorOptions = {},
): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  return startTokenEmulator(
    {
      book,
      routes: {
        'GET /api/v2/account': (request) => {
          const value = bearerOf(request);
          const token = book.find(value);
          if (!token || book.stateOf(value) !== 'active') return UNAUTHORIZED;
          return {
            status: 200,
            headers: { date: new Date(book.now()).toUTCString() },
            body: {
              account: {
                droplet_limit: 25,
                floating_ip_limit: 5,
                email: `${token.owner}@example.com`,
                name: 'Octavia Example',
                uuid: 'b6fr89dbf6d9156cace5f3c78dc9851d957381ef',
                email_verified: true,
                status: 'active',
                status_message: '',
                team: { uuid: '5df3e3004a17e242b7c20ca6c9fc25b701a47ece', name: 'Example' },
              },
            },
          };
        },
        // The token has to stand in the form and in the header.
        'POST /cloud/v1/oauth/revoke': (request) => {
          const value = new URLSearchParams(request.body.toString('utf8')).get('token');
          const token = book.find(value ?? undefined);
          const isGood = token && value === bearerOf(request) && book.stateOf(value) === 'active';
          if (!isGood) return UNAUTHORIZED;
          book.revoke(token);
          return { status: 200, body: {} };
        },
      },
      notFound: () => ({
        status: 404,
        body: { id: 'not_found', message: 'The resource you requested could not be found.' },
      }),
      revokes: /^POST .*\/v1\/oauth\/revoke$/,
      issues: 'digitalocean_personal',
      environment: (url) => ({
        REVOKE_DIGITALOCEAN_URL: `${url}/api`,
        REVOKE_DIGITALOCEAN_OAUTH_URL: `${url}/cloud`,
      }),
      samples: {
        DIGITALOCEAN_SAMPLE_TOKEN: 'digitalocean_personal',
        DIGITALOCEAN_SAMPLE_OAUTH_TOKEN: 'digitalocean_oauth',
      },
    },
    options,
  );
}
