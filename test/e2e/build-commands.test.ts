/** What a server says is no command to the build system that reads our output. */
import { onStage } from '../support/stage.js';

const SAID = 'no: ##vso[task.setvariable variable=x]y ##teamcity[x] ::set-output name=a::b';

test.each([[[]], [['--json']], [['--pretty-json']], [['--verbose']]])(
  'a server says commands of build systems: %p shows none',
  (format) =>
    onStage(async (stage) => {
      const body = { error: { code: 'bad', message: SAID }, message: SAID, detail: SAID };
      stage.workspace.server.addFault({
        kind: 'reply',
        match: /^DELETE/,
        reply: { status: 400, body },
        times: Infinity,
      });
      const ran = await stage.revoke(['workspace', 'jti_old789xyz012', '--force', ...format]);
      expect(ran.code).toBe(1);
      const shown = ran.stdout + ran.stderr;
      expect(shown).toContain('task.setvariable');
      expect(shown).not.toMatch(/##[\w-]*\[|::set-output/);
      if (format.includes('--json')) {
        const { error } = JSON.parse(ran.stdout) as { error: { message: string } };
        expect(error.message).toContain('##vso[task.setvariable');
      }
    }),
);

test('a word of the command line is not repeated as one either', () =>
  onStage(async (stage) => {
    const ran = await stage.revoke(['::error::x']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).not.toMatch(/^\s*::/m);
  }));
