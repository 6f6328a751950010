/** Colours, where a person sees them. */
import { $ as kleur, bold, cyan, dim, green, red, yellow } from 'kleur/colors';
import type { Status } from '../contract/provider.js';
import { safeJson } from '../contract/text.js';
import type { OutputStream, World } from '../runtime/world.js';

export type Paint = (text: string) => string;

export { bold, dim, red, yellow };

export const STATUS_COLORS: Readonly<Record<Status, Paint>> = {
  revoked: green,
  already_revoked: green,
  accepted: green,
  alive: red,
  failed: red,
  unknown: yellow,
  skipped: dim,
  planned: cyan,
};

/** The colours of states in a table, by their word. */
export const STATE_COLORS: Readonly<Record<string, Paint>> = {
  active: green,
  expired: yellow,
  revoked: dim,
  yes: green,
};

/** NO_COLOR wins over FORCE_COLOR (both as their pages define them); then only a terminal. */
export function wantsColor(out: OutputStream, env: World['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return out.isTTY && env['TERM'] !== 'dumb';
}

/** What paints for one stream: nothing where no colour is wanted. */
export function colorizer(out: OutputStream, env: World['env']): (paint: Paint) => Paint {
  const wanted = wantsColor(out, env);
  return (paint) => (text) => {
    if (!wanted) return text;
    kleur.enabled = true;
    return paint(text);
  };
}

/** Each line painted by itself: a pager or a wrapped terminal loses no colour. */
export function painted(text: string, paint: Paint): string {
  return text.split('\n').map(paint).join('\n');
}

/** One line of JSON, indented, and coloured where colour is wanted. */
export function prettyJson(line: string, paint: (paint: Paint) => Paint): string {
  const indented = safeJson(JSON.parse(line), 2);
  return indented.replace(
    /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (token, text?: string, colon?: string) => {
      if (text !== undefined && colon !== undefined) return `${paint(bold)(text)}${colon}`;
      return text !== undefined ? paint(green)(text) : paint(cyan)(token);
    },
  );
}
