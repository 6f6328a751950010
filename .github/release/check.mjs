// node .github/release/check.mjs: refuses a release whose tag or repository is not what package.json says.
// Prints `version` and `published` for the steps that follow.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { releaseProblems } from './problems.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const problems = releaseProblems(manifest, process.env);
for (const problem of problems) console.error(`error: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log(`version=${manifest.version}\npublished=${manifest.revoke.published}`);
