/** `client_secret_basic` in the two forms that servers read: decoded (RFC 6749 §2.3.1), and as it is. */

export interface BasicLogin {
  /** For a server that decodes; the same for one that does not, where nothing had to be encoded. */
  readonly encoded: string;
  readonly raw: string;
}

/** What decoding would change; everything else is left alone, for servers that do not decode. */
const CHANGED_BY_DECODING = /[\x00-\x20%+\x7f]|[^\x00-\x7f]/gu;

/** The text before Base64. A colon is where the ID ends, so that none may stand in it. */
export function basicLogin(id: string, secret: string): BasicLogin {
  const encodedId = encode(id).replaceAll(':', '%3A');
  return { encoded: `${encodedId}:${encode(secret)}`, raw: `${id}:${secret}` };
}

function encode(text: string): string {
  return text.replace(CHANGED_BY_DECODING, (character) => encodeURIComponent(character));
}
