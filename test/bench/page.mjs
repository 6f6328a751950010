// docs/performance.md from the results of `npm run bench -- --save <file>`, a column for each Node:
//   node test/bench/page.mjs 20.json 22.json 24.json
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const docs = join(dirname(fileURLToPath(import.meta.url)), '../../docs');
const results = new Map();
for (const file of process.argv.slice(2)) {
  const { node, machine, date, rows } = JSON.parse(readFileSync(file, 'utf8'));
  const known = results.get(node) ?? { node, machine, date, rows: [] };
  results.set(node, { ...known, date, rows: [...known.rows, ...rows] });
}
const columns = [...results.values()];
const [first] = columns;
const order = [
  'start-up',
  'one request',
  'bulk',
  'leaked',
  'record',
  'memory',
  'http/2',
  'loop',
  'install',
];
const rows = [...first.rows].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));

const cell = (row) => {
  if (!row) return '';
  const digits = row.median < 10 ? 1 : 0;
  const value = `${row.median.toFixed(digits)} ${row.unit}`.trim();
  const range = row.runs > 1 ? ` (${row.spread})` : '';
  return row.ratio === undefined || row.part === 'install'
    ? `${value}${range}`
    : `**${row.ratio.toFixed(2)}** · ${value}${range}`;
};
const find = ({ rows: all }, { part, what }) =>
  all.find((one) => one.part === part && one.what === what);
const table = [
  `| | what | reach | ${columns.map(({ node }) => `Node ${node.slice(1)}`).join(' | ')} |`,
  `| --- | --- | --- | ${columns.map(() => '---').join(' | ')} |`,
  ...rows.map(
    (row) =>
      `| ${row.part} | ${row.what.replaceAll('<', '&lt;')} | ${row.limit ?? ''} | ${columns.map((column) => cell(find(column, row))).join(' | ')} |`,
  ),
];

const runsOf = ({ node, rows: all }) =>
  `${all.find(({ part }) => part === 'start-up').runs} runs on Node ${node.slice(1)}`;

/** `at most 2`, `at least 0.85`, with a unit behind it or not. */
function isReached({ ratio, median, limit }) {
  const [, side, bound] = /^at (most|least) ([\d.]+)/.exec(limit) ?? [];
  const value = ratio ?? median / (limit.endsWith(' s') ? 1000 : 1);
  return side === 'least' ? value >= Number(bound) : value <= Number(bound);
}
const missed = columns.flatMap(({ node, rows: all }) =>
  all
    .filter((row) => row.limit?.startsWith('at ') && !isReached(row))
    .map(
      (row) =>
        `${row.what.replaceAll('<', '&lt;')} on Node ${node.slice(1)} (${(row.ratio ?? row.median).toFixed(2)}, ${row.limit})`,
    ),
);

/** The median of the first column's row that begins so; undefined where it was not measured. */
const medianOf = (start) => first.rows.find(({ what }) => what.startsWith(start))?.median;

/** What a user asks, on the machine and the Node of the first column. */
function inWords() {
  const one = medianOf('workspace <jti>');
  const jtis = medianOf('workspace: revoke, 100000 targets');
  const memory = medianOf('workspace, 1000000 targets from a file');
  const clients = medianOf('ably: revoke, 100000 targets');
  const log = medianOf('log: 10000 runs, 1000000 outcomes');
  const http1 = medianOf('HTTP/1.1 on 16 connections');
  const http2 = medianOf('HTTP/2 on one connection');
  const seconds = (ms) => `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} seconds`;
  return [
    one &&
      `One revocation takes ${seconds(one)}, of which ${seconds(medianOf('node -e 0'))} are Node's own start.`,
    jtis &&
      memory &&
      `A million JTIs from a file take about ${Math.round(jtis / 100)} seconds and ${memory.toFixed(0)} MB, where the server keeps up.`,
    clients &&
      `A hundred thousand clients of Ably, a hundred in a request, take ${seconds(clients)}.`,
    log && `\`revoke log\` on ten thousand runs and a million outcomes answers in ${seconds(log)}.`,
    http1 &&
      http2 &&
      `HTTP/2 was looked at and is not used: with undici the same requests take ${(http2 / http1).toFixed(1)} times as long on one connection as over HTTP/1.1 on sixteen.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A row on each line, numbers as exact as they are. */
const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value);
const written = columns.map(({ rows: all, ...about }) => {
  const lines = all.map((row) => JSON.stringify(row, rounded)).join(',\n');
  return `${JSON.stringify(about).slice(0, -1)},"rows":[\n${lines}]}`;
});
writeFileSync(join(docs, 'performance.json'), `[${written.join(',\n')}]\n`);
writeFileSync(
  join(docs, 'performance.md'),
  `# Performance

Whole processes, timed from outside. A number in bold is a ratio within one run, so that it holds on another machine: of the start-up to a bare \`node -e 0\`, of the bare client's time to ours, of the larger run's memory to the smaller's. Behind it stand the median and the spread.

${inWords()}

${table.join('\n')}

Measured on ${first.date.slice(0, 10)}: ${first.machine.replace(/, Node v[\d.]+/, '')}. The machine is shared and noisy: compare ratios, not milliseconds.

## What is not reached

${missed.map((line) => `- ${line}`).join('\n') || 'Nothing.'}

What has no number above was not measured on that day.

## How it is measured

- **Start-up and one request**: ${columns.map(runsOf).join(', ')} of each, in turn with a bare start, in an environment of PATH and HOME alone; the emulators run in another process, over plain http.
- **Bulk**: targets from a file, concurrency 16, against an emulator in another process, in turn with \`test/bench/bare.mjs\`: a bare undici \`Pool\` that sends the same requests with the same concurrency and reads each body. Ours also checks the file, writes a journal whose intents are flushed to disk before they are sent, judges each answer and prints a line of JSON for each target. Ably takes 100 targets a request.
- **Memory**: the peak of the process (VmHWM), duplicates looked for, every target reported.
- **HTTP/2**: bare Pools that send the same requests over TLS, sixteen at a time, to a server in another process that answers either protocol and does nothing else. What is sent here goes over HTTP/1.1, to which the ratios are.
- **Loop**: the documented script with one process for each token, beside one run with the same tokens.
- **Cold**: without the compiled code that Node 22 and 24 keep in \`~/.cache/revoke\`, as at the first run. Node 20 keeps none.
- **Leaked**: tokens of GitHub in batches of a thousand, and ten that are looked at before and after, which GitHub's limits pace.
- **Record**: \`log\` and \`report --html\` on a state folder of many runs.

Where the rest of the time goes: in bulk both the emulator and the client use a core each, so that on two cores the client's own work is what remains: the journal, the checks and the output. In a short run it is starting Node, then reading the program.

## Again

\`\`\`shell
npm run bench                                # all of it, about twenty minutes
npm run bench -- --quick                     # a first look
npm run bench -- --only start,single --save 20.json
node test/bench/page.mjs 20.json 22.json 24.json  # this page, a column for each Node
\`\`\`

The numbers as JSON: [performance.json](performance.json). No test asserts a time; \`test/startup.test.ts\` asserts what the short runs load.
`,
);
