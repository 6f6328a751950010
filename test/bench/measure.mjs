// Whole processes, timed from outside: what a person waits for.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Nothing of this machine but PATH and a home: NODE_EXTRA_CA_CERTS alone doubles a bare start. */
export function cleanEnv(home, more = {}) {
  return { PATH: process.env.PATH, HOME: home, ...more };
}

/** Milliseconds of one run; throws where it does not end with `code`. */
export function timeOf(command, args, { env, code = 0 }) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ms = performance.now() - started;
  if (status !== code) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stderr}`);
  return ms;
}

/** Milliseconds and peak memory (MB, Linux) of one run; stdout to a file or a pipe that is read. */
export function run(command, args, { env, stdin, stdout }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const out = stdout === undefined ? 'ignore' : openSync(stdout, 'w');
    const child = spawn(command, args, {
      env,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', out, 'pipe'],
    });
    if (stdin !== undefined) stdin.pipe(child.stdin);
    let stderr = '';
    let peak = 0;
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      if (typeof out === 'number') closeSync(out);
      const ms = performance.now() - started;
      if (code === 0) resolve({ ms, peakMb: peak });
      else reject(new Error(`${command} ${args.join(' ')}: exit ${code}\n${stderr}`));
    });
  });
}

function peakOf(pid) {
  try {
    return (
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    );
  } catch {
    return 0; // It has just ended, or this system has no /proc.
  }
}

/** Runs each of several things in turn, `times` over, so that a drift of the machine meets all alike. */
export async function alternate(times, things) {
  const samples = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let round = 0; round < times; round++) {
    for (const [name, measure] of Object.entries(things)) samples[name].push(await measure());
  }
  return samples;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) =>
  `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

/** What one fdatasync of an appended line costs on this disk, ms. */
export function fdatasyncMs(folder) {
  const file = join(folder, 'sync');
  const fd = openSync(file, 'a');
  const times = [];
  for (let round = 0; round < 50; round++) {
    writeSync(fd, 'x'.repeat(200));
    const started = performance.now();
    fdatasyncSync(fd);
    times.push(performance.now() - started);
  }
  closeSync(fd);
  rmSync(file);
  return median(times);
}
