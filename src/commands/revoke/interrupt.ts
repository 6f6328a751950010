/** Ctrl-C and its like: the first ends the run in order, the second at once. */
import type { SignalName, World } from '../../runtime/world.js';
import type { Output } from '../../output/output.js';

export const SIGNAL_CODES: Readonly<Record<SignalName, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

export interface Interruptible {
  readonly world: Pick<World, 'onSignal' | 'killSelf'>;
  readonly output: Pick<Output, 'printMessage' | 'live' | 'flush'>;
  /** Aborted at the first signal. */
  readonly stop: AbortController;
  /** The most that one request may take, seconds. */
  readonly requestSeconds: number;
  /** Says what is known and leaves nothing behind, without waiting: the process ends after it. */
  readonly onQuit: () => void;
}

export interface Signals {
  /** The signal that ended the run, if one did. */
  first(): SignalName | undefined;
  /** No longer listens. */
  stop(): void;
}

export function listenForSignals(given: Interruptible): Signals {
  const { world, output, stop } = given;
  let first: SignalName | undefined;
  const off = world.onSignal((name) => {
    if (name === 'SIGINT') output.live.leaveKey();
    if (first) {
      output.live.stop();
      void output.flush();
      given.onQuit();
      return world.killSelf(name);
    }
    first = name;
    stop.abort();
    const again = name === 'SIGINT' ? 'press Ctrl-C again' : `send ${name} again`;
    output.printMessage(
      `${name}: nothing new is started; waiting for the requests in flight, each for ${given.requestSeconds} s at most (to quit now, ${again})`,
    );
  });
  return { first: () => first, stop: off };
}
