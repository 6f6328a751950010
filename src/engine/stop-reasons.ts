/** Why nothing new is started: an interrupt, too many failures, an error that a whole lane shares. */
import { refusedError, type RevokeError } from '../contract/errors.js';
import type { RunLane } from './run-lane.js';

export interface Stops {
  /** Why nothing is started in this lane; undefined: it may be. */
  reason(lane: RunLane): RevokeError | undefined;
  stop(lane: RunLane, error: RevokeError): void;
  /** Stops every lane; the first reason is kept. */
  stopAll(error: RevokeError): void;
  /** What ended the run early, if something ended all of it. */
  readonly runStop: RevokeError | undefined;
}

export function createStops(signal: AbortSignal, lanes: readonly RunLane[]): Stops {
  const stopped = new Map<RunLane, RevokeError>();
  const interrupt = stopError('interrupted', 'the run was interrupted before this was sent');
  let all: RevokeError | undefined;
  return {
    reason: (lane) => (signal.aborted ? interrupt : (stopped.get(lane) ?? all)),
    stop(lane, error) {
      if (!stopped.has(lane)) stopped.set(lane, error);
    },
    stopAll: (error) => void (all ??= error),
    get runStop() {
      return all ?? (stopped.size === lanes.length ? [...stopped.values()][0] : undefined);
    },
  };
}

export function stopError(code: string, message: string): RevokeError {
  return refusedError({ code, message });
}
