/** One signed call of AWS's query APIs, and what its XML answers say. */
import type { Answer, FamilyTools } from '../../src/families/index.js';

export interface AwsCall {
  /** The setting that names the host; the main one without it. */
  readonly at?: string;
  readonly service: 'sts' | 'iam';
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08' } as const;

/**
 * Signed for the region that the host is of; us-east-1 where it names none.
 * @param pair the access key ID and its secret, with a colon between them
 */
export async function callAws(pair: string, tools: FamilyTools, call: AwsCall): Promise<Answer> {
  const { AwsV4Signer } = await import('aws4fetch');
  const { at, service, action, parameters } = call;
  const { id, secret } = halvesOf(pair);
  const url = `${tools.urlOf(at)}/`;
  const form = { Action: action, Version: VERSIONS[service], ...parameters };
  const body = new URLSearchParams(form).toString();
  const signed = await new AwsV4Signer({
    url,
    method: 'POST',
    body,
    service,
    accessKeyId: id,
    secretAccessKey: secret,
    datetime: new Date(tools.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  }).sign();
  const headers = { accept: 'text/xml', ...Object.fromEntries(signed.headers) };
  return tools.send({ method: 'POST', path: '/', headers, body, ...(at !== undefined && { at }) });
}

export function halvesOf(pair: string): { readonly id: string; readonly secret: string } {
  const colon = pair.indexOf(':');
  return { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}

const LONGEST = 200;

/** The text of an element; undefined where there is none. */
export function elementOf({ text }: Answer, name: string): string | undefined {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`, start);
  if (start === -1 || end === -1) return undefined;
  return text.slice(start + name.length + 2, Math.min(end, start + LONGEST));
}

/** The code of a documented error. */
export function errorCodeOf(answer: Answer): string | undefined {
  return answer.status >= 400 ? elementOf(answer, 'Code') : undefined;
}
