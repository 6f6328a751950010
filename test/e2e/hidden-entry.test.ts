/** Secret targets typed or pasted at a terminal: each is read once, none is shown or left behind. */
import { spawnSync } from 'node:child_process';
import { startOauthEmulator, type OauthEmulator } from '../../providers/oauth/emulator.js';
import { BIN, bareEnv, temporaryHome } from '../support/cli.js';
import { showScreen, type Screen, type Seen } from '../support/screen.js';

const PROMPT = 'An empty line ends.';

interface Room {
  readonly emulator: OauthEmulator;
  readonly tokens: readonly string[];
  readonly screen: Screen;
  /** What is seen once the script has ended. */
  end(): Promise<Seen>;
}

/** Runs the command at a terminal of a shell, which then says what was left for it to read. */
async function atTerminal(
  command: string,
  act: (room: Room) => Promise<void>,
  columns = 80,
): Promise<void> {
  const { home, remove } = temporaryHome();
  const emulator = await startOauthEmulator();
  const issued = await emulator.issue(3);
  const script = `revoke() { '${process.execPath}' '${BIN}' "$@"; }
${command}; echo "exit $?"; stty -a | grep -o '[-]*echo\\b'; read -r -t 0.5 left; echo "left:[$left]"; read -r -t 30 end`;
  const env = bareEnv(home, emulator.environment);
  const screen = showScreen(script, { columns, env, cwd: home });
  const tokens = issued.map(({ token }) => token);
  try {
    await act({
      emulator,
      tokens,
      screen,
      async end() {
        // What a terminal holds when its last program ends may be lost: it is seen before.
        await screen.see('left:[');
        screen.type('\r');
        await screen.ended;
        const seen = await screen.look();
        for (const token of tokens) expect(seen.raw).not.toContain(token.slice(0, 8));
        expect(seen.text).toContain('left:[]');
        expect(seen.text).toMatch(/^echo$/m);
        expect(seen).toMatchObject({ isCursorShown: true, wraps: true, bracketsPastes: false });
        return seen;
      },
    });
  } finally {
    screen.close();
    await emulator.close();
    remove();
  }
}

const alive = ({ emulator, tokens }: Room) => tokens.map((token) => emulator.isAlive(token));

const ways: readonly (readonly [string, (screen: Screen, text: string) => void | Promise<void>])[] =
  [
    ['pasted in brackets', (screen, text) => screen.paste(text)],
    [
      'pasted in brackets, byte by byte',
      (screen, text) => screen.typeSlowly(`\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`),
    ],
    ['pasted in one write', (screen, text) => screen.type(text.replaceAll('\n', '\r'))],
    ['pasted with line feeds', (screen, text) => screen.type(text)],
    ['pasted with CR LF', (screen, text) => screen.type(text.replaceAll('\n', '\r\n'))],
    ['typed key by key', (screen, text) => screen.typeSlowly(text.replaceAll('\n', '\r'))],
  ];

test.concurrent.each(ways)('three lines %s are three targets, and none is shown', (_name, enter) =>
  atTerminal('revoke oauth --force', async (room) => {
    const { screen, tokens } = room;
    await screen.see(PROMPT);
    await enter(screen, `${tokens.join('\n')}\n`);
    await screen.see(/3: sha256:[0-9a-f]{12}/);
    screen.type('\r');
    const seen = await room.end();
    expect(seen.text).toContain('exit 0');
    expect(seen.text.match(/^\d: sha256:[0-9a-f]{12}$/gm)).toHaveLength(3);
    expect(alive(room)).toEqual([false, false, false]);
  }),
);

test.concurrent.each([40, 80, 200])(
  'the question follows, at %i columns, and its answer is typed after it',
  (columns) =>
    atTerminal(
      'revoke oauth',
      async (room) => {
        const { screen, tokens } = room;
        await screen.see(PROMPT.slice(-5));
        screen.paste(`${tokens.join('\n')}\n`);
        await screen.see(/3: sha256:/);
        screen.type('\r');
        await screen.see('Are you sure? (y/N)');
        expect(alive(room)).toEqual([true, true, true]);
        screen.type('y\r');
        const seen = await room.end();
        expect(seen.text).toContain('exit 0');
        expect(alive(room)).toEqual([false, false, false]);
      },
      columns,
    ),
);

test.concurrent('an answer typed ahead is dropped: it answers no question and is said', () =>
  atTerminal('revoke oauth', async (room) => {
    const { screen, tokens } = room;
    await screen.see(PROMPT);
    screen.type(`${tokens[0]}\r\ry\r`);
    await screen.see('Are you sure? (y/N)');
    await screen.see('What was typed after the end was dropped.');
    expect(alive(room)).toEqual([true, true, true]);
    screen.type('\r');
    expect((await room.end()).text).toContain('exit 5');
    expect(alive(room)).toEqual([true, true, true]);
  }),
);

test.concurrent('what was typed before the prompt is dropped', () =>
  atTerminal('sleep 0.5; revoke oauth', async (room) => {
    const { screen, tokens } = room;
    // The shell's terminal echoes what is typed before the program runs; no token then.
    screen.type('early\r\r');
    await screen.see(PROMPT);
    screen.paste(`${tokens[0]}\n`);
    await screen.see(/1: sha256:/);
    screen.type('\r');
    await screen.see('Are you sure? (y/N)');
    screen.type('y\r');
    expect((await room.end()).text).toContain('exit 0');
    expect(alive(room)).toEqual([false, true, true]);
  }),
);

test.concurrent(
  'Ctrl-C ends it at once, and what was pasted after it does not reach the shell',
  () =>
    atTerminal('revoke oauth', async (room) => {
      const { screen, tokens } = room;
      await screen.see(PROMPT);
      screen.type(`${tokens[0]}\r${tokens[1]}\u0003echo hello\r`);
      expect((await room.end()).text).toContain('exit 130');
      expect(alive(room)).toEqual([true, true, true]);
    }),
);

test.concurrent('Ctrl-D ends it, with the line before it', () =>
  atTerminal('revoke oauth --force', async (room) => {
    const { screen, tokens } = room;
    await screen.see(PROMPT);
    screen.type(String(tokens[0]));
    screen.type('\u0004');
    await screen.see(/1: sha256:/);
    screen.type('\u0004');
    expect((await room.end()).text).toContain('exit 0');
    expect(alive(room)).toEqual([false, true, true]);
  }),
);

test.concurrent.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('%s puts the terminal back, and nothing is sent', (signal, code) =>
  atTerminal('revoke oauth', async (room) => {
    const { screen, tokens } = room;
    await screen.see(PROMPT);
    screen.type(`${tokens[0]}\r`);
    await screen.see(/1: sha256:/);
    expect((await screen.look()).bracketsPastes).toBe(true);
    // The shell's only child is the program.
    spawnSync('pkill', [`-${signal}`, '-P', String(screen.pid)]);
    expect((await room.end()).text).toContain(`exit ${code}`);
    expect(alive(room)).toEqual([true, true, true]);
  }),
);

test.concurrent(
  'a line that is no token is refused with the reason, unshown, and a second copy is said',
  () =>
    atTerminal('revoke oauth --force', async (room) => {
      const { screen, tokens } = room;
      await screen.see(PROMPT);
      screen.paste(`two words\n${tokens[0]}\n${tokens[0]}\n`);
      await screen.see(/already given/);
      screen.type('\r');
      const seen = await room.end();
      expect(seen.text).toContain('not accepted: ');
      expect(seen.raw).not.toContain('two words');
      expect(alive(room)).toEqual([false, true, true]);
    }),
);

test.concurrent('no line at all is a usage error, and nothing is sent', () =>
  atTerminal('revoke oauth', async (room) => {
    await room.screen.see(PROMPT);
    room.screen.type('\r');
    expect((await room.end()).text).toContain('exit 2');
    expect(room.emulator.server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  }),
);
