/**
 * The one place that writes. stdout: results and nothing else. stderr: what people read. Secrets are
 * masked and server text is made harmless here, whoever made the line.
 */
import { $ as kleur, bold, cyan, dim, green, red, yellow } from 'kleur/colors';
import type { Fault } from './errors.js';
import type { Format } from './options.js';
import type { Log, Outcome, OutcomeError, Report, Status, Table } from './provider.js';
import type { Redactor } from './redact.js';
import { harmlessLine, safeJson } from './text.js';
import type { Out, World } from './world.js';

type Paint = (text: string) => string;

export interface Output {
  readonly log: Log;
  /** One outcome as its line of JSON, masked: for journal and output alike. */
  line(outcome: Outcome): string;
  /** Writes outcomes in the format asked for. A promise where the reader is slow. */
  outcomes(several: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
  report(report: Report): Promise<void>;
  /** A fatal error, on stderr: one line of JSON in JSON modes. */
  fault(fault: Fault): Promise<void>;
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
  const clean = (text: string) => harmlessLine(redactor.clean(text));
  const say = (text: string, paint: Paint = (plain) => plain) =>
    void world.stderr.write(`${text.split('\n').map(clean).map(paint).join('\n')}\n`);
  const log: Log = {
    warn: (text) => say(`warning: ${text}`, paintErr(yellow)),
    detail: (text) => (options.verbose ? say(text, paintErr(dim)) : undefined),
  };

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
        else text += `${paintOut(COLOURS[outcome.status])(clean(sentenceFor(outcome, options)))}\n`;
      }
      return text === '' ? undefined : world.stdout.write(text);
    },
    async report(report) {
      const mask = (text: string) => redactor.clean(text);
      const shown = (text: string) => unmasked(text, report.reveals, mask);
      if (format !== 'text') {
        const json = shown(safeJson(report.json));
        await world.stdout.write(`${format === 'json' ? json : prettyJson(json, paintOut)}\n`);
        return;
      }
      for (const part of report.text) {
        const text =
          typeof part === 'string'
            ? harmlessLine(shown(part))
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
    rescue: (text) => void world.stderr.write(`${harmlessLine(text)}\n`),
  };
}

const COLOURS: Readonly<Record<Status, Paint>> = {
  revoked: green,
  already_revoked: green,
  accepted: green,
  alive: red,
  failed: red,
  unknown: yellow,
  skipped: dim,
  planned: cyan,
};

function sentenceFor(outcome: Outcome, { sentence }: OutputOptions): string {
  return sentence?.(outcome) ?? defaultSentence(outcome);
}

function defaultSentence({ target, status, error, ...facts }: Outcome): string {
  switch (status) {
    case 'revoked':
      return `${target} is revoked.`;
    case 'already_revoked':
      return `${target} was revoked already.`;
    case 'accepted':
      return `The revocation of ${target} was accepted; its death is not confirmed.`;
    case 'alive':
      return `${target} is still alive${because(error)}`;
    case 'failed':
      return `${target} was not revoked${because(error)}`;
    case 'unknown':
      return `It is not known whether ${target} was revoked${because(error)}`;
    case 'skipped':
      return `${target} was skipped${'journaled_status' in facts ? `: ${String(facts['journaled_status'])} in the journal` : because(error)}`;
    case 'planned':
      return `${target} would be revoked.`;
  }
}

function because(error: OutcomeError | undefined): string {
  if (!error) return '.';
  return `: ${error.message.replace(/\.$/, '')}.${error.hint ? ` ${capital(error.hint)}.` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
}

/** `2026-11-22T10:30:00Z` as tables and sentences show it: UTC, to the second. */
export function shortTime(time: string | null | undefined): string {
  return time ? time.slice(0, 19).replace('T', ' ') : '-';
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

/** NO_COLOR wins over FORCE_COLOR (both as their pages define them); then only a terminal. */
export function wantsColour(out: Out, env: World['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return out.isTTY && env['TERM'] !== 'dumb';
}

function painter(out: Out, env: World['env']): (paint: Paint) => Paint {
  const wanted = wantsColour(out, env);
  return (paint) => (text) => {
    if (!wanted) return text;
    kleur.enabled = true;
    return paint(text);
  };
}

function prettyJson(line: string, paint: (paint: Paint) => Paint): string {
  const indented = safeJson(JSON.parse(line), 2);
  return indented.replace(
    /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (token, text?: string, colon?: string) => {
      if (text !== undefined && colon !== undefined) return `${paint(bold)(text)}${colon}`;
      return text !== undefined ? paint(green)(text) : paint(cyan)(token);
    },
  );
}
