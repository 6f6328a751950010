/** The spellings that a secret travels in, and comes back in: from servers, logs and proxies. */

/** Every spelling, the plain one too; some may be the same. */
export function spell(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const url = percentEncoded(bytes.toString('utf8'));
  const encoded = [secret, ...url].flatMap((text) => base64(Buffer.from(text, 'utf8')));
  const hex = bytes.toString('hex');
  return [
    secret,
    ...inExcerpts(secret),
    ...url,
    ...url.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...inDocuments(secret),
    ...new Set(encoded),
    ...[...new Set(encoded)].map((text) => encodeURIComponent(text)),
    hex,
    hex.toUpperCase(),
    hex.replace(/../g, '%$&'),
    hex.toUpperCase().replace(/../g, '%$&'),
  ];
}

/** As a component, by RFC 3986, as a form, as OAuth clients write their logins, and as a whole URL. */
function percentEncoded(text: string): readonly string[] {
  const component = encodeURIComponent(text);
  const also = (characters: RegExp) =>
    component.replace(
      characters,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const form = new URLSearchParams({ '': text }).toString().slice(1);
  const everything = also(/[-_.!~*'()]/g);
  return [
    component,
    also(/[!'()*]/g),
    form,
    everything,
    everything.replaceAll('%20', '+'),
    encodeURI(text),
  ];
}

/**
 * As excerpt() leaves a secret that has blanks in it: with one blank for each, or cut off after a
 * word.
 */
function inExcerpts(secret: string): readonly string[] {
  const words = secret.split(/\s+/);
  if (words.length === 1) return [];
  const cut = words.slice(1).map((_word, index) => `${words.slice(0, index + 1).join(' ')} …`);
  return [words.join(' '), ...cut];
}

/** Inside JSON, as the common writers escape it, and inside HTML. */
function inDocuments(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const escaped = (pattern: RegExp) =>
    json.replace(
      pattern,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    json,
    json.replaceAll('/', '\\/'),
    escaped(/[^\x20-\x7e]/g),
    escaped(/[^\x20-\x7e]|[&<>'+]/g),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    html.replaceAll('"', '&#34;').replaceAll("'", '&#x27;'),
  ];
}

/**
 * base64 and base64url wherever the bytes begin in a longer text: the characters that are theirs
 * alone, since those at the ends hold bits of their neighbours.
 */
function base64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const isWhole = (offset + bytes.length) % 3 === 0;
    const from = offset === 0 ? 0 : offset + 1;
    const own = encoded.replace(/=+$/, '').slice(from, isWhole ? undefined : -1);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
