/** What still needs a person: each with the command or the page for it. */
import { html, textOfHtml, type Html } from './html.js';
import { chip, command, link } from './html-parts.js';
import type { Need, Needs } from './needs.js';
import { statusWords } from './status-words.js';
import { withinBudget } from './within-budget.js';
import { countText, placeText, showCommand } from './words.js';

const BYTES = 900_000;

export function needsSection({ kinds, others, total }: Needs): Html {
  const made = withinBudget(kinds, card, {
    lengthOf: (one) => textOfHtml(one).length,
    bytes: BYTES,
  });
  const leftOut = kinds.slice(made.length).reduce((sum, { count }) => sum + count, others);
  return html`<section aria-labelledby="needs">
    <h2 id="needs">What still needs a person</h2>
    ${
      total === 0
        ? html`<p>Nothing: no target is open.</p>`
        : html`<p class="soft">${countText(total, 'target')}, the most urgent first.</p>
            <ul class="cards">
              ${made}
            </ul>`
    }
    ${
      leftOut > 0
        ? html`<p>
              ${countText(leftOut, 'more target')} of other runs or for other reasons are left out
              here. They are listed by:
            </p>
            ${command('revoke log --status alive,unknown,failed,skipped')}`
        : html``
    }
  </section>`;
}

function card(need: Need): Html {
  const { status, isActive, provider, account, count, targets, row } = need;
  const more = count - targets.length;
  return html`<li class="card ${isActive ? 'bad' : statusWords(status).tone}">
    <h3>
      ${chip(status, countText(count, 'target'))}
      ${status !== 'alive' && isActive ? html`<span class="chip bad">active when last checked</span> ` : html``}
      <span>${provider}</span>
    </h3>
    ${account === '' ? html`` : html`<p class="soft">${account}</p>`}
    <ul class="targets">
      ${targets.map((target) => html`<li><code>${target}</code></li>`)}
      ${more > 0 ? html`<li>and ${countText(more, 'more')}</li>` : html``}
    </ul>
    ${about(need)} ${reason(need)}
    ${row.hint === undefined ? html`` : html`<p><strong>What to do:</strong> ${hintText(row.hint)}</p>`}
    ${next(need)}
  </li> `;
}

/** Whose it is and where it was found, where it is one. */
function about({ row, count }: Need): Html {
  const [place] = row.locations;
  const texts = [
    ...row.facts.filter(([name]) => name === 'Kind' || name === 'Owner'),
    ...(place === undefined ? [] : [['Found in', placeText(place)] as const]),
  ].map(([name, value]) => `${name}: ${value}`);
  return count > 1 || texts.length === 0 ? html`` : html`<p class="soft">${texts.join(' · ')}</p>`;
}

/** With several targets the message is that of the first. */
function reason({ row, count }: Need): Html {
  if (row.message === undefined) return html``;
  return html`<p>${count > 1 ? 'For example: ' : ''}${sentence(row.message)}</p>`;
}

export function hintText(hint: string): string {
  return sentence(hint.charAt(0).toUpperCase() + hint.slice(1));
}

function sentence(text: string): string {
  return /[.…:/]$/.test(text) ? text : `${text}.`;
}

function next({ page, command: doNext, run, status }: Need): Html {
  const show = html`<p class="soft">All of them, with every fact:</p>
    ${command(showCommand({ run, status }))}`;
  const steps = [
    ...(page === undefined
      ? []
      : [
          html`<p class="next">Open this page:</p>
            <p>${link(page)}</p>`,
        ]),
    ...(doNext === undefined
      ? []
      : [
          html`<p class="next">Run this:</p>
            ${command(doNext)}`,
        ]),
  ];
  return html`${steps}${show}`;
}
