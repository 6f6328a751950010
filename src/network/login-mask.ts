/** What a request logs in with is masked before it is sent: a server may repeat it. */

/** A run has a few logins of its own. Where each target is one, its own outcome is cleaned of it. */
const MOST_LOGINS = 100;

/** Masks the credentials of an `authorization` header; of Basic ones the password too. */
export function createLoginMask(mask: (secret: string) => void) {
  let last: string | undefined;
  let count = 0;
  return (login: string | undefined): void => {
    if (login === undefined || login === last || count >= MOST_LOGINS) return;
    last = login;
    count += 1;
    const credentials = login.replace(/^\S+ /, '');
    mask(credentials);
    if (!/^basic /i.test(login)) return;
    const [, password] = /^[^:]*:([^]*)$/.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
    if (password !== undefined) mask(password);
  };
}
