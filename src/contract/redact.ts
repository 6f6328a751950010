/** Secrets are masked by value, in every spelling that they travel in, at the one place that writes. */

export interface Redactor {
  /** From now on this secret never shows. Too short a text is no secret. */
  add(secret: string): void;
  /** The text with every known secret masked. */
  clean(text: string): string;
}

const MASK = '[secret]';
/** Shorter values would mask half of every sentence, and protect nothing. */
const SHORTEST = 6;

export function createRedactor(): Redactor {
  const spellings = new Set<string>();
  let ordered: readonly string[] = [];
  return {
    add(secret) {
      if (secret.length < SHORTEST || spellings.has(secret)) return;
      for (const spelling of spell(secret)) spellings.add(spelling);
      ordered = [...spellings].sort((a, b) => b.length - a.length);
    },
    clean(text) {
      return ordered.reduce(
        (cleaned, secret) =>
          cleaned.includes(secret) ? cleaned.replaceAll(secret, MASK) : cleaned,
        text,
      );
    },
  };
}

/** Texts inside a value of JSON, without one secret: what a server repeats of the target it was sent. */
export function scrub<T>(value: T, secret: string | undefined): T {
  if (secret === undefined) return value;
  const redactor = createRedactor();
  redactor.add(secret);
  const text = JSON.stringify(value);
  const cleaned = redactor.clean(text);
  return cleaned === text ? value : (JSON.parse(cleaned) as T);
}

/** Plain, URL-encoded, inside JSON, base64 and base64url (whole, so at any of three offsets). */
function spell(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const whole = encoded
      .slice(offset === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -1);
    return whole.length < SHORTEST ? [] : [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    secret,
    encodeURIComponent(bytes.toString('utf8')),
    JSON.stringify(secret).slice(1, -1),
    ...base64,
  ];
}
