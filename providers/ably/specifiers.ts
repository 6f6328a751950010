/** Specifiers: how targets of Ably are named, `type:value`. */
import { type Options, type Target, usageError } from '../../src/contract/index.js';

export type Kind = 'clientId' | 'revocationKey' | 'channel';

/** The options that name targets, and what each of them names. */
const NAMED: readonly (readonly [option: string, flag: string, kind: Kind])[] = [
  ['clientId', '--client-id', 'clientId'],
  ['revocationKey', '--revocation-key', 'revocationKey'],
  ['channel', '--channel', 'channel'],
];

export const LABELS: Readonly<Record<Kind, string>> = {
  clientId: 'Client ID',
  revocationKey: 'Revocation Key',
  channel: 'Channel',
};

const WAYS = 'clientId:<id>, revocationKey:<key> or channel:<name>';

/**
 * Reads one specifier. With a kind the text is the value; without one it starts with its type. A
 * value may hold colons. Throws a usage error whose message never holds the text: it may be a secret.
 */
export function parseSpecifier(text: string, kind?: string): Target {
  assertNoSecret(text);
  if (kind !== undefined) return target(kindOf(kind), text, 'the value');
  const colon = text.indexOf(':');
  const type = text.slice(0, Math.max(colon, 0));
  if (!isKind(type)) {
    throw usageError(
      `a specifier without a known type: use ${WAYS}`,
      isPlain(text)
        ? `clientId:${text}, revocationKey:${text} or channel:${text}`
        : 'put the type before it; for files and pipes, --as <kind> gives it once',
    );
  }
  return target(type, text.slice(colon + 1), `the value after ${type}:`);
}

/** The targets that --client-id, --revocation-key and --channel name. Throws a usage error. */
export function namedTargets(options: Options): readonly Target[] {
  if (options.list('clientId').length > 0 && options.list('revocationKey').length > 0) {
    throw usageError(
      '--client-id and --revocation-key cannot be combined',
      'give one of them, or mix specifiers: clientId:<id> revocationKey:<key>',
    );
  }
  return NAMED.flatMap(([option, flag, kind]) =>
    options.list(option).map((value) => {
      assertNoSecret(value);
      return target(kind, value, flag);
    }),
  );
}

/** A value that looks like another than it is, or like several. */
export function cautionAbout({ id }: Target): string | undefined {
  if (PLAIN_ID.test(id)) return undefined;
  const { kind, value } = splitTarget({ id });
  const name = kind === 'clientId' ? 'client ID' : LABELS[kind].toLowerCase();
  const invisible = /\p{Cf}/u.exec(value)?.[0];
  if (invisible !== undefined) {
    const code = invisible.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return `the ${name} has an invisible character in it (U+${code})`;
  }
  if (kind !== 'clientId' || !value.includes(',')) return undefined;
  return `the ${name} has a comma in it: it is read as one ${name}, not several`;
}

const PLAIN_ID = /^[\x21-\x2b\x2d-\x7e]*$/;

/** A target in its two parts. */
export function splitTarget({ id }: Target): { readonly kind: Kind; readonly value: string } {
  const colon = id.indexOf(':');
  return { kind: kindOf(id.slice(0, colon)), value: id.slice(colon + 1) };
}

function target(kind: Kind, value: string, where: string): Target {
  if (value.trim() === '') throw usageError(`${where} is empty`, `give a value: ${WAYS}`);
  if (!/^[\x21-\x7e]+$/.test(value) && /[\p{Cc}\p{Cs}]/u.test(value)) {
    throw usageError(`${where} holds control characters`, 'give it exactly as it is in the token');
  }
  assertNoSecret(value);
  return { id: `${kind}:${value}` };
}

function kindOf(name: string): Kind {
  if (isKind(name)) return name;
  throw usageError('an unknown type of specifier', `it is ${WAYS}`);
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(LABELS, name);
}

function isPlain(text: string): boolean {
  return /^[A-Za-z0-9_@-]{1,20}$/.test(text);
}

const API_KEY = /^[\w-]{4,}\.[\w-]{4,}:[\w+/=-]{12,}$/;
const JWT = /^eyJ[\w-]*(\.[\w-]*){2,4}$/;
const NATIVE_TOKEN = /^[\w-]{5,10}\.[\w+/=-]{40,}$/;

/** Whether a text looks like an Ably API key. */
export function isApiKey(text: string): boolean {
  return API_KEY.test(text);
}

function assertNoSecret(text: string): void {
  // Every shape of these has a dot in it, and a list of a million targets is read with this.
  if (!text.includes('.')) return;
  const bare = text.trim().replace(/^bearer\s+/i, '');
  if (isApiKey(bare)) {
    throw usageError(
      'this looks like an Ably API key, not a specifier',
      `put the key into ABLY_API_KEY, and give what to revoke: ${WAYS}`,
      'secret_in_target',
    );
  }
  if (JWT.test(bare) || NATIVE_TOKEN.test(bare)) {
    throw usageError(
      'this looks like a token; Ably cannot revoke one token by its value',
      `give what the token carries: ${WAYS}`,
      'secret_in_target',
    );
  }
}
