/**
 * Asks an endpoint as a client. Where the server rejects the client, the next way to present it is
 * tried, once each: a rejected client did nothing, so that this never repeats what was done.
 */
import { type Http, json, type Request, type Response } from '../../src/contract/index.js';
import { nameOf, type Client, type Presentation } from './client-auth.js';
import { oauthError } from './schema.js';

export interface Answer {
  readonly response: Response;
  readonly used: Presentation;
  /** The other ways that the server rejected in this run. */
  readonly rejected: readonly string[];
}

export interface Presenter {
  readonly client: Client;
  ask(http: Http, requestAs: (presentation: Presentation) => Request): Promise<Answer>;
}

/** What was learned of one client at all endpoints of a server. */
export interface Learned {
  accepted?: string;
  readonly rejected: Set<string>;
}

export function createPresenter(client: Client, learned: Learned): Presenter {
  /** Every way was rejected: none is tried for each token anew. */
  let isRejected = false;
  return {
    client,
    async ask(http, requestAs) {
      const [first, ...others] = inOrder(client.presentations, learned.accepted);
      const response = await http.send(requestAs(first));
      const rejected = [nameOf(first)];
      if (!rejectsClient(response)) return taken(learned, { response, used: first, rejected: [] });
      let latest = response;
      for (const used of others) {
        // Where an earlier try got no answer, it may have done what was asked for.
        if (latest.inDoubt) return { response, used: first, rejected: rejected.slice(1) };
        if (isRejected) break;
        latest = await http.send(requestAs(used));
        if (!mayBeTheForm(latest)) return taken(learned, { response: latest, used, rejected });
        rejected.push(nameOf(used));
      }
      isRejected = true;
      return { response, used: first, rejected: rejected.slice(1) };
    },
  };
}

function taken(learned: Learned, { response, used, rejected }: Answer): Answer {
  const name = nameOf(used);
  if (response.status === 200 || response.status === 400) {
    learned.accepted = name;
    for (const one of rejected) learned.rejected.add(one);
  }
  const all = new Set([...learned.rejected, ...rejected]);
  return { response, used, rejected: [...all].filter((one) => one !== name) };
}

/** Whether another way to present the client may be at fault: a server may call that a bad request. */
function mayBeTheForm(response: Response): boolean {
  if (rejectsClient(response)) return true;
  const said = response.status === 400 ? oauthError.safeParse(json(response))?.error : undefined;
  return said === 'invalid_request' || said === 'unauthorized_client';
}

function inOrder(
  presentations: Client['presentations'],
  accepted: string | undefined,
): Client['presentations'] {
  const known = presentations.find((one) => nameOf(one) === accepted);
  return known ? [known, ...presentations.filter((one) => one !== known)] : presentations;
}

/** RFC 6749 §5.2; servers answer it with 400 too, and some with a bare 401. */
export function rejectsClient(response: Response): boolean {
  if (response.status === 401) return true;
  const isRefusal = response.status >= 400 && response.status < 500;
  return isRefusal && oauthError.safeParse(json(response))?.error === 'invalid_client';
}
