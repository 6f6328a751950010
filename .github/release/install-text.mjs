// How to install, in words, by what package.json says of the name.

const MARKED = /(<!-- By `npm run pages`: -->\n)[\s\S]*?(<!-- To here by `npm run pages`. -->)/;

/** @param manifest package.json */
export function installText({ name, version, revoke }) {
  const tarball = `${name}-${version}.tgz`;
  const checked = shell(
    `echo "<SHA-256>  ${tarball}" | sha256sum --check && npm install -g ./${tarball}`,
  );
  const parts = revoke.published
    ? [
        shell(`npm install -g ${name}`),
        'Or from a tarball, by its path and the SHA-256 that the notes of its release say:',
        checked,
        `A clone is installed by \`npm run build\`, then \`npm install -g .\``,
      ]
    : [
        `The package is in no registry yet, and its name there is not ours: never install it by name. From a clone:`,
        shell('npm run build && npm install -g .'),
        `From a tarball, by its path and the SHA-256 that the notes of its release say:`,
        checked,
      ];
  return [...parts, 'It has no install script and no dependencies.'].join('\n\n');
}

const shell = (line) => `\`\`\`shell\n${line}\n\`\`\``;

/** @param page the text of README.md */
export function withInstallText(page, manifest) {
  if (!MARKED.test(page)) throw new Error('README.md has lost its marks for `npm run pages`');
  return page.replace(MARKED, (_all, from, to) => `${from}\n${installText(manifest)}\n\n${to}`);
}
