/**
 * Text that came from outside is made harmless before a person or a script sees it: control and
 * escape characters, C1, bidirectional and zero-width marks, lone surrogates.
 */

const PLAIN = /^[\x20-\x7e]*$/;
const HARMFUL =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const JSON_HARMFUL =
  /[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** One line of text with nothing in it that a terminal or a log reader would act on. */
export function escapeControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(HARMFUL, (character) => escapeUnits(character));
}

/** One line of text, in which build systems find no command of theirs either. */
export function escapeControlsInLine(text: string): string {
  const line = withoutCommands(escapeControls(text));
  return line.replace(/^(\s*):(?=:)/, '$1\\u003a');
}

/** JSON.stringify leaves DEL, C1, bidi marks and commands of build systems; here they are escaped too. */
export function safeJson(value: unknown, indent?: number): string {
  const json = withoutCommands(JSON.stringify(value, null, indent));
  return PLAIN.test(json)
    ? json
    : json.replace(JSON_HARMFUL, (character) => escapeUnits(character));
}

/** `##vso[…]`, `##[…]`, `##teamcity[…]` and `::name …::`, wherever in a line they stand. */
function withoutCommands(line: string): string {
  const broken = line.includes('##') ? line.replace(/#(?=#[\w-]*\[)/g, '\\u0023') : line;
  return broken.includes('::')
    ? broken.replace(/:(?=:[a-z][\w-]*(?:\s[^:]*)?::)/gi, '\\u003a')
    : broken;
}

/** Text cut to a number of characters, for messages that quote a server. */
export function truncate(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A number with commas: 10,200. Intl does the same and takes 30 ms to start. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A bearer or a JWT; what is long without a break; letters and digits mixed for a while. */
const MAYBE_SECRET = /^bearer\s|^eyj|[\w+/=-]{20}|(?=[a-z_]*\d)(?=[\d_]*[a-z])\w{12}/i;

/**
 * A word as an error may show it: only where it is too short and too plain to be a secret.
 * @param looksSecret what more a provider knows of the shapes of its own secrets
 */
export function quoteUnlessSecret(
  word: string,
  looksSecret: (word: string) => boolean = () => false,
): string {
  const isHidden =
    word.length > 40 || word.includes(':') || MAYBE_SECRET.test(word) || looksSecret(word);
  return isHidden ? '(not shown: it may be a secret)' : `"${escapeControls(word)}"`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
