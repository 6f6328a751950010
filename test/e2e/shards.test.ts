/** One list on several machines: the parts make the whole, and their journals add up. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLines } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const FORCE = ['--force', '--json', '--retries', '0'];
const PARTS = ['1/4', '2/4', '3/4', '4/4'];

function join4(stage: Stage, names: readonly string[]): string {
  const all = join(stage.home, 'all');
  const journals = names.map((name) => readFileSync(join(stage.home, name), 'utf8'));
  writeFileSync(all, journals.join(''));
  return all;
}

const deletes = ({ workspace }: Stage) =>
  workspace.server.requests
    .filter(({ method }) => method === 'DELETE')
    .map(({ path }) => path.split('/').at(-1));

test('four at once send each target once, and their journals leave nothing to send', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(600);
    const list = stage.write('list.txt', `${[...jtis, ...jtis].join('\n')}\n`);
    const ran = await Promise.all(
      PARTS.map((part, index) =>
        stage.revoke(
          ['workspace', '--from', list, '--shard', part, '--journal', `j${index}`, ...FORCE],
          { cwd: stage.home },
        ),
      ),
    );
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const told = ran.map(({ stdout }) => jsonLines(stdout).map(({ target }) => String(target)));
    for (const part of told) expect(part.length).toBeGreaterThan(75);
    expect(told.flat().sort()).toEqual([...jtis].sort());
    expect(deletes(stage).sort()).toEqual([...jtis].sort());
    expect(jtis.filter((jti) => stage.workspace.isAlive(jti))).toEqual([]);

    const all = join4(stage, ['j0', 'j1', 'j2', 'j3']);
    const again = await stage.revoke(['workspace', '--resume', all, ...FORCE]);
    expect(again.code).toBe(0);
    const rest = jsonLines(again.stdout);
    expect(rest.map(({ target }) => target).sort()).toEqual([...jtis].sort());
    expect(new Set(rest.map(({ status }) => status))).toEqual(new Set(['skipped']));
    expect(deletes(stage)).toHaveLength(600);
  }));

test('what any of the joined parts left over is sent, and what belongs to none of them is not', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(200);
    const list = stage.write('list.txt', `${jtis.join('\n')}\n`);
    stage.workspace.server.addFault({
      kind: 'reply',
      reply: { status: 500 },
      match: /^DELETE .*[05]$/,
      times: Infinity,
    });
    const parts: string[] = [];
    for (const index of [0, 1, 2]) {
      const ran = await stage.revoke(
        [
          'workspace',
          '--from',
          list,
          '--shard',
          `${index + 1}/4`,
          '--journal',
          `j${index}`,
          ...FORCE,
        ],
        { cwd: stage.home },
      );
      expect(ran.code).toBe(4);
      parts.push(...jsonLines(ran.stdout).map(({ target }) => String(target)));
    }
    stage.workspace.server.clearFaults();
    expect(jtis.filter((jti) => parts.includes(jti) && stage.workspace.isAlive(jti))).not.toEqual(
      [],
    );
    const all = join4(stage, ['j2', 'j0', 'j1']);
    const again = await stage.revoke(['workspace', '--resume', all, ...FORCE]);
    expect(again.code).toBe(0);
    const alive = jtis.filter((jti) => stage.workspace.isAlive(jti));
    expect(alive).toEqual(jtis.filter((jti) => !parts.includes(jti)));
    expect(alive.length).toBeGreaterThan(20);
  }));

test('a part keeps its number through a resume, and one that is empty is no mistake', () =>
  onStage(async (stage) => {
    const jtis = stage.workspace.issueBare(2);
    const list = stage.write('list.txt', jtis.join('\n'));
    const codes: unknown[] = [];
    for (const index of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const journal = join(stage.home, `j${index}`);
      const words = ['workspace', '--from', list, '--shard', `${index}/9`, '--journal', journal];
      const ran = await stage.revoke([...words, ...FORCE]);
      const again = await stage.revoke(['workspace', '--resume', journal, ...FORCE]);
      codes.push(ran.code, again.code);
      expect(jsonLines(again.stdout)).toHaveLength(jsonLines(ran.stdout).length);
    }
    expect(new Set(codes)).toEqual(new Set([0]));
    expect(deletes(stage).sort()).toEqual([...jtis].sort());
  }));
