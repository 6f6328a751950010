/**
 * The one place that writes. stdout: results and nothing else. stderr: what people read. Secrets are
 * masked and server text is made harmless here, whoever made the line.
 */
import type { Outcome, Report } from '../contract/provider.js';
import { maskedJson, type Redactor } from '../contract/redact.js';
import { escapeControlsInLine, truncate } from '../contract/text.js';
import type { World } from '../runtime/world.js';
import { createBufferedWriter } from './buffered-writer.js';
import { colorizer, painted, STATUS_COLORS } from './colors.js';
import type { Format } from './format.js';
import { jsonText } from './json-text.js';
import { createLiveLine, type LiveLine } from './live-line.js';
import { LONGEST_LINE, withBriefError } from './longest-line.js';
import { createMessages, type Messages } from './messages.js';
import { printReport } from './report.js';
import { createResultLines } from './result-lines.js';
import { inactivePlan, proofText } from './proof-words.js';
import { defaultOutcomeText } from './sentences.js';
import { fitted } from './word-wrap.js';

export interface Output extends Messages {
  /** One outcome as its line of JSON, masked: for journal and output alike. */
  serialize(outcome: Outcome): string;
  /** Writes outcomes in the format asked for, some at a time. A promise where the reader is slow. */
  outcomes(several: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
  /** Writes what still waits for more. */
  flush(): Promise<void>;
  report(report: Report): Promise<void>;
  /** How many targets will have outcomes: of many, only what needs a person has a line at a terminal. */
  expect(count: number | undefined): void;
  /** How many outcomes had no line. */
  readonly leftOut: number;
  /** The line at the bottom of the terminal, which everything that is written here leaves whole. */
  readonly live: LiveLine;
}

export interface OutputOptions {
  readonly format: Format;
  readonly verbose: boolean;
  readonly redactor: Redactor;
  readonly formatOutcome?: ((outcome: Outcome) => string | undefined) | undefined;
  /** Whether a sentence of its own says how it was proven; true without it. */
  readonly addsProof?: boolean;
  readonly nameOfType?: ((type: string) => string | undefined) | undefined;
}

export function createOutput(
  world: Pick<World, 'stdout' | 'stderr' | 'env'>,
  options: OutputOptions,
): Output {
  const { redactor, format, verbose } = options;
  const live = createLiveLine(world.stderr);
  const stdout = live.around(world.stdout);
  const paint = colorizer(world.stdout, world.env);
  const clean = (text: string) =>
    truncate(escapeControlsInLine(redactor.clean(text)), LONGEST_LINE);
  const messages = createMessages(live.around(world.stderr), {
    format,
    verbose,
    redactor,
    paint: colorizer(world.stderr, world.env),
  });
  const lines = createResultLines({
    isTTY: world.stdout.isTTY,
    showsAll: verbose,
    sentence: (given) => {
      const outcome = withTypeName(given, options);
      const inactive = inactivePlan(outcome);
      if (inactive !== undefined) return clean(inactive);
      const said = options.formatOutcome?.(outcome) ?? defaultOutcomeText(outcome);
      const proof = options.addsProof === false ? undefined : proofText(outcome);
      return clean([said, proof ?? []].flat().join(' '));
    },
  });
  const textOf = (outcome: Outcome) => {
    const line = lines.of(outcome);
    if (line === undefined) return '';
    return `${painted(fitted(stdout, line), paint(STATUS_COLORS[outcome.status]))}\n`;
  };
  const results = createBufferedWriter(stdout);

  return {
    ...messages,
    expect: lines.expect,
    get leftOut() {
      return lines.leftOut;
    },
    live,
    serialize: (outcome) => maskedJson(withBriefError(outcome, redactor), redactor),
    outcomes(several, json) {
      let text = '';
      for (const [index, outcome] of several.entries()) {
        const line = json[index] ?? '';
        if (format === 'text') text += textOf(outcome);
        else text += `${jsonText(line, { out: stdout, format, paint })}\n`;
      }
      return results.add(text);
    },
    flush: results.flush,
    report: (report) =>
      printReport(report, { out: stdout, format, mask: redactor.clean, clean, paint }),
  };
}

/** JSON has the kind of a token as a word for scripts; people read its name. */
function withTypeName(outcome: Outcome, { nameOfType }: OutputOptions): Outcome {
  const { token_type: type } = outcome;
  if (typeof type !== 'string') return outcome;
  return { ...outcome, token_type: nameOfType?.(type) ?? type };
}
