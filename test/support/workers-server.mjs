// @cloudflare/workers-oauth-provider on loopback, with its key-value store in memory: it decodes Basic,
// revokes at its token endpoint, and has no introspection.
import { createHash } from 'node:crypto';
import { register } from 'node:module';
import { listen, listenForTest, serveParent, textOf } from './server-child.mjs';

// The one module of the platform that it asks for.
register(
  `data:text/javascript,${encodeURIComponent(`export async function resolve(name, context, next) {
    if (name !== 'cloudflare:workers') return next(name, context);
    return { url: 'data:text/javascript,export class WorkerEntrypoint {}', shortCircuit: true };
  }`)}`,
);

const REDIRECT = 'https://app.example/callback';

/** @param clients `{ id, secret, method }` each */
serveParent(async ({ clients }) => {
  console.warn = () => undefined;
  const { OAuthProvider } = await import('@cloudflare/workers-oauth-provider');
  const kv = createStore();
  for (const { id, secret, method } of clients) {
    kv.put(
      `client:${id}`,
      JSON.stringify({
        clientId: id,
        clientSecret: secret && createHash('sha256').update(secret).digest('hex'),
        redirectUris: [REDIRECT],
        tokenEndpointAuthMethod: method,
        authMethodExplicit: true,
        grantTypes: ['authorization_code', 'refresh_token'],
        responseTypes: ['code'],
      }),
    );
  }
  const env = { OAUTH_KV: kv };
  const ctx = { waitUntil: () => undefined, passThroughOnException: () => undefined };
  let provider;
  const url = await listen(async (request, response) => {
    const body = await textOf(request);
    const answer = await provider.fetch(
      new Request(new URL(request.url, url), {
        method: request.method,
        headers: request.headers,
        ...(request.method === 'POST' && { body }),
      }),
      env,
      ctx,
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  provider = new OAuthProvider({
    apiRoute: `${url}/api`,
    apiHandler: { fetch: () => Response.json({ things: [] }) },
    defaultHandler: { fetch: () => new Response(null, { status: 404 }) },
    authorizeEndpoint: `${url}/authorize`,
    tokenEndpoint: `${url}/token`,
    scopesSupported: ['read', 'offline_access'],
    resourceMetadata: { resource: `${url}/api`, authorization_servers: [url] },
  });
  const admin = await listenForTest({
    '/mint': async ({ clientId }) => {
      const { secret = '', method } = clients.find(({ id }) => id === clientId);
      await provider.fetch(new Request(`${url}/nothing`), env, ctx);
      const scope = ['read', 'offline_access'];
      const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
        request: { responseType: 'code', clientId, redirectUri: REDIRECT, scope, state: 'x' },
        userId: 'somebody',
        metadata: {},
        scope,
        props: {},
        revokeExistingGrants: false,
      });
      const code = new URL(redirectTo).searchParams.get('code');
      const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
      const body = new URLSearchParams(
        method === 'client_secret_basic'
          ? form
          : { ...form, client_id: clientId, client_secret: secret },
      );
      const login = [clientId, secret].map(encodeURIComponent).join(':');
      const headers =
        method === 'client_secret_basic'
          ? { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
          : {};
      const request = new Request(`${url}/token`, { method: 'POST', headers, body });
      return (await provider.fetch(request, env, ctx)).json();
    },
    '/alive': ({ token }) => {
      const [userId, grantId] = token.split(':');
      const id = createHash('sha256').update(token).digest('hex');
      if (kv.get(`token:${userId}:${grantId}:${id}`)) return true;
      const grant = kv.get(`grant:${userId}:${grantId}`, { type: 'json' });
      return grant?.refreshTokenId === id;
    },
  });
  return { url, issuer: url, admin };
});

function createStore() {
  const values = new Map();
  return {
    get(key, options) {
      const text = values.get(key) ?? null;
      return text !== null && (options === 'json' || options?.type === 'json')
        ? JSON.parse(text)
        : text;
    },
    put: (key, text) => void values.set(key, text),
    delete: (key) => void values.delete(key),
    list: ({ prefix = '' } = {}) => ({
      keys: [...values.keys()].filter((key) => key.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
  };
}
