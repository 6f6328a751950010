// The one build file: dist/ as a handful of CommonJS chunks (CommonJS starts about 4 ms sooner than
// ESM on Node 20), with the JSON Schema validators compiled ahead of time, types, licences and the
// list of what is bundled. Nothing is minified: who installs it can read what runs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundledPackages } from './.github/release/bundled.mjs';
import { licenceTexts } from './.github/release/licences.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
/** What sends the requests of a run of one target. */
const CLIENT = ['src/network/http-client.ts', 'src/network/node-client.ts'];
/** What is loaded together, by what starts it: every run, each revocation, and its journal. */
const PACKS = [
  { pack: 'core', entries: ['src/bin.ts', 'src/command-line/command-line.ts'] },
  { pack: 'run', entries: ['src/commands/revoke/revoke.ts', ...CLIENT] },
  { pack: 'journal', entries: ['src/journal/journal-file.ts'] },
];
/** What is small and loaded by name, and stands in the file of its pack all the same. */
const SMALL_ENTRIES = [...CLIENT, 'src/journal/journal-file.ts'];
/** Built here and put in place at the end, so that a half-built dist/ is never run. */
const making = join(root, `.dist-${process.pid}`);
/** What every run needs. */
const CORE = 'core.cjs';
/** Chunks up to this size are kept in one file: opening a file costs more than reading past them. */
const SMALL_BYTES = 18_000;

/** `npm start` and `npm test` work on a fresh clone: what the lock file names is installed first. */
function installPackages() {
  if (isInstalled()) return;
  execFileSync('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Whether node_modules holds every version that the lock file names. */
function isInstalled() {
  const there = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(there)) return false;
  const { packages: installed } = JSON.parse(readFileSync(there, 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(
    ([path, { version, optional }]) =>
      path === '' || optional || installed[path]?.version === version,
  );
}

/** What is loaded here is of packages: they are installed by now. */
async function build() {
  const esbuild = await import('esbuild');
  const { filesBeside, leanPackages } = await import('./.github/release/lean-packages.mjs');
  const { withHelpers, withoutHead, leanLines } = await import('./.github/release/lean-code.mjs');
  const { cyclonedxEsbuildPlugin } = (await import('@cyclonedx/cyclonedx-esbuild')).default;
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const bundle = await esbuild.build({
    entryPoints: {
      bin: join(root, 'src/bin.ts'),
      ...optionalEntry('index', 'src/index.ts'),
      ...optionalEntry('testing', 'src/testing/index.ts'),
      providers: join(root, 'providers/index.ts'),
    },
    absWorkingDir: root,
    outdir: making,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
    define: { REVOKE_VERSION: JSON.stringify(version) },
    plugins: [
      schemas(esbuild),
      leanPackages(),
      // What is bundled, as a CycloneDX document: the same of the same source, checked by its schema.
      cyclonedxEsbuildPlugin({
        outputFile: 'sbom.cdx.json',
        outputReproducible: true,
        validate: true,
        logLevel: 'silent',
      }),
    ],
  });
  mkdirSync(making, { recursive: true });
  onOneLine(join(making, 'sbom.cdx.json'));
  const files = new Map();
  for (const { path, text } of bundle.outputFiles) {
    // esbuild says where each module is from in a comment, and keeps only legal ones when it is given.
    const marked = text.replace(/^\/\/ ((?:node_modules|providers|src)\/\S+)$/gm, '/*! $1 */');
    const { code } = await esbuild.transform(marked, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      legalComments: 'inline',
      supported: { 'dynamic-import': false },
    });
    const isPublished = bundle.metafile.outputs[relative(root, path)]?.entryPoint !== undefined;
    files.set(
      basename(path),
      compiledAtOnce(withLatePatterns(withoutControls(withoutHead(code, isPublished)))),
    );
  }
  const graph = chunkGraph(bundle.metafile);
  const { packed, main } = inPacks(files, graph);
  const named = namesByModule(graph);
  for (const [name, code] of packed)
    writeFileSync(join(making, name), leanLines(withHelpers(named(code), CORE, name === CORE)));
  writeFileSync(join(making, 'bin.cjs'), await launcher(esbuild, main));
  chmodSync(join(making, 'bin.cjs'), 0o755);
  writeFileSync(join(making, 'LICENSES.txt'), licenceTexts(bundledPackages(bundle.metafile, root)));
  for (const { name, path } of filesBeside()) copyFileSync(path, join(making, name));
  await declarations();
  await manual(esbuild, version);
  rmSync(dist, { recursive: true, force: true });
  renameSync(making, dist);
}

/** A document for programs. */
function onOneLine(file) {
  writeFileSync(file, `${JSON.stringify(JSON.parse(readFileSync(file, 'utf8')))}\n`);
}

/** esbuild writes control characters as they are; in a string they mean the same when escaped. */
function withoutControls(code) {
  return code.replace(/[\0-\x08\x0e-\x1f\x7f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** What each file of the bundle imports at once, and the modules that are in it, by its name. */
function chunkGraph({ outputs }) {
  return new Map(
    Object.entries(outputs).map(([path, { imports, inputs, entryPoint }]) => [
      basename(path),
      {
        imports: imports
          .filter(({ kind, external }) => kind !== 'dynamic-import' && !external)
          .map((one) => basename(one.path)),
        modules: Object.keys(inputs),
        entryPoint,
      },
    ]),
  );
}

/** All that is loaded with the files whose entry `isRoot` tells. */
function loadedWith(graph, isRoot) {
  const left = [...graph].flatMap(([name, { entryPoint }]) => (isRoot(entryPoint) ? [name] : []));
  const found = new Set();
  while (left.length > 0) {
    const name = left.pop();
    if (found.has(name)) continue;
    found.add(name);
    left.push(...(graph.get(name)?.imports ?? []));
  }
  return found;
}

/**
 * The small shared chunks in a few files, each chunk run when it is first asked for: those that
 * every run needs, those that every revocation needs, and the others by where they are from.
 */
function inPacks(files, graph) {
  const shared = PACKS.map(({ pack, entries }) => ({
    pack,
    loaded: loadedWith(graph, (entry) => entries.includes(entry)),
  }));
  const places = new Map();
  const tables = new Map();
  for (const [name, code] of files) {
    const { entryPoint } = graph.get(name);
    const isFirst = PACKS[0].entries.includes(entryPoint);
    const isShared = name.startsWith('chunk-') || SMALL_ENTRIES.includes(entryPoint);
    if (!isFirst && !(isShared && code.length <= SMALL_BYTES)) continue;
    const [module = ''] = graph.get(name).modules;
    const [top, room] = module.split('/');
    const pack = shared.find(({ loaded }) => loaded.has(name))?.pack ?? `${top}-${room}`;
    const table = tables.get(pack) ?? tables.set(pack, []).get(pack);
    places.set(name, { pack, id: table.length });
    table.push(code);
  }
  const fileOf = (pack) =>
    pack === 'core' ? CORE : `chunk-${hashOf(tables.get(pack).join(''))}.cjs`;
  const names = new Map([...tables.keys()].map((pack) => [pack, fileOf(pack)]));
  const call = ({ pack, id }, own) =>
    pack === own ? `loadChunk(${id})` : `require("./${names.get(pack)}")(${id})`;
  const point = (code, own) =>
    code.replace(/require\("\.\/([\w.-]+\.cjs)"\)/g, (text, name) =>
      places.has(name) ? call(places.get(name), own) : text,
    );
  const packed = new Map(
    [...tables].map(([pack, codes]) => [
      names.get(pack),
      packOf(codes.map((code) => point(code, pack))),
    ]),
  );
  for (const [name, code] of files) if (!places.has(name)) packed.set(name, point(code));
  return { packed, main: call(places.get('bin.cjs')) };
}

/** V8 makes the tables of a pattern like /\p{Script=Han}/u when it reads the file: 5 ms for it alone. */
function withLatePatterns(code) {
  return code.replace(
    /(?<=[=(!|&?:,]\s?|\breturn )\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]+)/g,
    (text, pattern, flags) =>
      /\\p\{/i.test(pattern) ? `new RegExp(${JSON.stringify(pattern)}, "${flags}")` : text,
  );
}

/** What is imported of a chunk is told by the chunk's first module: `from_errors.usageError`. */
function namesByModule(graph) {
  const names = new Map();
  const taken = new Map();
  for (const [file, { modules }] of graph) {
    const module = moduleName(modules[0] ?? file);
    const count = (taken.get(module) ?? 0) + 1;
    taken.set(module, count);
    const hash = /^chunk-(\w+)\.cjs$/.exec(file)?.[1];
    if (hash) names.set(`import_chunk_${hash}`, `from_${module}${count > 1 ? count : ''}`);
  }
  return (code) => code.replace(/\bimport_chunk_\w{8}\b/g, (name) => names.get(name) ?? name);
}

function moduleName(path) {
  const name = path.split('/').findLast((part) => !/^(?:index\.\w+|dist|lib)$/.test(part));
  return name.replace(/\.\w+$/, '').replace(/\W/g, '_');
}

/** V8 compiles a function in parentheses at once; it reads any other twice, and keeps none in its cache. */
function compiledAtOnce(code) {
  return code.replace(
    /^  ("[^"\n]+")(\([^)\n]*\) \{\n[^]*?^  \})(?=\n\}\);$)/gm,
    '  $1: (function $2)',
  );
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}

function packOf(codes) {
  const table = codes.map((code) => `(function (module, exports, require) {\n${code}})`);
  return `"use strict";
const made = [];
const table = [
${table.join(',\n')}
];
module.exports = loadChunk;
function loadChunk(id) {
  let module = made[id];
  if (!module) {
    module = made[id] = { exports: {} };
    table[id](module, module.exports, require);
  }
  return module.exports;
}
`;
}

/** bin.cjs: Node's cache of compiled code is on before anything else is loaded. */
async function launcher(esbuild, main) {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import { useCompileCache } from './src/runtime/compile-cache.ts';
        import module from 'node:module';
        useCompileCache({ module, env: process.env, uid: process.geteuid?.() });
        ${main};`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['./*.cjs'],
  });
  return `#!/usr/bin/env node\n${outputFiles[0].text}`;
}

function optionalEntry(name, file) {
  return existsSync(join(root, file)) ? { [name]: join(root, file) } : {};
}

/** A module of JSON Schemas is replaced by its compiled validators: ajv itself never ships. */
function schemas(esbuild) {
  return {
    name: 'schemas',
    setup(build) {
      build.onLoad({ filter: /(providers\/[^/]+\/schema|\.schema)\.ts$/ }, async ({ path }) => {
        const source = await esbuild.build({
          entryPoints: [path],
          bundle: true,
          write: false,
          format: 'cjs',
          platform: 'node',
          packages: 'external',
          define: { 'import.meta.url': '""' },
        });
        const module = { exports: {} };
        new Function('module', 'exports', 'require', source.outputFiles[0].text)(
          module,
          module.exports,
          createRequire(path),
        );
        return { contents: await validators(module.exports), resolveDir: root, loader: 'js' };
      });
    },
  };
}

async function validators(schemaModule) {
  const { Ajv } = await import('ajv');
  const standalone = (await import('ajv/dist/standalone/index.js')).default;
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: false },
    strict: true,
    allowUnionTypes: true,
  });
  const names = Object.keys(schemaModule).filter((name) => schemaModule[name]?.definition);
  for (const name of names) ajv.addSchema(schemaModule[name].definition, name);
  const refs = Object.fromEntries(names.map((name) => [`validate_${name}`, name]));
  const generate = standalone.default ?? standalone;
  const lines = [
    generate(ajv, refs)
      .replace(/export const (validate_\w+)/g, 'const $1')
      // parser.ts says where a value does not fit and why; of the rest only this name.
      .replace(
        /schemaPath:"(?:[^"\\]|\\.)*",keyword:"\w+",params:\{(?!additionalProperty)[^{}]*\},/g,
        '',
      ),
    `import { parser } from ${JSON.stringify(join(root, 'src/contract/parser.ts'))};`,
    ...names.map(
      (name) =>
        `export const ${name} = parser(${JSON.stringify(schemaModule[name].what)}, validate_${name});`,
    ),
  ];
  return lines.join('\n');
}

/** Types of the published entries, by the compiler options of tsconfig.json. */
async function declarations() {
  const ts = (await import('typescript')).default;
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const entries = ['src/index.ts', 'src/testing/index.ts', 'providers/index.ts']
    .map((file) => join(root, file))
    .filter((file) => existsSync(file));
  if (entries.length === 0) return;
  const program = ts.createProgram(entries, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    outDir: join(making, 'types'),
  });
  const { diagnostics } = program.emit();
  for (const { messageText } of diagnostics)
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
  if (!existsSync(typesOf(entries[0]))) {
    throw new Error('no declarations were written');
  }
  keepReachable(entries.map((file) => typesOf(file)));
}

function typesOf(file) {
  return join(making, 'types', relative(root, file).replace(/\.ts$/, '.d.ts'));
}

/** Types that no published entry leads to are of no use to anybody. */
function keepReachable(entries) {
  const left = [...entries];
  const reached = new Set();
  while (left.length > 0) {
    const file = left.pop();
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/["'](\.{1,2}\/[^"']+)\.js["']/g))
      left.push(join(dirname(file), `${path}.d.ts`));
  }
  const types = join(making, 'types');
  for (const name of readdirSync(types, { recursive: true })) {
    const file = join(types, name);
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

/** dist/man/revoke.1, the completion scripts and the providers' names, from the command tree. What makes it is run here and does not ship. */
async function manual(esbuild, version) {
  const maker = await esbuild.build({
    stdin: {
      contents: `export { manPage, pageDate } from './src/command-line/man-page.ts';
        export { scriptFor } from './src/command-line/completion/scripts.ts';
        export { treeData } from './src/command-line/command-model.ts';
        export { SHELLS } from './src/command-line/completion/shells.ts';
        export { nameOf, NAMES_FILE } from './src/registry/provider-names.ts';
        export { loadAllBuiltIn } from './src/registry/registry.ts';
        export { registry } from './providers/index.ts';`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    define: { 'import.meta.url': '""', REVOKE_VERSION: JSON.stringify(version) },
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', maker.outputFiles[0].text)(
    module,
    module.exports,
    require,
  );
  const { manPage, pageDate, loadAllBuiltIn, registry, scriptFor, treeData, SHELLS } =
    module.exports;
  const { nameOf, NAMES_FILE } = module.exports;
  const changelog = join(root, 'CHANGELOG.md');
  const date = pageDate(
    process.env.SOURCE_DATE_EPOCH,
    existsSync(changelog) ? readFileSync(changelog, 'utf8') : '',
  );
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  writeFileSync(join(making, NAMES_FILE), JSON.stringify(providers.map(nameOf)));
  mkdirSync(join(making, 'man'), { recursive: true });
  writeFileSync(join(making, 'man/revoke.1'), manPage(providers, date));
  mkdirSync(join(making, 'completion'));
  for (const shell of SHELLS) {
    writeFileSync(join(making, 'completion', shell), await scriptFor(shell, treeData(providers)));
  }
}

installPackages();
try {
  await build();
} finally {
  rmSync(making, { recursive: true, force: true });
}
