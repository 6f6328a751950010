/** What the pages say is what the program does: every example is run, every name is looked up. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { registry } from '../providers/index.js';
import type { Example, Provider } from '../src/contract/provider.js';
import { loadAllBuiltIn } from '../src/registry/registry.js';
import { ROOT_EXAMPLES } from '../src/command-line/command-tree.js';
import { fakeWorld, main } from '../src/testing/index.js';
import { BIN, run } from './support/cli.js';
import { revokeInProcess } from './support/in-process.js';
import { withSandbox } from './support/sandbox.js';
import {
  blocksOf,
  normalised,
  patternOf,
  ROOT,
  runInSandbox,
  runOnTerminal,
  stepsOf,
  workplace,
  type Block,
  type Told,
} from './support/doc-blocks.js';

const PAGES = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...below('docs', /\.md$/),
  ...below('providers', /^README\.md$/),
];

/** Pages whose blocks another test runs, in a place that they need: it names the page. */
const RUN_ELSEWHERE = [
  'docs/recipes.md',
  'docs/adding-a-provider.md',
  'docs/library.md',
  'docs/input.md',
];

/** Languages that no shell runs, and how many blocks of them each page has. */
const RUN = ['sh', 'console', 'console tty'];
const SHOWN = ['', 'json', 'yaml', 'ts', 'text', 'shell'];
const NOT_RUN: Readonly<Record<string, number>> = {
  'README.md': 4,
  'CONTRIBUTING.md': 1,
  'docs/testing.md': 1,
  'docs/configuration.md': 1,
  'docs/performance.md': 1,
};

const OWN_PAGES = PAGES.filter((page) => !RUN_ELSEWHERE.includes(page));
const blocks = OWN_PAGES.flatMap((page) => blocksOf(page));
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

/** A machine with nothing but Node has none of these; REVOKE_TEST_NEEDS_JQ insists on them. */
const missing = ['jq', 'curl'].filter((program) => spawnSync(program, ['--version']).status !== 0);
const insists = process.env['REVOKE_TEST_NEEDS_JQ'] === '1';

/** One test for each block of a language; skipped, and said so, where its program is missing. */
function testEach(language: string, what: string, check: (block: Block) => Promise<void>): void {
  for (const block of inLanguage(language)) {
    const lacks = missing.find((program) => new RegExp(`\\b${program} -`).test(block.text));
    const name = `${block.page}:${block.line} ${what}`;
    if (lacks === undefined || insists) test(name, () => check(block));
    else test.skip(`${name} (skipped: ${lacks} is not installed)`, () => check(block));
  }
}

const allText = PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');

function below(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return below(path, name);
    return name.test(entry.name) ? [path] : [];
  });
}

/** Pages that are read from the first line to the last: one sandbox has all their blocks, in order. */
const WALKS = ['README.md'];
/** Pages whose blocks have one sandbox where they do not need what another block has used up. */
const SHARED = ['docs/commands.md', 'docs/output.md'];

/** The commands of a block, as a script gives them. */
function commandsOf(block: Block): readonly string[] {
  if (block.language === 'sh') return [`(set -e; ${block.text}\n)`];
  const commands = stepsOf(block).map(({ command }) => command);
  return block.language === 'console tty' ? commands.map((one) => `${one} --force`) : commands;
}

const walked = new Map<string, Promise<ReadonlyMap<Block, readonly Told[]>>>();

/** What every block of a page did, one after the other in one sandbox. */
function walk(page: string): Promise<ReadonlyMap<Block, readonly Told[]>> {
  const known = walked.get(page);
  if (known) return known;
  const all = blocks.filter((block) => block.page === page && RUN.includes(block.language));
  const commands = all.map(commandsOf);
  const begun = runInSandbox(commands.flat(), 120_000).then((told) => {
    const left = [...told];
    return new Map(all.map((block, index) => [block, left.splice(0, commands[index]?.length)]));
  });
  walked.set(page, begun);
  return begun;
}

async function toldOf(block: Block): Promise<readonly Told[]> {
  const { page } = block;
  const isShared = WALKS.includes(page) || SHARED.includes(page);
  const told = isShared ? (await walk(page)).get(block) : undefined;
  if (told && (WALKS.includes(page) || isAsShown(block, told))) return told;
  return runInSandbox(commandsOf(block));
}

function isAsShown(block: Block, told: readonly Told[]): boolean {
  if (block.language === 'sh') return told[0]?.code === 0;
  return stepsOf(block).every(({ expected }, index) =>
    patternOf(expected).test(normalised(told[index]?.output ?? '')),
  );
}

describe('the blocks of the pages', () => {
  testEach('sh', 'runs to its end', async (block) => {
    const [told] = await toldOf(block);
    expect(told).toMatchObject({ code: 0 });
  });

  testEach('console', 'prints what it shows', async (block) => {
    const steps = stepsOf(block);
    const told = await toldOf(block);
    for (const [index, { command, expected }] of steps.entries()) {
      const { code, output } = told[index] ?? { code: NaN, output: '' };
      expect({ command, output: normalised(output) }).toEqual({
        command,
        output: expect.stringMatching(patternOf(expected)) as string,
      });
      // A command that fails is followed by one that says so.
      if (steps[index + 1]?.command !== 'echo $?')
        expect({ command, code }).toEqual({ command, code: 0 });
    }
  });

  testEach('console tty', 'asks what it shows', async (block) => {
    const [step] = stepsOf(block);
    const answer = /\(y\/N\) (\w+)$/m.exec(block.text)?.[1] ?? '';
    const { code, output } = await runOnTerminal(step?.command ?? '', answer);
    expect(normalised(output)).toMatch(patternOf(step?.expected ?? []));
    expect(code).toBe(0);
  });

  test('has each of its blocks run, or counted here', () => {
    const strange = blocks.filter(({ language }) => ![...RUN, ...SHOWN].includes(language));
    expect(strange.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
    const counts: Record<string, number> = {};
    for (const { page, language } of blocks)
      if (SHOWN.includes(language)) counts[page] = (counts[page] ?? 0) + 1;
    for (const page of Object.keys(counts))
      expect([page, counts[page]]).toEqual([page, NOT_RUN[page]]);
    expect(inLanguage('console').length).toBeGreaterThan(20);
  });

  test.each(RUN_ELSEWHERE)('%s is run by another test', (page) => {
    const others = below('test', /\.test\.ts$/).filter((file) => file !== 'test/docs.test.ts');
    const naming = others.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes(page));
    expect(naming).not.toEqual([]);
  });
});

describe('the examples of --help', () => {
  /** Ends with the sandbox's own shell, at a terminal, or by Ctrl-C: each has its test below. */
  // What asks a question, or does not end by itself.
  const SPECIAL = ['revoke sandbox', 'revoke sandbox -- sh'];
  let shown: readonly string[];

  beforeAll(async () => {
    shown = (await everyHelp()).flatMap(({ text }) => examplesIn(text));
  });

  test('are all that the providers declare, and two at least for each command', async () => {
    const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
    const declared = [...ROOT_EXAMPLES, ...providers.flatMap(examplesOf)];
    for (const { command } of declared) expect(shown).toContain(command);
    const poor = (await everyHelp()).filter(({ text }) => examplesIn(text).length < 2);
    expect(poor.map(({ words }) => words)).toEqual([]);
  });

  test('each example of --help runs in the sandbox', async () => {
    const asked = [...new Set(shown)].filter((command) => !SPECIAL.includes(command));
    const commands = asked.map(withoutQuestion);
    expect(commands.length).toBeGreaterThan(15);
    const clients = `printf '%s\\n' alice bob > clients.txt`;
    // What needs no shell runs here. One sandbox serves most of the others; what another example has
    // used up has a sandbox of its own.
    const good = new Map<string, Told>();
    const keep = (some: readonly string[], told: readonly (Told | undefined)[]) =>
      some.forEach((command, index) => {
        const one = told[index];
        if (isGood(one)) good.set(command, one);
      });
    const left = () => commands.filter((command) => !good.has(command));
    const plain = commands.filter((command) => !SHELL.test(command));
    keep(plain, await runInProcess(plain));
    const others = left();
    keep(others, (await runInSandbox([clients, ...others], 250_000)).slice(1));
    const failed: unknown[] = [];
    for (const command of commands) {
      const told = good.get(command) ?? (await runInSandbox([clients, command]))[1];
      if (!isGood(told)) failed.push({ command, told });
      else if (/--(json|format json)\b/.test(command) && !command.includes('list'))
        for (const line of told.output.split('\n').filter((row) => row.startsWith('{')))
          expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
    expect(failed).toEqual([]);
  }, 300_000);

  test('each example of --help asks before it revokes', async () => {
    const { code, output } = await runOnTerminal('revoke workspace jti_abc123def456', 'y');
    expect(output).toContain('It is your current token.');
    expect(output).toContain('Token jti_abc123def456 revoked successfully.');
    expect(code).toBe(0);
  });

  test('keep the sandbox until Ctrl-C', async () => {
    const { cwd, env, remove } = workplace();
    const told = await run(process.execPath, [BIN, 'sandbox'], {
      cwd,
      env,
      onStart(child) {
        let told = '';
        child.stdout.on('data', (data: Buffer) => {
          told += data.toString();
          const url = /^export WORKSPACE_API_URL=(\S+)$/m.exec(told)?.[1];
          // Once it answers, it also listens to signals.
          if (url !== undefined) void fetch(url).then(() => child.kill('SIGINT'));
        });
      },
    });
    remove();
    expect(told).toMatchObject({ code: 0, signal: null });
    expect(told.stdout).toMatch(/^export ABLY_API_KEY=\S+:\S+$/m);
    expect(told.stderr).toContain('Ctrl-C');
  });

  test('give a shell in the sandbox', async () => {
    const { cwd, env, remove } = workplace();
    const input = 'revoke workspace list --json';
    const told = await run(process.execPath, [BIN, 'sandbox', '--', 'sh'], { cwd, env, input });
    remove();
    expect(JSON.parse(told.stdout)).toMatchObject({ total_active: 5 });
    expect(told.code).toBe(0);
  });
});

describe('the names that the pages use', () => {
  test.each(PAGES)('%s links to what is there', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[\s\S]*?```/g, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('are every option of --help', async () => {
    const options = new Set(
      (await everyHelp()).flatMap(({ text }) =>
        [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map((match) => match[1] ?? ''),
      ),
    );
    expect(options.size).toBeGreaterThan(40);
    const reference = readFileSync(join(ROOT, 'docs/commands.md'), 'utf8');
    expect([...options].filter((option) => !reference.includes(`\`${option}`))).toEqual([]);
  });

  test('are no option that there is not', async () => {
    const help = (await everyHelp()).map(({ text }) => text).join('\n');
    const reference = readFileSync(join(ROOT, 'docs/commands.md'), 'utf8');
    const mentioned = [...reference.matchAll(/`(--[a-z][\w-]+)/g)].map((match) => match[1] ?? '');
    expect(mentioned.filter((option) => !help.includes(option))).toEqual([]);
  });

  test('are every variable that is read', async () => {
    const { fixed, computed } = variablesRead();
    const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
    const settings = providers.flatMap((provider) =>
      provider.settings.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env])),
    );
    expect(fixed).toEqual(expect.arrayContaining(['REVOKE_PROFILE', 'NO_COLOR', 'XDG_STATE_HOME']));
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    const missing = [...fixed, ...settings].filter((name) => !page.includes(`\`${name}\``));
    expect(missing).toEqual([]);
    // What is looked up by a computed name: settings, XDG folders, proxies, --token-env.
    expect(computed).toEqual([
      'src/context/config-file.ts',
      'src/context/session.ts',
      'src/context/settings.ts',
      'src/contract/named-secrets.ts',
      'src/families/endpoint.ts',
      'src/families/own-credentials.ts',
      'src/network/proxy-env.ts',
    ]);
  });

  test('are every code of an error', () => {
    const page = readFileSync(join(ROOT, 'docs/output.md'), 'utf8');
    const codes = codesGiven();
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  test('are the files of the trace, with about the lines that they have', () => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `((?:src|providers)\/[\w/.-]+\.ts)` +\| +(\d+) +\|/gm)];
    expect(rows.length).toBeGreaterThan(5);
    const wrong = rows
      .map(([, file = '', count = '']) => ({ file, said: Number(count), is: linesOfCode(file) }))
      .filter(({ said, is }) => Math.abs(said - is) > Math.max(10, is * 0.15));
    expect(wrong).toEqual([]);
  });

  test('say nothing that the house never says', () => {
    expect(allText).not.toMatch(/lorem|TODO|FIXME|\bTBD\b/);
  });
});

/** What only a shell understands, or what is a process or a file. */
const SHELL = /^revoke sandbox|[|<>$"'`;&*()]|\.(?:txt|jsonl?|csv|html|md|toml)\b/;

/** The same commands without a shell or a process, where they need none: at a hundredth of the cost. */
async function runInProcess(commands: readonly string[]): Promise<readonly Told[]> {
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  return withSandbox(
    providers.filter(({ startEmulator }) => startEmulator !== undefined),
    async ({ emulators, env, write }) => {
      for (const [name, text] of emulators.flatMap((one) =>
        Object.entries(one.stateFiles?.() ?? {}),
      ))
        write(`.local/state/revoke/${name}`, text);
      const told: Told[] = [];
      for (const command of commands) {
        const [program, ...args] = command.split(' ');
        expect(program).toBe('revoke');
        const { code, stdout, stderr } = await revokeInProcess(args, { env });
        told.push({ code: code ?? NaN, output: stdout + stderr });
      }
      return told;
    },
  );
}

const isGood = (told: Told | undefined): told is Told => told?.code === 0;

/** The command as a script gives it, where a person would be asked. */
function withoutQuestion(command: string): string {
  const isAsked =
    /\brevoke (?!workspace (?:list|create|refresh|show)|providers|config|completion|sandbox|status|log|report)/;
  return isAsked.test(command) && !/ --(?:dry-run|force)\b/.test(command)
    ? `${command} --force`
    : command;
}

function examplesOf({ examples, actions }: Provider): readonly Example[] {
  return [...examples, ...Object.values(actions ?? {}).flatMap((action) => action.examples)];
}

interface Help {
  readonly words: readonly string[];
  readonly text: string;
}

let helps: Promise<readonly Help[]> | undefined;

/** What each command says of itself, the tree followed by its own words. */
function everyHelp(): Promise<readonly Help[]> {
  return (helps ??= helpBelow([]));
}

async function helpBelow(words: readonly string[]): Promise<readonly Help[]> {
  const world = fakeWorld({ argv: [...words, '--help'] });
  await main(world, registry);
  const { stdout } = world.written;
  const commands =
    /^(?:Commands|Providers):\n((?: .*\n)+)(?:\nOther commands:\n((?: .*\n)+))?/m.exec(stdout);
  const names = [...`${commands?.[1] ?? ''}${commands?.[2] ?? ''}`.matchAll(/^ {2}([a-z]\w*)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
  const deeper = [];
  for (const name of names) deeper.push(...(await helpBelow([...words, name])));
  return [{ words, text: stdout }, ...deeper];
}

/** The commands below `Examples:`. */
function examplesIn(help: string): readonly string[] {
  const rows = /^Examples:\n((?: {2}.*\n?)+)/m.exec(help)?.[1] ?? '';
  const whole = rows.replaceAll(/ \\\n +/g, ' ');
  return [...whole.matchAll(/^ {2}([^\s#].*)$/gm)].map((match) => match[1] ?? '');
}

/** As GitHub makes them of headings. */
function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function sourceFiles(): readonly string[] {
  return [...below('src', /\.ts$/), ...below('providers', /\.ts$/)].filter(
    (file) => !/\.test\.ts$|\/emulator|\/testing\//.test(file),
  );
}

const trees = new Map<string, ts.SourceFile>();

function parsed(file: string): ts.SourceFile {
  const known = trees.get(file);
  if (known) return known;
  const tree = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), 99, true);
  trees.set(file, tree);
  return tree;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

const textOf = (node: ts.Node | undefined) =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined;

/** Variables by name, and the files that read one whose name is computed. */
function variablesRead(): { fixed: readonly string[]; computed: readonly string[] } {
  const fixed = new Set<string>();
  const computed = new Set<string>();
  for (const file of sourceFiles()) {
    visit(parsed(file), (node) => {
      const isIndexed =
        ts.isElementAccessExpression(node) && /\benv$/.test(node.expression.getText());
      const isCalled =
        ts.isCallExpression(node) && /^(?:context|ctx)\.env$/.test(node.expression.getText());
      if (isIndexed || isCalled) {
        const name = isIndexed ? node.argumentExpression : (node as ts.CallExpression).arguments[0];
        const text = textOf(name);
        if (text === undefined) computed.add(file);
        else fixed.add(text);
      }
      if (ts.isCallExpression(node) && node.expression.getText() === 'xdgFolder')
        fixed.add(textOf(node.arguments[1]) ?? '');
      const text = textOf(node);
      if (text !== undefined && /^https?_proxy$/.test(text))
        fixed.add(text).add(text.toUpperCase());
    });
  }
  return { fixed: [...fixed], computed: [...computed].sort() };
}

/** Every code that an error is given as a literal. */
function codesGiven(): readonly string[] {
  const codes = new Set<string>();
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isConditionalExpression(node))
      return [node.whenTrue, node.whenFalse].forEach(add);
    const text = textOf(node);
    if (text !== undefined && /^[a-z_]+$/.test(text)) codes.add(text);
  };
  for (const file of sourceFiles()) {
    visit(parsed(file), (node) => {
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') add(node.initializer);
      if (!ts.isCallExpression(node)) return;
      const called = node.expression.getText();
      if (called === 'usageError' || called === 'credentialsError') add(node.arguments[2]);
      if (['rejected', 'stopFault', 'inDoubtError', 'again'].includes(called))
        node.arguments.forEach(add);
    });
  }
  return [...codes].sort();
}

/** Lines that are neither blank nor comment. */
function linesOfCode(file: string): number {
  return readFileSync(join(ROOT, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
