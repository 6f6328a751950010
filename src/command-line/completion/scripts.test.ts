import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { Option, type Command } from 'commander';
import fc from 'fast-check';
import { registry } from '../../../providers/index.js';
import { printCompletion } from '../../commands/completion.js';
import { scriptFor } from './scripts.js';
import { SHELLS, type Shell } from './shells.js';
import { treeData, treeNodes } from '../command-model.js';
import { CONTRACT, type Provider } from '../../contract/provider.js';
import { loadAllBuiltIn } from '../../registry/registry.js';
import { buildTree } from '../command-tree.js';
import type { World } from '../../runtime/world.js';

const BIN = join(__dirname, '../../../dist/bin.cjs');

let folder: string;
let providers: readonly Provider[];

beforeAll(async () => {
  if (!existsSync(BIN)) throw new Error('dist/bin.cjs is missing: run node build.mjs first');
  folder = mkdtempSync(join(tmpdir(), 'revoke-completion-'));
  providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  for (const shell of SHELLS) writeFileSync(scriptPath(shell), revoke('completion', shell).stdout);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'targets.txt'), '');
  writeFileSync(join(folder, 'files', 'two words.txt'), '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scriptPath(shell: Shell): string {
  return join(folder, `script.${shell === 'powershell' ? 'ps1' : shell}`);
}

function revoke(...words: string[]) {
  const home = join(folder, 'home');
  return spawnSync(process.execPath, [BIN, ...words], {
    encoding: 'utf8',
    env: { HOME: home, PATH: process.env['PATH'] },
  });
}

/** Every visible command of the tree, by its words after the program's name. */
function everyCommand(): readonly { words: string[]; command: Command }[] {
  const none = async () => undefined;
  const tree = buildTree(providers, {
    argv: [],
    handlers: { revoke: none, act: none, run: none },
    out: () => undefined,
    err: () => undefined,
    columns: 80,
  });
  const walk = (command: Command, words: string[]): { words: string[]; command: Command }[] => [
    { words, command },
    ...command.commands.flatMap((child) => walk(child, [...words, child.name()])),
  ];
  return walk(tree, []);
}

function switchesOf(command: Command): string[] {
  return ['-h', '--help', ...command.options.flatMap(({ short, long }) => [short, long])]
    .filter((name) => name !== undefined)
    .sort();
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A group of tests that needs a program; without it they are shown as skipped, and why. */
function describeWith(program: string, tests: () => void): void {
  if (isInstalled(program)) describe(program, tests);
  else describe.skip(`${program} (skipped: ${program} is not installed)`, tests);
}

/** What a completer offers for each command line; a line is its words, the last one unfinished. */
type Complete = (lines: readonly (readonly string[])[]) => string[][];

const SEPARATOR = '@@@@@';

function split(output: string): string[][] {
  return output
    .split(`${SEPARATOR}\n`)
    .slice(0, -1)
    .map((part) => part.split('\n').filter((line) => line !== ''));
}

function bashWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** COMP_WORDS as readline cuts a line: at = and : too. */
function cutAsReadline(words: readonly string[]): string[] {
  return words.flatMap((word) => (word === '' ? [''] : (word.match(/[=:]+|[^=:]+/g) ?? [])));
}

function bashWith(script: string, cut = cutAsReadline): Complete {
  return (lines) => {
    const asks = lines.map((line) => {
      const words = cut(line);
      return `COMP_WORDS=(${words.map(bashWord).join(' ')}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
        _revoke; printf '%s\\n' "\${COMPREPLY[@]}" ${SEPARATOR}`;
    });
    const output = execFileSync(
      'bash',
      ['--norc', '-uc', `source <(cat "$1")\n${asks.join('\n')}`, 'bash', script],
      { encoding: 'utf8', cwd: join(folder, 'files') },
    );
    return split(output);
  };
}

function zshWith(script: string): Complete {
  return (lines) => {
    const asks = lines.map(
      (line) =>
        `words=(${line.map(bashWord).join(' ')}) CURRENT=${line.length} PREFIX=${bashWord(line.at(-1) ?? '')}
        _revoke; print -r -- ${SEPARATOR}`,
    );
    const stubs = `compdef() { : }
      _describe() { local name=\${@[-1]}; (( \${(P)#name} )) && print -rl -- "\${(@M)\${(@P)name}:#\${(b)PREFIX}*}"; : }
      compadd() { shift; print -rl -- "\${(@M)@:#\${(b)PREFIX}*}" }
      compset() { PREFIX=\${PREFIX#*=} }
      _files() { print FILES }
      _command_names() { print COMMANDS }
      _normal() { print -r -- NORMAL \${(q)words} $CURRENT }
      _message() { : }
      typeset -a words; integer CURRENT`;
    const output = execFileSync(
      'zsh',
      ['-fc', `${stubs}\nsource $1\n${asks.join('\n')}`, 'zsh', script],
      {
        encoding: 'utf8',
      },
    );
    return split(output);
  };
}

function fishWith(script: string): Complete {
  return (lines) => {
    const asks = lines.map((line) => {
      const typed = line.join(' ').replace(/[\\']/g, '\\$&');
      return `complete -C '${typed}'; echo ${SEPARATOR}`;
    });
    writeFileSync(join(folder, 'asks.fish'), `source ${script}\n${asks.join('\n')}\n`);
    const output = execFileSync('fish', ['-N', join(folder, 'asks.fish')], {
      encoding: 'utf8',
      cwd: join(folder, 'files'),
      env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    });
    return split(output);
  };
}

function powershellWith(script: string): Complete {
  return (lines) => {
    const asks = lines.map((line) => {
      const typed = line.join(' ').replaceAll("'", "''");
      return `(TabExpansion2 -inputScript '${typed}' -cursorColumn ${line.join(' ').length}).CompletionMatches |
        ForEach-Object { $_.CompletionText + "\`t" + $_.ToolTip }; '${SEPARATOR}'`;
    });
    const source = `Get-Content -Raw '${script}' | Invoke-Expression\n${asks.join('\n')}`;
    return split(
      execFileSync('pwsh', ['-NoProfile', '-NonInteractive', '-Command', source], {
        encoding: 'utf8',
        cwd: join(folder, 'files'),
      }).replaceAll('\r', ''),
    );
  };
}

/** Names without what describes them, which a shell puts behind a colon or a tab. */
function names(lines: readonly string[] | undefined): string[] {
  return [...new Set((lines ?? []).map((line) => line.replace(/[:\t].*/s, '')))].sort();
}

/** What must hold in every shell. */
function completesTheTree(complete: () => Complete): void {
  test('offers every command of the tree, and no other', () => {
    const commands = everyCommand().filter(({ command }) => command.commands.length > 0);
    const offered = complete()(commands.map(({ words }) => ['revoke', ...words, '']));
    expect(commands.length).toBeGreaterThan(1);
    expect(offered.map(names)).toEqual(
      commands.map(({ command, words }) =>
        [
          ...command.commands.map((child) => child.name()),
          ...(words.length === 0 ? ['help'] : []),
        ].sort(),
      ),
    );
  });

  test('offers every option of every command, long and short', () => {
    const commands = everyCommand();
    const long = complete()(commands.map(({ words }) => ['revoke', ...words, '--']));
    const short = complete()(commands.map(({ words }) => ['revoke', ...words, '-']));
    commands.forEach(({ command }, index) => {
      const offered = names([...(long[index] ?? []), ...(short[index] ?? [])]);
      expect(offered).toEqual(switchesOf(command));
    });
  });

  test('offers choices for values, operands and words that stand for themselves', () => {
    expect(
      complete()([
        ['revoke', 'oauth', '--client-auth', ''],
        ['revoke', 'oauth', '--format', ''],
        ['revoke', 'workspace', 'list', '--format', ''],
        ['revoke', 'completion', ''],
        ['revoke', 'config', ''],
        ['revoke', 'completion', 'bash', ''],
      ]).map(names),
    ).toEqual([
      [
        'bearer',
        'client_secret_basic',
        'client_secret_jwt',
        'client_secret_post',
        'none',
        'private_key_jwt',
      ],
      ['json', 'pretty-json', 'text'],
      ['json', 'pretty-json', 'table', 'text'],
      ['bash', 'fish', 'powershell', 'zsh'],
      ['show'],
      [],
    ]);
  });

  test('knows where it is: values, targets and -- before the cursor', () => {
    expect(
      complete()([
        ['revoke', 'workspace', '--profile', 'list', 'sh'],
        ['revoke', 'workspace', '--force', 'li'],
        ['revoke', 'workspace', 'jti_1', 'li'],
        ['revoke', 'workspace', 'jti_1', '--dry'],
        ['revoke', 'workspace', '--', 'li'],
        ['revoke', 'workspace', '--', '--f'],
        ['revoke', 'workspace', '--endpoint', 'https://127.0.0.1:1', 'li'],
        ['revoke', 'oauth', '--max', ''],
      ]).map(names),
    ).toEqual([['show'], ['list'], [], ['--dry-run'], [], [], ['list'], []]);
  });
}

describe('revoke completion', () => {
  test.each(SHELLS)('%s: prints a script, writes nothing and says nothing else', (shell) => {
    const { status, stdout, stderr } = revoke('completion', shell);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('completion for revoke');
    expect(stdout.endsWith('\n')).toBe(true);
    const home = join(folder, 'home');
    expect(existsSync(home) ? readdirSync(home) : []).toEqual([]);
  });

  test.each(SHELLS)('%s: the script names every command and every long option', (shell) => {
    const { stdout } = revoke('completion', shell);
    for (const { words, command } of everyCommand()) {
      expect(stdout).toContain(['revoke', ...words].join(' '));
      for (const { long } of command.options) {
        expect(stdout).toContain(shell === 'fish' ? `-l '${long?.slice(2)}'` : `'${long}`);
      }
    }
  });

  test('a shell that is unknown is a usage error that names those there are', () => {
    const { status, stdout, stderr } = revoke('completion', 'tcsh');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'error: no completion for "tcsh"\n' +
        '  use one of bash, zsh, fish, powershell: revoke completion bash\n',
    );
  });

  test('no shell is a usage error', async () => {
    expect(revoke('completion').status).toBe(2);
    const written: string[] = [];
    const world = { stdout: { write: (text: string) => void written.push(text) } };
    await expect(
      printCompletion(world as unknown as World, async () => providers, []),
    ).rejects.toMatchObject({
      kind: 'usage',
      hint: 'use one of bash, zsh, fish, powershell: revoke completion bash',
    });
    expect(written).toEqual([]);
  });
});

describe('bash', () => {
  const complete: Complete = (lines) => bashWith(scriptPath('bash'))(lines);
  completesTheTree(() => complete);

  test('completes file names where an option takes a file', () => {
    const files = ['--from', '--journal', '--resume', '--ca-file', '--token-file'];
    expect(complete(files.map((option) => ['revoke', 'oauth', option, 'ta']))).toEqual(
      files.map(() => ['targets.txt']),
    );
    expect(complete([['revoke', 'oauth', '--from', 'two']])).toEqual([['two words.txt']]);
  });

  test('completes behind =, whether or not readline cuts there', () => {
    const lines = [
      ['revoke', 'oauth', '--format='],
      ['revoke', 'oauth', '--format=j'],
      ['revoke', 'oauth', '--from=ta'],
      ['revoke', 'oauth', '--format=json', '--dry'],
    ];
    expect(complete(lines)).toEqual([
      ['text', 'json', 'pretty-json'],
      ['json'],
      ['targets.txt'],
      ['--dry-run'],
    ]);
    expect(bashWith(scriptPath('bash'), (line) => [...line])(lines)).toEqual([
      ['--format=text', '--format=json', '--format=pretty-json'],
      ['--format=json'],
      ['--from=targets.txt'],
      ['--dry-run'],
    ]);
  });

  test('completes commands in the sandbox, and its own command line in them', () => {
    const [bare, behind, inside, again] = complete([
      ['revoke', 'sandbox', 'bas'],
      ['revoke', 'sandbox', '--', 'bas'],
      ['revoke', 'sandbox', '--', 'revoke', 'comp'],
      ['revoke', 'sandbox', 'revoke', 'completion', 'z'],
    ]);
    expect(bare).toContain('bash');
    expect(behind).toContain('bash');
    expect([inside, again]).toEqual([['completion'], ['zsh']]);
  });

  test('is registered for the program', () => {
    const output = execFileSync('bash', [
      '-c',
      'source "$1"; complete -p revoke',
      'bash',
      scriptPath('bash'),
    ]);
    expect(output.toString()).toBe('complete -F _revoke revoke\n');
  });
});

describeWith('zsh', () => {
  completesTheTree(() => zshWith(scriptPath('zsh')));

  test('has files, commands and command lines completed by the shell', () => {
    expect(
      zshWith(scriptPath('zsh'))([
        ['revoke', 'oauth', '--from', ''],
        ['revoke', 'oauth', '--from=t'],
        ['revoke', 'sandbox', ''],
        ['revoke', 'sandbox', '--', 'ls', '-l', ''],
      ]),
    ).toEqual([['FILES'], ['FILES'], ['COMMANDS'], ["NORMAL ls -l '' 3"]]);
  });

  test('bash completes a command that is typed at a terminal', async () => {
    const terminal = spawnTerminal('zsh', ['-f', '-i'], {
      cols: 120,
      rows: 50,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm', PS1: '> ' },
    });
    try {
      let seen = '';
      let changed: () => void = () => undefined;
      terminal.onData((text) => {
        seen += text;
        changed();
      });
      const shows = async (text: string) => {
        while (!seen.includes(text)) await new Promise<void>((resolve) => (changed = resolve));
        seen = '';
      };
      terminal.write(`autoload -Uz compinit && compinit -u -D; source '${scriptPath('zsh')}'\r`);
      terminal.write('print ready-$((1 + 1))\r');
      await shows('ready-2');
      terminal.write('revoke comp\t');
      await shows('letion');
      terminal.write('\u0015revoke workspace \t');
      await shows('list the tokens of a workspace');
      terminal.write('\u0015revoke providers --\t');
      await shows('short for --format json: one object a line');
    } finally {
      terminal.kill('SIGKILL');
    }
  });
});

describeWith('fish', () => {
  completesTheTree(() => fishWith(scriptPath('fish')));

  test('completes files, commands in the sandbox, and describes what it offers', () => {
    const [files, commands, inside, list] = fishWith(scriptPath('fish'))([
      ['revoke', 'oauth', '--from', 'targ'],
      ['revoke', 'sandbox', '--', 'bas'],
      ['revoke', 'sandbox', '--', 'revoke', 'comp'],
      ['revoke', 'workspace', 'lis'],
    ]);
    expect(files).toEqual(['targets.txt']);
    expect(names(commands)).toContain('bash');
    expect(names(inside)).toEqual(['completion']);
    expect(list).toEqual(['list\tlist the tokens of a workspace']);
  });
});

describeWith('pwsh', () => {
  completesTheTree(() => powershellWith(scriptPath('powershell')));

  test('the script describes each word that it offers', () => {
    expect(powershellWith(scriptPath('powershell'))([['revoke', 'workspace', 'lis']])).toEqual([
      ['list\tlist the tokens of a workspace'],
    ]);
  });
});

describe('hostile texts', () => {
  const NASTY = [
    "'",
    '"',
    '`',
    '$',
    '\\',
    '\n',
    '[',
    ']',
    ':',
    ';',
    '(',
    ')',
    '%',
    '#',
    '\u2019',
    ' ',
    '\t',
    '-',
  ];
  const BOMBS = [
    '$(touch BROKEN)',
    '`touch BROKEN`',
    "'; touch BROKEN; '",
    '\u2019; touch BROKEN; \u2018',
    '\n touch BROKEN \n',
  ];
  const nasty = fc
    .array(fc.constantFrom(...NASTY, ...BOMBS, 'word'), { minLength: 1, maxLength: 8 })
    .map((parts) => `a${parts.join('')}z`);

  /** A provider whose texts are these: its summary, its option's help and that option's one choice. */
  function providerSaying(summary: string, help: string, choice: string): Provider {
    return {
      contract: CONTRACT,
      id: 'evil',
      summary,
      notes: [],
      target: {
        noun: 'thing',
        argument: 'thing',
        kinds: [{ name: 'thing', keys: ['thing'] }],
        lists: [],
        parse: (id) => ({ id }),
      },
      settings: [],
      options: [{ flags: '--pick <it>', help, choices: [choice] }],
      examples: [],
      limits: { batch: 1, concurrency: 1 },
      open: () => Promise.reject(new Error('never opened')),
    };
  }

  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

  async function scriptOf(shell: Shell, provider: Provider): Promise<string> {
    const path = join(folder, `hostile.${shell}`);
    writeFileSync(path, await scriptFor(shell, treeData([provider])));
    return path;
  }

  const isSafe = () => !existsSync(join(folder, 'files', 'BROKEN')) && !existsSync('BROKEN');

  test('bash: a choice is offered as one quoted word, and nothing is run', async () => {
    const choice = nasty.filter((text) => !/[\n\t]/.test(text));
    await fc.assert(
      fc.asyncProperty(nasty, nasty, choice, async (summary, help, choice) => {
        const script = await scriptOf('bash', providerSaying(summary, help, choice));
        const [words, offered] = bashWith(script)([
          ['revoke', 'ev'],
          ['revoke', 'evil', '--pick', ''],
        ]);
        expect(words).toEqual(['evil']);
        expect(offered).toHaveLength(1);
        const read = execFileSync('bash', ['-c', `printf %s ${offered?.[0]}`], {
          encoding: 'utf8',
        });
        expect(read).toBe(choice);
        expect(isSafe()).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test.each(SHELLS)('%s: nothing of a text stands outside quotes', async (shell) => {
    const literal = {
      bash: /'[^']*'|\\'|^#.*$/gm,
      zsh: /'[^']*'|\\'|^#.*$/gm,
      fish: /'(?:\\[^]|[^'\\])*'|^#.*$/gm,
      powershell: /'(?:['\u2018-\u201b]{2}|[^'\u2018-\u201b])*'|^#.*$/gm,
    }[shell];
    const bare = async (provider: Provider) =>
      (await scriptFor(shell, treeData([provider]))).replace(literal, 'Q');
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (summary, help, choice) => {
        const harmless = await bare(providerSaying('summary', 'help', 'choice'));
        expect((await bare(providerSaying(summary, help, choice))).replace(/Q+/g, 'Q')).toBe(
          harmless.replace(/Q+/g, 'Q'),
        );
      }),
    );
  });

  (isInstalled('zsh') ? test : test.skip)('zsh: descriptions arrive as they are', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (summary, help, choice) => {
        const script = await scriptOf('zsh', providerSaying(summary, help, choice));
        const described = (text: string) => plain(text).replace(/[\\:]/g, '\\$&');
        const [commands, options, choices] = zshWith(script)([
          ['revoke', 'ev'],
          ['revoke', 'evil', '--p'],
          ['revoke', 'evil', '--pick', ''],
        ]);
        expect(commands).toContain(`evil:${described(summary)}`);
        expect(options?.find((line) => line.startsWith('--pick:'))).toContain(described(help));
        expect(choices?.join('\n')).toBe(choice.replace(/\n{2,}/g, '\n'));
        expect(isSafe()).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  (isInstalled('fish') ? test : test.skip)('fish: descriptions arrive as they are', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (summary, help, choice) => {
        const script = await scriptOf('fish', providerSaying(summary, help, choice));
        const [commands, , choices] = fishWith(script)([
          ['revoke', 'ev'],
          ['revoke', 'evil', '--pic'],
          ['revoke', 'evil', '--pick', ''],
        ]);
        expect(commands).toEqual([`evil\t${plain(summary)}`]);
        expect(choices?.length).toBeGreaterThan(0);
        expect(isSafe()).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('what the tree hides is not offered', async () => {
    const { source } = treeData([providerSaying('summary', 'help', 'choice')]);
    source.command('secretive', { hidden: true });
    source.command('open').addOption(new Option('--unseen').hideHelp()).option('--seen');
    const root = treeNodes(source, []);
    for (const shell of SHELLS) {
      const script = await scriptFor(shell, root);
      expect(script).not.toContain('secretive');
      expect(script).not.toContain('unseen');
      expect(script).toContain('revoke open');
      expect(script).toContain("seen'");
    }
  });
});
