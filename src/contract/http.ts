/** What is sent and answered, as the contract has it: no type of another package stands in it. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `https://host[:port]` */
  readonly origin: string;
  /** Origins to try in turn after it: where it cannot be reached, or `tryNextOrigin` says so. */
  readonly fallbackOrigins?: readonly string[];
  /** Path and query, built by `path` (path.ts). */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The body, or a function that makes it for each try: `tries` counts from 1, and
   * `inDoubt` tells whether an earlier try may have taken effect.
   */
  readonly body?: string | ((tries: number, inDoubt: boolean) => string | Promise<string>);
  /**
   * True: may be sent again when it is unknown whether it took effect. False: it creates something, and is repeated
   * only where it surely never left.
   */
  readonly idempotent: boolean;
  /** Whether an answer means that the next origin should be asked; connection errors always do. */
  readonly tryNextOrigin?: (response: Response) => boolean;
  /** The largest body that is read, bytes; 1 MiB without it. */
  readonly maxBytes?: number;
}

export interface Response {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How often it was sent. */
  readonly tries: number;
  /** Whether an earlier try got no answer, and may have taken effect. */
  readonly inDoubt: boolean;
}

export interface Http {
  /**
   * Sends a request and resolves with whatever status the server answered at last.
   * Throws a RevokeError: `unreachable` (it never left), `no_answer` (in doubt), `interrupted`
   * (not sent), `insecure_url`.
   */
  send(request: Request): Promise<Response>;
  close(): Promise<void>;
}
