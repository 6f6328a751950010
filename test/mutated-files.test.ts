/** `npm run mutate` puts its changes into every file of a provider that judges an answer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './support/import-graph.js';

const root = join(__dirname, '..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const named = [...textOf('.stryker.config.mjs').matchAll(/'(providers\/[\w-]+\/[\w-]+\.ts)'/g)].map(
  ([, file]) => file ?? '',
);
const files = filesBelow(root, 'providers').filter(
  (file) => file.endsWith('.ts') && !/\.test\.ts$|\/emulator(?:\/|\.ts$)/.test(file),
);

/** What only those say who answer what became of a token. */
const JUDGES = /\b(?:Verdict|CheckResult|TokenResult)\b|\b(?:absent|accepted|inactive)\(/;

test('every file of a provider that judges an answer is one that faults are put into', () => {
  const judging = files.filter((file) => JUDGES.test(textOf(file)));
  expect(judging.length).toBeGreaterThan(20);
  expect(judging.filter((file) => !named.includes(file))).toEqual([]);
});

test('every file of a provider that faults are put into is there', () => {
  expect(named.filter((file) => !files.includes(file))).toEqual([]);
});
