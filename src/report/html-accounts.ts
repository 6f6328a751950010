/** The targets by provider and account: what became of each, and how that is known. */
import { grouped } from '../contract/text.js';
import type { Location } from '../contract/provider.js';
import { timeText } from '../record/texts.js';
import type { Account } from './accounts.js';
import { html, textOfHtml, type Html } from './html.js';
import { chip, command, linkIfOurs } from './html-parts.js';
import { hintText } from './html-needs.js';
import { presentStatuses } from './status-words.js';
import type { TargetRow } from './target-row.js';
import { withinBudget } from './within-budget.js';
import { countText, placeText, showAllCommands } from './words.js';

/** For the rows of all accounts. */
const BYTES = 2_600_000;

export function accountsSection(accounts: readonly Account[], pages: ReadonlySet<string>): Html {
  if (accounts.length === 0) return html``;
  const bytes = Math.floor(BYTES / accounts.length);
  return html`<section aria-labelledby="targets">
    <h2 id="targets">Targets by provider and account</h2>
    ${accounts.map((account) => accountPart(account, { pages, bytes }))}
  </section>`;
}

interface Room {
  readonly pages: ReadonlySet<string>;
  readonly bytes: number;
}

function accountPart(account: Account, { pages, bytes }: Room): Html {
  const { provider, name, rows, total, counts } = account;
  const made = withinBudget(rows, (row) => tableRow(row, pages), {
    lengthOf: (one) => textOfHtml(one).length,
    bytes,
  });
  const chips = presentStatuses(counts).map(
    ({ status }) => html`${chip(status, grouped(counts.get(status) ?? 0))} `,
  );
  return html`<article class="account">
    <h3>${provider} <span class="account-name">${name}</span></h3>
    <p>${chips}</p>
    ${leftOut(account, made.length)}
    <table class="rows" role="table">
      <caption>
        ${captionText(made.length, total)} Times are UTC.
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">Target</th>
          <th scope="col" role="columnheader">Result</th>
          <th scope="col" role="columnheader">How it is known</th>
          <th scope="col" role="columnheader">When</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${made}
      </tbody>
    </table>
  </article> `;
}

function captionText(shown: number, total: number): string {
  if (total === 1) return 'One target.';
  const some =
    shown === total
      ? `All ${countText(total, 'target')}`
      : `${countText(shown, 'target')} of ${grouped(total)}`;
  return `${some}, those that need a person first.`;
}

/** What the table has no room for, and where it is. */
function leftOut({ total, runs }: Account, shown: number): Html {
  if (shown === total) return html``;
  return html`<p>${countText(total - shown, 'target')} are left out here. They are all in:</p>
    ${showAllCommands(runs).map(command)}`;
}

function tableRow(row: TargetRow, pages: ReadonlySet<string>): Html {
  const { target, status, proof, checkedAt, at, message, hint } = row;
  return html`<tr role="row">
    <th scope="row" role="rowheader" class="target">
      <code>${target}</code>${factsList(row)}${places(row)}${pageLinks(row, pages)}
    </th>
    <td role="cell" data-label="Result">
      ${chip(status)}${message === undefined ? html`` : html`<p>${message}</p>`}
      ${hint === undefined ? html`` : html`<p class="label">${hintText(hint)}</p>`}
    </td>
    <td role="cell" data-label="How it is known">
      ${proof}${
        checkedAt === undefined ? html`` : html`<p class="label">checked ${timeText(checkedAt)}</p>`
      }
    </td>
    <td role="cell" data-label="When" class="when">${timeText(at)}</td>
  </tr> `;
}

function factsList({ facts }: TargetRow): Html {
  if (facts.length === 0) return html``;
  return html`<ul>
    ${facts.map(([name, value]) => html`<li><span class="label">${name}:</span> ${value}</li>`)}
  </ul>`;
}

function places({ locations, locationsTotal }: TargetRow): Html {
  if (locations.length === 0) return html``;
  const more = locationsTotal - locations.length;
  return html`<p class="label">Found in ${countText(locationsTotal, 'place')}:</p>
    <ul>
      ${locations.map((place) => html`<li><code>${placeText(place)}</code>${placeFacts(place)}</li>`)}
      ${more > 0 ? html`<li>and ${countText(more, 'more place')}</li>` : html``}
    </ul>`;
}

function placeFacts({ commit, link, detector }: Location): Html {
  const facts = [
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(detector === undefined ? [] : [`found by ${detector}`]),
    ...(link === undefined ? [] : [link]),
  ];
  return facts.length === 0 ? html`` : html` <span class="label">${facts.join(', ')}</span>`;
}

function pageLinks({ auditUrl, manualUrl }: TargetRow, pages: ReadonlySet<string>): Html {
  return html`${
    auditUrl === undefined
      ? html``
      : html`<p><span class="label">What it was used for:</span> ${linkIfOurs(auditUrl, pages)}</p>`
  }${
    manualUrl === undefined
      ? html``
      : html`<p><span class="label">Where to revoke it:</span> ${linkIfOurs(manualUrl, pages)}</p>`
  }`;
}
