/**
 * Who we are to the authorization server: the client, its secret or key, and how it is presented
 * (RFC 6749 §2.3, RFC 7523 §2.2). The encodings and the assertions are oauth4webapi's.
 */
import {
  type Context,
  credentialsError,
  type Options,
  usageError,
} from '../../src/contract/index.js';
import { readKey } from './client-key.js';

export const METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;
export type Method = (typeof METHODS)[number];

interface Found {
  readonly value: string;
  /** Where it came from, in words. */
  readonly source: string;
}

/** What was given, before anything is known of the server. */
export interface Credential {
  readonly id: string | undefined;
  readonly secret: Found | undefined;
  readonly key: Found | undefined;
  /** The method that --client-auth asks for. */
  readonly asked: Method | undefined;
}

export interface Client {
  readonly id: string | undefined;
  readonly method: Method;
  /** `client secret from OAUTH_CLIENT_SECRET` */
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The form that asks for something as this client; an assertion in it is new each time. */
  encode(parameters: Readonly<Record<string, string>>): Promise<string>;
}

/** What a server says of the clients it takes. */
export interface Demands {
  /** The audience of an assertion. */
  readonly issuer: string | undefined;
  readonly methods: readonly string[] | undefined;
  readonly algorithms: readonly string[] | undefined;
}

/** Throws a fault where nothing can be sent with what there is. */
export async function readCredential(context: Context, options: Options): Promise<Credential> {
  const asked = METHODS.find((method) => method === options.text('clientAuth'));
  const id = (await context.setting('client_id'))?.value;
  if (id === undefined && asked !== 'none') {
    throw credentialsError(
      'no client to revoke as',
      'set --client-id or OAUTH_CLIENT_ID, and OAUTH_CLIENT_SECRET; --client-auth none sends the token alone',
    );
  }
  const secretFile = options.text('clientSecretFile');
  const keyFile = options.text('clientKeyFile');
  if (secretFile !== undefined && keyFile !== undefined)
    throw usageError(
      '--client-secret-file and --client-key-file exclude each other',
      'give one of them',
    );
  const key = await fromFile(context, keyFile, '--client-key-file');
  const secret =
    (await fromFile(context, secretFile, '--client-secret-file')) ??
    (key ? undefined : await context.setting('client_secret'));
  if (asked === 'private_key_jwt' && !key)
    throw credentialsError('private_key_jwt needs a key', 'name it with --client-key-file <path>');
  if (asked?.startsWith('client_secret') && !secret) {
    throw credentialsError(
      `${asked} needs a client secret`,
      'set OAUTH_CLIENT_SECRET, or name a file with --client-secret-file <path>',
    );
  }
  return { id, secret, key, asked };
}

/** The method that was asked for, or the first that fits both the credential and the server. */
export function chooseMethod(
  { secret, key, asked }: Credential,
  supported: readonly string[] | undefined,
): Method {
  if (asked) return asked;
  // Servers take public clients without listing `none`.
  if (!key && !secret) return 'none';
  const fitting: readonly [Method, ...Method[]] = key
    ? ['private_key_jwt']
    : ['client_secret_basic', 'client_secret_post'];
  if (!supported) return fitting[0];
  const method = fitting.find((name) => supported.includes(name));
  if (method) return method;
  throw credentialsError(
    `the server authenticates clients by ${supported.join(', ') || 'nothing'}, and a client ${key ? 'key' : 'secret'} is at hand`,
    'give what the server takes, or insist with --client-auth <method>',
    'credentials_unfit',
  );
}

/** The client as the server's metadata wants it. Loads oauth4webapi. */
export async function createClient(credential: Credential, demands: Demands): Promise<Client> {
  const method = chooseMethod(credential, demands.methods);
  const authenticate = await authenticator(method, credential, demands);
  const server = { issuer: demands.issuer ?? '' };
  const client = { client_id: credential.id ?? '' };
  const headers = new Headers();
  await authenticate(server, client, new URLSearchParams(), headers);
  return {
    id: credential.id,
    method,
    source: describe(method, credential),
    headers: Object.fromEntries(headers),
    async encode(parameters) {
      const body = new URLSearchParams(parameters);
      await authenticate(server, client, body, new Headers());
      return body.toString();
    },
  };
}

async function authenticator(method: Method, credential: Credential, demands: Demands) {
  const oauth = await import('oauth4webapi');
  switch (method) {
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(credential.secret?.value ?? '');
    case 'client_secret_post':
      return oauth.ClientSecretPost(credential.secret?.value ?? '');
    case 'private_key_jwt': {
      if (demands.issuer === undefined) {
        throw usageError(
          'private_key_jwt needs the issuer, which is the audience of the assertion',
          'give --issuer <url> beside --revocation-endpoint',
        );
      }
      const { key, id, algorithm } = await readKey(credential.key?.value ?? '', demands.algorithms);
      return oauth.PrivateKeyJwt(id === undefined ? key : { key, kid: id }, {
        [oauth.modifyAssertion]: (header) => void (header['alg'] = algorithm),
      });
    }
    case 'none':
      return credential.id === undefined ? () => {} : oauth.None();
  }
}

async function fromFile(
  context: Context,
  path: string | undefined,
  option: string,
): Promise<Found | undefined> {
  if (path === undefined) return undefined;
  return { value: await context.files.readSecret(path), source: `${option} ${path}` };
}

function describe(method: Method, { secret, key }: Credential): string {
  if (method === 'none') return 'public client, no credential';
  return method === 'private_key_jwt'
    ? `client key from ${key?.source}`
    : `client secret from ${secret?.source}`;
}
