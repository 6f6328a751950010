/** The whole page: one file that loads nothing, runs nothing, and links to pages of our own table only. */
import { grouped } from '../contract/text.js';
import { createHash } from 'node:crypto';
import { timeText } from '../record/texts.js';
import type { ReportFacts } from './collect.js';
import { html, styleElement, textOfHtml, type Html } from './html.js';
import { accountsSection } from './html-accounts.js';
import { needsSection } from './html-needs.js';
import { chip, command, facts } from './html-parts.js';
import { runsSection } from './html-runs.js';
import { timelineSection } from './html-timeline.js';
import { presentStatuses } from './status-words.js';
import { STYLE } from './style.js';
import {
  countText,
  listText,
  oddRunsText,
  repeatedText,
  sentenceOf,
  spanText,
  type ReportTitle,
} from './words.js';

export interface PageOptions {
  readonly title: ReportTitle;
  /** The pages that this program itself names. */
  readonly pages: ReadonlySet<string>;
}

export function htmlPage(report: ReportFacts, { title, pages }: PageOptions): string {
  const main =
    report.runsTotal === 0
      ? emptyPart()
      : html`${numbersSection(report)} ${needsSection(report.needs)}
        ${timelineSection(report.timeline, report.counts)}
        ${accountsSection(report.accounts, pages)} ${runsSection(report)}`;
  return textOfHtml(
    html`<!doctype html>
      <html lang="en">
        ${headPart(report, title)}
        <body>
          ${headerPart(report, title)}
          <main>${main}</main>
          ${footerPart(title)}
        </body>
      </html> `,
  );
}

function headPart(report: ReportFacts, title: ReportTitle): Html {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <meta name="robots" content="noindex" />
    <meta name="color-scheme" content="light dark" />
    <title>Revocation report, ${spanText(report)}, ${title.scope}</title>
    ${styleElement(STYLE)}
  </head>`;
}

function headerPart(report: ReportFacts, title: ReportTitle): Html {
  const odd = oddRunsText(report.runs);
  return html`<header>
    <h1>Revocation report <span>${spanText(report)} · ${title.scope}</span></h1>
    ${
      report.runsTotal === 0
        ? html``
        : html`<p class="lead">${sentenceOf(report)}</p>
            ${odd === undefined ? html`` : html`<p>${odd}</p>`}
            ${facts([
              ['Run by', listText(report.people)],
              ['Runs', grouped(report.runsTotal)],
              ['Providers', listText([...new Set(report.accounts.map((one) => one.provider))])],
            ])}`
    }
  </header>`;
}

function emptyPart(): Html {
  return html`<section aria-labelledby="empty">
    <h2 id="empty">Nothing is recorded</h2>
    <p>
      The record has no run of this scope, so there is nothing to report. All runs are listed by:
    </p>
    ${command('revoke log')}
  </section>`;
}

function numbersSection(report: ReportFacts): Html {
  const { counts } = report;
  const repeated = repeatedText(report);
  const tiles = presentStatuses(counts).map(
    ({ status, meaning }) =>
      html`<div>
        <dt>${chip(status)}</dt>
        <dd class="number">${grouped(counts.get(status) ?? 0)}</dd>
        <dd class="meaning">${meaning}</dd>
      </div> `,
  );
  return html`<section aria-labelledby="numbers">
    <h2 id="numbers">${countText(report.total, 'target')}</h2>
    <dl class="tiles">${tiles}</dl>
    ${repeated === undefined ? html`` : html`<p class="soft">${repeated}</p>`}
  </section>`;
}

function footerPart({ madeAt, version }: ReportTitle): Html {
  return html`<footer>
    <p>
      Made on ${timeText(madeAt)} UTC by revoke ${version}, from the journals of the runs. It holds
      no secret, loads nothing and runs no script.
    </p>
  </footer>`;
}
