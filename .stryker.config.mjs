/**
 * `npm run mutate`: faults are put into what judges, keeps and sends, one at a time, and the unit
 * tests must notice each. docs/testing.md says how to run a part of it.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { jest } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** MUTATE_TESTS names the tests that are run, with commas between; without it: all unit tests. */
const tests = process.env.MUTATE_TESTS?.split(',') ?? [
  'src/{engine,journal,contract,network}/**/*.test.ts',
  'providers/**/*.test.ts',
];

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  packageManager: 'npm',
  mutate: [
    'src/{engine,journal,contract,network}/**/*.ts',
    'providers/*/{judge-*,revoke,check,error-codes,refusals,tokens,introspection}.ts',
    '!**/*.test.ts',
    '!**/*.d.ts',
    '!**/index.ts',
    '!**/distinct-shapes.ts',
    '!**/*schema.ts',
  ],
  jest: {
    projectType: 'custom',
    config: {
      ...jest,
      // Tests of the built program see no fault in its source.
      testMatch: tests.map((glob) => `<rootDir>/${glob}`),
      testTimeout: 10_000,
    },
  },
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker.json',
  // Not below this folder: jest would find every test twice.
  tempDirName: join(tmpdir(), 'revoke-mutate'),
  ignorePatterns: ['dist', '.git'],
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 85, low: 70, break: null },
};
