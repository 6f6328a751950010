/** The command that a summary prints to continue a run: as it was given, and short enough for a line. */
import { onStage } from './support/stage.js';

test('a run of the record is continued by its short id, with --verify or --no-verify as it was given', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault({ kind: 'reply', reply: { status: 500 }, match: /jti_/ });
    for (const [flag, again] of [
      ['--verify', '--verify'],
      ['--no-verify', '--no-verify'],
    ] as const) {
      const args = ['workspace', 'jti_old789xyz012', 'jti_live345mno678', '--force', flag];
      const ran = await stage.here([...args, '--retries', '0']);
      const [, command = ''] = /^To continue: (.*)$/m.exec(ran.stderr) ?? [];
      expect(command).toMatch(
        new RegExp(`^revoke workspace --force ${again} --retries 0 --resume [a-z0-9]{8}$`),
      );
      stage.workspace.server.clearFaults();
      const resumed = await stage.here(command.split(' ').slice(1));
      expect([flag, resumed.code]).toEqual([flag, 0]);
      stage.workspace.server.addFault({ kind: 'reply', reply: { status: 500 }, match: /jti_/ });
    }
  }));

test('a journal elsewhere is continued by its path', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault({ kind: 'reply', reply: { status: 500 }, match: /jti_/ });
    const journal = `${stage.home}/run-abcd1234.jsonl`;
    const ran = await stage.here(['workspace', 'jti_a', 'jti_b', '--force', '--journal', journal]);
    expect(ran.stderr).toContain(`--resume ${journal}\n`);
  }));
