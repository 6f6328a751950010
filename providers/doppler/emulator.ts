/** Doppler's API on loopback, as far as a token looks at itself and is revoked by its value. */
import { jsonBody } from '../../src/emulator/emulator.js';
import { createTokenBook } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

const INVALID = { status: 401, body: { messages: ['Invalid Auth token'], success: false } };

export function startDopplerEmulator(options: TokenEmulatorOptions = {}): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  return startTokenEmulator(
    {
      book,
      routes: {
        'GET /v3/me': (request) => {
          const value = bearerOf(request);
          const token = book.find(value);
          if (!token || book.stateOf(value) !== 'active') return INVALID;
          return {
            status: 200,
            headers: { date: new Date(book.now()).toUTCString() },
            body: {
              workplace: { name: 'Example', slug: '1f1d1ec2a9b04ee6a2e1' },
              type: token.type.replace('doppler_', ''),
              token_preview: `${token.value.slice(0, 6)}…`,
              slug: '47a4e3bb-15ff-44b9-9d3b-5b1f1d1ec2a9',
              created_at: new Date(token.createdAt).toISOString(),
              name: token.owner,
              last_seen_at: new Date(book.now()).toISOString(),
            },
          };
        },
        'POST /v3/auth/revoke': (request) => {
          const { token: value } = (jsonBody(request) ?? {}) as { token?: unknown };
          const token = typeof value === 'string' ? book.find(value) : undefined;
          if (!token || !book.revoke(token)) return INVALID;
          return { status: 200, body: { success: true } };
        },
      },
      notFound: () => ({ status: 404, body: { messages: ['Not found'], success: false } }),
      revokes: /^POST .*\/v3\/auth\/revoke$/,
      issues: 'doppler_personal',
      environment: (url) => ({ REVOKE_DOPPLER_URL: url }),
      samples: {
        DOPPLER_SAMPLE_TOKEN: 'doppler_personal',
        DOPPLER_SAMPLE_SERVICE_TOKEN: 'doppler_service',
      },
    },
    options,
  );
}
