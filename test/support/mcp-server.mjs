// The authorization router of @modelcontextprotocol/sdk on loopback, and a resource behind its check of
// bearers. It has no introspection.
import { randomUUID } from 'node:crypto';
import express from 'express';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { listen, listenForTest, serveParent } from './server-child.mjs';

/**
 * @param clients `{ id, secret }` each; a public one has no secret
 * @param path of the issuer: its metadata lies at the root all the same
 */
serveParent(async ({ clients, path = '/' }) => {
  const known = new Map(
    clients.map(({ id, secret }) => [
      id,
      { client_id: id, redirect_uris: [], ...(secret && { client_secret: secret }) },
    ]),
  );
  const tokens = new Map();
  const provider = {
    clientsStore: { getClient: (id) => known.get(id) },
    async verifyAccessToken(token) {
      const row = tokens.get(token);
      if (row?.kind !== 'access_token') throw new InvalidTokenError('unknown token');
      const expiresAt = Math.floor(Date.now() / 1000) + 3600;
      return { token, clientId: row.clientId, scopes: [], expiresAt };
    },
    async revokeToken(client, { token }) {
      if (tokens.get(token)?.clientId === client.client_id) tokens.delete(token);
    },
  };
  const app = express();
  const url = await listen(app);
  const issuerUrl = new URL(path, url);
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl,
      baseUrl: new URL(url),
      revocationOptions: { rateLimit: false },
    }),
  );
  app.get('/things', requireBearerAuth({ verifier: provider }), (_request, response) =>
    response.json([]),
  );
  const admin = await listenForTest({
    '/mint': ({ clientId }) => {
      const made = { access_token: randomUUID(), refresh_token: randomUUID() };
      for (const [kind, token] of Object.entries(made)) tokens.set(token, { kind, clientId });
      return made;
    },
    '/alive': ({ token }) => tokens.has(token),
  });
  return { url, issuer: issuerUrl.href, admin };
});
