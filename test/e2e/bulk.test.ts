/** Many targets through the real program: input, limits, pace, journal, signals, broken outputs. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, jsonLines, type Ran } from '../support/cli.js';
import { startGate } from '../support/gate.js';
import { editJournal } from '../support/journal.js';
import { onStage, type Stage } from '../support/stage.js';

/** The JTIs whose revocation was asked for, oldest first. */
function revokedJtis({ workspace }: Stage): string[] {
  return workspace.server.requests
    .filter(({ method }) => method === 'DELETE')
    .map(({ path }) => path.split('/').at(-1) ?? '');
}

function alive({ workspace }: Stage, jtis: readonly string[]): string[] {
  return jtis.filter((jti) => workspace.isAlive(jti));
}

function counts({ stdout }: Ran): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status } of jsonLines(stdout))
    counted[String(status)] = (counted[String(status)] ?? 0) + 1;
  return counted;
}

function resumeOf({ stderr }: Ran): string {
  const command = /^To continue: (.*)$/m.exec(stderr)?.[1];
  if (command === undefined) throw new Error(`no command to go on with in:\n${stderr}`);
  return command;
}

/** Resolves once the emulator has been asked so often for a revocation. */
async function asked(stage: Stage, count: number): Promise<void> {
  while (revokedJtis(stage).length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

const FORCE = ['--force', '--json'];

describe('input', () => {
  test('arguments, files, pipes and <(…) together, each target once', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(12);
      stage.write('a.txt', `\ufeff# leaked\r\n${jtis[0]}\r\n\r\n  ${jtis[1]}  \r\n${jtis[0]}\r\n`);
      stage.write('b.json', JSON.stringify({ tokens: jtis.slice(2, 4).map((jti) => ({ jti })) }));
      const ran = await stage.sh(
        `printf '%s\\n' ${jtis[6]} ${jtis[1]} '"${jtis[7]}"' '{"jti":"${jtis[8]}"}' |
         revoke workspace ${jtis[4]} ${jtis[5]} ${jtis[4]} - --from a.txt --from b.json \\
           --from <(printf '["%s","%s"]' ${jtis[9]} ${jtis[2]}) --from <(echo ${jtis[10]}) --force --json`,
      );
      expect(ran.stderr).toContain('11 targets: 11 revoked');
      expect(ran.code).toBe(0);
      expect(counts(ran)).toEqual({ revoked: 11 });
      expect(revokedJtis(stage).sort()).toEqual(jtis.slice(0, 11).sort());
      expect(alive(stage, jtis)).toEqual(jtis.slice(11));
    }));

  test('a bad line in a file is told by number and reason, never echoed, and nothing is sent', () =>
    onStage(async (stage) => {
      const [good] = stage.workspace.issueBare(1);
      const file = stage.write(
        'list.txt',
        `${good}\n../S3CRET-one\n7\n{"jti":8}\n"S3CRET\n{"jti":"a","target":"S3CRET-two"}\n`,
      );
      const ran = await stage.revoke(['workspace', '--from', file, ...FORCE]);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toBe('');
      for (const line of [2, 4, 5, 6]) expect(ran.stderr).toContain(`${file}:${line}: `);
      expect(ran.stderr).not.toContain('S3CRET');
      expect(stage.writes()).toEqual([]);
    }));

  test('in a pipe it is a failed result, and the run goes on', () =>
    onStage(async (stage) => {
      const [a, b] = stage.workspace.issueBare(2) as [string, string];
      const ran = await stage.revoke(['workspace', '-', ...FORCE], {
        input: `${a}\n../S3CRET\n[1]\n${b}\n`,
      });
      expect(ran.code).toBe(1);
      expect(counts(ran)).toEqual({ revoked: 2, failed: 2 });
      expect(
        jsonLines(ran.stdout)
          .filter(({ status }) => status === 'failed')
          .map(({ target, error }) => [target, (error as { code: string }).code]),
      ).toEqual([
        ['stdin:2', 'bad_input'],
        ['stdin:3', 'bad_input'],
      ]);
      expect(ran.stdout + ran.stderr).not.toContain('S3CRET');
      expect(alive(stage, [a, b])).toEqual([]);
    }));

  test('--strict ends at it, with nothing sent where it came in one piece', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(2);
      const input = `${jtis.join('\n')}\n../S3CRET\n`;
      const ran = await stage.revoke(['workspace', '-', '--strict', ...FORCE], { input });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('stdin:3');
      expect(stage.writes()).toEqual([]);
      expect(alive(stage, jtis)).toEqual(jtis);
    }));

  test('--strict does not say that nothing was sent when something was', () =>
    onStage(async (stage) => {
      const [jti] = stage.workspace.issueBare(1) as [string];
      const ran = await stage.revoke(['workspace', '-', '--strict', ...FORCE], {
        onStart: (child) => {
          // Never ended from here: the program may not wait for the end of a pipe that it gave up.
          child.stdin.end = () => child.stdin;
          child.stdin.write(`${jti}\n`);
          void asked(stage, 1).then(() => child.stdin.write('../bad\n'));
        },
        timeoutMs: 10_000,
      });
      expect(ran).toMatchObject({ code: 1, signal: null });
      expect(counts(ran)).toEqual({ revoked: 1 });
      expect(ran.stderr).toContain('stdin:2');
      expect(ran.stderr).not.toContain('nothing was sent');
    }));

  test('a file that somebody writes to is refused, or its end is told', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3000);
      const file = stage.write('list.txt', `${jtis.join('\n')}\n`);
      const ran = await stage.revoke(['workspace', '--from', file, ...FORCE], {
        onStart: () => void asked(stage, 5).then(() => writeFileSync(file, 'jti_other\n')),
      });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('changed while it was read');
      const told = jsonLines(ran.stdout);
      expect(told.filter(({ status }) => status === 'revoked')).toHaveLength(
        jtis.length - alive(stage, jtis).length,
      );
    }));

  test('--as reads bare lines as one kind, and a resume keeps it', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['ably', '-', '--as', 'clientId', ...FORCE], {
        input: 'bob\nann\n"a:b"\n',
      });
      expect(ran.code).toBe(0);
      expect(jsonLines(ran.stdout).map(({ target }) => target)).toEqual([
        'clientId:bob',
        'clientId:ann',
        'clientId:a:b',
      ]);
      const journal = /^Journal: (.*)$/m.exec(ran.stderr)?.[1] ?? '';
      const again = await stage.revoke(['ably', '-', '--resume', journal, ...FORCE], {
        input: 'bob\nann\n"a:b"\neve\n',
      });
      expect(counts(again)).toEqual({ skipped: 3, revoked: 1 });
      expect(stage.ably.isTargetAlive('clientId:eve', undefined, Date.now() - 60_000)).toBe(false);
    }));

  test.each([
    ['an empty pipe', ['-'], ''],
    ['comments alone', ['-'], '# nothing\n\n'],
    ['an empty list', ['-'], '[]'],
    ['an empty file', ['--from', '/dev/null'], ''],
    ['nothing named', [], ''],
  ])('%s is a script that went wrong', (_name, words, input) =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', ...words, ...FORCE], { input });
      expect(ran.code).toBe(2);
      expect(ran.stdout).toBe('');
      expect(stage.writes()).toEqual([]);
    }),
  );

  test('an empty part of a list is not', () =>
    onStage(async (stage) => {
      const [jti] = stage.workspace.issueBare(1) as [string];
      const file = stage.write('list.txt', `${jti}\n`);
      const codes: number[] = [];
      for (const shard of ['1/2', '2/2']) {
        const ran = await stage.revoke(['workspace', '--from', file, '--shard', shard, ...FORCE]);
        codes.push(ran.code ?? -1);
        const piped = await stage.revoke(
          ['workspace', '-', '--shard', shard, '--ignore-not-found', ...FORCE],
          { input: `${jti}\n` },
        );
        expect(piped.code).toBe(0);
      }
      expect(codes).toEqual([0, 0]);
      expect(alive(stage, [jti])).toEqual([]);
    }));
});

describe('limits', () => {
  test.each(['file', 'pipe'])('--max refuses a %s with one more, before anything is sent', (how) =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(6);
      const text = `${[...jtis, ...jtis].join('\n')}\n`;
      const words = how === 'pipe' ? ['-'] : ['--from', stage.write('list.txt', text)];
      const given = how === 'pipe' ? { input: text } : {};
      const refused = await stage.revoke(['workspace', ...words, '--max', '5', ...FORCE], given);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('more than 5');
      expect(stage.writes()).toEqual([]);
      const ran = await stage.revoke(['workspace', ...words, '--max', '6', ...FORCE], given);
      expect(ran.code).toBe(0);
      expect(counts(ran)).toEqual({ revoked: 6 });
    }),
  );

  test('--max does not wait for the end of a pipe that never ends', () =>
    onStage(async (stage) => {
      stage.workspace.issueBare(3);
      const ran = await stage.revoke(['workspace', '-', '--max', '2', ...FORCE], {
        onStart: (child) => {
          child.stdin.write('jti_bare0\njti_bare1\njti_bare2\n');
          // Never ended: `run` ends it, and is held off for as long as the child lives.
          child.stdin.end = () => child.stdin;
        },
        timeoutMs: 8000,
      });
      expect(ran).toMatchObject({ code: 2, signal: null });
      expect(stage.writes()).toEqual([]);
    }));

  test('--concurrency is the most that is in flight, and is made use of', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(40);
      const gate = await startGate(stage.workspace.server.url, /^DELETE/, () => sleep(5));
      try {
        const ran = await stage.revoke(['workspace', '-', '--concurrency', '3', ...FORCE], {
          input: jtis.join('\n'),
          env: { WORKSPACE_API_URL: gate.url },
        });
        expect(counts(ran)).toEqual({ revoked: 40 });
        expect(gate.most).toBe(3);
      } finally {
        await gate.close();
      }
    }));

  test('--rate keeps the requests of a run apart', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(6);
      const ran = await stage.revoke(['workspace', '-', '--rate', '20', ...FORCE], {
        input: jtis.join('\n'),
      });
      expect(counts(ran)).toEqual({ revoked: 6 });
      const times = stage.workspace.server.requests
        .filter(({ method }) => method === 'DELETE')
        .map(({ at }) => at);
      // Five gaps of 50 ms; no machine can be too quick for this, and none is too slow.
      expect((times[5] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(125);
    }));

  test.each([
    [['--fail-fast'], 1],
    [['--max-failures', '3'], 3],
  ])('%s stops after its failures, and skips the rest', (words, failures) =>
    onStage(async (stage) => {
      const jtis = Array.from({ length: 30 }, (_, index) => `jti_unknown${index}`);
      const ran = await stage.revoke(['workspace', '-', '--concurrency', '1', ...words, ...FORCE], {
        input: jtis.join('\n'),
      });
      expect(ran.code).toBe(1);
      expect(counts(ran)).toEqual({ failed: failures, skipped: 30 - failures });
      expect(revokedJtis(stage)).toHaveLength(failures);
    }),
  );

  test('--ignore-not-found: a target that is not known is failed, and the exit code is 0', () =>
    onStage(async (stage) => {
      const [jti] = stage.workspace.issueBare(1);
      const words = ['workspace', `${jti}`, 'jti_never', ...FORCE];
      const without = await stage.revoke(['workspace', 'jti_never', ...FORCE]);
      expect(without.code).toBe(1);
      const ran = await stage.revoke([...words, '--ignore-not-found']);
      expect(ran.code).toBe(0);
      expect(counts(ran)).toEqual({ revoked: 1, failed: 1 });
    }));
});

describe('the journal', () => {
  const journalOf = ({ stderr }: Ran) => /^Journal: (.*)$/m.exec(stderr)?.[1];

  test('is kept where there are several targets, and its command goes on', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(8);
      const list = stage.write("it's a list.txt", `${jtis.join('\n')}\n`);
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: { status: 500, body: 'no' },
        match: /bare[27]$/,
        times: 2,
      });
      const ran = await stage.revoke(
        ['workspace', '--from', list, '--retries', '0', '--concurrency', '2', ...FORCE],
        { cwd: stage.home },
      );
      expect(ran.code).toBe(4);
      expect(counts(ran)).toEqual({ revoked: 6, unknown: 2 });
      const journal = journalOf(ran) ?? '';
      expect(journal).toContain('/.local/state/revoke/journals/');
      expect(statSync(journal).mode & 0o777).toBe(0o600);
      const text = readFileSync(journal, 'utf8');
      expect(text).not.toContain(stage.env['WORKSPACE_USER_TOKEN']);
      expect(alive(stage, jtis)).toEqual([jtis[2], jtis[7]]);
      const before = revokedJtis(stage).length;
      const again = await stage.sh(resumeOf(ran));
      expect(again.code).toBe(0);
      expect(counts(again)).toEqual({ skipped: 6, revoked: 2 });
      expect(revokedJtis(stage).slice(before).sort()).toEqual([jtis[2], jtis[7]]);
      expect(alive(stage, jtis)).toEqual([]);
      const third = await stage.sh(resumeOf(ran));
      expect(third.code).toBe(0);
      expect(counts(third)).toEqual({ skipped: 8 });
      expect(revokedJtis(stage)).toHaveLength(before + 2);
    }));

  test('of a pipe asks for it again', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(4);
      stage.workspace.server.addFault({ kind: 'reset', after: true, match: /bare1$/, times: 1 });
      const input = jtis.join('\n');
      const ran = await stage.revoke(['workspace', '-', '--retries', '0', ...FORCE], { input });
      expect(ran.code).toBe(4);
      const command = resumeOf(ran);
      expect(command).toMatch(/^<the same input> \| revoke workspace - .*--resume /);
      const bare = await stage.sh(command.replace('<the same input> | ', '').replace(' - ', ' '));
      expect(bare.code).toBe(2);
      expect(bare.stderr).toContain('came from stdin');
      const again = await stage.sh(
        command.replace('<the same input>', `printf '${jtis.join('\\n')}'`),
      );
      // The answer was lost, and the token was revoked by it: the second request is told so.
      expect(counts(again)).toEqual({ skipped: 3, revoked: 1 });
      expect(again.code).toBe(0);
    }));

  test('goes under XDG_STATE_HOME, where nothing is deleted', () =>
    onStage(async (stage) => {
      const folder = join(stage.home, 'xdg/revoke/journals');
      mkdirSync(folder, { recursive: true });
      for (let index = 10; index < 35; index++)
        writeFileSync(join(folder, `1999-${index}.jsonl`), 'x');
      const [a, b] = stage.workspace.issueBare(2);
      const ran = await stage.revoke(['workspace', `${a}`, `${b}`, ...FORCE], {
        env: { XDG_STATE_HOME: join(stage.home, 'xdg') },
      });
      expect(ran.code).toBe(0);
      expect(journalOf(ran)).toContain(folder);
      expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(26);
    }));

  test('is kept for one target too, which prints no word of it', () =>
    onStage(async (stage) => {
      const [jti] = stage.workspace.issueBare(1) as [string];
      const ran = await stage.revoke(['workspace', jti, '--force']);
      expect(ran).toMatchObject({ code: 0, stdout: `Token ${jti} revoked successfully.\n` });
      expect(ran.stderr).not.toMatch(/journal|sha256/i);
      const folder = join(stage.home, '.local/state/revoke/journals');
      const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.jsonl'));
      const lines = jsonLines(readFileSync(join(folder, name), 'utf8'));
      expect(lines.map((line) => Object.keys(line)[0])).toEqual([
        'run',
        'intent',
        'outcome',
        'end',
      ]);
      expect(lines[2]?.['outcome']).toMatchObject({ target: jti, status: 'revoked' });
    }));

  test('is not kept with --no-journal, and --quiet says nothing of it', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(5) as [string, string, string, string, string];
      const one = await stage.revoke(['workspace', jtis[0], '--no-journal', ...FORCE]);
      const none = await stage.revoke(['workspace', jtis[1], jtis[2], '--no-journal', ...FORCE]);
      expect(existsSync(join(stage.home, '.local/state/revoke'))).toBe(false);
      expect(one.stderr + none.stderr).not.toContain('Journal');
      expect(none.stderr).toContain('2 targets: 2 revoked');
      const quiet = await stage.revoke(['workspace', jtis[3], jtis[4], '--quiet', ...FORCE]);
      expect(quiet.stderr.replace(/^warning: .*\n/gm, '')).toBe('');
      expect(quiet.code).toBe(0);
    }));

  test('is done without where the state folder cannot be written, which is said', () =>
    onStage(async (stage) => {
      const [a, b] = stage.workspace.issueBare(2) as [string, string];
      stage.write('state', 'a file');
      const env = { XDG_STATE_HOME: join(stage.home, 'state') };
      const ran = await stage.revoke(['workspace', a, b, ...FORCE], { env });
      expect(ran.code).toBe(0);
      expect(ran.stderr).toMatch(/warning: no journal is kept: .*--no-journal/);
      expect(alive(stage, [a, b])).toEqual([]);
      const silent = await stage.revoke(['workspace', a, b, '--no-journal', ...FORCE], { env });
      expect(silent.stderr).not.toContain('no journal');
    }));

  test('of another run is not written over, and one that is in use is refused', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(30);
      const journal = join(stage.home, 'j');
      const words = ['workspace', '-', ...FORCE];
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const gate = await startGate(stage.workspace.server.url, /^DELETE/, () => held);
      try {
        const first = stage.revoke([...words, '--journal', journal], {
          input: jtis.join('\n'),
          env: { WORKSPACE_API_URL: gate.url },
        });
        while (gate.inFlight === 0) await sleep(2);
        const second = await stage.revoke([...words, '--resume', journal], {
          input: jtis.join('\n'),
          env: { WORKSPACE_API_URL: gate.url },
        });
        expect(second.code).toBe(2);
        expect(second.stderr).toContain('another process is writing the journal');
        letGo();
        expect(counts(await first)).toEqual({ revoked: 30 });
        expect(gate.server.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(30);
        const third = await stage.revoke([...words, '--journal', journal], {
          input: jtis.join('\n'),
          env: { WORKSPACE_API_URL: gate.url },
        });
        expect(third.code).toBe(2);
        expect(third.stderr).toContain(`--resume ${journal}`);
      } finally {
        letGo();
        await gate.close();
      }
    }));

  test('binds a resume to its workspace, server and file', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3);
      const list = stage.write('list.txt', jtis.join('\n'));
      const journal = join(stage.home, 'j');
      await stage.revoke(['workspace', '--from', list, '--journal', journal, ...FORCE]);
      const sent = stage.writes().length;
      const resume = ['workspace', '--resume', journal, ...FORCE];
      const elsewhere = await stage.revoke(resume, {
        env: { WORKSPACE_ID: `${stage.env['WORKSPACE_STAGING_ID']}` },
      });
      expect(elsewhere.code).toBe(2);
      expect(elsewhere.stderr).toContain('another workspace id');
      const provider = await stage.revoke(['ably', '--resume', journal, ...FORCE]);
      expect(provider.code).toBe(2);
      stage.write('list.txt', `${jtis.join('\n')}\njti_more\n`);
      const changed = await stage.revoke(resume);
      expect(changed.code).toBe(2);
      expect(changed.stderr).toContain('changed since the journal was begun');
      expect(stage.writes()).toHaveLength(sent);
    }));

  test('on /dev/full is refused before anything is sent, and the error says what to use', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3);
      const ran = await stage.revoke(['workspace', ...jtis, '--journal', '/dev/full', ...FORCE]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('/dev/full');
      expect(alive(stage, jtis)).toEqual(jtis);
    }));

  test('on a disk that fills up sends nothing without its intent, and is continued with room', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3000);
      const list = stage.write('list.txt', jtis.join('\n'));
      const journal = join(stage.home, 'j');
      // A limit on the size of files meets the journal alone: everything else here is a pipe.
      const limit = 'ulimit -f 96; ';
      const ran = await stage.sh(
        `${limit}revoke workspace --from ${list} --journal ${journal} --force --json`,
      );
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`the journal ${journal} could not be written`);
      const sent = new Set(revokedJtis(stage));
      const told = jsonLines(ran.stdout);
      const dead = jtis.length - alive(stage, jtis).length;
      expect(told.filter(({ status }) => status === 'revoked')).toHaveLength(dead);
      expect(told).toHaveLength(3000);
      expect(dead).toBeGreaterThan(0);
      expect(dead).toBeLessThan(1500);
      const intents = new Set(
        readFileSync(journal, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('{"intent"') && line.endsWith('}'))
          .flatMap((line) => (JSON.parse(line) as { intent: string[] }).intent),
      );
      for (const jti of sent) expect(intents).toContain(jti);
      // With room again it goes on, and ends.
      const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      expect(again.code).toBe(0);
      expect(alive(stage, jtis)).toEqual([]);
    }));
});

describe('broken outputs', () => {
  test('| head -1: nothing new is started, the journal is whole, and it is no success', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(2000);
      const list = stage.write('list.txt', jtis.join('\n'));
      const ran = await stage.sh(
        `set -o pipefail; revoke workspace --from ${list} --journal j --force --json | head -1`,
      );
      expect(ran.code).toBe(1);
      expect(ran.stderr).not.toContain('EPIPE');
      expect(jsonLines(ran.stdout)).toHaveLength(1);
      const settled = readFileSync(join(stage.home, 'j'), 'utf8').match(/^\{"outcome":/gm);
      const dead = jtis.length - alive(stage, jtis).length;
      expect(dead).toBeLessThan(500);
      expect(settled).toHaveLength(dead);
      expect(revokedJtis(stage)).toHaveLength(dead);
      const again = await stage.revoke(['workspace', '--resume', join(stage.home, 'j'), ...FORCE]);
      expect(again.code).toBe(0);
      expect(revokedJtis(stage)).toHaveLength(2000);
    }));

  test('> /dev/full: no success, and both are in the journal', () =>
    onStage(async (stage) => {
      const [a, b] = stage.workspace.issueBare(2);
      const words = `workspace ${a} ${b} --force --json --journal j`;
      const ran = await stage.sh(`revoke ${words} > /dev/full`);
      expect(ran.code).toBe(1);
      const settled = readFileSync(join(stage.home, 'j'), 'utf8').match(/"status":"revoked"/g);
      expect(settled).toHaveLength(2);
    }));

  test('a reader that is slow gets every line', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(3000);
      const list = stage.write('list.txt', jtis.join('\n'));
      const ran = await stage.sh(
        `revoke workspace --from ${list} --force --json | { sleep 0.5; wc -l; }`,
      );
      expect(ran.stdout.trim()).toBe('3000');
    }));
});

describe('signals', () => {
  /** A run that is stopped while requests are held, and let go on some time later. */
  async function interrupted(
    stage: Stage,
    jtis: readonly string[],
    signals: readonly NodeJS.Signals[],
    words: readonly string[] = [],
  ): Promise<Ran & { readonly inFlight: number }> {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const gate = await startGate(stage.workspace.server.url, /^DELETE/, () => held);
    try {
      let told = '';
      const child = spawn(
        process.execPath,
        [BIN, 'workspace', '-', '--concurrency', '4', ...FORCE, ...words],
        { env: { ...stage.env, WORKSPACE_API_URL: gate.url } },
      );
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
      const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
        child.on('close', (code, signal) => resolve([code, signal])),
      );
      // The pipe is never closed from here: the program may not wait for its end.
      child.stdin.on('error', () => undefined);
      child.stdin.write(`${jtis.join('\n')}\n`);
      while (gate.inFlight < 4) await sleep(2);
      const [first, second] = signals;
      child.kill(first);
      while (!told.includes('nothing new is started')) await sleep(2);
      if (second) child.kill(second);
      else letGo();
      const [code, signal] = await ended;
      child.stdin.destroy();
      const inFlight = gate.server.requests.filter(({ method }) => method === 'DELETE').length;
      return { code, signal, stdout, stderr: told, inFlight };
    } finally {
      letGo();
      await gate.close();
    }
  }

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s: what is in flight is waited for, the rest is told as skipped', (signal, code) =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(50);
      const ran = await interrupted(stage, jtis, [signal]);
      expect(ran).toMatchObject({ code, signal: null, inFlight: 4 });
      expect(counts(ran)).toEqual({ revoked: 4, skipped: 46 });
      expect(alive(stage, jtis)).toHaveLength(46);
      const rest = jtis.filter((jti) => stage.workspace.isAlive(jti));
      const command = resumeOf(ran).replace('<the same input>', `printf '${jtis.join('\\n')}'`);
      // The gate is gone, and with it the endpoint of this journal.
      const other = await stage.sh(command);
      expect(other.code).toBe(2);
      expect(other.stderr).toContain('another endpoint');
      expect(alive(stage, jtis)).toEqual(rest);
    }),
  );

  test('in a pause that the server asked for: nothing is sent again, and it does not wait for its end', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(20);
      const list = stage.write('list.txt', jtis.join('\n'));
      stage.workspace.server.addFault({
        kind: 'reply',
        reply: { status: 429, headers: { 'retry-after': '3000' } },
        match: /^DELETE/,
        times: Infinity,
      });
      const ran = await stage.revoke(
        ['workspace', '--from', list, '--concurrency', '2', ...FORCE],
        {
          onStart: (child) =>
            void asked(stage, 2)
              .then(() => sleep(50))
              .then(() => child.kill('SIGINT')),
        },
      );
      expect(ran).toMatchObject({ code: 130, signal: null });
      expect(counts(ran)).toEqual({ skipped: 20 });
      expect(revokedJtis(stage)).toHaveLength(2);
      expect(alive(stage, jtis)).toEqual(jtis);
    }));

  test('twice: it dies at once, and the journal goes on', () =>
    onStage(async (stage) => {
      const jtis = stage.workspace.issueBare(50);
      const journal = join(stage.home, 'j');
      const ran = await interrupted(stage, jtis, ['SIGTERM', 'SIGINT'], ['--journal', journal]);
      expect(ran).toMatchObject({ code: null, signal: 'SIGINT' });
      expect(existsSync(`${journal}.lock`)).toBe(false);
      editJournal(journal, (text) =>
        text.replace(/"endpoint":"[^"]*"/, `"endpoint":"${stage.workspace.server.url}"`),
      );
      const again = await stage.revoke(['workspace', '-', '--resume', journal, ...FORCE], {
        input: jtis.join('\n'),
      });
      expect(again.code).toBe(0);
      expect(alive(stage, jtis)).toEqual([]);
    }));
});
