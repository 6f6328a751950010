/** The report as Markdown: the same content, foreign text in code spans only. */
import { grouped, truncate } from '../contract/text.js';
import { quoteForShell } from '../output/shell-quote.js';
import { findingText, resultText, timeText } from '../record/texts.js';
import type { Account } from './accounts.js';
import { runName, type ReportedRun, type ReportFacts } from './collect.js';
import { hintText } from './html-needs.js';
import type { PageOptions } from './html-page.js';
import { markdown, markdownLink, plainWords, textOfMarkdown, type Markdown } from './markdown.js';
import type { Need, Needs } from './needs.js';
import { presentStatuses, statusWords } from './status-words.js';
import type { TargetRow } from './target-row.js';
import { partSums, scaleMarks, widthText } from './timeline-words.js';
import type { Timeline } from './timeline.js';
import { withinBudget } from './within-budget.js';
import {
  COMPARE_NOTE,
  countText,
  isOdd,
  listText,
  MOST_COMMAND,
  MOST_FINDINGS,
  oddRunsText,
  placeText,
  repeatedText,
  runStateText,
  sentenceOf,
  showAllCommands,
  showCommand,
  spanText,
} from './words.js';

const NOTHING = markdown``;

export function markdownPage(report: ReportFacts, { title, pages }: PageOptions): string {
  const body =
    report.runsTotal === 0
      ? markdown`The record has no run of this scope, so there is nothing to report. All runs are listed by ${'revoke log'}.\n`
      : markdown`${introduction(report)}${numbers(report)}${needsPart(report.needs)}${timelinePart(report.timeline)}${accountsPart(report.accounts, pages)}${runsPart(report)}`;
  return textOfMarkdown(
    markdown`# Revocation report\n\n${plainWords(spanText(report))}, ${plainWords(title.scope)}\n\n${body}\nMade on ${plainWords(timeText(title.madeAt))} UTC by revoke ${plainWords(title.version)}, from the journals of the runs. It holds no secret.\n`,
  );
}

function introduction(report: ReportFacts): Markdown {
  const odd = oddRunsText(report.runs);
  return markdown`**${plainWords(sentenceOf(report))}**\n\n${odd === undefined ? NOTHING : markdown`${plainWords(odd)}\n\n`}Run by ${listText(report.people)}.\n\n`;
}

function numbers(report: ReportFacts): Markdown {
  const repeated = repeatedText(report);
  const rows = presentStatuses(report.counts).map(
    ({ status, word, meaning }) =>
      markdown`| ${plainWords(word)} | ${plainWords(grouped(report.counts.get(status) ?? 0))} | ${plainWords(meaning)} |\n`,
  );
  return markdown`## ${plainWords(countText(report.total, 'target'))}\n\n| Result | Targets | Meaning |\n| --- | ---: | --- |\n${rows}\n${repeated === undefined ? NOTHING : markdown`${plainWords(repeated)}\n\n`}`;
}

function needsPart({ kinds, others, total }: Needs): Markdown {
  if (total === 0)
    return markdown`
## What still needs a person\n\nNothing: no target is open.\n\n
    `;
  const made = withinBudget(kinds, needItem, { lengthOf, bytes: 900_000 });
  const leftOut = kinds.slice(made.length).reduce((sum, { count }) => sum + count, others);
  const more =
    leftOut === 0
      ? NOTHING
      : markdown`${plainWords(countText(leftOut, 'more target'))} are left out here. They are listed by ${'revoke log --status alive,unknown,failed,skipped'}.\n\n`;
  return markdown`## What still needs a person\n\n${plainWords(countText(total, 'target'))}, the most urgent first.\n\n${made}${more}`;
}

function needItem(need: Need): Markdown {
  const { status, isActive, provider, account, count, targets, row, page, command } = need;
  const more = count - targets.length;
  const lines = [
    ...(row.message === undefined
      ? []
      : [markdown`${plainWords(count > 1 ? 'For example: ' : '')}${row.message}`]),
    ...(row.hint === undefined ? [] : [markdown`**What to do:** ${hintText(row.hint)}`]),
    ...(page === undefined ? [] : [markdown`**Open this page:** ${markdownLink(page)}`]),
    ...(command === undefined ? [] : [markdown`**Run this:** ${command}`]),
    markdown`All of them, with every fact: ${showCommand(need)}`,
  ].map((line) => markdown`  - ${line}\n`);
  const at = account === '' ? NOTHING : markdown` (${account})`;
  const others = more > 0 ? markdown` and ${plainWords(countText(more, 'more'))}` : NOTHING;
  return markdown`- **${statusOf(status)}**${
    status !== 'alive' && isActive
      ? markdown`
(active when last checked)
        `
      : NOTHING
  }, ${plainWords(countText(count, 'target'))} of ${provider}${at}: ${listOf(targets)}${others}\n${lines}\n`;
}

/** A status that this version does not know is foreign text. */
function statusOf(status: string): Markdown {
  return plainWords(statusWords(status).word);
}

function listOf(texts: readonly string[]): Markdown {
  const items = texts.map((text, index) => markdown`${plainWords(index > 0 ? ', ' : '')}${text}`);
  return markdown`${items}`;
}

function timelinePart(timeline: Timeline | undefined): Markdown {
  if (!timeline) return NOTHING;
  const marks = scaleMarks(timeline).map((mark) => markdown` from ${plainWords(mark)} |`);
  const rows = presentStatuses(totalsOf(timeline)).map(({ status, word }) => {
    const sums = partSums(timeline.counts.get(status) ?? []);
    return markdown`| ${plainWords(word)} |${sums.map((sum) => markdown` ${sum} |`)}\n`;
  });
  return markdown`## When it became known\n\nTargets in each quarter of the time (UTC), counted by ${plainWords(widthText(timeline.width))}.\n\n| Result |${marks}\n| --- | ---: | ---: | ---: | ---: |\n${rows}\n`;
}

function totalsOf({ counts }: Timeline): ReadonlyMap<string, number> {
  return new Map(
    [...counts].map(([status, row]) => [status, row.reduce((sum, count) => sum + count, 0)]),
  );
}

function accountsPart(accounts: readonly Account[], pages: ReadonlySet<string>): Markdown {
  const bytes = Math.floor(2_600_000 / Math.max(1, accounts.length));
  const parts = accounts.map((account) => {
    const { provider, name, rows, total, runs } = account;
    const made = withinBudget(rows, (row) => targetItem(row, pages), { lengthOf, bytes });
    const left = total - made.length;
    const commands = showAllCommands(runs).map((text) => markdown`- ${text}\n`);
    const leftOut =
      left === 0
        ? NOTHING
        : markdown`${plainWords(countText(left, 'target'))} are left out here. They are all in:\n\n${commands}\n`;
    const at = name === '' ? NOTHING : markdown`, ${name}`;
    return markdown`### ${provider}${at}\n\n${leftOut}${made}\n`;
  });
  return parts.length === 0 ? NOTHING : markdown`## Targets by provider and account\n\n${parts}`;
}

function targetItem(row: TargetRow, pages: ReadonlySet<string>): Markdown {
  const { target, status, at, proof, checkedAt, message, facts, locations, locationsTotal } = row;
  const more = locationsTotal - locations.length;
  const page = (label: string, url: string | undefined) =>
    url === undefined
      ? []
      : [markdown`${plainWords(label)}: ${pages.has(url) ? markdownLink(url) : url}`];
  const lines = [
    ...(message === undefined ? [] : [markdown`${message}`]),
    markdown`How it is known: ${proof}${checkedAt === undefined ? NOTHING : markdown`, checked ${timeText(checkedAt)}`}`,
    ...facts.map(([name, value]) => markdown`${plainWords(name)}: ${value}`),
    ...locations.map(
      (place) =>
        markdown`Found in ${placeText(place)}${Object.entries(place).map(([name, value]) =>
          name === 'file' || name === 'line' || name === 'column'
            ? NOTHING
            : markdown`, ${plainWords(name)} ${String(value)}`,
        )}`,
    ),
    ...(more > 0 ? [markdown`Found in ${plainWords(countText(more, 'more place'))}`] : []),
    ...page('What it was used for', row.auditUrl),
    ...page('Where to revoke it', row.manualUrl),
  ].map((line) => markdown`  - ${line}\n`);
  return markdown`- ${target}: **${statusOf(status)}**, ${timeText(at)}\n${lines}`;
}

function runsPart({ runs, runsTotal }: ReportFacts): Markdown {
  const made = withinBudget(runs, runItem, { lengthOf, bytes: 700_000 });
  const left = runsTotal - made.length;
  const more =
    left === 0
      ? NOTHING
      : markdown`${plainWords(countText(left, 'more run'))} are left out here. They are listed by ${'revoke log'}.\n\n`;
  return markdown`## Who ran it, and how to compare the record\n\n${plainWords(COMPARE_NOTE)}\n\n${made}${more}`;
}

function runItem(reported: ReportedRun): Markdown {
  const { run, counts, findings, notes } = reported;
  const words = run.command.map(quoteForShell).join(' ');
  const problems = [...findings.map(findingText), ...notes].slice(0, MOST_FINDINGS);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ...problems.map((text): [string, string] => ['Note', text]),
    ['To continue', isOdd(reported) ? run.continueWith : undefined],
    ['Who', run.user],
    ['Where', run.host],
    ['Started (UTC)', timeText(run.startedAt)],
    ['Ended (UTC)', run.endedAt === undefined ? undefined : timeText(run.endedAt)],
    ['Version', run.version],
    ['Command', words === '' ? undefined : truncate(words, MOST_COMMAND)],
    ['Result', resultText({ ...run, counts: Object.fromEntries(counts) })],
    ['Journal', run.path],
    ['Hash', run.hash],
    [
      'To compare its journal with this page',
      run.hash && `revoke log verify ${runName(run)} --expect ${run.hash}`,
    ],
  ];
  const lines = rows.map(([name, value]) =>
    value === undefined ? NOTHING : markdown`  - ${plainWords(name)}: ${value}\n`,
  );
  return markdown`- Run ${run.id}: ${runStateText(reported)}\n${lines}\n`;
}

function lengthOf(one: Markdown): number {
  return textOfMarkdown(one).length;
}
