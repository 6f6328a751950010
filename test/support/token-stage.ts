/** One emulator of a service of tokens, and runs against it, which end with their test. */
import type { Outcome, SeenRequest } from '../../src/contract/index.js';
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { revokeTokens, type TokenRun, type TokenRunOptions } from './run-tokens.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

/** An emulator that is closed after the test. */
export async function begin<T extends { close(): Promise<void> }>(starting: Promise<T>) {
  const emulator = await starting;
  running.push(emulator);
  return emulator;
}

/** One token, by the command of its provider. */
export async function revokeOne(
  emulator: TokenEmulator,
  given: { readonly id: string; readonly line: string },
  options: TokenRunOptions = {},
): Promise<TokenRun & { readonly outcome: Outcome | undefined }> {
  const lists = { emulators: [emulator], lines: [given.line] };
  const ran = await revokeTokens(given.id, lists, options);
  return { ...ran, outcome: ran.outcomes[0] };
}

/** The requests that revoke. */
export function sent(emulator: TokenEmulator): readonly SeenRequest[] {
  return emulator.server.requests.filter(({ method, path }) =>
    emulator.revokes.test(`${method} ${path}`),
  );
}
