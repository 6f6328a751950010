/**
 * How the client is presented to the server (RFC 6749 §2.3, RFC 7523 §2.2). The assertions are
 * oauth4webapi's, which is loaded only where it is needed.
 */
import { credentialsError, usageError } from '../../src/contract/index.js';
import { basicLogin } from './basic-login.js';
import { readKey } from './client-key.js';
import type { Credential, Method } from './credential.js';

/** One way to present a client. */
export interface Presentation {
  readonly method: Method;
  /** Of client_secret_basic, where the two differ. */
  readonly form?: 'encoded' | 'raw';
  readonly headers: Readonly<Record<string, string>>;
  /** The form that asks for something as this client; an assertion in it is new each time. */
  encode(parameters: Readonly<Record<string, string>>): Promise<string>;
}

export interface Client {
  readonly id: string | undefined;
  /** `client secret from OAUTH_CLIENT_SECRET` */
  readonly source: string;
  /** In the order in which they are tried: the next one only where the server rejected the client. */
  readonly presentations: readonly [Presentation, ...Presentation[]];
}

/** What a server says of the clients it accepts. */
export interface Demands {
  /** The audience of an assertion, where nothing else is asked for. */
  readonly issuer: string | undefined;
  readonly methods: readonly string[] | undefined;
  readonly algorithms: readonly string[] | undefined;
}

const SECRET_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'bearer',
] as const;
/** Those that send the secret itself: where the metadata lists both, the second may work instead. */
const PLAIN_METHODS: ReadonlySet<string> = new Set(['client_secret_basic', 'client_secret_post']);
const MUTUAL_TLS: ReadonlySet<string> = new Set(['tls_client_auth', 'self_signed_tls_client_auth']);

/** The method that was asked for, or those that fit both the credential and the server. */
export function chooseMethods(
  { secret, key, asked }: Credential,
  supported: readonly string[] | undefined,
): readonly [Method, ...Method[]] {
  if (asked) return [asked];
  if (supported?.length && supported.every((name) => MUTUAL_TLS.has(name))) {
    throw credentialsError(
      `the server authenticates clients by mutual TLS alone (${supported.join(', ')}), which revoke does not support`,
      'revoke these tokens at the server, or with a client that authenticates in another way',
      'credentials_unfit',
    );
  }
  // Servers take public clients without listing `none`.
  if (!key && !secret) return ['none'];
  const fitting: readonly [Method, ...Method[]] = key ? ['private_key_jwt'] : SECRET_METHODS;
  if (!supported) return [fitting[0]];
  const listed = new Set(supported.map((name) => (name === 'Bearer' ? 'bearer' : name)));
  const [first, ...others] = fitting.filter((name) => listed.has(name));
  if (first) return PLAIN_METHODS.has(first) ? [first, ...others.filter(isPlain)] : [first];
  throw credentialsError(
    `the server authenticates clients by ${supported.join(', ') || 'nothing'}, and a client ${key ? 'key' : 'secret'} is set`,
    'set what the server accepts, or insist with --client-auth <method>',
    'credentials_unfit',
  );
}

function isPlain(method: Method): boolean {
  return PLAIN_METHODS.has(method);
}

/**
 * The client as the server's metadata wants it.
 * @param mask from then on this text never shows
 */
export async function createClient(
  credential: Credential,
  demands: Demands,
  mask: (secret: string) => void,
): Promise<Client> {
  const [first, ...others] = chooseMethods(credential, demands.methods);
  const present = (method: Method) => presentationsOf(method, { credential, demands, mask });
  const [main, ...more] = await present(first);
  for (const method of others) more.push(...(await present(method)));
  return { id: credential.id, source: describe(first, credential), presentations: [main, ...more] };
}

interface Given {
  readonly credential: Credential;
  readonly demands: Demands;
  readonly mask: (secret: string) => void;
}

async function presentationsOf(
  method: Method,
  given: Given,
): Promise<[Presentation, ...Presentation[]]> {
  const { id, secret } = given.credential;
  if (method === 'client_secret_basic') return basicPresentations(given);
  if (method === 'bearer') {
    const authorization = `Bearer ${secret?.value}`;
    return [{ method, headers: { authorization }, encode: formOf }];
  }
  if (method === 'none' && id === undefined) return [{ method, headers: {}, encode: formOf }];
  return [await assertedPresentation(method, given)];
}

async function formOf(parameters: Readonly<Record<string, string>>): Promise<string> {
  return new URLSearchParams(parameters).toString();
}

function basicPresentations({ credential, mask }: Given): [Presentation, ...Presentation[]] {
  const { encoded, raw } = basicLogin(credential.id ?? '', credential.secret?.value ?? '');
  const present = (login: string, form?: 'encoded' | 'raw'): Presentation => {
    const base64 = Buffer.from(login, 'utf8').toString('base64');
    mask(login);
    mask(base64);
    return {
      method: 'client_secret_basic',
      ...(form && { form }),
      headers: { authorization: `Basic ${base64}` },
      encode: formOf,
    };
  };
  return encoded === raw ? [present(encoded)] : [present(encoded, 'encoded'), present(raw, 'raw')];
}

/** A list of a million tokens has as many assertions; later ones are masked by their shape alone. */
const MOST_MASKED = 100;

async function assertedPresentation(method: Method, given: Given): Promise<Presentation> {
  const authenticate = await authenticator(method, given);
  const { credential, demands, mask } = given;
  const server = { issuer: credential.audience ?? demands.issuer ?? '' };
  const client = { client_id: credential.id ?? '' };
  let masked = 0;
  return {
    method,
    headers: {},
    async encode(parameters) {
      const body = new URLSearchParams(parameters);
      await authenticate(server, client, body, new Headers());
      const assertion = body.get('client_assertion');
      if (assertion !== null && masked++ < MOST_MASKED) mask(assertion);
      return body.toString();
    },
  };
}

async function authenticator(method: Method, { credential, demands }: Given) {
  const oauth = await import('./authenticators.js');
  if (method === 'none') return oauth.None();
  const secret = credential.secret?.value ?? '';
  if (method === 'client_secret_post') return oauth.ClientSecretPost(secret);
  if (demands.issuer === undefined && credential.audience === undefined) {
    throw usageError(
      `${method} needs the issuer, which is the audience of the assertion`,
      'add --issuer <url>, or --assertion-audience <url>',
    );
  }
  if (method === 'client_secret_jwt') return oauth.ClientSecretJwt(secret);
  const { key, id, algorithm } = await readKey(credential.key?.value ?? '', demands.algorithms);
  return oauth.PrivateKeyJwt(id === undefined ? key : { key, kid: id }, {
    [oauth.modifyAssertion]: (header) => void (header['alg'] = algorithm),
  });
}

function describe(method: Method, { secret, key }: Credential): string {
  if (method === 'none') return 'public client, no credential';
  if (method === 'private_key_jwt') return `client key from ${key?.source}`;
  return `${method === 'bearer' ? 'access token' : 'client secret'} from ${secret?.source}`;
}

/** `client_secret_basic (not encoded)` */
export function nameOf({ method, form }: Pick<Presentation, 'method' | 'form'>): string {
  if (form === undefined) return method;
  return `${method} (${form === 'raw' ? 'not encoded' : 'encoded'})`;
}
