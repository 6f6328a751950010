// Writes src/contract/distinct-shapes.ts and distinct-hosts.ts from the shapes and hosts of all vendors:
// node test/generate/distinct-shapes.mjs
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url).pathname;
const { outputFiles } = await build({
  stdin: {
    contents: `export { vendors } from './providers/shapes.ts';
      export { distinctModule, hostsModule } from './src/recognition/distinct-table.ts';`,
    resolveDir: root,
  },
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
});
const module = { exports: {} };
new Function('module', 'exports', 'require', outputFiles[0].text)(
  module,
  module.exports,
  createRequire(import.meta.url),
);
const { vendors, distinctModule, hostsModule } = module.exports;
writeFileSync(`${root}src/contract/distinct-shapes.ts`, distinctModule(vendors));
writeFileSync(`${root}src/contract/distinct-hosts.ts`, hostsModule(vendors));
