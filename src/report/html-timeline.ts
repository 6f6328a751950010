/** The timeline: a lane of bars for each status, drawn as SVG, and the same numbers as a table. */
import { html, type Html } from './html.js';
import { chip } from './html-parts.js';
import { presentStatuses, type StatusWords } from './status-words.js';
import { PARTS, type Timeline } from './timeline.js';
import { scaleMarks, partSums, widthText } from './timeline-words.js';
import { countText } from './words.js';

/** The height of a lane in the drawing, and of its smallest bar. */
const HEIGHT = 40;
const LEAST = 4;

export function timelineSection(
  timeline: Timeline | undefined,
  counts: ReadonlyMap<string, number>,
): Html {
  if (!timeline) return html``;
  const statuses = presentStatuses(counts).filter(({ status }) => timeline.counts.has(status));
  const highest = Math.max(1, ...[...timeline.counts.values()].flat());
  const marks = scaleMarks(timeline);
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">When it became known</h2>
    <figure aria-labelledby="timeline">
      ${statuses.map((words) => lane(words, timeline, highest))}
      <ol class="scale" aria-hidden="true">
        ${marks.map((mark) => html`<li>${mark}</li>`)}
      </ol>
      ${numbersTable(statuses, timeline)}
      <figcaption>
        Each bar is ${widthText(timeline.width)}. Taller is more targets; the table has the numbers.
        Times are
        UTC.${timeline.timeless > 0 ? ` ${countText(timeline.timeless, 'target')} without a time.` : ''}
      </figcaption>
    </figure>
  </section>`;
}

function lane({ status, tone, word }: StatusWords, timeline: Timeline, highest: number): Html {
  const row = timeline.counts.get(status) ?? [];
  const total = row.reduce((sum, count) => sum + count, 0);
  const bars = row.flatMap((count, span) => (count > 0 ? [bar(count, span)] : []));
  function bar(count: number, span: number): Html {
    // By the square root: one target is seen beside a thousand.
    const height = Math.max(LEAST, Math.round(Math.sqrt(count / highest) * HEIGHT));
    return html`<rect
      class="bar ${tone}"
      x="${span * 10 + 1}"
      y="${HEIGHT - height}"
      width="8"
      height="${height}"
    />`;
  }
  return html`<div class="lane">
    <div>${chip(status)} <span class="total">${countText(total, 'target')}</span></div>
    <svg
      role="img"
      aria-label="${`${word}: ${laneText(row, timeline)}`}"
      viewBox="0 0 ${timeline.spans * 10} ${HEIGHT + 1}"
      preserveAspectRatio="none"
    >
      <line
        class="ground"
        x1="0"
        x2="${timeline.spans * 10}"
        y1="${HEIGHT + 0.5}"
        y2="${HEIGHT + 0.5}"
      />
      ${bars}
    </svg>
  </div>`;
}

/** What the drawing of one lane says. */
function laneText(row: readonly number[], timeline: Timeline): string {
  const marks = scaleMarks(timeline);
  return partSums(row)
    .flatMap((sum, part) => (sum > 0 ? [`${sum} from ${marks[part]}`] : []))
    .join(', ');
}

function numbersTable(statuses: readonly StatusWords[], timeline: Timeline): Html {
  const marks = scaleMarks(timeline);
  const rows = statuses.map(({ status, word }) => {
    const sums = partSums(timeline.counts.get(status) ?? []);
    return html`<tr>
      <th scope="row">${word}</th>
      ${sums.map((sum) => html`<td>${sum}</td>`)}
    </tr> `;
  });
  return html`<table class="numbers">
    <caption>
      Targets in each quarter of the time, by its start (UTC)
    </caption>
    <thead>
      <tr>
        <th scope="col">Result</th>
        ${marks.slice(0, PARTS).map((mark) => html`<th scope="col">${mark}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
