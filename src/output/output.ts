/**
 * The one place that writes. stdout: results and nothing else. stderr: what people read. Secrets are
 * masked and server text is made harmless here, whoever made the line.
 */
import type { RevokeError } from '../contract/errors.js';
import type { Format } from '../command-line/options.js';
import { COLOURS, dim, painter, prettyJson, red, yellow, type Paint } from './colors.js';
import type { Log, Outcome, Report, Table } from '../contract/provider.js';
import type { Redactor } from '../contract/redact.js';
import { inPieces } from './buffered-writer.js';
import { defaultSentence } from './sentences.js';
import { escapeControlsInLine, safeJson } from '../contract/text.js';
import type { Out, World } from '../runtime/world.js';

export interface Output {
  readonly log: Log;
  /** One outcome as its line of JSON, masked: for journal and output alike. */
  line(outcome: Outcome): string;
  /** Writes outcomes in the format asked for, some at a time. A promise where the reader is slow. */
  outcomes(several: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
  /** Writes what still waits for more. */
  flush(): Promise<void>;
  report(report: Report): Promise<void>;
  /** A fatal error, on stderr: one line of JSON in JSON modes. */
  fault(fault: RevokeError): Promise<void>;
  /** A line for people. */
  say(text: string): void;
  /** One line on stderr with the secret in it: a new token that would be lost otherwise. */
  rescue(text: string): void;
}

export interface OutputOptions {
  readonly format: Format;
  readonly verbose: boolean;
  readonly redactor: Redactor;
  readonly sentence?: ((outcome: Outcome) => string | undefined) | undefined;
}

export function createOutput(
  world: Pick<World, 'stdout' | 'stderr' | 'env'>,
  options: OutputOptions,
): Output {
  const { redactor, format } = options;
  const paintOut = painter(world.stdout, world.env);
  const paintErr = painter(world.stderr, world.env);
  const clean = (text: string) => escapeControlsInLine(redactor.clean(text));
  const say = (text: string, paint: Paint = (plain) => plain) =>
    void world.stderr.write(`${text.split('\n').map(clean).map(paint).join('\n')}\n`);
  const log: Log = {
    warn: (text) => say(`warning: ${text}`, paintErr(yellow)),
    verbose: (text) => (options.verbose ? say(text, paintErr(dim)) : undefined),
  };

  const results = inPieces(world.stdout);

  return {
    log,
    say,
    line: (outcome) => redactor.clean(safeJson(outcome)),
    outcomes(several, lines) {
      let text = '';
      for (const [index, outcome] of several.entries()) {
        const line = lines[index] ?? '';
        if (format === 'json') text += `${line}\n`;
        else if (format === 'pretty-json') text += `${prettyJson(line, paintOut)}\n`;
        else
          text += `${paintOut(COLOURS[outcome.status])(clean(options.sentence?.(outcome) ?? defaultSentence(outcome)))}\n`;
      }
      return results.add(text);
    },
    flush: results.flush,
    async report(report) {
      const mask = (text: string) => redactor.clean(text);
      const shown = (text: string) => unmasked(text, report.secretToPrint, mask);
      if (format !== 'text') {
        const json = shown(safeJson(report.json));
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
    async fault(fault) {
      if (format !== 'text') {
        const error = {
          code: fault.code,
          message: fault.message,
          ...(fault.hint && { hint: fault.hint }),
        };
        await world.stderr.write(`${redactor.clean(safeJson({ error }))}\n`);
        return;
      }
      say(`error: ${fault.message}`, paintErr(red));
      if (fault.hint) say(`  ${fault.hint}`);
    },
    rescue: (text) => void world.stderr.write(`${escapeControlsInLine(text)}\n`),
  };
}

/** Masks all but the one secret that a command exists to print. */
function unmasked(
  text: string,
  reveals: string | undefined,
  mask: (text: string) => string,
): string {
  if (reveals === undefined || reveals === '') return mask(text);
  return text.split(reveals).map(mask).join(reveals);
}

async function drawTable(table: Table, out: Out, clean: Paint): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const drawn = new CliTable({
    head: table.head.map(clean),
    style: { head: [], border: [], compact: true },
    ...(out.isTTY ? {} : { wordWrap: false }),
  });
  for (const row of table.rows) drawn.push(row.map(clean));
  return drawn.toString();
}
