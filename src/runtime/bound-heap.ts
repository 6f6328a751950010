/** How much memory V8 takes beyond what is in use. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/**
 * With this much room for objects that live for a moment V8 takes twice of it at most, and is no
 * slower than without a bound; with a quarter of it a run of many targets takes a tenth longer.
 */
const YOUNG_ENOUGH = 16 * 1024 * 1024;
/** How much the heap grows between two full collections, percent; V8's own choice is up to 300. */
const GROWTH = 20;
const LOOK_EVERY_MS = 50;

/**
 * Bounds the young generation, which newer V8 lets grow to 32 MiB and more for as long as many
 * objects are made. Flags of the command line would do it from the start, and the first line of a
 * program cannot give one everywhere.
 * @param version of Node: the flags are given to those that are known to take them
 * @param holdsMuch whether a whole list is held: collects before much of the heap is garbage, which
 *   costs some time
 */
export function boundHeap(version: string, holdsMuch: boolean): void {
  if (!/^(?:2[0-4])\./.test(version)) return;
  if (holdsMuch) setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < YOUNG_ENOUGH) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}
