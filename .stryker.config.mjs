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

/** The files of providers that judge an answer: of a revocation, of a check, or why neither was one. */
const judges = [
  'providers/ably/error-codes.ts',
  'providers/ably/judge-revocation.ts',
  'providers/ably/probe.ts',
  'providers/ably/revoker.ts',
  'providers/aws/canaries.ts',
  'providers/aws/index.ts',
  'providers/aws/request.ts',
  'providers/buildkite/index.ts',
  'providers/crates/index.ts',
  'providers/digitalocean/index.ts',
  'providers/discord/index.ts',
  'providers/doppler/index.ts',
  'providers/github/batch.ts',
  'providers/github/check-user.ts',
  'providers/github/installation.ts',
  'providers/gitlab/index.ts',
  'providers/google/index.ts',
  'providers/huggingface/index.ts',
  'providers/jfrog/index.ts',
  'providers/npm/index.ts',
  'providers/oauth/check-hints.ts',
  'providers/oauth/checks.ts',
  'providers/oauth/client.ts',
  'providers/oauth/judge-revocation.ts',
  'providers/oauth/revoke-one.ts',
  'providers/oauth/revoker.ts',
  'providers/oauth/ways.ts',
  'providers/slack/index.ts',
  'providers/vault/index.ts',
  'providers/vercel/index.ts',
  'providers/workspace/judge-revocation.ts',
  'providers/workspace/refusals.ts',
  'providers/workspace/revoke-old-token.ts',
  'providers/workspace/revoker.ts',
  'providers/workspace/tokens.ts',
];

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  packageManager: 'npm',
  mutate: [
    'src/{engine,journal,contract,network}/**/*.ts',
    '!**/*.test.ts',
    '!**/*.d.ts',
    '!**/index.ts',
    '!**/distinct-shapes.ts',
    '!**/*schema.ts',
    ...judges,
  ],
  jest: {
    projectType: 'custom',
    config: {
      ...jest,
      // Tests of the built program see no fault in its source.
      testMatch: tests.map((glob) => `<rootDir>/${glob}`),
      // jest reads the list of files again for every fault: a third of what one costs.
      roots: ['src', 'providers', 'test/support'].map((folder) => `<rootDir>/${folder}`),
      watchman: false,
      // Many faults wait for ever.
      testTimeout: 5000,
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
