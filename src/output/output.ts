/**
 * The one place that writes. stdout: results and nothing else. stderr: what people read. Secrets are
 * masked and server text is made harmless here, whoever made the line.
 */
import type { RevokeError } from '../contract/errors.js';
import type { Format } from './format.js';
import { STATUS_COLORS, dim, colorizer, prettyJson, red, yellow, type Paint } from './colors.js';
import type { Log, Outcome, Report, Table } from '../contract/provider.js';
import { mapTexts, maskedJson, type Redactor } from '../contract/redact.js';
import { createBufferedWriter } from './buffered-writer.js';
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
  const paintOut = colorizer(world.stdout, world.env);
  const paintErr = colorizer(world.stderr, world.env);
  const clean = (text: string) =>
    truncate(escapeControlsInLine(redactor.clean(text)), LONGEST_LINE);
  const printMessage = (text: string, paint: Paint = (plain) => plain) =>
    void world.stderr.write(`${text.split('\n').map(clean).map(paint).join('\n')}\n`);
  const log: Log = {
    warn: (text) => printMessage(`warning: ${text}`, paintErr(yellow)),
    verbose: (text) => (options.verbose ? printMessage(text, paintErr(dim)) : undefined),
  };

  const results = createBufferedWriter(world.stdout);

  return {
    log,
    printMessage,
    serialize: (outcome) => maskedJson(brief(outcome, redactor), redactor),
    outcomes(several, lines) {
      let text = '';
      for (const [index, outcome] of several.entries()) {
        const line = lines[index] ?? '';
        if (format === 'json') text += `${line}\n`;
        else if (format === 'pretty-json') text += `${prettyJson(line, paintOut)}\n`;
        else
          text += `${paintOut(STATUS_COLORS[outcome.status])(clean(options.formatOutcome?.(outcome) ?? defaultOutcomeText(outcome)))}\n`;
      }
      return results.add(text);
    },
    flush: results.flush,
    async report(report) {
      const mask = (text: string) => redactor.clean(text);
      const shown = (text: string) => unmasked(text, report.secretToPrint, mask);
      if (format !== 'text') {
        const json = safeJson(mapTexts(report.json, shown));
        await world.stdout.write(`${format === 'json' ? json : prettyJson(json, paintOut)}\n`);
        return;
      }
      for (const part of report.text) {
        const text =
          typeof part === 'string'
            ? escapeControlsInLine(shown(part))
            : await drawTable(part, world.stdout, clean);
        await world.stdout.write(`${text}\n`);
      }
    },
    async printError(fault) {
      if (format !== 'text') {
        const error = {
          code: fault.code,
          message: fault.message,
          ...(fault.hint && { hint: fault.hint }),
        };
        await world.stderr.write(`${maskedJson(brief({ error }, redactor), redactor)}\n`);
        return;
      }
      printMessage(`error: ${fault.message}`, paintErr(red));
      if (fault.hint) printMessage(`  ${fault.hint}`);
    },
    printUnmasked: (text) => void world.stderr.write(`${escapeControlsInLine(text)}\n`),
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

/** Masks all but the one secret that a command exists to print. */
function unmasked(
  text: string,
  secretToPrint: string | undefined,
  mask: (text: string) => string,
): string {
  if (secretToPrint === undefined || secretToPrint === '') return mask(text);
  return text.split(secretToPrint).map(mask).join(secretToPrint);
}

async function drawTable(table: Table, out: OutputStream, clean: Paint): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const drawn = new CliTable({
    head: table.head.map(clean),
    style: { head: [], border: [], compact: true },
    ...(out.isTTY ? {} : { wordWrap: false }),
  });
  for (const row of table.rows) drawn.push(row.map(clean));
  return drawn.toString();
}
