/** How much room V8 takes for objects that live for a moment. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** More than this makes a long run no quicker, and takes three times of it in memory, bytes. */
const ENOUGH = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 50;

/**
 * Lets the young generation grow to 8 MiB and no further: newer V8 goes on to 32 MiB and more for as
 * long as many objects are made. A flag of the command line would hold from the start, and the first
 * line of a program cannot give one everywhere.
 * @param version of Node: the flag is given to those that are known to take it
 */
export function boundYoungHeap(version: string): void {
  if (!/^(?:2[0-4])\./.test(version)) return;
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < ENOUGH) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}
