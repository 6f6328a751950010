/** A family of a provider by itself, asked with made-up answers instead of a server. */
import type { CheckResult, Context, Request, Target, Verdict } from '../../src/contract/index.js';
import type { OpenEndpoint } from '../../src/families/endpoint.js';
import { laneOfFamily } from '../../src/families/lane-of-family.js';
import type { TokenProvider } from '../../src/families/types.js';

/** What a server answers: a text as it stands, anything else as JSON. */
export interface MadeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly inDoubt?: boolean;
}

export interface MadeSurroundings {
  readonly settings?: Readonly<Record<string, string>>;
  /** Options without a value that are given. */
  readonly on?: readonly string[];
  /** Somebody's own instance instead of the service itself. */
  readonly isInstance?: boolean;
  /** The base URLs of the service's other hosts, by name. */
  readonly others?: Readonly<Record<string, string>>;
  /** The user interrupts while it waits. */
  readonly interrupts?: boolean;
}

export interface MadeFamily {
  /** Every request so far. */
  readonly requests: readonly Request[];
  /** Why it waited, and how long. */
  readonly waits: readonly (readonly [ms: number, why: string | undefined])[];
  /** Moves its clock on. */
  elapse(ms: number): void;
  /** One check, for which a server answers these. */
  check(token: string, ...answers: readonly MadeAnswer[]): Promise<CheckResult>;
  /** One revocation; of a batch, what its first token came to. */
  revoke(tokens: string | readonly string[], ...answers: readonly MadeAnswer[]): Promise<Verdict>;
}

/** When its clock begins. */
export const MADE_NOW = Date.parse('2026-11-28T12:00:00Z');
const BASE = 'https://service.example';

export function makeFamily(
  { tokens: spec }: TokenProvider,
  name: string,
  given: MadeSurroundings = {},
): MadeFamily {
  const family = spec.families().find((one) => one.name === name);
  if (!family) throw new Error(`no family ${name}`);
  const requests: Request[] = [];
  const waits: (readonly [number, string | undefined])[] = [];
  const left: MadeAnswer[] = [];
  const stop = new AbortController();
  let now = MADE_NOW;
  let why: string | undefined;
  const http = {
    async send(request: Request) {
      requests.push(request);
      const answer = left.shift();
      if (!answer) throw new Error(`no answer is left for ${request.method} ${request.path}`);
      const { status, body = '', headers = {}, inDoubt = false } = answer;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return { status, headers, body: text, tries: 1, inDoubt };
    },
    close: async () => undefined,
  };
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      waits.push([ms, why]);
      if (given.interrupts) stop.abort();
      now += ms;
    },
  };
  const log = { warn: (text: string) => void (why = text), verbose: () => undefined };
  const context = { http, clock, log, signal: stop.signal, mask: () => undefined };
  const base: OpenEndpoint = {
    url: BASE,
    origin: BASE,
    path: '',
    isDefault: !given.isInstance,
    isDefaultInstance: !given.isInstance,
    env: spec.endpoint.env,
    shown: BASE,
    others: new Map(Object.entries(given.others ?? {})),
  };
  const lane = laneOfFamily(family, {
    service: spec.service,
    base,
    context: context as unknown as Context,
    settings: new Map(Object.entries(given.settings ?? {})),
    options: { flag: (option: string) => given.on?.includes(option) ?? false } as never,
    asksForProof: false,
  });
  const targetOf = (secret: string): Target => ({ id: secret, secret });
  async function first<T>(call: Promise<readonly T[]> | undefined): Promise<T> {
    const [result] = (await call) ?? [];
    if (result === undefined) throw new Error('no result');
    if (left.length > 0) throw new Error(`${left.length} answers were not asked for`);
    return result;
  }
  return {
    requests,
    waits,
    elapse: (ms) => void (now += ms),
    check(token, ...answers) {
      left.push(...answers);
      return first(lane.check?.check([targetOf(token)], { http }));
    },
    revoke(given, ...answers) {
      left.push(...answers);
      return first(lane.revoke([given].flat().map(targetOf), { http }));
    },
  };
}
