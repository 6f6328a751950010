/** Why a run starts nothing new: an interrupt, or an error that every target of a route would meet. */
import type { RevokeError } from '../contract/errors.js';
import { stopFault } from './outcomes.js';

type Route = string | undefined;

export interface Stops {
  /** Why nothing is started down this route; undefined: it may be. */
  reason(route: Route): RevokeError | undefined;
  stop(route: Route, fault: RevokeError): void;
  /** Every route; the first reason stands. */
  stopAll(fault: RevokeError): void;
  /** What ended the run early, if something ended all of it. */
  readonly ending: RevokeError | undefined;
}

export function createStops(signal: AbortSignal, routes: readonly Route[]): Stops {
  const stopped = new Map<Route, RevokeError>();
  let all: RevokeError | undefined;
  return {
    reason(route) {
      if (signal.aborted) {
        return stopFault('interrupted', 'the run was interrupted before this was sent');
      }
      return stopped.get(route) ?? all;
    },
    stop: (route, fault) => void stopped.set(route, fault),
    stopAll: (fault) => void (all ??= fault),
    get ending() {
      return all ?? (stopped.size === routes.length ? [...stopped.values()][0] : undefined);
    },
  };
}
