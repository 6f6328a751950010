/** Hugging Face on loopback: an anonymous revocation that always answers 202, and whoami. */
import { jsonBody } from '../../src/emulator/emulator.js';
import { createTokenBook } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  isoTime,
  revokeAndMail,
  startTokenEmulator,
  stringsIn,
  type Mail,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export function startHuggingfaceEmulator(
  options: TokenEmulatorOptions = {},
): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  const mails: Mail[] = [];
  return startTokenEmulator(
    {
      book,
      mails,
      routes: {
        'POST /api/credentials/revoke': (request) => {
          const body = jsonBody(request) as { credentials?: unknown } | undefined;
          for (const value of stringsIn(body?.credentials) ?? []) {
            const token = book.find(value);
            if (token) revokeAndMail(book, mails, token);
          }
          return { status: 202 };
        },
        'GET /api/whoami-v2': (request) => {
          const value = bearerOf(request);
          const token = book.find(value);
          const state = book.stateOf(value);
          if (!token || state !== 'active') {
            const error =
              state === 'expired' ? 'Access token has expired' : 'Invalid username or password.';
            return { status: 401, body: { error } };
          }
          return {
            status: 200,
            headers: { date: new Date(book.now()).toUTCString() },
            body: {
              type: 'user',
              name: token.owner,
              fullname: 'Octavia Example',
              orgs: [{ name: 'example', roleInOrg: 'write', isEnterprise: false }],
              auth: {
                accessToken: {
                  displayName: 'training',
                  role: token.scopes[0] ?? 'write',
                  createdAt: isoTime(token.createdAt),
                },
              },
            },
          };
        },
      },
      notFound: () => ({
        status: 404,
        body: { error: "Sorry, we can't find the page you are looking for." },
      }),
      revokes: /^POST .*\/api\/credentials\/revoke$/,
      issues: 'huggingface_user',
      token: { scopes: ['write'] },
      environment: (url) => ({ REVOKE_HUGGINGFACE_URL: url }),
      samples: {
        HUGGINGFACE_SAMPLE_TOKEN: 'huggingface_user',
        HUGGINGFACE_SAMPLE_ORG_TOKEN: 'huggingface_organization',
      },
    },
    options,
  );
}
