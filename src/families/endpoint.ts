/** The base URL of a service: the one that is configured, else the service's own. */
import { assertSecure, usageError, type Context } from '../contract/index.js';

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
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.search !== '' || url.hash !== '')
    throw usageError(`the base URL of ${service} is not a valid URL`, `check ${spec.env}`);
  assertSecure(text);
  const path = url.pathname.replace(/\/+$/, '');
  const isDefault = spec.default !== undefined && url.href === new URL(spec.default).href;
  return {
    url: url.origin + path,
    origin: url.origin,
    path,
    isDefault,
    isDefaultInstance: isDefault && spec.hasInstances === true,
    env: spec.env,
    shown: given === undefined ? `${url.origin}${path}` : `${url.origin}${path} (${given.source})`,
  };
}

async function givenUrl(spec: EndpointSpec, context: Surroundings) {
  const setting = await context.setting('url');
  if (setting !== undefined) return setting;
  const name = spec.alsoEnv?.find((one) => context.env(one) !== undefined);
  return name === undefined ? undefined : { value: context.env(name) as string, source: name };
}
