/**
 * AWS's STS and IAM on loopback, below `/sts` and `/iam`: signatures are checked, keys become inactive
 * or are deleted, and a policy may forbid it.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Reply, SeenRequest } from '../../src/contract/index.js';
import { createTokenBook, type BookedToken } from '../../src/emulator/token-book.js';
import {
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface AwsEmulator extends TokenEmulator {
  /** Its policies forbid this key to change access keys. */
  deny(pair: string): void;
  /** Makes an inactive key active again, as its owner can. */
  reactivate(pair: string): void;
}

const ACCOUNT = '123456789012';
const SKEW_MS = 900_000;

export async function startAwsEmulator(options: TokenEmulatorOptions = {}): Promise<AwsEmulator> {
  const book = createTokenBook(options);
  const denied = new Set<string>();
  const find = (id: string) => book.all().find(({ value }) => value.startsWith(`${id}:`));
  const deleted = new Set<string>();

  function signerOf(request: SeenRequest, service: string): BookedToken | Reply {
    const signature = readSignature(request);
    if (!signature) return refuse(403, 'MissingAuthenticationToken', 'Request is missing a token');
    const token = find(signature.id);
    if (!token || book.stateOf(token.value) !== 'active')
      return refuse(403, 'InvalidClientTokenId', 'The security token in the request is invalid.');
    const isFresh = Math.abs(timeOf(signature.date) - book.now()) <= SKEW_MS;
    const secret = token.value.slice(signature.id.length + 1);
    const isRight =
      signature.service === service && signature.signature === sign(request, signature, secret);
    if (isFresh && isRight) return token;
    const message = isFresh ? 'The request signature does not match.' : 'Signature expired';
    return refuse(403, 'SignatureDoesNotMatch', message);
  }

  function callSts(request: SeenRequest): Reply {
    const signer = signerOf(request, 'sts');
    if (isReply(signer)) return signer;
    if (formOf(request).get('Action') !== 'GetCallerIdentity') return invalidAction();
    const arn = `arn:aws:iam::${ACCOUNT}:user/${signer.owner}`;
    const result = `<Arn>${arn}</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>${ACCOUNT}</Account>`;
    return {
      ...xml(200, 'GetCallerIdentity', result),
      headers: { 'content-type': 'text/xml', date: new Date(book.now()).toUTCString() },
    };
  }

  function callIam(request: SeenRequest): Reply {
    const signer = signerOf(request, 'iam');
    if (isReply(signer)) return signer;
    const form = formOf(request);
    const action = form.get('Action') ?? '';
    if (action === 'ListAccessKeys') return listKeys(signer);
    if (action !== 'UpdateAccessKey' && action !== 'DeleteAccessKey') return invalidAction();
    if (denied.has(signer.value)) {
      const message = `User: arn:aws:iam::${ACCOUNT}:user/${signer.owner} is not authorized to perform: iam:${action}`;
      return refuse(403, 'AccessDenied', message);
    }
    const key = find(form.get('AccessKeyId') ?? '');
    if (!key || deleted.has(key.value) || key.owner !== signer.owner)
      return refuse(404, 'NoSuchEntity', 'The Access Key cannot be found.');
    if (action === 'DeleteAccessKey') deleted.add(key.value);
    if (action === 'DeleteAccessKey' || form.get('Status') === 'Inactive') book.revoke(key);
    return xml(200, action, '');
  }

  function listKeys({ owner }: BookedToken): Reply {
    const rows = book
      .all()
      .filter((token) => token.owner === owner && !deleted.has(token.value))
      .map(({ value }) => {
        const status = book.stateOf(value) === 'active' ? 'Active' : 'Inactive';
        return `<member><UserName>${owner}</UserName><AccessKeyId>${value.split(':')[0]}</AccessKeyId><Status>${status}</Status></member>`;
      });
    const list = `<AccessKeyMetadata>${rows.join('')}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`;
    return xml(200, 'ListAccessKeys', list);
  }

  const emulator = await startTokenEmulator(
    {
      book,
      routes: { 'POST /sts/': callSts, 'POST /iam/': callIam },
      notFound: () => refuse(404, 'NotFound', 'Not Found'),
      revokes: /^POST .*\/iam\/$/,
      issues: 'aws_access_key',
      environment: (url) => ({
        REVOKE_AWS_IAM_URL: `${url}/iam`,
        REVOKE_AWS_STS_URL: `${url}/sts`,
      }),
      samples: { AWS_SAMPLE_TOKEN: 'aws_access_key' },
    },
    options,
  );
  return {
    ...emulator,
    deny: (pair) => void denied.add(pair),
    reactivate(pair) {
      const token = book.find(pair);
      if (token && !deleted.has(pair)) delete token.revokedFrom;
    },
  };
}

interface Signature {
  readonly id: string;
  /** `20261201T120000Z` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

function readSignature({ headers }: SeenRequest): Signature | undefined {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/([\w-]+)\/(\w+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, region, service, signedHeaders, signature] =
    pattern.exec(headers.authorization ?? '') ?? [];
  const date = headers['x-amz-date'];
  if (!id || !region || !service || !signedHeaders || !signature || typeof date !== 'string')
    return undefined;
  return { id, date, region, service, signedHeaders, signature };
}

/** Signature Version 4, from its documentation. */
function sign(
  { method, path, query, headers, body }: SeenRequest,
  { date, region, service, signedHeaders }: Signature,
  secret: string,
): string {
  const lines = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, query.toString(), lines.join(''), signedHeaders, sha256(body)];
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function timeOf(date: string): number {
  return Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
}

function formOf({ body }: SeenRequest): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}

function isReply(value: BookedToken | Reply): value is Reply {
  return 'status' in value;
}

function xml(status: number, action: string, result: string): Reply {
  const inner = result === '' ? '' : `<${action}Result>${result}</${action}Result>`;
  const request =
    '<ResponseMetadata><RequestId>7a62c49f-347e-4fc4-9331-6e8e</RequestId></ResponseMetadata>';
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="https://amazonaws.com/doc/">${inner}${request}</${action}Response>`,
  };
}

function refuse(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>7a62c49f</RequestId></ErrorResponse>`,
  };
}

function invalidAction(): Reply {
  return refuse(400, 'InvalidAction', 'Could not find operation');
}
