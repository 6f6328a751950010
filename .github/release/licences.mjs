// dist/LICENSES.txt: the licence of every bundled package travels with the tarball.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages without a licence file: the heading below which their README has the text. */
const TEXT_IN_README = {};

const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:[.-].*)?$/i;

/**
 * Fails where a package has no text of its licence: it must not be bundled.
 * @param {ReturnType<import('./bundled.mjs').bundledPackages>} packages
 * @param {Readonly<Record<string, string>>} inReadme
 */
export function licenceTexts(packages, inReadme = TEXT_IN_README) {
  return packages
    .map((one) => {
      const text = fromFiles(one) || fromReadme(one, inReadme[one.name]);
      if (text === '') {
        throw new Error(
          `${one.name} ${one.version} has no licence text: see TEXT_IN_README in .github/release/licences.mjs`,
        );
      }
      return `${one.name} ${one.version} (${one.license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function fromFiles({ folder }) {
  return readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n')
    .trim();
}

function fromReadme({ folder }, heading) {
  if (heading === undefined) return '';
  const [, text = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split(heading);
  return /permission|copyright/i.test(text) ? text.trim() : '';
}
