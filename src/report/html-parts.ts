/** Small parts of the page. */
import { html, type Html } from './html.js';
import { statusWords } from './status-words.js';

/** A status: its shape, its word, and only then a colour. */
export function chip(status: string, before = ''): Html {
  const { word, shape, tone } = statusWords(status);
  const text = before === '' ? word : `${before} ${word}`;
  return html`<span class="chip ${tone}"><span aria-hidden="true">${shape}</span> ${text}</span>`;
}

/** A command to copy. */
export function command(text: string): Html {
  return html`<code class="command">${text}</code>`;
}

/** @param url one of our own pages */
export function link(url: string): Html {
  return html`<a href="${url}" rel="noopener noreferrer">${url}</a>`;
}

/** A URL is a link only where it is a page that this program itself names. */
export function linkIfOurs(url: string, pages: ReadonlySet<string>): Html {
  return pages.has(url) ? link(url) : html`<code>${url}</code>`;
}

/** Names and values, those without a value left out. */
export function facts(rows: readonly (readonly [string, Html | string | undefined])[]): Html {
  const made = rows.map(([name, value]) =>
    value === undefined
      ? html``
      : html`<dt>${name}</dt>
          <dd>${value}</dd> `,
  );
  return html`<dl class="facts">${made}</dl>`;
}
