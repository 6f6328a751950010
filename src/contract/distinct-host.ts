/** Which vendors name a host as their own: their tokens may be sent there whoever asks for it. */
import { HOSTS } from './distinct-hosts.js';

/** The ids of the vendors that name this host; `.x.y` in the table stands for all hosts below it. */
export function vendorsAt(host: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const line of HOSTS.split('\n')) {
    const [id = '', ...hosts] = line.split(' ');
    if (hosts.some((own) => (own.startsWith('.') ? host.endsWith(own) : host === own))) ids.add(id);
  }
  return ids;
}
