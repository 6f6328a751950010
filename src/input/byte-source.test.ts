import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { streamOf } from './byte-source.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what was read of a pipe is let go of while the rest of it is read', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  async function* pieces() {
    for (let index = 0; index < 8; index++) yield Buffer.alloc(100_000);
  }
  const read: WeakRef<Buffer>[] = [];
  let held = 0;
  const options = { stdin: Readable.from(pieces()), signal: new AbortController().signal };
  for await (const piece of streamOf('-', options)) {
    read.push(new WeakRef(piece));
    if (read.length < 8) continue;
    await turn();
    collect();
    held = read.slice(0, 5).filter((one) => one.deref() !== undefined).length;
  }
  expect(read).toHaveLength(8);
  expect(held).toBe(0);
});

test('a pipe from which nothing comes is given up when the run is stopped', async () => {
  const stop = new AbortController();
  const stdin = new Readable({ read: () => undefined });
  const reading = (async () => {
    let pieces = 0;
    for await (const _piece of streamOf('-', { stdin, signal: stop.signal })) pieces += 1;
    return pieces;
  })();
  stdin.push('jti_a\n');
  await turn();
  stop.abort();
  expect(await reading).toBe(1);
});
