/** Plain words: nothing that people read of the program or its pages has a word of the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { registry } from '../providers/index.js';
import { manPage } from '../src/command-line/man-page.js';
import { loadAllBuiltIn } from '../src/registry/registry.js';
import { helpPages } from './support/help-pages.js';
import { revokeInProcess } from './support/in-process.js';
import { onStage } from './support/stage.js';

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

/** Every page that people read; what stands in code is said by the program, or to it. */
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync(join(ROOT, 'providers'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('README.md'))
    .map((name) => `providers/${name}`),
];

test.each(PAGES)('no line of %s has one either', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[^]*?```|`[^`\n]*`/g, '');
  expect(text.split('\n').filter(isDialect)).toEqual([]);
});

const oddLines = (text: string) => text.split('\n').filter(isDialect);

test('no help page and no line of the man page has one', async () => {
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  for (const page of await helpPages()) {
    const { stdout, code } = await revokeInProcess([...page, '--help']);
    expect([page, code, oddLines(stdout)]).toEqual([page, 0, []]);
  }
  expect(oddLines(manPage(providers, ''))).toEqual([]);
});

test('nothing that commands print has one: results of every status, tables, errors and questions', () =>
  onStage(async (stage) => {
    stage.write('bad.txt', 'jti_a b c\n');
    stage.write('ids.txt', 'jti_old789xyz012\njti_missing\njti_dead567stu890\n');
    const runs: readonly (readonly string[])[] = [
      ['workspace', 'list', '--show-expired'],
      ['workspace', 'show'],
      ['status', '--check'],
      ['config', 'show'],
      ['providers'],
      ['log'],
      ['workspace', '--from', `${stage.home}/ids.txt`, '--dry-run', '--verify'],
      ['workspace', '--from', `${stage.home}/ids.txt`, '--force', '--verify', '--verbose'],
      ['workspace', '--from', `${stage.home}/bad.txt`, '--force'],
      ['workspace', 'lst'],
      ['workspace'],
      ['ably'],
      ['ably', '--client-id', 'bob', '--force', '--verify'],
      ['ably', '--client-id', 'bob', '--force', '--allow-reauth-margin'],
      ['ably', '--client-id', 'bob', '--issued-before', 'tomorrow', '--force'],
      ['oauth', '--force'],
      ['leaked', '--force'],
      ['login'],
      ['workspace', 'jti_a', '--yes'],
      ['leaked', '--token', 'x'],
      ['log', 'verify'],
      ['log', 'nothing'],
    ];
    for (const args of runs) {
      const { stdout, stderr } = await stage.here(args);
      const said = `${stdout}\n${stderr}`.replaceAll(/\bjti_\w+/g, '');
      expect([args, oddLines(said)]).toEqual([args, []]);
    }
    const asked = await stage.seen(['workspace', 'jti_live345mno678'], {
      ...{ columns: 80, typed: 'n\r' },
    });
    expect(oddLines(asked.text)).toEqual([]);
  }));
