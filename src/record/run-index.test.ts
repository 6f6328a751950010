/** What was read of journals before is taken only for files that are the same, and never relied on. */
import fs from 'node:fs';
import {
  appendFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJournal } from '../../test/support/made-journal.js';
import { INDEX } from './index-file.js';
import { listRuns } from './list-runs.js';
import type { ShownRun } from './runs.js';
import { openRunIndex } from './run-index.js';

const MANY = 200;
const self = { pid: process.pid, boot: undefined, namespace: undefined } as never;
/** Later than anything that is written here. */
const LATER = Date.now() + 3_600_000;

let made = '';
beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), 'revoke-index-'));
  for (let run = 0; run < MANY; run++) {
    const at = new Date(Date.UTC(2026, 0, 1, 0, run)).toISOString();
    const outcome = { provider: 'workspace', target: `jti_${run}`, status: 'revoked', at };
    const command = ['revoke', `run${run}`];
    const head = { id: `run${run}`, started_at: at, user: 'zoë', command };
    writeJournal(nameOf(made, run), { head, outcomes: [outcome], exit: 0 });
  }
});
afterAll(() => rmSync(made, { recursive: true }));

function nameOf(folder: string, run: number): string {
  const time = new Date(Date.UTC(2026, 0, 1, 0, run)).toISOString().replace(/[-:]|\.000/g, '');
  return join(folder, `${time}-workspace-run${run}.jsonl`);
}

/** The record without an index; `opened` journals were read to list it. */
function withRecord(act: (record: Record) => Promise<void>): () => Promise<void> {
  return async () => {
    const open = jest.spyOn(fs, 'openSync');
    try {
      await act({
        folder: made,
        async list({ now = LATER, folder = made, version = '1', isShort = false } = {}) {
          open.mockClear();
          const index = openRunIndex({ folder, version }, now);
          const runs = isShort
            ? await listRuns(folder, self, { known: index.shown })
            : await listRuns(folder, self, { known: index.whole });
          const paths = open.mock.calls.map(([path]) => String(path));
          const opened = new Set(paths.filter((path) => path.endsWith('.jsonl'))).size;
          await index.save();
          return { runs, opened };
        },
      });
    } finally {
      open.mockRestore();
      rmSync(join(made, INDEX), { recursive: true, force: true });
    }
  };
}

interface Record {
  readonly folder: string;
  /** @param asked `isShort`: only what a list for people says of a run */
  list(asked?: {
    readonly now?: number;
    readonly folder?: string;
    readonly version?: string;
    readonly isShort?: boolean;
  }): Promise<{ runs: readonly ShownRun[]; opened: number }>;
}

test(
  'a record that was listed before is listed the same, and no journal is opened for it',
  withRecord(async ({ folder, list }) => {
    const first = await list();
    expect(first.opened).toBe(MANY);
    expect(await list()).toEqual({ runs: await listRuns(folder, self), opened: 0 });
    expect(first.runs).toEqual(await listRuns(folder, self));
    expect(first.runs[0]).toMatchObject({ user: 'zoë', command: ['revoke', `run${MANY - 1}`] });
    const short = await list({ isShort: true });
    expect(short.opened).toBe(0);
    expect(first.runs).toMatchObject(short.runs);
    expect(Object.keys(short.runs[0] ?? {})).toEqual([
      'id',
      'path',
      'format',
      'state',
      'startedAt',
      'providers',
      'counts',
      'exit',
      'continueWith',
    ]);
    expect(statSync(join(folder, INDEX)).mode & 0o777).toBe(0o600);
  }),
);

test(
  'a journal that was written a moment ago, or in the future, is read again each time',
  withRecord(async ({ folder, list }) => {
    const written = Array.from({ length: MANY }, (_, run) => statSync(nameOf(folder, run)).ctimeMs);
    const now = Math.min(...written) + 1999;
    await list({ now });
    expect((await list({ now })).opened).toBe(MANY);
  }),
);

test(
  'an index with another byte anywhere, or cut off anywhere, counts as none',
  withRecord(async ({ folder, list }) => {
    const { runs } = await list();
    const whole = readFileSync(join(folder, INDEX));
    const places = [0, 30, whole.indexOf('"crc"'), whole.indexOf('2026-01'), whole.length - 1];
    for (const at of places) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] as number) ^ 1;
      writeFileSync(join(folder, INDEX), changed);
      expect(await list()).toEqual({ runs, opened: MANY });
    }
    for (const at of [0, whole.indexOf('2026-01')]) {
      writeFileSync(join(folder, INDEX), whole.subarray(0, at));
      expect(await list({ isShort: true })).toEqual({ runs, opened: MANY });
    }
  }),
);

test(
  'an index that another version of the program wrote counts as none',
  withRecord(async ({ list }) => {
    await list();
    expect((await list({ version: '2' })).opened).toBe(MANY);
    expect((await list({ version: '2' })).opened).toBe(0);
  }),
);

test(
  'a folder that was renamed is read again, and listed with its new paths',
  withRecord(async ({ folder, list }) => {
    await list();
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    try {
      const { runs, opened } = await list({ folder: moved });
      expect(opened).toBe(MANY);
      expect(runs.every(({ path }) => path.startsWith(moved))).toBe(true);
      expect((await list({ folder: moved })).opened).toBe(0);
    } finally {
      renameSync(moved, folder);
    }
    expect((await list()).opened).toBe(MANY);
  }),
);

test(
  'an index that was copied from another folder, whose journals are the same files, counts as none',
  withRecord(async ({ folder, list }) => {
    const other = mkdtempSync(join(tmpdir(), 'revoke-index-'));
    try {
      for (let run = 0; run < MANY; run++) linkSync(nameOf(folder, run), nameOf(other, run));
      await list();
      cpSync(join(folder, INDEX), join(other, INDEX));
      const { runs, opened } = await list({ folder: other });
      expect(opened).toBe(MANY);
      expect(runs).toEqual(await listRuns(other, self));
    } finally {
      rmSync(other, { recursive: true });
    }
  }),
);

test(
  'a folder where no index can be written is listed all the same',
  withRecord(async ({ folder, list }) => {
    mkdirSync(join(folder, INDEX));
    const { runs } = await list();
    expect(await list()).toEqual({ runs, opened: MANY });
    expect(runs).toHaveLength(MANY);
  }),
);

test(
  'a journal that was continued, replaced with its size and times kept, added or deleted is read as it is',
  withRecord(async ({ folder, list }) => {
    await list();
    appendFileSync(nameOf(folder, 1), '\n');
    const replaced = nameOf(folder, 2);
    const { atime, mtime } = statSync(replaced);
    const text = readFileSync(replaced, 'utf8').replace('"exit":0', '"exit":1');
    unlinkSync(replaced);
    writeFileSync(replaced, text);
    utimesSync(replaced, atime, mtime);
    unlinkSync(nameOf(folder, 3));
    cpSync(nameOf(folder, 4), join(folder, '20260102T000000Z-workspace-other.jsonl'));
    const { runs, opened } = await list();
    expect(opened).toBe(3);
    expect(runs).toEqual(await listRuns(folder, self));
  }),
);
