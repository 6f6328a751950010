/** The real world as the program sees it. bin.ts hands in the real one, a test may hand in another. */
import type { Clock } from '../contract/provider.js';
import type { Redactor } from '../contract/redact.js';

/** A stream to write to, with its terminal's facts. */
export interface OutputStream {
  /** Undefined when the text was taken; else a promise to wait for. Never throws: see `failed`. */
  write(text: string): Promise<void> | undefined;
  /** The first error of this stream: a closed pipe, a full disk. */
  readonly failed: (Error & { code?: string }) | undefined;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Where nothing is, and nothing can be made. */
export const NO_HOME = '/dev/null/no-home';

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface World {
  /** Where the built files of this program lie. */
  readonly folder: string;
  /** The program and first argument that start this program again. */
  readonly program: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; `NO_HOME` where there is none. */
  readonly home: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The stream behind `stderr`, for what draws on a terminal itself. */
  readonly terminal: NodeJS.WriteStream;
  readonly clock: Clock;
  readonly self: ProcessIdentity;
  /** The effective user; undefined where the system has no such number. */
  readonly uid: number | undefined;
  /** Knows every secret that this process has read. */
  readonly redactor: Redactor;
  /** Calls back at each signal until the returned function is called. */
  onSignal(listener: (name: SignalName) => void): () => void;
  /** Calls back where nothing is left that could happen, until the returned function is called. */
  onStall(listener: () => void): () => void;
  /** Dies by the signal, at once. */
  killSelf(name: SignalName): void;
  /** For a run of one request the baseline compiler starts and ends sooner. */
  useBaselineCompiler(): Promise<void>;
  /**
   * A list may be long, and a run of it: the memory beyond what is in use is bounded.
   * @param holdsMuch whether the list may be held as a whole
   */
  boundHeap(holdsMuch: boolean): Promise<void>;
}
/** The process that locks, and how it tells whether another is running. */

export interface ProcessIdentity {
  readonly pid: number;
  isAlive(pid: number): boolean;
}
