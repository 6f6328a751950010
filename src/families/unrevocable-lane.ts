/** What is recognised and cannot be revoked from here: it is said who can, and whether it is active. */
import {
  json,
  type Attempt,
  type Clock,
  type Lane,
  type Look,
  type LookAnswer,
  type Response,
  type SeenState,
  type Shape,
  type Target,
  type UnrevocableShape,
  type Vendor,
  type Verdict,
} from '../contract/index.js';
import { valueAt } from './family.js';

export interface KnownShape {
  readonly shape: Shape;
  /** Set where it cannot be revoked from here. */
  readonly unrevocable?: UnrevocableShape;
}

export function shapesByType(vendors: readonly Vendor[]): ReadonlyMap<string, KnownShape> {
  return new Map(
    vendors.flatMap(({ revocable, unrevocable }) => [
      ...revocable.map((shape): [string, KnownShape] => [shape.type, { shape }]),
      ...unrevocable.map((shape): [string, KnownShape] => [
        shape.type,
        { shape, unrevocable: shape },
      ]),
    ]),
  );
}

/** A lane of targets that are not sent, and why. */
export function refusalLane(
  name: string,
  refusal: (target: Target) => Omit<Verdict, 'target'>,
): Lane {
  return {
    name,
    endpoint: '',
    scope: {},
    sendsNothing: true,
    revoke: async (targets) =>
      targets.map((target): Verdict => ({ ...refusal(target), target: target.id }) as Verdict),
  };
}

export interface UnrevocableOptions {
  readonly vendors: readonly Vendor[];
  /** The base URL of a vendor's service, where one is configured or known. */
  baseOf(vendor: string): string | undefined;
  readonly clock: Clock;
  /** Whether tokens are looked at. */
  readonly looks: boolean;
}

export function unrevocableLane(name: string, options: UnrevocableOptions): Lane {
  const shapes = shapesByType(options.vendors);
  const vendorOf = new Map(
    options.vendors.flatMap((vendor) => vendor.unrevocable.map(({ type }) => [type, vendor.id])),
  );
  return {
    name,
    endpoint: '',
    scope: {},
    sendsNothing: true,
    revoke: (targets, attempt) =>
      Promise.all(
        targets.map(async (target) => {
          const shape = shapes.get(target.typeHint ?? '')?.unrevocable;
          if (!shape) return noProvider(target);
          const base = options.baseOf(vendorOf.get(shape.type) ?? '');
          const { secret = '' } = target;
          const state = options.looks ? await look(shape, { base, secret }, attempt) : undefined;
          return cannotRevoke(target, shape, state && { state, at: options.clock.now() });
        }),
      ),
  };
}

/** A kind that its vendor's provider takes, and that provider is not here. */
function noProvider(target: Target): Verdict {
  return {
    target: target.id,
    status: 'failed',
    revocable_by: 'holder',
    error: { code: 'no_provider', message: 'revoke cannot revoke this kind of token' },
  };
}

const WHO: Readonly<Record<UnrevocableShape['revocable_by'], string>> = {
  owner: 'only its owner can revoke it',
  admin: 'only an administrator can revoke it',
  expiry: 'it cannot be revoked; it becomes inactive when it expires',
  holder: 'revoke cannot revoke it, but whoever has it can',
};

function cannotRevoke(
  target: Target,
  { name, revocable_by: by, manual_url: url, notes }: UnrevocableShape,
  seen: { readonly state: SeenState; readonly at: number } | undefined,
): Verdict {
  const isActive = seen?.state === 'active' ? '; it is active' : '';
  const hints = [...(url === undefined ? [] : [`see ${url}`]), ...(notes ?? [])];
  return {
    target: target.id,
    status: 'failed',
    revocable_by: by,
    ...(url !== undefined && { manual_url: url }),
    error: {
      code: by === 'holder' ? 'no_provider' : 'cannot_revoke',
      message: `${name}: ${WHO[by]}${isActive}`,
      ...(hints.length > 0 && { hint: hints.join('; ') }),
    },
    ...(seen && {
      verification: {
        method: 'token',
        before: seen.state,
        checked_at: new Date(seen.at).toISOString(),
      },
    }),
  };
}

/** One harmless request with the token, to the host of its own vendor. */
async function look(
  { look: form }: UnrevocableShape,
  { base, secret }: { readonly base: string | undefined; readonly secret: string },
  { http }: Attempt,
): Promise<SeenState | undefined> {
  if (!form || (form.url.startsWith('{base}') && base === undefined)) return undefined;
  const fill = (text: string) => text.replaceAll('{token}', secret);
  const url = new URL(
    form.url.replace('{base}', base ?? '').replaceAll('{token}', encodeURIComponent(secret)),
  );
  try {
    const response = await http.send({
      method: form.method,
      origin: url.origin,
      path: url.pathname + url.search,
      headers: Object.fromEntries(
        Object.entries(form.headers).map(([header, value]) => [header, fill(value)]),
      ),
      ...(form.body !== undefined && { body: fill(form.body) }),
      idempotent: true,
    });
    return judge(form, response);
  } catch {
    // Whatever went wrong says nothing of the token.
    return 'unknown';
  }
}

function judge(form: Look, response: Response): SeenState {
  const fits = (answers: readonly LookAnswer[]) => answers.some((one) => isAnswer(one, response));
  if (fits(form.active)) return 'active';
  return fits(form.inactive) ? 'dead' : 'unknown';
}

function isAnswer({ status, contains, json: member }: LookAnswer, response: Response): boolean {
  if (response.status !== status) return false;
  if (contains !== undefined && !response.body.includes(contains)) return false;
  return member === undefined || valueAt(json(response), member[0]) === member[1];
}
