// Less of the same code in what is built: what esbuild writes at the head of each of its files stands
// once, a tab stands for two spaces, and the packages' own comments are left out. Names, lines and the
// name of each module stay: who installs the program can read what runs.
import ts from 'typescript';

/** esbuild's own functions at the head of a CommonJS file, and what it exports. */
const HEAD =
  /^(?:"use strict";\n)?var __[^]*?^var stdin_exports = \{\};\n__export\(stdin_exports, (\{[^]*?\})\);\nmodule\.exports = __toCommonJS\(stdin_exports\);\n/m;
/** The same of a file that exports nothing. */
const BARE_HEAD = /^(?:"use strict";\n)?var __create = [^]*?^  mod\n\)\);\n/m;
/** For tools that read names of exports without running the file; Node's `import` is one. */
const NAMES =
  /\/\/ Annotate the CommonJS export names for ESM import in node:\n0 && \(module\.exports = \{[^}]*\}\);\n$/;

const HELPERS = `function __export(target, all) {
  Object.defineProperty(target, "__esModule", { value: true });
  for (const name in all)
    Object.defineProperty(target, name, { get: all[name], enumerable: true });
}
function __toESM(module) {
  return Object.create(module, { default: { value: module } });
}
`;

/**
 * @param {string} code one file as esbuild writes it
 * @param {boolean} isPublished whether others import it by name
 * @returns {string} the same without the functions of its head: `withHelpers` gives them
 */
export function withoutHead(code, isPublished) {
  const exporting = code.includes('__toCommonJS(stdin_exports)');
  const head = exporting ? HEAD : BARE_HEAD;
  if (exporting && !head.test(code))
    throw new Error(`esbuild begins a file in another way: ${code.slice(0, 80)}`);
  const body = code
    // For bundlers; this is what they made.
    .replaceAll('/* @__PURE__ */ ', '')
    .replace(head, exporting ? '__export(exports, $1);\n' : '')
    // What is built here exports its `default` by itself.
    .replace(/__toESM\((require\("\.\/[\w.-]+\.cjs"\)(?:\(\d+\))?)(?:, 1)?\)/g, '$1');
  return isPublished ? body : body.replace(NAMES, '');
}

/**
 * @param {string} code one or many of those files
 * @param {string} core the file that every other finds them in: what it exports carries them
 * @param {boolean} isCore
 */
export function withHelpers(code, core, isCore) {
  if (isCore) return `${code}${HELPERS}Object.assign(module.exports, { __export, __toESM });\n`;
  if (!/__(?:export|toESM)\(/.test(code)) return code;
  return code.replace(
    /^(?:"use strict";\n)?/,
    `$&const { __export, __toESM } = require("./${core}");\n`,
  );
}

/** The lines of a comment, but for the name of a module; or what a line is indented by. */
const BY_LINE = /^[ \t]*(?:\/\*(?!!)(?:(?!\*\/)[^])*\*\/[ \t]*|\/\/.*)\n|^(?: {2})+/gm;

/**
 * @param {string} code indented by two spaces
 * @returns {string} the same, indented by tabs and without the packages' own comments; what a
 * template holds stays as it is
 */
export function leanLines(code) {
  const templates = templatesIn(code);
  return code.replace(BY_LINE, (text, at) => {
    while (templates[0]?.end <= at) templates.shift();
    if (templates[0]?.start < at) return text;
    return text.trim() === '' ? '\t'.repeat(text.length / 2) : '';
  });
}

/** Where templates of more than a line are, in their order. */
function templatesIn(code) {
  const file = ts.createSourceFile(
    'code.js',
    code,
    ts.ScriptTarget.Latest,
    false,
    ts.ScriptKind.JS,
  );
  const found = [];
  const look = (node) => {
    if (ts.isTemplateLiteralToken(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const [start, end] = [node.getStart(file), node.getEnd()];
      if (code.slice(start, end).includes('\n')) found.push({ start, end });
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found.sort((one, other) => one.start - other.start);
}
