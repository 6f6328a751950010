/** Makes a provider of what is its own: the rest has defaults, and families become lanes. */
import { readBaseUrl } from './base-url.js';
import { usageError } from './errors.js';
import type { EndpointSpec, Family } from './family.js';
import { familyLane, nameOf, tokenOf } from './family-lane.js';
import type { OpenEndpoint } from './family-request.js';
import { tokenParser } from './family-target.js';
import type { Lane } from './lane.js';
import {
  CONTRACT,
  type Context,
  type Provider,
  type Revoker,
  type SettingSpec,
} from './provider.js';
import type { Target } from './target.js';

/** A provider whose targets are named by ids: it logs in by itself. */
export interface HandleSpec
  extends
    Partial<Omit<Provider, 'contract' | 'id' | 'summary' | 'target' | 'open'>>,
    Pick<Provider, 'id' | 'summary' | 'target' | 'open'> {
  readonly families?: undefined;
}

/** A provider whose targets are tokens, told by their shapes. */
export interface FamiliesSpec extends Partial<
  Omit<Provider, 'contract' | 'id' | 'summary' | 'target' | 'open' | 'settings'>
> {
  readonly id: string;
  readonly summary: string;
  /** How sentences call the service: `GitHub`. */
  readonly service: string;
  /** By name; the first is the one that --endpoint replaces. */
  readonly endpoints: Readonly<Record<string, EndpointSpec>>;
  readonly families: readonly [Family, ...Family[]];
}

/** Requests in flight where nobody says. */
const CONCURRENCY = 8;

export function defineProvider(spec: HandleSpec | FamiliesSpec): Provider {
  return spec.families ? ofFamilies(spec) : ofHandles(spec);
}

function ofHandles(spec: HandleSpec): Provider {
  const { families: _none, ...given } = spec;
  return {
    login: 'required',
    notes: [],
    settings: [],
    options: [],
    examples: [],
    limits: { batch: 1, concurrency: CONCURRENCY },
    ...given,
    contract: CONTRACT,
  };
}

function ofFamilies(spec: FamiliesSpec): Provider {
  const { service: _service, endpoints: _endpoints, families, ...given } = spec;
  const shapes = families.flatMap((family) => family.shapes);
  const batch = Math.max(...families.map((family) => family.batch ?? 1));
  const canCheck = families.some(({ check }) => check !== undefined);
  return {
    login: families.some(({ login }) => login === 'self') ? 'self' : 'none',
    notes: [],
    options: [],
    examples: [
      {
        command: `printenv LEAKED_TOKEN | revoke ${spec.id} - --force`,
        why: 'a token from a variable, without a question',
      },
    ],
    limits: { batch, concurrency: CONCURRENCY },
    ...(canCheck && { verifyHelp: 'each token is checked with itself, before and after' }),
    ...given,
    target: {
      noun: 'token',
      argument: 'token',
      secret: true,
      kinds: [{ name: 'token', keys: ['token', 'secret'] }],
      lists: ['tokens'],
      parse: tokenParser(spec.id, shapes),
    },
    settings: settingsOf(spec),
    contract: CONTRACT,
    open: (context) => openFamilies(spec, context),
  };
}

function settingsOf({ endpoints, service }: FamiliesSpec): readonly SettingSpec[] {
  return Object.entries(endpoints).flatMap(([name, { env }], place) =>
    env.map((variable, index) => ({
      name: settingName(name, index),
      env: variable,
      ...(place === 0 && index === 0 && { option: 'endpoint' }),
      help: `the base URL of ${service}${place > 0 ? ` (${name})` : ''}`,
    })),
  );
}

function settingName(endpoint: string, index: number): string {
  return index === 0 ? `${endpoint}_url` : `${endpoint}_url_${index + 1}`;
}

async function openFamilies(spec: FamiliesSpec, context: Context): Promise<Revoker> {
  const { service, families } = spec;
  const endpoints = await openEndpoints(spec, context);
  const [firstName = ''] = Object.keys(spec.endpoints);
  const laneOf = (family: Family): Lane => {
    const name = family.endpoint ?? firstName;
    const endpoint = endpoints.get(name);
    if (!endpoint) throw new Error(`no endpoint ${name} is declared`);
    return familyLane({ context, service, family, endpoints, endpoint });
  };
  const [first, ...others] = families;
  const lanes: readonly [Lane, ...Lane[]] = [laneOf(first), ...others.map(laneOf)];
  const familyOf = (target: Target) =>
    families.find(({ shapes }) => shapes.some(({ type }) => type === target.typeHint));
  return {
    lanes,
    lanesOf(target) {
      const family = familyOf(target);
      return family ? lanes.filter(({ name }) => name === nameOf(family)) : [];
    },
    promptDetails: [[service, [...endpoints.values()].map(({ base }) => base.url).join(', ')]],
    consequences: (sample) => {
      const known = new Set(sample.map(familyOf));
      const lines = families.flatMap((family) =>
        known.has(family) || known.size === 0 ? (family.consequences ?? []) : [],
      );
      return [...new Set(lines), 'This cannot be undone.'];
    },
    targetFacts(target) {
      const family = familyOf(target);
      const shape = family?.shapes.find(({ type }) => type === target.typeHint);
      return { ...(shape && { token_type: shape.name }), ...family?.facts?.(tokenOf(target)) };
    },
  };
}

async function openEndpoints(
  { id, endpoints }: FamiliesSpec,
  context: Context,
): Promise<ReadonlyMap<string, OpenEndpoint>> {
  const opened = new Map<string, OpenEndpoint>();
  for (const [name, spec] of Object.entries(endpoints)) {
    const setting = await firstSetting(name, spec, context);
    const source = setting?.source ?? `the default of ${id}`;
    const value = setting?.value ?? spec.default;
    if (value === undefined) {
      throw usageError(
        `revoke ${id} has no default endpoint: it must be named`,
        `set ${spec.env.join(' or ')}, or give --endpoint <url>`,
        'no_endpoint',
      );
    }
    const base = readBaseUrl({ value, source }, spec.default ?? 'https://host.example');
    const byDefault = spec.default && readBaseUrl({ value: spec.default, source }, '').url;
    opened.set(name, { spec, base, isDefault: base.url === byDefault });
  }
  const elsewhere = [...opened].filter(([, { isDefault }]) => !isDefault);
  const [missing] = [...opened].filter(([, { isDefault }]) => isDefault);
  if (elsewhere.length > 0 && missing) {
    throw usageError(
      `one endpoint of ${id} was named, and another was not`,
      `set ${missing[1].spec.env[0]} too`,
      'no_endpoint',
    );
  }
  return opened;
}

async function firstSetting(name: string, { env }: EndpointSpec, context: Context) {
  for (const index of env.keys()) {
    const setting = await context.setting(settingName(name, index));
    if (setting) return setting;
  }
  return undefined;
}
