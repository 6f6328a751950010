/** `revoke leaked` as a process: tokens typed at a terminal, and a run that was killed in the middle. */
import { join } from 'node:path';
import { startAwsEmulator } from '../../providers/aws/emulator.js';
import { startGithubEmulator } from '../../providers/github/emulator.js';
import { startGitlabEmulator } from '../../providers/gitlab/emulator.js';
import { startSlackEmulator } from '../../providers/slack/emulator.js';
import type { Reply } from '../../src/contract/emulator.js';
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { withSandbox, type Sandbox } from '../support/sandbox.js';

async function atServices<T extends readonly TokenEmulator[]>(
  starting: { readonly [K in keyof T]: () => Promise<T[K]> },
  use: (emulators: T, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  await withSandbox(starting as readonly (() => Promise<TokenEmulator>)[], (sandbox) =>
    use(sandbox.emulators as unknown as T, sandbox),
  );
}

const sent = (emulator: TokenEmulator) =>
  emulator.server.requests.filter(({ method, path }) => emulator.revokes.test(`${method} ${path}`));

test.concurrent(
  'three tokens pasted at a terminal are named, asked about and revoked, and none is shown',
  () =>
    atServices(
      [() => startGithubEmulator(), () => startGitlabEmulator(), () => startSlackEmulator()],
      async ([github, gitlab, slack], { screen }) => {
        const tokens = [
          github.mint('github_pat_classic'),
          gitlab.mint('gitlab_pat'),
          slack.mint('slack_bot'),
        ];
        const shown = screen('revoke leaked', { columns: 100, rows: 60 });
        await shown.see('An empty line ends.');
        shown.paste(`${tokens.join('\n')}\nnothing-known-here\n`);
        await shown.see('no provider here knows this token');
        const entry = await shown.look();
        for (const name of [
          /GitHub personal access token \(classic\)/,
          /GitLab access token/,
          /Slack bot/,
        ])
          expect(entry.text).toMatch(name);
        expect([...sent(github), ...sent(gitlab), ...sent(slack)]).toEqual([]);
        shown.type('\r');
        await shown.see('Are you sure?');
        const asked = (await shown.look()).text.replace(/\s+/g, ' ');
        expect(asked).toContain('octavia');
        expect(asked).toContain('GitHub sends a mail to the owner');
        shown.type('y\r');
        expect((await shown.ended).code).toBe(0);
        const { raw } = await shown.look();
        for (const secret of [...tokens, 'nothing-known-here'])
          expect(raw).not.toContain(secret.slice(5, 15));
        expect([
          github.isAlive(tokens[0] ?? ''),
          gitlab.isAlive(tokens[1] ?? ''),
          slack.isAlive(tokens[2] ?? ''),
        ]).toEqual([false, false, false]);
      },
    ),
);

test.concurrent(
  'Ctrl-C while a token is checked before the question says that nothing was revoked',
  () =>
    atServices([() => startGitlabEmulator()], async ([gitlab], { screen }) => {
      const token = gitlab.mint('gitlab_pat');
      gitlab.server.addFault({ match: /self/, kind: 'delay', ms: 8_000 });
      const shown = screen('revoke gitlab', { columns: 80, rows: 40 });
      await shown.see('An empty line ends.');
      shown.paste(`${token}\n`);
      await shown.see('1: sha256:');
      shown.type('\r');
      await shown.see('Checking each');
      shown.type('\u0003');
      expect(await shown.ended).toMatchObject({ signal: 2 });
      const { text } = await shown.look();
      expect(text).toContain('SIGINT: nothing was revoked.');
      expect(text).not.toContain('Are you sure?');
      expect([sent(gitlab), gitlab.isAlive(token)]).toEqual([[], true]);
    }),
);

test.concurrent('an AWS key typed as two lines is one target, and its secret is not shown', () =>
  atServices([() => startAwsEmulator()], async ([aws], { screen }) => {
    const [pair, other] = [aws.mint('aws_access_key'), aws.mint('aws_access_key')];
    const [id = '', secret = ''] = pair.split(':');
    const shown = screen('revoke leaked', { columns: 100, rows: 40 });
    await shown.see('An empty line ends.');
    shown.paste(`AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
    await shown.see(/1: sha256:[0-9a-f]{12} \(AWS access key\)/);
    shown.paste(`${other}\n${id}\n`);
    await shown.see(/2: sha256:[0-9a-f]{12} \(AWS access key\)/);
    await shown.see('its other half comes next');
    shown.type('\r');
    await shown.see('Are you sure?');
    shown.type('y\r');
    expect((await shown.ended).code).toBe(0);
    const { raw } = await shown.look();
    expect(raw).not.toContain(secret.slice(0, 10));
    expect((await shown.look()).text).toContain('half of a pair');
    expect([aws.isAlive(pair), aws.isAlive(other)]).toEqual([false, false]);
  }),
);

test.concurrent('AWS keys in two columns of a CSV are pairs, each of its own row', () =>
  atServices([() => startAwsEmulator()], async ([aws], { run, write }) => {
    const pairs = [aws.mint('aws_access_key'), aws.mint('aws_access_key')];
    const rows = pairs.map((pair, nth) => `user${nth},${pair.split(':').join(',')}`);
    for (const [file, head] of [
      ['aws.csv', 'user name,Access key ID,Secret access key'],
      ['names.csv', 'user,access_key_id,secret_access_key'],
    ] as const) {
      pairs.forEach((pair) => aws.reactivate(pair));
      const list = write(file, [head, ...rows].join('\n'));
      const { outcomes, stdout, stderr } = await run([
        'leaked',
        '--from',
        list,
        '--force',
        '--json',
      ]);
      expect(outcomes.map(({ provider, status }) => `${provider} ${status}`)).toEqual([
        'aws revoked',
        'aws revoked',
      ]);
      expect(pairs.map((pair) => aws.isAlive(pair))).toEqual([false, false]);
      for (const pair of pairs) expect(stdout + stderr).not.toContain(pair.split(':')[1]);
    }
  }),
);

test.concurrent(
  'a run that was killed is continued: what is final is not sent again, and what was seen before counts',
  () =>
    atServices(
      [() => startGithubEmulator(), () => startGitlabEmulator()],
      async ([github, gitlab], { run, home, write }) => {
        const tokens = [
          github.mint('github_pat_classic'),
          github.mint('github_oauth'),
          gitlab.mint('gitlab_pat'),
          gitlab.mint('gitlab_pat_routable'),
        ];
        const list = write('tokens.txt', `${tokens.join('\n')}\n`);
        const journal = join(home, 'j');
        const words = ['--force', '--json', '--concurrency', '1'];
        let kill = () => {};
        let revocations = 0;
        // It dies when the second token of GitLab is revoked, whose answer it never reads.
        const alter = (reply: Reply): Reply => {
          revocations += 1;
          if (revocations === 2) kill();
          return reply;
        };
        gitlab.server.addFault({ kind: 'alter', alter, match: gitlab.revokes, times: 2 });
        const first = await run(['leaked', '--from', list, '--journal', journal, ...words], {
          onStart: (child) => (kill = () => void child.kill('SIGKILL')),
        });
        expect(first.signal).toBe('SIGKILL');
        const final = new Set(first.outcomes.map(({ target }) => target));
        const before = sent(gitlab).length;
        const resumed = await run(['leaked', '--resume', journal, ...words]);
        expect(resumed.code).toBe(0);
        expect(tokens.some((token) => github.isAlive(token) || gitlab.isAlive(token))).toBe(false);
        const bodies = [...sent(github), ...sent(gitlab)].map(
          ({ headers, body }) => `${JSON.stringify(headers)} ${body.toString()}`,
        );
        for (const token of tokens)
          expect(bodies.filter((body) => body.includes(token)).length).toBe(1);
        expect(sent(gitlab)).toHaveLength(before);
        for (const outcome of resumed.outcomes)
          expect(outcome).toMatchObject(
            final.has(outcome.target)
              ? { status: 'skipped', journaled_status: 'revoked' }
              : { status: 'revoked', verification: { before: 'active' } },
          );
        expect(
          resumed.outcomes.filter(({ status }) => status === 'revoked').length,
        ).toBeGreaterThan(0);
      },
    ),
);
