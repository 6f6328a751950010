/** Who ran it, where, with which version; and how to see that its journal is what was written. */
import { truncate } from '../contract/text.js';
import { quoteForShell } from '../output/shell-quote.js';
import { findingText, resultText, timeText } from '../record/texts.js';
import { runName, type ReportedRun, type ReportFacts } from './collect.js';
import { html, textOfHtml, type Html } from './html.js';
import { command, facts } from './html-parts.js';
import { withinBudget } from './within-budget.js';
import {
  COMPARE_NOTE,
  countText,
  isOdd,
  MOST_COMMAND,
  MOST_FINDINGS,
  runStateText,
} from './words.js';

const BYTES = 700_000;

export function runsSection({ runs, runsTotal }: ReportFacts): Html {
  const made = withinBudget(runs, card, {
    lengthOf: (one) => textOfHtml(one).length,
    bytes: BYTES,
  });
  const left = runsTotal - made.length;
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Who ran it, and how to compare the record</h2>
    <p>${COMPARE_NOTE}</p>
    <ul class="cards">
      ${made}
    </ul>
    ${
      left > 0
        ? html`<p>${countText(left, 'more run')} are left out here. They are listed by:</p>
            ${command('revoke log')}`
        : html``
    }
  </section>`;
}

function card(reported: ReportedRun): Html {
  const { run, counts } = reported;
  const hash = run.hash;
  return html`<li class="card ${isOdd(reported) ? 'open' : ''}">
    <h3>
      <span>Run ${run.id}</span>
      <span class="chip long ${isOdd(reported) ? 'open' : ''}">${runStateText(reported)}</span>
    </h3>
    ${problems(reported)}
    ${facts([
      ['Who', run.user],
      ['Where', run.host],
      ['Started', `${timeText(run.startedAt)} UTC`],
      ['Ended', run.endedAt === undefined ? undefined : `${timeText(run.endedAt)} UTC`],
      ['Version', run.version === undefined ? undefined : `revoke ${run.version}`],
      ['Command', commandOf(run.command)],
      ['Result', resultText({ ...run, counts: Object.fromEntries(counts) })],
      ['Journal', run.path],
      ['Hash', hash === undefined ? undefined : html`<code>${hash}</code>`],
    ])}
    ${
      hash === undefined
        ? html``
        : html`<p class="soft">To compare its journal with this page:</p>
            ${command(`revoke log verify ${runName(run)} --expect ${hash}`)}`
    }
  </li> `;
}

function commandOf(words: readonly string[]): Html | undefined {
  if (words.length === 0) return undefined;
  return html`<code>${truncate(words.map(quoteForShell).join(' '), MOST_COMMAND)}</code>`;
}

/** What is wrong with the run or its journal, before anything else is said of it. */
function problems({ run, findings, notes }: ReportedRun): Html {
  const texts = [...findings.map(findingText), ...notes];
  if (texts.length === 0) return html``;
  const more = texts.length - MOST_FINDINGS;
  return html`<ul>
      ${texts.slice(0, MOST_FINDINGS).map((text) => html`<li>${text}</li>`)}
      ${more > 0 ? html`<li>and ${countText(more, 'more line')}</li>` : html``}
    </ul>
    ${
      run.continueWith === undefined
        ? html``
        : html`<p class="next">To continue it:</p>
            ${command(run.continueWith)}`
    }`;
}
