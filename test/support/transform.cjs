'use strict';
// jest reads TypeScript (and ESM-only packages) through the same compiler that builds dist/.
const { transformSync } = require('esbuild');

module.exports = {
  process(source, file) {
    const loader = /\.[cm]?ts$/.test(file) ? 'ts' : 'js';
    return transformSync(source, {
      loader,
      format: 'cjs',
      target: 'node20',
      // jest runs modules in a context of its own, which has no import().
      supported: { 'dynamic-import': false },
      sourcemap: 'inline',
      sourcefile: file,
    });
  },
};
