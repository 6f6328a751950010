// @jmondi/oauth2-server on loopback: JWTs, one row for both tokens of a grant, and Basic that it does
// not decode. It publishes no metadata.
import { randomUUID } from 'node:crypto';
import { AuthorizationServer, DateInterval, JwtService, OAuthRequest } from '@jmondi/oauth2-server';
import { listen, listenForTest, serveParent, textOf } from './server-child.mjs';

const AN_HOUR_MS = 60 * 60 * 1000;

/** @param clients `{ id, secret }` each; a public one has no secret */
serveParent(async ({ clients }) => {
  const rows = new Map();
  const inAnHour = () => new Date(Date.now() + AN_HOUR_MS);
  const grants = ['client_credentials', 'password', 'refresh_token'];
  const known = new Map(
    clients.map((client) => [
      client.id,
      { ...client, name: client.id, redirectUris: [], allowedGrants: grants, scopes: [] },
    ]),
  );
  const find = (matches) => {
    const row = [...rows.values()].find(matches);
    if (!row) throw new Error('no such token');
    return row;
  };
  const server = new AuthorizationServer(
    {
      getByIdentifier: async (id) => known.get(id),
      isClientValid: async (_grant, client, secret) => !client.secret || client.secret === secret,
    },
    {
      issueToken: async (client, scopes, user) => ({
        accessToken: randomUUID(),
        accessTokenExpiresAt: inAnHour(),
        client,
        scopes,
        user,
      }),
      issueRefreshToken: async (row) =>
        Object.assign(row, { refreshToken: randomUUID(), refreshTokenExpiresAt: inAnHour() }),
      persist: async (row) => void rows.set(row.accessToken, row),
      revoke: async (row) =>
        void Object.assign(row, {
          accessTokenExpiresAt: new Date(0),
          refreshTokenExpiresAt: new Date(0),
        }),
      isRefreshTokenRevoked: async (row) => Date.now() > (row.refreshTokenExpiresAt ?? 0),
      getByRefreshToken: async (id) => find((row) => row.refreshToken === id),
      getByAccessToken: async (id) => find((row) => row.accessToken === id),
    },
    { getAllByIdentifiers: async () => [], finalize: async (scopes) => scopes },
    new JwtService('the key of this server'),
  );
  server.enableGrantTypes(
    ['client_credentials', new DateInterval('1h')],
    ['refresh_token', new DateInterval('1h')],
    [
      {
        grant: 'password',
        userRepository: { getUserByCredentials: async () => ({ id: 'somebody' }) },
      },
      new DateInterval('1h'),
    ],
  );
  const routes = {
    '/token/revoke': (request) => server.revoke(request),
    '/token/introspect': (request) => server.introspect(request),
  };
  const url = await listen(async (request, response) => {
    const { headers } = request;
    const route = routes[request.url];
    if (!route) return response.writeHead(404).end();
    const body = Object.fromEntries(new URLSearchParams(await textOf(request)));
    try {
      const answer = await route(new OAuthRequest({ headers, body, query: {} }));
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    } catch (error) {
      response.writeHead(error.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: error.errorType, error_description: error.message }));
    }
  });
  const admin = await listenForTest({
    '/mint': async ({ clientId }) => {
      const { id, secret } = known.get(clientId);
      const form = { client_id: id, client_secret: secret, username: 'a', password: 'b' };
      const body = { ...form, grant_type: 'password' };
      const request = new OAuthRequest({ headers: {}, body, query: {} });
      const answer = await server.respondToAccessTokenRequest(request);
      return answer.body;
    },
    '/alive': ({ token }) => {
      const { jti, refresh_token_id } = JSON.parse(
        Buffer.from(token.split('.')[1], 'base64url').toString(),
      );
      const now = new Date();
      return [...rows.values()].some((row) =>
        jti
          ? row.accessToken === jti && row.accessTokenExpiresAt > now
          : row.refreshToken === refresh_token_id && row.refreshTokenExpiresAt > now,
      );
    },
  });
  return { url, admin };
});
