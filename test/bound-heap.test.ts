/** The room for short-lived objects, in a process of its own: V8's flags hold for a whole process. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BIN } from './support/cli.js';

const chunk = readdirSync(dirname(BIN)).find((name) => name.startsWith('bound-heap-')) ?? '';

/** Makes objects that outlive a collection or two, and prints how large the young generation became. */
const LOAD = `
  const { getHeapSpaceStatistics } = require('node:v8');
  const [, file, version] = process.argv;
  require(file).boundHeap(version, false);
  const kept = [];
  let turns = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 60000; i++) kept[(turns * 60000 + i) % 150000] = { i, text: 'x' + i };
    if (++turns < 60) return;
    clearInterval(timer);
    const { space_size } = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
    console.log(space_size);
  }, 5);
`;

function youngBytes(version: string): number {
  const file = join(dirname(BIN), chunk);
  return Number(execFileSync(process.execPath, ['-e', LOAD, file, version], { encoding: 'utf8' }));
}

test('the young generation of a long run stays small, and grows on without the bound', () => {
  expect(youngBytes(process.versions.node)).toBeLessThanOrEqual(17 * 1024 * 1024);
  expect(youngBytes('99.0.0')).toBeGreaterThan(17 * 1024 * 1024);
});
