/** A simple provider is small: what all of them need stands elsewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow } from './support/import-graph.js';

const root = join(__dirname, '..');
const MOST = 60;

/** What is no part of the provider itself: its tests, its emulator, and its shapes, which are data. */
const OTHER = /\.test\.ts$|\/emulator\.ts$|\/emulator\/|\/shapes\.ts$/;

/** How many lines hold code: neither blank, nor a comment alone. */
function linesOfCode(text: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const source = ts.createSourceFile('counted.ts', text, ts.ScriptTarget.Latest);
  const lines = new Set<number>();
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) {
    const [first, last] = [scanner.getTokenStart(), scanner.getTokenEnd() - 1].map(lineOf);
    for (let line = first as number; line <= (last as number); line++) lines.add(line);
  }
  return lines.size;
}

function sizeOf(id: string): number {
  const files = filesBelow(root, `providers/${id}`).filter((file) => !OTHER.test(file));
  return files.reduce((sum, file) => sum + linesOfCode(readFileSync(join(root, file), 'utf8')), 0);
}

test('blanks and comments are no lines of code, and everything else is', () => {
  const text = `/** A\n * comment. */\nconst a = 1; // one\n\n// none\nconst b = [\n  'x',\n];\n/* c */ b;\n`;
  expect(linesOfCode(text)).toBe(5);
});

test.each(['gitlab', 'huggingface'])(`the provider %s has at most ${MOST} lines of code`, (id) => {
  expect(sizeOf(id)).toBeGreaterThan(10);
  expect(sizeOf(id)).toBeLessThanOrEqual(MOST);
});

test(`seven of the nine simple providers have at most ${MOST} lines of code`, () => {
  const nine = 'discord vercel digitalocean doppler buildkite jfrog crates google npm'.split(' ');
  const sizes = nine.map((id) => [id, sizeOf(id)] as const);
  const large = sizes.filter(([, size]) => size > MOST).map(([id]) => id);
  expect(large).toEqual(['vercel', 'crates']);
});
