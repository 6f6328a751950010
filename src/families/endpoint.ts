/** The base URL of a service: the one that is configured, else the service's own. */
import { readBaseUrl, usageError, type Context } from '../contract/index.js';

export interface EndpointSpec {
  /** The variable that names another base URL, and those that count where it is not set. */
  readonly env: string;
  readonly alsoEnv?: readonly string[];
  /** The service's own base URL; absent where every user has an instance of their own. */
  readonly default?: string;
  /** There are instances beside the default one: a token may belong to any of them. */
  readonly hasInstances?: boolean;
  /** Other hosts of the same service: all of them are configured, or none. */
  readonly others?: readonly OtherEndpoint[];
}

export interface OtherEndpoint {
  /** The name of its setting, and of requests that go there: `oauth_url`. */
  readonly name: string;
  readonly env: string;
  readonly default: string;
  readonly help: string;
}

export interface OpenEndpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly origin: string;
  /** What precedes every route: `/gitlab`, or nothing. */
  readonly path: string;
  readonly isDefault: boolean;
  /** It is the default, and a token may well belong elsewhere. */
  readonly isDefaultInstance: boolean;
  /** The variable to set for another one. */
  readonly env: string;
  /** For people: the URLs and where they come from. */
  readonly shown: string;
  /** The base URLs of the other hosts, by name, without a slash at their end. */
  readonly others: ReadonlyMap<string, string>;
}

type Surroundings = Pick<Context, 'env' | 'setting'>;

/** Throws a usage error where no base URL is known, or it is not one. */
export async function openEndpoint(
  spec: EndpointSpec,
  { id, service }: { readonly id: string; readonly service: string },
  context: Surroundings,
): Promise<OpenEndpoint> {
  const given = await givenUrl(spec, context);
  const text = given?.value ?? spec.default;
  if (text === undefined) {
    throw usageError(
      `the base URL of ${service} is not set, and its tokens do not contain one`,
      `set ${spec.env}, or give --endpoint <url> to revoke ${id}`,
      'no_endpoint',
    );
  }
  const example = spec.default ?? `https://${id}.example.com`;
  const source = given?.source ?? `the base URL of ${service}`;
  const { url, origin, prefix } = readBaseUrl({ value: text, source }, example);
  const isDefault =
    spec.default !== undefined && url === readBaseUrl({ value: spec.default, source }, example).url;
  const others = await openOthers(spec, { service, given }, context);
  const all = [url, ...others.values()].join(' and ');
  return {
    url,
    origin,
    path: prefix,
    isDefault,
    isDefaultInstance: isDefault && spec.hasInstances === true,
    env: spec.env,
    shown: given === undefined ? all : `${all} (${source})`,
    others,
  };
}

/** One host of two that is configured alone would have tokens sent to two services. */
async function openOthers(
  spec: EndpointSpec,
  { service, given }: { readonly service: string; readonly given: unknown },
  { setting }: Surroundings,
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>();
  for (const other of spec.others ?? []) {
    const set = await setting(other.name);
    if ((set === undefined) !== (given === undefined)) {
      const [there, missing] = set === undefined ? [spec, other] : [other, spec];
      throw usageError(
        `${missing.env} is not set, and ${there.env} is: ${service} needs both`,
        `set ${missing.env} too, or neither of them`,
      );
    }
    const source = set?.source ?? other.env;
    const { url } = readBaseUrl({ value: set?.value ?? other.default, source }, other.default);
    urls.set(other.name, url);
  }
  return urls;
}

async function givenUrl(spec: EndpointSpec, context: Surroundings) {
  const setting = await context.setting('url');
  if (setting !== undefined) return setting;
  const name = spec.alsoEnv?.find((one) => context.env(one) !== undefined);
  return name === undefined ? undefined : { value: context.env(name) as string, source: name };
}
