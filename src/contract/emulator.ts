/** What an emulator is, sees and answers, and what can go wrong at it on demand. */
import type { IncomingMessage } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and buffers are sent as they are. */
  readonly body?: unknown;
}

/** One request as the emulator saw it, before any fault or handler touched it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query exactly as on the wire, never normalised. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The `:name` segments of the route that matched, percent-decoded once. */
  readonly params: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Handler = (request: SeenRequest) => Reply | Promise<Reply>;

/**
 * What goes wrong on demand. `reply` answers in the handler's place; every other kind but `reset`
 * lets the handler act first, so that the state may have changed although the caller cannot tell.
 */
export type FaultKind =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The connection is cut: before the handler runs, or (after: true) once it has acted. */
  | { readonly kind: 'reset'; readonly after?: boolean }
  /** The answer comes after `ms` milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The request is taken, the handler acts, and nothing is ever answered. */
  | { readonly kind: 'idle' }
  /** Headers and half of the body, then the connection is cut. */
  | { readonly kind: 'truncate' }
  /** Headers, then one byte of the body every `ms` milliseconds. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** A body without end. */
  | { readonly kind: 'endless' }
  /** The handler acts, and this is answered instead of its reply. */
  | { readonly kind: 'lie'; readonly reply: Reply }
  /** The handler acts, and its reply is changed on the way back. */
  | { readonly kind: 'alter'; readonly alter: (reply: Reply, request: SeenRequest) => Reply };
export type Fault = FaultKind & {
  /** Only requests whose `METHOD /path` matches; all without it. */
  readonly match?: RegExp;
  /** How many requests it meets; 1 without it, Infinity for all. */
  readonly times?: number;
};
export interface EmulatorServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Everything asked of this server, oldest first. */
  readonly requests: SeenRequest[];
  addFault(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** One live credential that an emulator made. */
export interface Issued {
  /** What is typed, piped or read from a file to revoke it. */
  readonly target: string;
  /** The `target` of its outcome: the same, or a fingerprint where the target is a secret. */
  readonly id: string;
  /** The credential itself, as its holder presents it to the data plane. */
  readonly token: string;
}

/** What a provider's emulator offers the sandbox and the shared contract suite. */
export interface Emulator {
  readonly server: EmulatorServer;
  /** What points `revoke` at this emulator, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
  /** More that a person in the sandbox can try: live tokens, a second workspace … */
  readonly samples: Readonly<Record<string, string>>;
  /** The `METHOD /path` of the requests that revoke, for faults that meet only these. */
  readonly revokes: RegExp;
  /** Makes `count` live credentials, each of a target of its own. */
  issue(count: number): Promise<readonly Issued[]>;
  /** Whether the data plane accepts this credential now. */
  isAlive(token: string): boolean;
  /** Lets time pass for the service: a test whose clock skips waits has it skip them too. */
  elapse?(ms: number): void;
  /** What a sandbox's state folder holds at its start (a stored current token): names to texts. */
  stateFiles?(): Readonly<Record<string, string>>;
  /** The whole state, as plain JSON, for a test or a person to look at. */
  snapshot(): unknown;
  close(): Promise<void>;
}
