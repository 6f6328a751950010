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
  /** For people: the URL and where it comes from. */
  readonly shown: string;
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
  return {
    url,
    origin,
    path: prefix,
    isDefault,
    isDefaultInstance: isDefault && spec.hasInstances === true,
    env: spec.env,
    shown: given === undefined ? url : `${url} (${source})`,
  };
}

async function givenUrl(spec: EndpointSpec, context: Surroundings) {
  const setting = await context.setting('url');
  if (setting !== undefined) return setting;
  const name = spec.alsoEnv?.find((one) => context.env(one) !== undefined);
  return name === undefined ? undefined : { value: context.env(name) as string, source: name };
}
