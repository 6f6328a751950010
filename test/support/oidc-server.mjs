// The oidc-provider package on loopback, with a back door for tests: forked by a test, it tells its
// URLs over IPC, and ends with its parent or after some minutes.
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Provider, errors } from 'oidc-provider';

const LONGEST_LIFE_MS = 3 * 60 * 1000;

process.on('disconnect', () => process.exit());
setTimeout(() => process.exit(), LONGEST_LIFE_MS).unref();
process.once('message', start);

/**
 * @param clients their metadata, as dynamic registration would take it
 * @param jwk a private key to sign with
 * @param introspection whether it is offered
 */
async function start({ clients, jwk, introspection }) {
  const policy = { introspection: 'open' };
  const server = createServer();
  const issuer = await listen(server);
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: [jwk] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: {
        enabled: introspection,
        allowedPolicy(_ctx, client, token) {
          if (policy.introspection === 'denied')
            throw new errors.AccessDenied('this client may not introspect');
          return policy.introspection === 'open' || token.clientId === client.clientId;
        },
      },
    },
    findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 3600, RefreshToken: 3600 },
  });
  server.on('request', provider.callback());

  const admin = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const given = JSON.parse(Buffer.concat(chunks).toString());
    const answer = await actions[request.url](given);
    response.end(JSON.stringify(answer));
  });
  const actions = {
    '/mint': (given) => mint(provider, given),
    '/alive': ({ token }) => isAlive(provider, token),
    '/policy': (given) => Object.assign(policy, given),
  };
  process.send({ issuer, admin: await listen(admin) });
}

/** Tokens as a sign-in would give them: a grant, an access token (opaque or JWT), a refresh token. */
async function mint(provider, { clientId, jwt = false }) {
  const client = await provider.Client.find(clientId);
  const grant = new provider.Grant({ clientId, accountId: 'somebody' });
  grant.addOIDCScope('openid offline_access');
  const grantId = await grant.save();
  const shared = {
    client,
    grantId,
    accountId: 'somebody',
    scope: 'openid',
    gty: 'authorization_code',
  };
  const access = new provider.AccessToken(shared);
  if (jwt) {
    access.resourceServer = new provider.ResourceServer('https://api.example', {
      accessTokenFormat: 'jwt',
      scope: 'openid',
    });
  }
  const refresh = new provider.RefreshToken({
    ...shared,
    scope: 'openid offline_access',
    rotations: 0,
    iiat: Math.floor(Date.now() / 1000),
    claims: {},
    authTime: Math.floor(Date.now() / 1000),
    nonce: randomUUID(),
  });
  return { access_token: await access.save(), refresh_token: await refresh.save() };
}

/** Whether the server still knows the token, looked up in its own models. */
async function isAlive(provider, token) {
  const found = await Promise.all(
    [provider.AccessToken, provider.RefreshToken, provider.ClientCredentials].map((model) =>
      model.find(token),
    ),
  );
  return found.some((one) => one?.isValid === true);
}

function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
