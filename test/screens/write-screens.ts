/** Writes every screen of the list, and every help page, as a person sees them at one size. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { showScreen } from '../support/screen.js';
import { SCREENS, type ScreenToShow } from './screen-list.js';

/** The program, and a folder that is named for the size of the terminal: 80x24. */
const [, , bin = '', into = ''] = process.argv;
const [columns = 80, rows = 24] = basename(into).split('x').map(Number);
const size = { columns, rows };
const place = mkdtempSync(join(tmpdir(), 'revoke-screens-home-'));
const wrapper = join(place, 'bin/revoke');
mkdirSync(join(place, 'bin'));
writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
chmodSync(wrapper, 0o755);

let homes = 0;

/** What is seen at the end, drawn; each run has a home and a record of its own. */
async function draw(
  { script, typed = [] }: ScreenToShow,
  { columns, rows } = size,
): Promise<string> {
  const home = join(place, `home-${++homes}`);
  mkdirSync(home);
  const { XDG_CONFIG_HOME: _config, XDG_STATE_HOME: state = '', CI: _ci, ...rest } = process.env;
  // Which token is the current one stands there.
  cpSync(state, join(home, '.local/state'), { recursive: true });
  const env = {
    ...(rest as Record<string, string>),
    HOME: home,
    PATH: `${place}/bin:${rest['PATH']}`,
  };
  const screen = showScreen(script, { columns, rows, env, cwd: home, timeoutMs: 60_000 });
  try {
    for (const [seen, keys] of typed) {
      await screen.see(seen);
      screen.type(keys);
    }
    const { code } = await screen.ended;
    const { all } = await screen.look();
    return [`$ ${script}`, ...all, `-- exit code ${code}`, ''].join('\n');
  } finally {
    screen.close();
  }
}

/** Every command by its words, found where a person finds them. */
async function everyCommand(words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const help = await draw(
    { name: '', script: ['revoke', ...words, '--help'].join(' ') },
    { columns: 200, rows: 50 },
  );
  const names = [...help.matchAll(/^(?:Commands|Providers|Other commands):\n((?: {2}.*\n)+)/gm)]
    .flatMap(([, rows = '']) => [...rows.matchAll(/^ {2}([a-z][\w-]*)/gm)])
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
  const deeper = [];
  for (const name of names) deeper.push(...(await everyCommand([...words, name])));
  return [words, ...deeper];
}

async function main(): Promise<void> {
  const commands = await everyCommand([]);
  const helps = commands.map((words) => ({
    name: ['help', ...words].join('-'),
    script: ['revoke', ...words, '--help'].join(' '),
  }));
  let failed = 0;
  mkdirSync(into);
  for (const shown of [...helps, ...SCREENS]) {
    const text = await draw(shown).catch((error: unknown) => {
      failed += 1;
      return `${shown.script}\n${String(error)}\n`;
    });
    writeFileSync(join(into, `${shown.name}.txt`), text);
  }
  console.log(`${basename(into)}: ${helps.length + SCREENS.length} screens, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main().finally(() => rmSync(place, { recursive: true, force: true }));
