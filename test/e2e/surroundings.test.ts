/** What stands around a run: homes, folders and files of odd kinds, and who owns them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACT } from '../../src/contract/provider.js';
import { BIN, bareEnv, revoke, run, temporaryHome } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const CONFIG = '.config/revoke/config.json';
const asRoot = process.getuid?.() === 0 ? test : test.skip;
const QUICK = { timeoutMs: 15_000 };

const section = (stage: Stage) =>
  JSON.stringify({
    profiles: { default: { workspace: { user_token: stage.env['WORKSPACE_USER_TOKEN'] } } },
  });
const NO_TOKEN = { env: { WORKSPACE_USER_TOKEN: '' } };

describe('a home that is not an absolute path is none', () => {
  test.each(['', '.', 'home', './'])('HOME=%p reads no login of the current folder', (HOME) =>
    onStage(async (stage) => {
      stage.write(CONFIG, section(stage));
      const ran = await stage.revoke(['workspace', 'list'], {
        env: { ...NO_TOKEN.env, HOME },
        cwd: stage.home,
      });
      expect(ran.code).toBe(3);
      expect(stage.asked()).toEqual([]);
    }),
  );

  test('without a journal folder the revocation goes on, and says that none is kept', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', JTI, 'jti_live345mno678', '--force'], {
        env: { HOME: '' },
      });
      expect(ran.code).toBe(0);
      expect(ran.stderr).toContain('no journal is kept');
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }));

  asRoot('a user without a name and a home gets the version', async () => {
    const script = `import os; os.setgroups([]); os.setgid(54321); os.setuid(54321); os.execv('${process.execPath}', ['node', '${BIN}', '--version'])`;
    const ran = await run('python3', ['-c', script], { env: { PATH: process.env['PATH'] ?? '' } });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });

  test('XDG_CONFIG_HOME and ABLY_CLI_CONFIG_DIR that are relative are ignored', () =>
    onStage(async (stage) => {
      stage.write('conf/revoke/config.json', section(stage));
      stage.write('conf/config', '[current]\naccount = "a"\n');
      const env = { ...NO_TOKEN.env, XDG_CONFIG_HOME: 'conf', ABLY_CLI_CONFIG_DIR: 'conf' };
      const listed = await stage.revoke(['workspace', 'list'], { env, cwd: stage.home });
      expect(listed.code).toBe(3);
      const shown = await stage.revoke(['config', 'show'], { env, cwd: stage.home });
      expect(shown.stdout).not.toContain('conf/');
    }));

  test('a state folder that can never be made ends nothing and spins nowhere', () =>
    onStage(async (stage) => {
      const ran = await stage.revoke(['workspace', JTI, 'jti_live345mno678', '--force'], {
        env: { XDG_STATE_HOME: '/proc/nope' },
        ...QUICK,
      });
      expect(ran.code).toBe(0);
      expect(stage.workspace.isAlive(JTI)).toBe(false);
    }));
});

describe('a file that is none does not hang a run', () => {
  const place = (stage: Stage, path: string, kind: string) => {
    const file = join(stage.home, path);
    mkdirSync(join(file, '..'), { recursive: true });
    if (kind === 'a pipe') execFileSync('mkfifo', [file]);
    else symlinkSync('/dev/zero', file);
    return file;
  };

  test.each(['a pipe', '/dev/zero'])('the config file is %s', (kind) =>
    onStage(async (stage) => {
      place(stage, CONFIG, kind);
      const ran = await stage.revoke(['workspace', 'list'], { ...NO_TOKEN, ...QUICK });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('not a regular file');
    }),
  );

  test('the file of a token is /dev/zero', () =>
    onStage(async (stage) => {
      const file = place(stage, 'token', '/dev/zero');
      const env = { WORKSPACE_USER_TOKEN: '', WORKSPACE_USER_TOKEN_FILE: file };
      const ran = await stage.revoke(['workspace', 'list'], { env, ...QUICK });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('not a regular file');
    }));

  test('a token may come from a pipe that a shell makes, also a slow one', () =>
    onStage(async (stage) => {
      const ran = await stage.sh(
        'token=$WORKSPACE_USER_TOKEN; export WORKSPACE_USER_TOKEN=; WORKSPACE_USER_TOKEN_FILE=<(sleep 0.5; echo "$token") ' +
          'bash -c true; exec 7< <(sleep 0.5; echo "$token"); WORKSPACE_USER_TOKEN_FILE=/dev/fd/7 revoke workspace list',
      );
      expect(ran.code).toBe(0);
    }));

  test('a config file of half a gigabyte is refused', () =>
    onStage(async (stage) => {
      const file = stage.write(CONFIG, '');
      execFileSync('truncate', ['-s', '512M', file]);
      const ran = await stage.revoke(['workspace', 'list'], { ...NO_TOKEN, ...QUICK });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('larger than');
    }));
});

describe('a config file', () => {
  test('may begin with a byte order mark', () =>
    onStage(async (stage) => {
      stage.write(CONFIG, `\ufeff${section(stage)}`);
      const ran = await stage.revoke(['workspace', 'list'], NO_TOKEN);
      expect(ran.code).toBe(0);
    }));

  test('that has a key twice is refused by the name of the key', () =>
    onStage(async (stage) => {
      stage.write(CONFIG, '{"profiles":{"default":{}},"profile":"default","profile":"x"}');
      const ran = await stage.revoke(['workspace', 'list'], NO_TOKEN);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('"profile" twice');
    }));

  asRoot('of another user is refused while this runs as root', () =>
    onStage(async (stage) => {
      const file = stage.write(CONFIG, section(stage));
      chownSync(file, 12345, 12345);
      const ran = await stage.revoke(['workspace', 'list'], NO_TOKEN);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('belongs to another user');
      expect(stage.asked()).toEqual([]);
    }),
  );
});

describe('the code of a plugin', () => {
  const plugin = (stage: Stage) => {
    const file = stage.write('.config/revoke/node_modules/evil/index.cjs', 'console.log("RAN")');
    const folder = join(file, '..');
    stage.write('.config/revoke/node_modules/evil/package.json', '{"main":"index.cjs"}');
    for (const path of [join(folder, '..'), folder, file]) chmodSync(path, 0o755);
    return { file, folder };
  };

  test.each(['file', 'folder'] as const)('is not run where others can write its %s', (what) =>
    onStage(async (stage) => {
      chmodSync(plugin(stage)[what], 0o777);
      const ran = await stage.revoke(['providers'], { env: { REVOKE_PROVIDERS: 'evil' } });
      expect(ran.stdout).not.toContain('RAN');
      expect(ran.stderr).toContain('chmod go-w');
    }),
  );

  asRoot('is not run where it is another user’s and this runs as root', () =>
    onStage(async (stage) => {
      chownSync(plugin(stage).file, 12345, 12345);
      const ran = await stage.revoke(['providers'], { env: { REVOKE_PROVIDERS: 'evil' } });
      expect(ran.stdout).not.toContain('RAN');
      expect(ran.stderr).toContain('belongs to another user');
    }),
  );
});

test('a URL with a control character is refused, and nothing is sent', () =>
  onStage(async (stage) => {
    const url = stage.env['WORKSPACE_API_URL'] ?? '';
    for (const [args, env] of [
      [['--endpoint', `${url}\t`], {}],
      [[], { WORKSPACE_API_URL: url.replace('127', '12\n7') }],
    ] as const) {
      const ran = await stage.revoke(['workspace', JTI, '--force', ...args], { env: { ...env } });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('control characters');
    }
    expect(stage.asked()).toEqual([]);
  }));

test('what a killed run left half written beside the stored token is removed by the next', () =>
  onStage(async (stage) => {
    await stage.revoke(['workspace', 'create', '--save']);
    const folder = join(stage.home, '.local/state/revoke');
    stage.write('.local/state/revoke/.workspace-tokens.json.0123456789abcdef.tmp', 'a token');
    const ran = await stage.revoke(['workspace', 'refresh']);
    expect(ran.code).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }));

test('two refreshes at once print no token: the second waits for the first', () =>
  onStage(async (stage) => {
    await stage.revoke(['workspace', 'create', '--save']);
    const both = await Promise.all(
      [1, 2, 3].map(() => stage.revoke(['workspace', 'refresh', '--json'], QUICK)),
    );
    for (const ran of both) expect(ran.stdout + ran.stderr).not.toMatch(/eyJ[\w-]+\./);
  }));

test('a command without targets names every option that gives one', async () => {
  const { home, remove } = temporaryHome();
  try {
    const ran = await revoke(['ably', '--force'], { env: bareEnv(home) });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--client-id, --revocation-key or --channel');
  } finally {
    remove();
    rmSync(home, { recursive: true, force: true });
  }
});

describe('a journal that is no file', () => {
  test.each(['/dev/null', 'a folder', 'a pipe'])('%s is refused before anything is sent', (kind) =>
    onStage(async (stage) => {
      const file = join(stage.home, 'journal');
      if (kind === 'a folder') mkdirSync(file);
      if (kind === 'a pipe') execFileSync('mkfifo', [file]);
      const path = kind === '/dev/null' ? kind : file;
      for (const option of ['--journal', '--resume']) {
        const ran = await stage.revoke(['workspace', JTI, '--force', option, path], QUICK);
        expect(ran).toMatchObject({ code: 2, stdout: '' });
        expect(ran.stderr).toContain(
          option === '--journal' ? '--no-journal' : 'give the path of a journal',
        );
      }
      expect(stage.asked()).toEqual([]);
    }),
  );
});

test('a list that the system cannot read is bad input, and no internal error', () =>
  onStage(async (stage) => {
    const ran = await stage.revoke(['workspace', '--from', '/proc/self/mem', '--force'], QUICK);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/cannot read \/proc\/self\/mem: .*EIO/);
  }));

test('a list on stdin leaves no open file behind', () =>
  onStage(async (stage) => {
    stage.write('list', `${JTI}\n`);
    const ran = await stage.sh('revoke workspace - --force < list', {
      env: { NODE_OPTIONS: '--expose-gc --trace-deprecation' },
    });
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('FileHandle');
  }));

describe('what nobody foresaw', () => {
  const SECRET = 'pluginS3cretCanary0123456789';
  const plugin = (open: string) => `module.exports = {
    contract: ${CONTRACT}, id: 'acme', summary: 's', notes: [], options: [],
    settings: [{ name: 'token', env: 'ACME_TOKEN', secret: true, help: 't' }],
    examples: [{ command: 'revoke acme x', why: 'one' }], limits: { batch: 1, concurrency: 1 },
    target: { noun: 'id', argument: 'id', kinds: [], lists: [], parse: (text) => ({ id: text }) },
    async open(context) {
      const secret = (await context.setting('token')).value;
      ${open}
    },
  };`;

  test.each([
    ['is thrown', 'throw new TypeError("no " + secret + "\\n    at line")', 1],
    ['is no Error', 'throw "no " + secret', 1],
    [
      'is thrown by a timer',
      'setTimeout(() => { throw new Error("no " + secret) }, 1); await new Promise((r) => setTimeout(r, 50)); throw new Error("x")',
      1,
    ],
    [
      'rejects where nobody waits',
      'Promise.reject(new Error("no " + secret)); await new Promise((r) => setTimeout(r, 50)); throw new Error("x")',
      1,
    ],
    ['never comes', 'await new Promise(() => {})', 1],
  ])('an error that %s is one masked sentence, without stack or source', (_name, open, code) =>
    onStage(async (stage) => {
      const file = stage.write('acme.cjs', plugin(open), 0o600);
      for (const format of [[], ['--json']]) {
        const ran = await stage.revoke(['acme', 'x', '--force', ...format], {
          env: { REVOKE_PROVIDERS: file, ACME_TOKEN: SECRET },
          ...QUICK,
        });
        expect(ran.code).toBe(code);
        expect(ran.stderr).toContain('internal error');
        expect(ran.stderr + ran.stdout).not.toContain(SECRET);
        expect(ran.stderr).not.toMatch(/\n\s+at |acme\.cjs|throw|node:/);
      }
    }),
  );

  test('half a megabyte of an error is cut', () =>
    onStage(async (stage) => {
      const file = stage.write('acme.cjs', plugin('throw new Error("x".repeat(500000))'), 0o600);
      const ran = await stage.revoke(['acme', 'x', '--force'], {
        env: { REVOKE_PROVIDERS: file, ACME_TOKEN: SECRET },
      });
      expect(ran.stderr.length).toBeLessThan(10_000);
    }));
});
