/** Journals that a test changes: by their documented format alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Changes a journal and gives each line the checksum that its new content has. */
export function editJournal(path: string, change: (text: string) => string): void {
  let seed = 0;
  const lines = change(readFileSync(path, 'utf8')).split('\n');
  const sealed = lines.map((line) => {
    const body = /^(.*),"crc":"[0-9a-f]{8}"\}$/.exec(line)?.[1];
    if (body === undefined) return line;
    const isHead = body.startsWith('{"run":');
    const crc = crc32(body, isHead ? 0 : seed);
    if (isHead) seed = crc;
    return `${body},"crc":"${crc.toString(16).padStart(8, '0')}"}`;
  });
  writeFileSync(path, sealed.join('\n'));
}
