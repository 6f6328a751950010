/** The client that was given, before anything is known of the server: its ID, and a secret or a key. */
import {
  type Context,
  credentialsError,
  type Options,
  usageError,
} from '../../src/contract/index.js';

export const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'bearer',
  'none',
] as const;
export type Method = (typeof METHODS)[number];

interface Found {
  readonly value: string;
  /** Where it came from, in words. */
  readonly source: string;
}

export interface Credential {
  readonly id: string | undefined;
  readonly secret: Found | undefined;
  readonly key: Found | undefined;
  /** The method that --client-auth asks for. */
  readonly asked: Method | undefined;
  /** The audience of assertions that --assertion-audience asks for. */
  readonly audience?: string | undefined;
}

/** How the server is named. */
export const SET_SERVER = 'give --issuer <url> (or OAUTH_ISSUER), or --revocation-endpoint <url>';
const SET_CLIENT =
  'set --client-id or OAUTH_CLIENT_ID, and OAUTH_CLIENT_SECRET (or --client-secret-file or --client-key-file); for a public client add --client-auth none';

/** Throws an error where nothing can be sent with what there is. */
export async function readCredential(context: Context, options: Options): Promise<Credential> {
  const asked = METHODS.find((method) => method === options.text('clientAuth'));
  const id = (await context.setting('client_id'))?.value;
  if (id === undefined && asked !== 'none' && asked !== 'bearer') {
    const hasServer =
      options.text('revocationEndpoint') !== undefined ||
      (await context.setting('issuer')) !== undefined;
    throw credentialsError(
      hasServer ? 'no OAuth client is set' : 'neither an OAuth server nor a client is set',
      `${hasServer ? '' : `${SET_SERVER}; then `}${SET_CLIENT}`,
    );
  }
  const secretFile = options.text('clientSecretFile');
  const keyFile = options.text('clientKeyFile');
  if (secretFile !== undefined && keyFile !== undefined)
    throw usageError(
      '--client-secret-file and --client-key-file cannot be combined',
      'give one of them',
    );
  const key = await fromFile(context, keyFile, '--client-key-file');
  const secret =
    (await fromFile(context, secretFile, '--client-secret-file')) ??
    (key ? undefined : await context.setting('client_secret'));
  const audience = readAudience(options);
  const credential = { id, secret, key, asked, audience };
  assertComplete(credential);
  return credential;
}

/** An own client for introspection; undefined where the client that revokes introspects too. */
export async function readIntrospectionCredential(
  context: Context,
  options: Options,
): Promise<Credential | undefined> {
  const id = (await context.setting('introspection_client_id'))?.value;
  const secret = await context.setting('introspection_client_secret');
  if (id === undefined && secret === undefined) return undefined;
  if (id === undefined) {
    throw credentialsError(
      'OAUTH_INTROSPECTION_CLIENT_SECRET is set without its client',
      'set OAUTH_INTROSPECTION_CLIENT_ID too',
    );
  }
  return { id, secret, key: undefined, asked: undefined, audience: readAudience(options) };
}

function assertComplete({ asked, key, secret }: Credential): void {
  if (asked === 'private_key_jwt' && !key)
    throw credentialsError('private_key_jwt needs a key', 'give it with --client-key-file <path>');
  if (asked === 'bearer' && !secret) {
    throw credentialsError(
      'bearer needs an access token of the client',
      'give it as the client secret: OAUTH_CLIENT_SECRET, or --client-secret-file <path>',
    );
  }
  if (asked?.startsWith('client_secret') && !secret) {
    throw credentialsError(
      `${asked} needs a client secret`,
      'set OAUTH_CLIENT_SECRET, or give --client-secret-file <path>',
    );
  }
}

function readAudience(options: Options): string | undefined {
  const audience = options.text('assertionAudience');
  if (audience === undefined || URL.canParse(audience)) return audience;
  throw usageError('--assertion-audience is not a URL', 'give the whole URL: https://…');
}

async function fromFile(
  context: Context,
  path: string | undefined,
  option: string,
): Promise<Found | undefined> {
  if (path === undefined) return undefined;
  return { value: await context.files.readSecret(path), source: `${option} ${path}` };
}
