'use strict';
// Preloaded into a run of the program: tells at its end what it read from dist/ and which of Node's
// own modules it loaded.
const fs = require('node:fs');
const { basename, dirname } = require('node:path');

const dist = dirname(process.argv[1]);
const before = new Set(process.moduleLoadList);
const files = new Set();
const readFileSync = fs.readFileSync;
fs.readFileSync = (path, ...rest) => {
  if (typeof path === 'string' && dirname(path) === dist && path.endsWith('.cjs')) {
    files.add(
      basename(path)
        .replace(/-[A-Z0-9]{8}\.cjs$/, '')
        .replace(/\.cjs$/, ''),
    );
  }
  return readFileSync(path, ...rest);
};
process.on('exit', () => {
  const modules = process.moduleLoadList
    .filter((name) => !before.has(name) && /^NativeModule [a-z_]+(\/[a-z]+)?$/.test(name))
    .map((name) => name.slice('NativeModule '.length))
    .filter((name) => !name.startsWith('internal'));
  fs.writeFileSync(process.env.LOADED_TO, JSON.stringify({ files: [...files], modules }));
});
