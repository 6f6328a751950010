/** Journals that no run wrote: of any length, and with any text in them. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FORMAT, openLine, seal, type JournalHead } from '../../src/journal/format.js';

export interface MadeOutcome {
  readonly provider: string;
  readonly target: string;
  readonly status: string;
  readonly at: string;
  readonly [fact: string]: unknown;
}

export interface MadeJournal {
  readonly head?: Partial<JournalHead>;
  readonly outcomes: readonly MadeOutcome[];
  /** Keys that were begun and have no outcome. */
  readonly begun?: readonly string[];
  /** Without one the run has no end. */
  readonly exit?: number | undefined;
}

/** The head of a run of a provider that is in memory alone. */
export const MEMORY_HEAD: JournalHead = {
  format: FORMAT,
  id: 'abc12345',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke', 'memory'],
  providers: [
    { provider: 'memory', endpoint: 'https://one.example', scope: { key_name: 'app1.key' } },
  ],
  terms: {},
  sources: [{ kind: 'arguments', targets: [] }],
};

export function writeJournal(path: string, journal: MadeJournal): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `\n${partOf(journal)}`);
}

/** A head, its lines and its end, as the program writes them. */
function partOf({ head = {}, outcomes, begun = [], exit }: MadeJournal): string {
  const whole: JournalHead = {
    format: FORMAT,
    id: 'abcd1234',
    version: '0.1.0',
    started_at: '2026-11-22T12:00:00.000Z',
    user: 'alice',
    host: 'laptop',
    command: ['revoke', 'workspace', '-', '--force'],
    again: ['--force'],
    providers: [{ provider: 'workspace', endpoint: 'https://api.example.com', scope: {} }],
    terms: {},
    sources: [{ kind: 'stream', name: 'stdin' }],
    ...head,
  };
  const first = sealed({ run: whole }, 0);
  const seed = parseInt(first.slice(-11, -3), 16);
  const lines = [
    ...begun.map((key) => sealed({ intent: [key], at: whole.started_at }, seed)),
    ...outcomes.map((outcome) => sealed({ outcome }, seed)),
  ];
  if (exit === undefined) return first + lines.join('');
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  const at = outcomes.at(-1)?.at ?? whole.started_at;
  const end = JSON.stringify({ end: { at, exit, counts } }).slice(0, -1);
  const hash = createHash('sha256').update(first + lines.join('') + end);
  return first + lines.join('') + sealedJson(`${end},"sha256":"${hash.digest('hex')}"`, seed);
}

function sealed(value: unknown, seed: number): string {
  return sealedJson(JSON.stringify(value).slice(0, -1), seed);
}

function sealedJson(open: string, seed: number): string {
  const bytes = Buffer.from(openLine(open));
  seal(bytes, seed);
  return bytes.toString('utf8');
}
