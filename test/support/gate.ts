/** A server between the program and an emulator, which sees what is in flight and may hold it. */
import { startEmulator } from '../../src/emulator/emulator.js';
import type { EmulatorServer, SeenRequest } from '../../src/contract/emulator.js';

export interface Gate {
  readonly server: EmulatorServer;
  readonly url: string;
  /** Requests that are in flight now, and the most that ever were. */
  readonly inFlight: number;
  readonly most: number;
  close(): Promise<void>;
}

/**
 * @param upstream the emulator's own URL. @param match the requests that are counted and held
 * @param hold what each of them waits for before it is passed on
 */
export async function startGate(
  upstream: string,
  match: RegExp,
  hold: (request: SeenRequest) => Promise<unknown>,
): Promise<Gate> {
  let inFlight = 0;
  let most = 0;
  const server = await startEmulator({
    routes: {},
    async notFound(request) {
      const isCounted = match.test(`${request.method} ${request.path}`);
      if (isCounted) {
        most = Math.max(most, (inFlight += 1));
        await hold(request);
      }
      const headers = new Headers();
      for (const name of ['authorization', 'content-type', 'accept'] as const) {
        const value = request.headers[name];
        if (value !== undefined) headers.set(name, value);
      }
      const response = await fetch(`${upstream}${request.url}`, {
        method: request.method,
        headers,
        ...(request.body.length > 0 && { body: new Uint8Array(request.body) }),
      });
      const body = await response.text();
      if (isCounted) inFlight -= 1;
      const type = response.headers.get('content-type') ?? 'application/json';
      return { status: response.status, headers: { 'content-type': type }, body };
    },
  });
  return {
    server,
    url: server.url,
    get inFlight() {
      return inFlight;
    },
    get most() {
      return most;
    },
    close: () => server.close(),
  };
}
