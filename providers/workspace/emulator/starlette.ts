/**
 * How Starlette, and FastAPI on top of it, picks an endpoint and words what goes wrong: the path is
 * percent-decoded before it is matched (an encoded slash is a slash), a path that only differs by
 * its last slash is redirected, and a known path with another method is a 405.
 */
import type { Reply, SeenRequest } from '../../../src/contract/index.js';

export type Params = Readonly<Record<string, string>>;
export type Endpoint = (request: SeenRequest, params: Params) => Reply | Promise<Reply>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly endpoint: Endpoint;
}

/** FastAPI's error body. */
export function problem(status: number, detail: unknown, headers?: Reply['headers']): Reply {
  return { status, body: { detail }, ...(headers && { headers }) };
}

/**
 * Answers requests by a table of `'METHOD /path/{name}'`.
 * @param ingress whether dot segments are resolved first, as a reverse proxy in front often does
 */
export function router(
  table: Readonly<Record<string, Endpoint>>,
  ingress: boolean,
): (request: SeenRequest) => Reply | Promise<Reply> {
  const routes = Object.entries(table).map(([line, endpoint]): Route => {
    const [method = '', path = ''] = line.split(' ');
    const source = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    return { method, pattern: new RegExp(`^${source}$`), endpoint };
  });
  const matching = (path: string) => routes.filter(({ pattern }) => pattern.test(path));

  return (request) => {
    const path = unquote(ingress ? resolveDots(request.path) : request.path);
    for (const { method, pattern, endpoint } of routes) {
      if (method !== request.method) continue;
      const match = pattern.exec(path);
      if (match) return endpoint(request, match.groups ?? {});
    }
    const others = matching(path);
    if (others.length > 0) {
      const allow = others.map(({ method }) => method).join(', ');
      return problem(405, 'Method Not Allowed', { allow });
    }
    const twin = path.endsWith('/') ? path.replace(/\/+$/, '') : `${path}/`;
    if (matching(twin).length === 0) return problem(404, 'Not Found');
    const location = `http://${request.headers.host ?? ''}${encodeURI(twin)}`;
    return { status: 307, headers: { location } };
  };
}

function resolveDots(path: string): string {
  const hasDots = path.startsWith('/') && /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
  return hasDots ? new URL(`http://ingress${path}`).pathname : path;
}

function unquote(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
