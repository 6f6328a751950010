/** A journal that nobody asked for: where it cannot be written, that is said once, and the run goes on. */
import { isLockLost } from './journal-errors.js';
import type { Journal } from './writer.js';

/** @param warn called with the reason, at most once */
export function optionalJournal(journal: Journal, warn: (error: unknown) => void): Journal {
  let isBroken = false;
  /** A journal that another process continues now is no small matter: it sends the same targets. */
  const giveUp = (error: unknown) => {
    if (isLockLost(error)) throw error;
    if (!isBroken) warn(error);
    isBroken = true;
  };
  return {
    ...journal,
    async writeIntents(batches) {
      if (isBroken) return;
      await journal.writeIntents(batches).catch(giveUp);
    },
    writeOutcomes(outcomes, lines, keys) {
      if (isBroken) return;
      try {
        journal.writeOutcomes(outcomes, lines, keys);
      } catch (error) {
        giveUp(error);
      }
    },
    async close(end) {
      try {
        return await journal.close(isBroken ? undefined : end);
      } catch (error) {
        giveUp(error);
        return undefined;
      }
    },
  };
}
