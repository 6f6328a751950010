/** What people read beside the results: stderr. */
import type { RevokeError } from '../contract/errors.js';
import type { Log } from '../contract/provider.js';
import { maskedJson, type Redactor } from '../contract/redact.js';
import { escapeControlsInLine, truncate } from '../contract/text.js';
import type { OutputStream } from '../runtime/world.js';
import { dim, painted, red, yellow, type Paint } from './colors.js';
import type { Format } from './format.js';
import { jsonText } from './json-text.js';
import { LONGEST_LINE, withBriefError } from './longest-line.js';
import { fitted, wrapCommand } from './word-wrap.js';

export interface Messages {
  readonly log: Log;
  /** A line for people. */
  printMessage(text: string): void;
  /** A command for people to copy, after what it does. */
  printCommand(label: string, command: string): void;
  /** A fatal error: one line of JSON in JSON modes, indented where a terminal would break it. */
  printError(error: RevokeError): Promise<void>;
  /** One line with the secret in it: a new token that would be lost otherwise. */
  printUnmasked(text: string): void;
}

export interface MessageOptions {
  readonly format: Format;
  readonly verbose: boolean;
  readonly redactor: Redactor;
  readonly paint: (paint: Paint) => Paint;
}

export function createMessages(stderr: OutputStream, options: MessageOptions): Messages {
  const { format, verbose, redactor, paint } = options;
  const clean = (text: string) =>
    truncate(escapeControlsInLine(redactor.clean(text)), LONGEST_LINE);
  const print = (text: string, color: Paint) =>
    void stderr.write(`${painted(fitted(stderr, text), color)}\n`);
  const printLines = (text: string, color: Paint) =>
    print(text.split('\n').map(clean).join('\n'), color);
  const printMessage = (text: string) => printLines(text, (plain) => plain);

  return {
    log: {
      warn: (text) => printLines(`warning: ${text}`, paint(yellow)),
      verbose: (text) => (verbose ? printLines(text, paint(dim)) : undefined),
    },
    printMessage,
    printCommand(label, command) {
      const text = clean(command);
      if (!stderr.isTTY) return printMessage(`${label}: ${text}`);
      void stderr.write(`${label}:\n${wrapCommand(text, '  ', stderr.columns)}\n`);
    },
    async printError({ code, message, hint }) {
      if (format !== 'text') {
        const error = withBriefError({ error: { code, message, ...(hint && { hint }) } }, redactor);
        const line = maskedJson(error, redactor);
        await stderr.write(`${jsonText(line, { out: stderr, format: 'json', paint })}\n`);
        return;
      }
      // One line: a server's text cannot begin another.
      print(`error: ${clean(message)}`, paint(red));
      if (hint) printMessage(`  ${hint}`);
    },
    printUnmasked: (text) => void stderr.write(`${escapeControlsInLine(text)}\n`),
  };
}
