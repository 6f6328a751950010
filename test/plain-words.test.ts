/** Plain words: no sentence of the program, and none of the README, has a word of the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const WORDS = JSON.parse(
  readFileSync(join(ROOT, 'test/support/dialect-words.json'), 'utf8'),
) as readonly string[];
const DIALECT = WORDS.map((word) => new RegExp(word, 'i'));

/** The sentences that a source file holds: its string literals with a blank in them. */
function sentencesOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node)
    ) {
      if (/[a-z] [a-z]/.test(node.text)) found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function below(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}

const isDialect = (text: string) => DIALECT.some((word) => word.test(text));

test('no sentence of the program has a word that only its makers understand', () => {
  const files = [...below('src'), ...below('providers')].filter(
    (file) => !/\.test\.ts$|\/emulator|\/testing\/|completion\//.test(file),
  );
  const odd = files.flatMap((file) =>
    sentencesOf(file)
      .filter(isDialect)
      .map((text) => `${file}: ${text}`),
  );
  expect(odd).toEqual([]);
});

test('no line of the README has one either', () => {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').replace(/```[^]*?```/g, '');
  expect(lines.split('\n').filter(isDialect)).toEqual([]);
});
