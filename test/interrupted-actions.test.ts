/** A signal that comes in the middle of a command that revokes nothing from a list: its exit code. */
import { registry } from '../providers/index.js';
import type { SignalName } from '../src/runtime/world.js';
import { fakeWorld, main } from '../src/testing/index.js';
import { onStage } from './support/stage.js';

test.each<[SignalName, number]>([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s while a list is read ends the command with %i, read or not', (signal, expected) =>
  onStage(async ({ env, home, workspace }) => {
    for (const isRead of [true, false]) {
      const world = fakeWorld({ argv: ['workspace', 'list'], env, home });
      const alter = <T>(reply: T): T | { status: number } => {
        world.raise(signal);
        return isRead ? reply : { status: 500 };
      };
      workspace.server.clearFaults();
      workspace.server.addFault({ kind: 'alter', alter, match: /tokens/, times: Infinity });
      expect(await main(world, registry)).toBe(expected);
      expect(world.written.stdout.includes('jti_abc123def456')).toBe(isRead);
    }
  }),
);
