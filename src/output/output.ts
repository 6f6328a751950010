/**
 * The one place that writes. stdout: results and nothing else. stderr: what people read. Secrets are
 * masked and server text is made harmless here, whoever made the line.
 */
import type { RevokeError } from '../contract/errors.js';
import type { Format } from './format.js';
import {
  STATUS_COLORS,
  STATE_COLORS,
  dim,
  colorizer,
  prettyJson,
  red,
  yellow,
  type Paint,
} from './colors.js';
import type { Log, Outcome, Report } from '../contract/provider.js';
import { mapTexts, maskedJson, type Redactor } from '../contract/redact.js';
import { createBufferedWriter } from './buffered-writer.js';
import { drawTable } from './table.js';
import { createLiveLine, type LiveLine } from './live-line.js';
import { createResultLines } from './result-lines.js';
import { wrapCommand, wrapText } from './word-wrap.js';
import { defaultOutcomeText } from './sentences.js';
import { escapeControlsInLine, safeJson, truncate } from '../contract/text.js';
import type { OutputStream, World } from '../runtime/world.js';

export interface Output {
  readonly log: Log;
  /** One outcome as its line of JSON, masked: for journal and output alike. */
  serialize(outcome: Outcome): string;
  /** Writes outcomes in the format asked for, some at a time. A promise where the reader is slow. */
  outcomes(several: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
  /** Writes what still waits for more. */
  flush(): Promise<void>;
  report(report: Report): Promise<void>;
  /** A fatal error, on stderr: one line of JSON in JSON modes. */
  printError(fault: RevokeError): Promise<void>;
  /** A line for people. */
  printMessage(text: string): void;
  /** A command for people to copy, after what it does. */
  printCommand(label: string, command: string): void;
  /** How many targets will have outcomes: of many, only what needs a person has a line at a terminal. */
  expect(count: number | undefined): void;
  /** How many outcomes had no line. */
  readonly leftOut: number;
  /** The line at the bottom of the terminal, which everything that is written here leaves whole. */
  readonly live: LiveLine;
  /** One line on stderr with the secret in it: a new token that would be lost otherwise. */
  printUnmasked(text: string): void;
}

export interface OutputOptions {
  readonly format: Format;
  readonly verbose: boolean;
  readonly redactor: Redactor;
  readonly formatOutcome?: ((outcome: Outcome) => string | undefined) | undefined;
}

export function createOutput(
  world: Pick<World, 'stdout' | 'stderr' | 'env'>,
  options: OutputOptions,
): Output {
  const { redactor, format } = options;
  const live = createLiveLine(world.stderr);
  const stdout = live.around(world.stdout);
  const stderr = live.around(world.stderr);
  const paintOut = colorizer(world.stdout, world.env);
  const paintErr = colorizer(world.stderr, world.env);
  const clean = (text: string) =>
    truncate(escapeControlsInLine(redactor.clean(text)), LONGEST_LINE);
  const printMessage = (text: string, paint: Paint = (plain) => plain) =>
    void stderr.write(
      `${painted(fitted(stderr, text.split('\n').map(clean).join('\n')), paint)}\n`,
    );
  const log: Log = {
    warn: (text) => printMessage(`warning: ${text}`, paintErr(yellow)),
    verbose: (text) => (options.verbose ? printMessage(text, paintErr(dim)) : undefined),
  };
  const lines = createResultLines({
    isTTY: world.stdout.isTTY,
    showsAll: options.verbose,
    sentence: (outcome) => clean(options.formatOutcome?.(outcome) ?? defaultOutcomeText(outcome)),
  });
  const textOf = (outcome: Outcome) => {
    const line = lines.of(outcome);
    if (line === undefined) return '';
    return `${painted(fitted(stdout, line), paintOut(STATUS_COLORS[outcome.status]))}\n`;
  };
  const results = createBufferedWriter(stdout);

  return {
    log,
    printMessage,
    printCommand(label, command) {
      const text = clean(command);
      if (!stderr.isTTY) return printMessage(`${label}: ${text}`);
      void stderr.write(`${label}:\n${wrapCommand(text, '  ', stderr.columns)}\n`);
    },
    expect: lines.expect,
    get leftOut() {
      return lines.leftOut;
    },
    live,
    serialize: (outcome) => maskedJson(brief(outcome, redactor), redactor),
    outcomes(several, json) {
      let text = '';
      for (const [index, outcome] of several.entries()) {
        const line = json[index] ?? '';
        if (format === 'json') text += `${line}\n`;
        else if (format === 'pretty-json') text += `${prettyJson(line, paintOut)}\n`;
        else text += textOf(outcome);
      }
      return results.add(text);
    },
    flush: results.flush,
    async report(report) {
      const mask = (text: string) => redactor.clean(text);
      const shown = (text: string) => unmasked(text, report.secretToPrint, mask);
      if (format !== 'text') {
        const json = safeJson(mapTexts(report.json, shown));
        await stdout.write(`${format === 'json' ? json : prettyJson(json, paintOut)}\n`);
        return;
      }
      for (const part of report.text) {
        const text =
          typeof part === 'string'
            ? fitted(stdout, escapeControlsInLine(shown(part)))
            : await drawTable(part, {
                width: world.stdout.isTTY ? world.stdout.columns : undefined,
                clean,
                paintStatus: (word) =>
                  paintOut(STATE_COLORS[word.toLowerCase()] ?? ((text) => text)),
              });
        await stdout.write(`${text}\n`);
      }
    },
    async printError(fault) {
      if (format !== 'text') {
        const error = {
          code: fault.code,
          message: fault.message,
          ...(fault.hint && { hint: fault.hint }),
        };
        await stderr.write(`${maskedJson(brief({ error }, redactor), redactor)}\n`);
        return;
      }
      printMessage(`error: ${fault.message}`, paintErr(red));
      if (fault.hint) printMessage(`  ${fault.hint}`);
    },
    printUnmasked: (text) => void stderr.write(`${escapeControlsInLine(text)}\n`),
  };
}

/** A server or a plugin may say half a megabyte. */
const LONGEST_LINE = 4000;

/** An error's message as long as people read; masked before it is cut, so that no half is left. */
function brief<T extends { readonly error?: { readonly message: string } }>(
  value: T,
  redactor: Redactor,
): T {
  const { error } = value;
  if (!error || error.message.length <= LONGEST_LINE) return value;
  const message = truncate(redactor.clean(error.message), LONGEST_LINE);
  return { ...value, error: { ...error, message } };
}

/** Text wrapped to the terminal; as it is off one. */
function fitted(out: OutputStream, text: string): string {
  return out.isTTY ? wrapText(text, { width: out.columns, hanging: 2 }) : text;
}

function painted(text: string, paint: Paint): string {
  return text.split('\n').map(paint).join('\n');
}

/** Masks all but the one secret that a command exists to print. */
function unmasked(
  text: string,
  secretToPrint: string | undefined,
  mask: (text: string) => string,
): string {
  if (secretToPrint === undefined || secretToPrint === '') return mask(text);
  return text.split(secretToPrint).map(mask).join(secretToPrint);
}
