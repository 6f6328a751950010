/** A record for the benchmark: node record.mjs <state folder> <runs> <targets of each run>. */
import type { Outcome } from '../../src/contract/index.js';
import { startJournal } from '../../src/journal/journal-file.js';

const [stateDir = '', runs = '0', targets = '0'] = process.argv.slice(2);
const begin = Date.parse('2026-10-01T00:00:00Z');

for (let run = 0; run < Number(runs); run++) {
  const now = begin + run * 60_000;
  const journal = await startJournal({
    world: {
      clock: { now: () => now, ticks: () => now } as never,
      self: { pid: process.pid, isAlive: () => true },
    },
    path: undefined,
    prior: undefined,
    head: {
      version: '0.1.0',
      command: ['workspace', '--from', 'tokens.txt', '--force'],
      providers: [
        {
          provider: 'workspace',
          endpoint: 'https://api.example.com',
          scope: { workspace_id: 'ws_bench' },
        },
      ],
      terms: {},
      sources: [],
    },
    isBulk: false,
    stateDir,
    wait: {},
    warn(text) {
      throw new Error(text);
    },
  });
  if (!journal) throw new Error('no journal');
  const names = Array.from({ length: Number(targets) }, (_, index) => `jti_${run}_${index}`);
  const outcomes = names.map((target): Outcome => ({
    provider: 'workspace',
    target,
    status: 'revoked',
    at: new Date(now).toISOString(),
  }));
  const lines = outcomes.map((outcome) => JSON.stringify(outcome));
  journal.writeOutcomes(outcomes, lines, names);
  await journal.close({ exit: 0, counts: { revoked: names.length } });
}
