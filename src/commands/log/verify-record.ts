/** `revoke log verify`: whether the record is what was written, as far as it can say so itself. */
import { usageError } from '../../contract/errors.js';
import { listRuns } from '../../record/list-runs.js';
import { findRun, type RecordedRun } from '../../record/runs.js';
import { readPruneRecord } from '../../record/pruned.js';
import { checkRecord, missingAtTheEnd, type CheckedRun } from '../../record/verify.js';
import { findingText } from '../../record/texts.js';
import type { LogCommand } from './log-command.js';

export async function verifyRecord(
  command: LogCommand,
  given: string | undefined,
): Promise<number> {
  const { world, folder, options, format, output } = command;
  const expected = expectedHash(options.text('expect'));
  const all = await listRuns(folder, world.self);
  const runs = given === undefined ? all : [await findRun(folder, world.self, given)];
  const checked = await checkRecord(folder, runs, all);
  const gone = given === undefined ? missingAtTheEnd(folder, checked) : [];
  const isMissing =
    gone.length > 0 ||
    checked.some(({ findings }) => findings.some(({ kind }) => kind === 'missing'));
  // What is missing may have been pruned: that is known from the record of it alone.
  const { problem } = isMissing ? readPruneRecord(folder) : {};
  const comparison = expected === undefined ? undefined : compare(expected, runs, given);
  if (format !== 'text') {
    for (const one of checked) await output.report({ json: jsonOf(one), text: [] });
    for (const hash of gone) await output.report({ json: { run: null, missing: hash }, text: [] });
    if (problem !== undefined) await output.report({ json: { run: null, problem }, text: [] });
    if (comparison) await output.report({ json: comparison, text: [] });
  } else {
    const lines = [
      ...checked.flatMap(textsOf),
      ...gone.map((hash) => `missing: a run that ended with ${hash} is not here`),
      ...(problem === undefined ? [] : [`${problem}: what is missing may have been pruned`]),
      ...(comparison ? [comparisonText(comparison)] : []),
      ...(checked.length === 0 ? [`No runs in ${folder}`] : []),
    ];
    await output.report({ json: null, text: lines });
    if (expected === undefined) output.printMessage(LIMIT);
  }
  const isWrong = checked.some(({ findings }) => findings.length > 0) || gone.length > 0;
  return isWrong || comparison?.matches === false ? 1 : 0;
}

const LIMIT =
  'Whoever can write these files can rewrite all of them. Only a hash that was kept elsewhere shows that nobody did: revoke log verify --expect sha256:…';

function expectedHash(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const hash = text.startsWith('sha256:') ? text : `sha256:${text}`;
  if (/^sha256:[0-9a-f]{64}$/.test(hash)) return hash;
  throw usageError(
    'invalid --expect: it is not the hash of a run',
    'give the whole of it, as a run printed it: sha256: and 64 digits',
  );
}

interface Comparison {
  readonly run: string | null;
  readonly expected: string;
  readonly hash: string | null;
  readonly matches: boolean;
}

/** Against the run that was named, or the finished one that ended last. */
function compare(
  expected: string,
  runs: readonly RecordedRun[],
  given: string | undefined,
): Comparison {
  const finished = runs.filter(({ hash }) => hash !== undefined);
  const [newest] =
    given === undefined
      ? [...finished].sort((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? 1 : -1))
      : finished;
  const hash = newest?.hash ?? null;
  return { run: newest?.id ?? null, expected, hash, matches: hash === expected };
}

function comparisonText({ run, hash, expected, matches }: Comparison): string {
  if (matches) return `${run}: matches ${expected}`;
  if (run === null) return 'no finished run is here to be compared';
  return `${run}: does not match: it has ${hash}, and ${expected} was expected`;
}

function textsOf({ run, findings, notes, hashes }: CheckedRun): readonly string[] {
  const isSilent = findings.length === 0 && notes.length === 0;
  const hash = hashes.at(-1);
  return [
    ...(isSilent ? [`${run.id}: intact${hash === undefined ? '' : `, ${hash}`}`] : []),
    ...findings.map((finding) => `${run.id}: ${findingText(finding)}`),
    ...notes.map((note) => `${run.id}: ${note}`),
  ];
}

function jsonOf({ run, findings, notes, hashes }: CheckedRun) {
  return {
    run: run.id,
    journal: run.path,
    intact: findings.length === 0,
    findings,
    notes,
    hashes,
  };
}
