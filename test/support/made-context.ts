/** The world of one provider, with made-up answers instead of servers, files and time. */
import type { Context, Http, Request } from '../../src/contract/index.js';
import { MADE_NOW, type MadeAnswer } from './made-answers.js';

/** An answer, and how it came: how often it was sent, or what was thrown instead of it. */
export interface MadeReply extends MadeAnswer {
  readonly tries?: number;
  /** When it came, this long after the one before. */
  readonly afterMs?: number;
  readonly error?: unknown;
}

export interface MadeRequest extends Request {
  /** The body of each try. */
  readonly bodies: readonly string[];
}

export interface MadeWorld {
  readonly context: Context;
  readonly http: Http;
  readonly requests: readonly MadeRequest[];
  readonly warnings: readonly string[];
  readonly details: readonly string[];
  readonly masked: readonly string[];
  /** What is answered next. */
  answer(...replies: readonly MadeReply[]): void;
}

export interface MadeSettings {
  readonly settings?: Readonly<Record<string, string>>;
  /** Texts by the end of their path. */
  readonly files?: Readonly<Record<string, string>>;
}

export function makeContext({ settings = {}, files = {} }: MadeSettings = {}): MadeWorld {
  const requests: MadeRequest[] = [];
  const left: MadeReply[] = [];
  const [warnings, details, masked]: [string[], string[], string[]] = [[], [], []];
  let now = MADE_NOW;
  const http: Http = {
    async send(request) {
      const { method, path, body } = request;
      const reply = left.shift();
      if (!reply) throw new Error(`no answer is left for ${method} ${path}`);
      const { status, headers = {}, inDoubt = false, tries = 1 } = reply;
      const bodies: string[] = [];
      for (let sent = 1; sent <= tries; sent++) {
        if (typeof body === 'function') bodies.push(await body(sent, sent > 1 && inDoubt));
        else if (body !== undefined) bodies.push(body);
      }
      requests.push({ ...request, bodies });
      now += reply.afterMs ?? 0;
      if (reply.error !== undefined) throw reply.error;
      const said = reply.body ?? '';
      const text = typeof said === 'string' ? said : JSON.stringify(said);
      return { status, headers, body: text, tries, inDoubt };
    },
    close: async () => undefined,
  };
  const read = (path: string) =>
    Object.entries(files).find(([name]) => path.endsWith(`/${name}`) || path === name)?.[1];
  const mask = (secret: string) => void masked.push(secret);
  const context: Context = {
    http,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (ms) => void (now += ms),
    },
    log: {
      warn: (text) => void warnings.push(text),
      verbose: (text) => void details.push(text),
    },
    signal: new AbortController().signal,
    home: '/home/octavia',
    stateDir: '/home/octavia/state',
    files: {
      read: async (path) => read(path),
      async readSecret(path) {
        const text = read(path)?.trim();
        if (text === undefined) throw new Error(`no file ${path}`);
        mask(text);
        return text;
      },
      async update(path) {
        throw new Error(`${path} is not to be changed`);
      },
      list: async () => [],
    },
    printUnmasked: () => undefined,
    async setting(name) {
      const value = settings[name];
      return value === undefined ? undefined : { value, source: name, explicit: true };
    },
    env: () => undefined,
    mask,
  };
  return {
    context,
    http,
    requests,
    warnings,
    details,
    masked,
    answer: (...replies) => void left.push(...replies),
  };
}
