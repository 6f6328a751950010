// npm run bench: one table, as ratios within one run. Written to docs/performance.md and .json.
//   node test/bench/bench.mjs [--quick] [--only start,single,bulk,leaked,record,memory,http2,loop,install] [--save]
import { execFileSync, spawn } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compareProtocols } from './http2.mjs';
import { alternate, cleanEnv, fdatasyncMs, median, run, spread, timeOf } from './measure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(root, 'dist/bin.cjs');
const bare = join(root, 'test/bench/bare.mjs');
const quick = process.argv.includes('--quick');
const only = valueOf('--only')?.split(',');
const folder = mkdtempSync(join(valueOf('--folder') ?? tmpdir(), 'revoke-bench-'));
const home = join(folder, 'home');
mkdirSync(home);
/** Node 20 keeps no compiled code. */
const isOldest = process.version.startsWith('v20.');
const rows = [];
let journals = 0;

try {
  await makeServer();
  if (wanted('start')) await startUp();
  if (wanted('single')) await single();
  if (wanted('bulk')) await bulk();
  if (wanted('leaked')) await leaked();
  if (wanted('record')) await record();
  if (wanted('memory')) await memory();
  if (wanted('http2')) await http2();
  if (wanted('loop')) await loop();
  if (wanted('install')) install();
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function wanted(part) {
  return only === undefined || only.includes(part);
}

function valueOf(option) {
  const at = process.argv.indexOf(option);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** @param limit what the ratio may be: at most, or at least where it ends in `+` */
function row(part, what, values, unit, ratio, limit) {
  const entry = {
    part,
    what,
    median: median(values),
    spread: spread(values),
    runs: values.length,
    unit,
    ratio,
    limit,
  };
  rows.push(entry);
  console.error(
    `${part}: ${what}: ${entry.median.toFixed(1)} ${unit} (${entry.spread})${ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}${limit === undefined ? '' : ` (${limit})`}`}`,
  );
}

async function startUp() {
  const env = cleanEnv(home);
  const time = (args) => () => timeOf(process.execPath, [bin, ...args], { env });
  const samples = await alternate(quick ? 5 : 25, {
    bare: () => timeOf(process.execPath, ['-e', '0'], { env }),
    '--version, cold': () => timeOf(process.execPath, [bin, '--version'], { env: cold(env) }),
    '--version': time(['--version']),
    'completion bash': time(['completion', 'bash']),
    '--help': time(['--help']),
    'ably --help': time(['ably', '--help']),
  });
  told('start-up', samples, {
    '--version': isOldest ? 1.4 : 1.3,
    '--help': isOldest ? 1.6 : 1.5,
  });
}

/** Node 22 and 24 keep compiled code: without it, as at the first run. */
function cold(env) {
  return { ...env, NODE_DISABLE_COMPILE_CACHE: '1' };
}

async function single() {
  const times = quick ? 5 : 25;
  const workspace = await server('workspace', 2 * times + 100);
  const ably = await server('ably', 0);
  const env = cleanEnv(home, { ...workspace.environment, ...ably.environment });
  let next = 0;
  const samples = await alternate(times, {
    bare: () => timeOf(process.execPath, ['-e', '0'], { env }),
    'workspace <jti> --force --json': () =>
      timeOf(process.execPath, [bin, 'workspace', `jti_bench_${next++}`, '--force', '--json'], {
        env,
      }),
    'workspace <jti> --force --json, cold': () =>
      timeOf(process.execPath, [bin, 'workspace', `jti_bench_${next++}`, '--force', '--json'], {
        env: cold(env),
      }),
    'ably --client-id x --force --json': () =>
      timeOf(process.execPath, [bin, 'ably', '--client-id', 'x', '--force', '--json'], { env }),
    'workspace list --json (100 tokens)': () =>
      timeOf(process.execPath, [bin, 'workspace', 'list', '--json'], { env }),
  });
  const limit = isOldest ? 2.3 : 2;
  told('one request', samples, {
    'workspace <jti> --force --json': limit,
    'ably --client-id x --force --json': limit,
  });
  await workspace.stop();
  await ably.stop();
}

function told(part, { bare: starts, ...samples }, limits) {
  row(part, 'node -e 0', starts, 'ms');
  for (const [name, values] of Object.entries(samples)) {
    const limit = limits[name] === undefined ? undefined : `at most ${limits[name]}`;
    row(part, name, values, 'ms', median(values) / median(starts), limit);
  }
}

async function bulk() {
  const count = quick ? 20_000 : 100_000;
  row('bulk', 'fdatasync of this disk', [fdatasyncMs(folder)], 'ms');
  for (const [kind, limit] of [
    ['workspace', 0.85],
    ['ably', 0.75],
  ]) {
    const file = targets(kind, count);
    const measure = (args) => async () => {
      const emulator = await server(kind, count);
      const env = cleanEnv(home, emulator.environment);
      const { ms } = await run(process.execPath, args(), { env, stdout: join(folder, 'out') });
      await emulator.stop();
      return ms;
    };
    const samples = await alternate(quick ? 2 : 7, {
      bare: measure(() => [bare, kind, file, '16']),
      revoke: measure(() => revokeArgs(kind, file)),
    });
    row('bulk', `${kind}: bare Pool, ${count} targets`, samples.bare, 'ms');
    row(
      'bulk',
      `${kind}: revoke, ${count} targets`,
      samples.revoke,
      'ms',
      median(samples.bare) / median(samples.revoke),
      `at least ${limit}`,
    );
  }
}

function revokeArgs(kind, from) {
  const journal = join(folder, `journal-${journals++}`);
  return [
    bin,
    kind,
    '--from',
    from,
    '--force',
    '--json',
    '--concurrency',
    '16',
    '--journal',
    journal,
  ];
}

async function http2() {
  const count = quick ? 4000 : 20_000;
  const samples = await compareProtocols(quick ? 2 : 5, count);
  const [ours] = Object.values(samples);
  for (const [name, values] of Object.entries(samples)) {
    const ratio = values === ours ? undefined : median(ours) / median(values);
    row('http/2', `${name}, ${count} requests over TLS`, values, 'ms', ratio);
  }
}

async function memory() {
  const [small, large] = quick ? [20_000, 200_000] : [100_000, 1_000_000];
  for (const way of ['file', 'pipe']) {
    const peaks = {};
    for (const count of [small, large]) {
      const file = targets('workspace', count);
      const emulator = await server('workspace', count);
      const env = cleanEnv(home, emulator.environment);
      const out = join(folder, 'out');
      const { peakMb } = await run(
        process.execPath,
        revokeArgs('workspace', way === 'file' ? file : '-'),
        {
          env,
          stdout: out,
          ...(way === 'pipe' && { stdin: createReadStream(file) }),
        },
      );
      await emulator.stop();
      const lines = Number(
        execFileSync('wc', ['-l', out], { encoding: 'utf8' }).trim().split(' ')[0],
      );
      if (lines !== count) throw new Error(`${lines} outcomes for ${count} targets`);
      peaks[count] = peakMb;
      row(
        'memory',
        `workspace, ${count} targets from a ${way}`,
        [peakMb],
        'MB',
        ...(count === large ? [peakMb / peaks[small], 'at most 1.25'] : []),
      );
    }
  }
}

/** Leaked tokens: batches of a thousand that nothing looks at, and each looked at before and after. */
async function leaked() {
  const count = quick ? 2_000 : 20_000;
  const file = join(folder, 'leaked');
  const measure = (args) => async () => {
    const emulator = await server('github', count, file);
    const env = cleanEnv(home, emulator.environment);
    const { ms } = await run(process.execPath, args(), { env, stdout: join(folder, 'out') });
    await emulator.stop();
    return ms;
  };
  const samples = await alternate(quick ? 2 : 7, {
    bare: measure(() => [bare, 'github', file, '1']),
    revoke: measure(() => [...revokeArgs('leaked', file), '--no-verify']),
  });
  row('leaked', `github: bare Pool, ${count} tokens`, samples.bare, 'ms');
  const ratio = median(samples.bare) / median(samples.revoke);
  row('leaked', `github: revoke, ${count} tokens, --no-verify`, samples.revoke, 'ms', ratio);
  const emulator = await server('github', 10, file);
  const env = cleanEnv(home, emulator.environment);
  const { ms } = await run(process.execPath, revokeArgs('leaked', file), { env });
  await emulator.stop();
  row('leaked', 'github: revoke, 10 tokens, a look a second', [ms], 'ms');
}

/** `log` and `report` on a record of many runs. */
async function record() {
  const [runs, targetsOfEach] = quick ? [1_000, 100] : [10_000, 100];
  const state = join(folder, 'record');
  const maker = join(root, '.bench-record.mjs');
  await run(process.execPath, [maker, join(state, 'revoke'), String(runs), String(targetsOfEach)], {
    env: cleanEnv(home),
  });
  const env = cleanEnv(home, { XDG_STATE_HOME: state });
  const what = `${runs} runs, ${runs * targetsOfEach} outcomes`;
  const first = timeOf(process.execPath, [bin, 'log'], { env });
  row('record', `log, first look: ${what}`, [first], 'ms');
  const again = Array.from({ length: quick ? 3 : 9 }, () =>
    timeOf(process.execPath, [bin, 'log'], { env }),
  );
  row('record', `log: ${what}`, again, 'ms', undefined, 'at most 300 ms');
  const page = join(folder, 'report.html');
  const { ms, peakMb } = await run(process.execPath, [bin, 'report', '--html', page], { env });
  row('record', `report: ${what}`, [ms], 'ms', undefined, 'at most 10 s');
  row('record', 'report, peak memory', [peakMb], 'MB');
  row(
    'record',
    'report, size of the page',
    [statSync(page).size / 1e6],
    'MB',
    undefined,
    'at most 5',
  );
}

/** The documented loop: one process for each token. */
async function loop() {
  const count = quick ? 20 : 100;
  const emulator = await server('workspace', count * 2);
  const env = cleanEnv(home, emulator.environment);
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    timeOf(process.execPath, [bin, 'workspace', `jti_bench_${index}`, '--force', '--json'], {
      env,
    });
  }
  const each = performance.now() - started;
  const file = join(folder, 'loop');
  writeFileSync(
    file,
    Array.from({ length: count }, (_, index) => `jti_bench_${count + index}\n`).join(''),
  );
  const { ms } = await run(process.execPath, revokeArgs('workspace', file), { env });
  await emulator.stop();
  row('loop', `${count} tokens, a process for each`, [each], 'ms');
  row('loop', `${count} tokens, one run`, [ms], 'ms', each / ms, 'times as quick as the loop');
}

function install() {
  const tarball = join(
    folder,
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .pop(),
  );
  const prefix = join(folder, 'prefix');
  const started = performance.now();
  execFileSync('npm', ['install', '-g', '--prefix', prefix, '--no-audit', '--no-fund', tarball], {
    stdio: 'ignore',
  });
  const ms = performance.now() - started;
  const modules = join(prefix, 'lib/node_modules');
  row('install', 'tarball', [statSync(tarball).size / 1e6], 'MB');
  row(
    'install',
    'installed',
    [bytesBelow(modules) / 1e6],
    'MB',
    bytesBelow(modules) / 1e6,
    'at most 2.5 (MB)',
  );
  const packages = packagesBelow(modules);
  row('install', 'packages', [packages], '', packages, 'at most 10 (packages)');
  row('install', 'npm install -g', [ms], 'ms');
}

function bytesBelow(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size,
      0,
    );
}

function packagesBelow(path) {
  return readdirSync(path, { recursive: true }).filter((name) =>
    /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(name),
  ).length;
}

function targets(kind, count) {
  const file = join(folder, `targets-${kind}-${count}`);
  const name = kind === 'ably' ? 'clientId:client-' : 'jti_bench_';
  writeFileSync(file, Array.from({ length: count }, (_, index) => `${name}${index}\n`).join(''));
  return file;
}

async function makeServer() {
  for (const name of ['server', 'record'])
    await build({
      entryPoints: [join(root, `test/bench/${name}.ts`)],
      outfile: join(root, `.bench-${name}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
}

/** An emulator in a process of its own; it ends with its stdin. */
async function server(kind, count, ...more) {
  const args = [join(root, '.bench-server.mjs'), kind, String(count), ...more];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve) => child.stdout.once('data', resolve));
  const { environment } = JSON.parse(line);
  // With a Control API token the key would be looked up first: not what is measured here.
  delete environment.ABLY_ACCESS_TOKEN;
  return {
    environment,
    stop: () => new Promise((resolve) => child.once('exit', resolve).stdin.end()),
  };
}

function report() {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;
  const lines = rows.map(
    ({ part, what, median: middle, spread: range, runs, unit, ratio, limit }) =>
      `| ${part} | \`${what}\` | ${middle.toFixed(unit === 'ms' && middle > 100 ? 0 : 1)} ${unit} | ${runs > 1 ? range : ''} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${limit ?? ''} |`,
  );
  const table = [
    '| part | what | median | spread | ratio | reach |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
  console.log(`${machine}\n\n${table}`);
  const save = valueOf('--save');
  if (save !== undefined) {
    writeFileSync(
      save,
      `${JSON.stringify({ machine, node: process.version, date: new Date().toISOString(), rows }, null, 2)}\n`,
    );
  }
}
