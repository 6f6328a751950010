// What the bundled packages load and is never used here is replaced by stubs, before it is bundled.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
/** undici's parser of HTTP for machines without SIMD: a file of its own, read where it is needed. */
const PLAIN_PARSER = 'llhttp-wasm';
const plainParser = require.resolve(`undici/lib/llhttp/${PLAIN_PARSER}.js`);

/** Modules of packages that are bundled with other contents: by what their path ends in. */
const CONTENTS = [
  // A Pool over HTTP/1.1 with bodies of text, and a proxy of http(s), are all that is used of undici.
  [/undici\/lib\/dispatcher\/client-h2\.js$/, () => throwing('HTTP/2')],
  [/undici\/lib\/dispatcher\/socks5-proxy-agent\.js$/, () => throwing('SOCKS')],
  [
    /undici\/lib\/web\/fetch\/body\.js$/,
    () => `exports.extractBody = () => { throw new Error('bodies of forms are not built in') };`,
  ],
  [
    // With NODE_DEBUG it would print the paths of requests: a webhook's is its secret.
    /undici\/lib\/core\/diagnostics\.js$/,
    (path) => {
      const named = Object.keys(require(path).channels).map((name) => `${name}: unheard`);
      return `const unheard = { hasSubscribers: false };
        exports.channels = { ${named.join(', ')} };`;
    },
  ],
  [
    /undici\/lib\/llhttp\/constants\.js$/,
    (path) => {
      const { ERROR, TYPE } = require(path);
      return `module.exports = ${JSON.stringify({ ERROR, TYPE })};`;
    },
  ],
  // Its other half is for Node 8; the question is a line of text.
  [/prompts\/index\.js$/, () => `module.exports = require('./lib/index.js');`],
  [/prompts\/lib\/elements\/index\.js$/, () => `exports.TextPrompt = require('./text');`],
  // Tables are drawn without colours of their own, and measured as all else is.
  [/@colors\/colors\/safe\.js$/, () => 'module.exports = {};'],
  [
    /string-width\/index\.js$/,
    () => `module.exports = (text) => require('fast-string-width').default(text);`,
  ],
  [
    // Its patterns are made of tables of Unicode, which takes 5 ms: when the first wide text is measured.
    /fast-string-width\/dist\/index\.js$/,
    () => `const all = { limit: Infinity, ellipsis: '', ellipsisWidth: 0 };
      export default (text) => require('fast-string-truncated-width').default(text, all).width;`,
  ],
];

/** Modules that are bundled in the place of others: who asks, for what, and what it gets. */
const PLACES = [
  [/node_modules\/commander\//, 'node:child_process', join(here, 'stubs/child-process.cjs')],
  [/undici\/lib\/(core\/util|dispatcher\/client)\.js$/, 'node:http', join(here, 'stubs/http.cjs')],
  // Of modules esbuild leaves out what is not used.
  [
    /./,
    '@msgpack/msgpack',
    join(dirname(require.resolve('@msgpack/msgpack')), '../dist.esm/index.mjs'),
  ],
];

export function leanPackages() {
  return {
    name: 'lean-packages',
    setup(build) {
      for (const [filter, contents] of CONTENTS)
        build.onLoad({ filter }, ({ path }) => ({
          contents: contents(path),
          resolveDir: dirname(path),
        }));
      for (const [importer, asked, path] of PLACES)
        build.onResolve({ filter: new RegExp(`^${asked}$`) }, (one) =>
          importer.test(one.importer) ? { path } : undefined,
        );
      build.onResolve({ filter: new RegExp(`/llhttp/${PLAIN_PARSER}\\.js$`) }, () => ({
        path: `./${PLAIN_PARSER}.cjs`,
        external: true,
      }));
    },
  };
}

/** What is copied beside the bundle: names there, and where the files are. */
export function filesBeside() {
  return [{ name: `${PLAIN_PARSER}.cjs`, path: plainParser }];
}

function throwing(what) {
  return `module.exports = function () { throw new Error('${what} is not built in') };`;
}
