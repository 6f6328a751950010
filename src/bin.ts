/** The only file that touches `process`: it hands the real world to the program. */
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { registry } from '../providers/index.js';
import { printError } from './output/print-error.js';
import { isCode, unforeseenError } from './contract/errors.js';
import { createRedactor } from './contract/redact.js';
import { main } from './main.js';
import { isStdoutClosed } from './runtime/closed-stdout.js';
import { systemClock } from './runtime/system-clock.js';
import { NO_HOME, type OutputStream, type SignalName, type World } from './runtime/world.js';

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function outOf(stream: NodeJS.WriteStream, isClosed = false): OutputStream {
  let failed: (Error & { code?: string }) | undefined = isClosed
    ? new Error('it is closed')
    : undefined;
  const release = new Set<() => void>();
  const releaseAll = () => {
    for (const go of release) go();
    release.clear();
  };
  stream.on('drain', releaseAll);
  stream.on('error', (error) => {
    failed ??= error;
    releaseAll();
  });
  return {
    write(text) {
      if (failed) return undefined;
      if (stream.write(text)) return undefined;
      return new Promise((resolve) => void release.add(resolve));
    },
    get failed() {
      return failed;
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns || 80;
    },
  };
}

/** A home that is not an absolute path is none: nothing is ever read relative to the current folder. */
function homeFolder(given: string | undefined): string {
  if (given !== undefined) return isAbsolute(given) ? given : NO_HOME;
  try {
    return homedir();
  } catch (error) {
    // The system's list of users has nobody of this number.
    if (isCode(error, 'ERR_SYSTEM_ERROR')) return NO_HOME;
    throw error;
  }
}

// The built file is CommonJS.
declare const __dirname: string;

const env = { ...process.env };
// Node would obey it, and warn that it does; session.ts says that it is ignored.
delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];

const world: World = {
  folder: __dirname,
  program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  argv: process.argv.slice(2),
  env,
  home: homeFolder(env['HOME']),
  get stdin() {
    return process.stdin;
  },
  stdout: outOf(process.stdout, isStdoutClosed(process.ppid)),
  stderr: outOf(process.stderr),
  terminal: process.stderr,
  clock: systemClock,
  self: {
    pid: process.pid,
    isAlive(pid) {
      try {
        return process.kill(pid, 0);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'ESRCH';
      }
    },
  },
  uid: process.geteuid?.(),
  redactor: createRedactor(),
  onSignal(listener) {
    const offs = SIGNALS.map((name) => {
      const act = () => listener(name);
      process.on(name, act);
      return () => process.off(name, act);
    });
    return () => offs.forEach((off) => off());
  },
  onStall(listener) {
    process.on('beforeExit', listener);
    return () => process.off('beforeExit', listener);
  },
  killSelf(name) {
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  },
  async useBaselineCompiler() {
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--liftoff-only');
  },
  async boundHeap(holdsMuch) {
    const { boundHeap } = await import('./runtime/bound-heap.js');
    boundHeap(process.versions.node, holdsMuch);
  },
};

/** Nobody foresaw it: one masked sentence, and the run goes on to report what it can. */
function printUnforeseen(error: unknown): void {
  wentWrong = true;
  void printError(world, unforeseenError(error));
}

let wentWrong = false;
let hasEnded = false;
process.on('uncaughtException', printUnforeseen);
process.on('exit', (code) => {
  // Whatever ends the process before its end was reached ends it as a failure.
  if (!hasEnded) printUnforeseen('the run stopped before its end');
  // What was written last may fail after the program has ended.
  if (code === 0 && (wentWrong || world.stdout.failed)) process.exitCode = 1;
});

main(world, registry)
  .then((code) => void (process.exitCode = code), printUnforeseen)
  .finally(() => (hasEnded = true));
