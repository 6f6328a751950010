/** The style of the page: calm, light and dark, from a telephone to paper. Nothing of it is loaded. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --card: #ffffff; --ink: #1b1f24; --soft: #535c66; --line: #d8dce1; --link: #0a58a8;
  --code: #f0f1f2;
  --good: #155c2e; --good-back: #e4f3e8; --bad: #8f1d1d; --bad-back: #fdeaea;
  --open: #694300; --open-back: #fdf1d3; --weak: #414a54; --weak-back: #eceef1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131619; --card: #1b1f24; --ink: #e7eaed; --soft: #a7b1bc; --line: #363e47; --link: #85bcff;
    --code: #262c33;
    --good: #93dfaa; --good-back: #163522; --bad: #ffb7b2; --bad-back: #471b1d;
    --open: #ffd88a; --open-back: #40310c; --weak: #c5ced8; --weak-back: #2b323a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
}
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
header { padding-top: clamp(1.5rem, 5vw, 3.5rem); }
footer { padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem); letter-spacing: -.015em; }
h1 span { display: block; margin-top: .35rem; color: var(--soft); font-size: 1.0625rem; font-weight: 400; letter-spacing: 0; }
h2 { margin: 3rem 0 .9rem; font-size: 1.375rem; letter-spacing: -.01em; }
h3 { margin: 0; font-size: 1.0625rem; }
p { margin: .5rem 0; max-width: 44rem; }
.lead { margin: 1.25rem 0; font-size: 1.1875rem; line-height: 1.45; }
.soft, caption, figcaption { color: var(--soft); font-size: .875rem; }
a { color: var(--link); text-underline-offset: .15em; }
code, .command { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { padding: .08em .3em; border-radius: .25rem; background: var(--code); }
.command {
  display: block; margin: .35rem 0 0; padding: .55rem .75rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--code); white-space: pre-wrap;
}
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1rem 0 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 100%), 1fr)); gap: .75rem; margin: 0; }
.tiles div { padding: .8rem .9rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.tiles dd { margin: 0; }
.tiles .number { margin-top: .35rem; font-size: 1.75rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .meaning { margin-top: .2rem; color: var(--soft); font-size: .8125rem; line-height: 1.4; }
.chip {
  display: inline-block; padding: .1rem .55rem; border-radius: 1rem; font-size: .8125rem; font-weight: 600;
  line-height: 1.5; white-space: nowrap; color: var(--weak); background: var(--weak-back);
}
.chip.good { color: var(--good); background: var(--good-back); }
.chip.bad { color: var(--bad); background: var(--bad-back); }
.chip.open { color: var(--open); background: var(--open-back); }
.chip.long { white-space: normal; }
.cards { display: grid; gap: .9rem; margin: 0; padding: 0; list-style: none; }
.card { min-width: 0; padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.card.bad { border-left: .3rem solid var(--bad); }
.card.open { border-left: .3rem solid var(--open); }
.card.weak { border-left: .3rem solid var(--weak); }
.card h3 { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: baseline; }
.card .next { margin-top: .75rem; font-weight: 600; }
.card .next + .command { margin-top: .25rem; }
.targets { display: flex; flex-wrap: wrap; gap: .3rem .5rem; margin: .6rem 0; padding: 0; list-style: none; }
figure { margin: 0; padding: 1.1rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.lane { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .75rem; align-items: end; padding: .35rem 0; }
.lane .total { display: block; color: var(--soft); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.lane svg { display: block; width: 100%; height: 2.75rem; overflow: hidden; }
.lane .ground { stroke: var(--line); }
.bar { fill: var(--weak); }
.bar.good { fill: var(--good); }
.bar.bad { fill: var(--bad); }
.bar.open { fill: var(--open); }
.scale { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); margin: .2rem 0 1.1rem 10.25rem; padding: 0; list-style: none; color: var(--soft); font-size: .75rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.scale li { padding: .15rem .3rem 0; border-left: 1px solid var(--line); }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { padding: 0 0 .5rem; text-align: left; }
th, td { padding: .6rem .75rem .6rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody th { font-weight: 400; }
.numbers td, .numbers thead th + th { text-align: right; font-variant-numeric: tabular-nums; }
.numbers { table-layout: fixed; font-size: .8125rem; line-height: 1.35; }
.numbers th, .numbers td { overflow-wrap: break-word; }
.numbers thead th:first-child { width: 28%; }
.account { margin-bottom: 1.25rem; padding: 1.15rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.account h3 { margin-bottom: .3rem; }
.account .account-name { color: var(--soft); font-weight: 400; }
.rows { table-layout: fixed; }
.rows thead th:nth-child(1) { width: 36%; }
.rows thead th:nth-child(2) { width: 28%; }
.rows thead th:nth-child(3) { width: 22%; }
.rows thead th:nth-child(4) { width: 14%; }
.rows p, .rows ul { margin: .3rem 0 0; font-size: .8125rem; line-height: 1.45; }
.rows ul { padding: 0; list-style: none; }
.rows .when { font-variant-numeric: tabular-nums; }
.label { color: var(--soft); }
@media (max-width: 46rem) {
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles div { padding: .7rem .75rem; }
  .lane { grid-template-columns: minmax(0, 1fr); gap: .25rem; }
  .lane .total { display: inline; }
  .scale { margin-left: 0; }
  .numbers { font-size: .75rem; }
  .numbers th, .numbers td { padding-right: .3rem; }
  .rows, .rows caption, .rows tbody, .rows tr, .rows th, .rows td { display: block; width: 100%; }
  .rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .rows tr { padding: .75rem 0; border-top: 1px solid var(--line); }
  .rows th, .rows td { padding: 0 0 .4rem; border: 0; }
  .rows td::before { content: attr(data-label); display: block; color: var(--soft); font-size: .75rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --link: #000000; --code: #f3f3f3;
    --good: #155c2e; --good-back: #ffffff; --bad: #8f1d1d; --bad-back: #ffffff;
    --open: #694300; --open-back: #ffffff; --weak: #414a54; --weak-back: #ffffff;
  }
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  .chip { border: 1px solid; padding: 0 .4rem; }
  .bar { print-color-adjust: exact; }
  .card, figure, tr, .tiles div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`.replaceAll(/\s*\n\s*/g, '\n');
