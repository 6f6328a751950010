/** Secrets are masked by value, in every spelling that they travel in, at the one place that writes. */
import { spell } from './secret-spellings.js';
import { createSpellingSearch, type SpellingSearch } from './spelling-search.js';
import { safeJson } from './text.js';

export interface Redactor {
  /** From now on this secret never shows. Too short a text is no secret. */
  add(secret: string): void;
  /** The text with every known secret masked, and everything that has the shape of a JWT. */
  clean(text: string): string;
  /** The same for the texts inside a value of JSON. Its keys stay, and so do words of our own. */
  cleanValue<T>(value: T): T;
}

const MASK = '[secret]';
/** Shorter values would mask half of every sentence, and protect nothing. */
const SHORTEST = 6;
/** A power of two: slots of the table that says which spellings may begin with three characters. */
const SLOTS = 4096;
/** A search is made for texts to come: where there are few, making it costs more than it saves. */
const FEW_TEXTS = 8;
const SIGNED = /eyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]{16,}/g;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  const slots: (readonly string[] | undefined)[] = [];
  let search: SpellingSearch | undefined;
  let texts = 0;

  function add(secret: string): void {
    if (secret.length < SHORTEST || known.has(secret)) return;
    search = undefined;
    texts = 0;
    for (const spelling of spell(secret)) {
      if (spelling.length < SHORTEST || known.has(spelling)) continue;
      known.add(spelling);
      const slot = slotAt(spelling, 0);
      slots[slot] = [...(slots[slot] ?? []), spelling].sort((a, b) => b.length - a.length);
    }
  }

  /** The first place that a spelling may begin at, from `at` on; -1: there is none. */
  function nextPlace(text: string, at: number): number {
    if (search) return search.next(text, at);
    return at + SHORTEST <= text.length ? at : -1;
  }

  function spellingAt(text: string, at: number): string | undefined {
    const some = slots[slotAt(text, at)];
    if (some) for (const spelling of some) if (text.startsWith(spelling, at)) return spelling;
    return undefined;
  }

  /** One pass over the text, however many spellings there are. */
  function clean(text: string): string {
    if (!search && ++texts > FEW_TEXTS) search = createSpellingSearch(known);
    let cleaned = '';
    let from = 0;
    for (let at = nextPlace(text, 0); at >= 0;) {
      const found = spellingAt(text, at);
      if (found !== undefined) {
        cleaned += text.slice(from, at) + MASK;
        from = at + found.length;
      }
      at = nextPlace(text, found === undefined ? at + 1 : from);
    }
    const whole = from === 0 ? text : cleaned + text.slice(from);
    return whole.includes('eyJ') ? whole.replace(SIGNED, MASK) : whole;
  }

  return { add, clean, cleanValue: (value) => mapTexts(value, clean) };
}

/** A hash of the three characters at a place. */
function slotAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) &
    (SLOTS - 1)
  );
}

/** Under these keys stand words that the program chose itself: a secret may be such a word too. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'provider',
  'status',
  'journaled_status',
  'code',
  'method',
  'before',
  'after',
]);
const OWN_WORD = /^[a-z][a-z_-]*$/;

/**
 * Every text inside a value of JSON, changed; keys and structure stay, and so do our own words. A
 * number is a text where its digits are changed.
 */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') {
    const digits = String(value);
    const changed = change(digits);
    return changed === digits ? value : changed;
  }
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return mapped((value as { toJSON(): unknown }).toJSON(), change);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const isOwn = OWN_KEYS.has(key) && typeof each === 'string' && OWN_WORD.test(each);
      return [key, isOwn ? each : mapped(each, change)];
    }),
  );
}

/** A value as one line of JSON, masked. */
export function maskedJson(value: unknown, { clean, cleanValue }: Redactor): string {
  const json = safeJson(value);
  return clean(json) === json ? json : safeJson(cleanValue(value));
}

/**
 * Takes secrets out of the texts inside a value of JSON: what a server repeats of the targets it was
 * sent. An answer about one of them may repeat another.
 */
export function createScrubber(given: readonly (string | undefined)[]): <T>(value: T) => T {
  const secrets = given.filter((secret) => secret !== undefined && secret !== '') as string[];
  if (secrets.length === 0) return (value) => value;
  // No spelling is much shorter than its secret, or holds a space that the secret does not.
  const needed = Math.floor(Math.min(...secrets.map(({ length }) => length)) * 0.8);
  const hasSpace = secrets.some((secret) => /\s/.test(secret));
  const mayHold = (text: string) =>
    text.length >= needed && (hasSpace || text.split(/\s+/).some((word) => word.length >= needed));
  let redactor: Redactor | undefined;
  const clean = (text: string) => {
    if (!mayHold(text)) return text;
    if (!redactor) {
      redactor = createRedactor();
      for (const secret of secrets) redactor.add(secret);
    }
    return redactor.clean(text);
  };
  return (value) => mapTexts(value, clean);
}
