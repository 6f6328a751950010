/** Which hosts are reached without a proxy: this machine, and those that NO_PROXY lists. */
import { BlockList, isIP } from 'node:net';

interface Exception {
  /** 0: any port. */
  readonly port: number;
  /** @param host a name in lower case or an address without brackets */
  matches(host: string): boolean;
}

/**
 * Reads NO_PROXY as curl and Go do: names with everything below them (`example.com`, `.example.com`,
 * `*.example.com`), addresses, CIDR blocks, any of them with a port, and `*` for every host. What is
 * none of these matches nothing.
 */
export function reachedDirectly(noProxy: string): (url: URL) => boolean {
  const exceptions = noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => exceptionFrom(entry.toLowerCase()));
  const thisMachine = addresses('127.0.0.0/8', '::1/128');
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    if (host === 'localhost' || thisMachine(host)) return true;
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    return exceptions.some((one) => (one.port === 0 || one.port === port) && one.matches(host));
  };
}

function exceptionFrom(entry: string): Exception {
  const { text, port } = splitPort(entry);
  if (text === '*') return { port, matches: () => true };
  if (isIP(text.split('/', 1)[0] ?? '') > 0) return { port, matches: addresses(text) };
  const name = text.replace(/^\*?\./, '').replace(/\.$/, '');
  return { port, matches: (host) => host === name || host.endsWith(`.${name}`) };
}

/** `[::1]:8080`, `host:8080`; the colons of a bare IPv6 address part no port from it. */
function splitPort(entry: string): { readonly text: string; readonly port: number } {
  const [, bracketed, inner] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { text: bracketed, port: Number(inner ?? 0) };
  const [, name, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  return name === undefined ? { text: entry, port: 0 } : { text: name, port: Number(port) };
}

/** Whether an address lies in one of the blocks; a block that is none contains no address. */
function addresses(...blocks: readonly string[]): (host: string) => boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 'ipv6' ? 128 : 32;
    const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (length >= 0 && length <= longest) list.addSubnet(address, length, family);
  }
  return (host) => isIP(host) > 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
