/** What must never show: told by the emulator, since a provider may have forgotten to declare it. */
import type { Trial } from './trial.js';

const SECRET_NAME = /KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL/;
/** Anything shorter is in some other word by chance. */
const SHORTEST = 8;

/** The variables of the emulator's environment that hold a credential. */
export function secretVariables({ emulator, provider }: Trial): ReadonlySet<string> {
  const declared = new Set(provider.settings.filter(({ secret }) => secret).map(({ env }) => env));
  const names = Object.keys(emulator.environment);
  return new Set(names.filter((name) => SECRET_NAME.test(name) || declared.has(name)));
}

/** The credentials themselves. */
export function secretsOf(trial: Trial): string[] {
  const { emulator, options } = trial;
  const values = [...secretVariables(trial)].map((name) => emulator.environment[name] ?? '');
  // `name:secret` is a common form of a key, and its second half is the secret.
  const halves = values.flatMap((value) => value.split(':').slice(1));
  const more = options.secrets?.(emulator) ?? [];
  return [...values, ...halves, ...more].filter(({ length }) => length >= SHORTEST);
}

/** A secret as it may travel: plain, URL-encoded, base64; and what is left when its end is cut off. */
export function spellingsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1);
  const whole = [secret, encodeURIComponent(secret), base64];
  const cut = whole.filter(({ length }) => length >= LONG).map((text) => text.slice(0, -8));
  return [...new Set([...whole, ...cut])];
}

/** What is left of it without eight characters is still most of the secret. */
const LONG = 24;
