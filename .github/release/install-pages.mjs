// npm run pages: writes how to install into README.md, by one value of package.json.
// While `revoke.published` is false, the package's name is nobody's in the registry: whoever takes it
// could put anything there, so the page names a clone, or a tarball by path and SHA-256.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withInstallText } from './install-text.mjs';

const README = join(dirname(fileURLToPath(import.meta.url)), '../../README.md');
const manifest = JSON.parse(readFileSync(join(dirname(README), 'package.json'), 'utf8'));
writeFileSync(README, withInstallText(readFileSync(README, 'utf8'), manifest));
