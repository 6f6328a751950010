/** The record of a refresh in progress, on disk before each step, so that a crash loses nothing. */
import { randomUUID } from 'node:crypto';
import { rfc3339 } from '../../src/contract/index.js';
import { leftoversOf, type ListedTokens } from './orphaned-tokens.js';
import { reasonOf } from './save-token.js';
import type { ListAnswer, Pending, StateFile } from './schema.js';
import type { Session } from './session.js';
import { stateKey, updateState, withPending, withoutPending } from './stored-state.js';
import { activeJtis, isPartial } from './tokens.js';

/** Writes down that a token is about to be created. */
export async function begin(session: Session, before: ListAnswer): Promise<Pending> {
  const now = session.context.clock.now();
  const pending: Pending = {
    id: randomUUID(),
    started_at: rfc3339(now),
    stage: 'creating',
    old_jti: session.current?.jti ?? null,
    new_jti: null,
    before: activeJtis(before, now),
  };
  await record(session, pending);
  return pending;
}

/**
 * Writes the record as it is now. Where it cannot be written, that is a warning and the work goes on:
 * a lost record costs a hint, a lost token costs a login.
 */
export async function record(session: Session, pending: Pending): Promise<void> {
  await write(session, (state, key) => withPending(state, key, pending));
}

/** Removes the entries of refreshes. */
export async function removeEntries(session: Session, ids: readonly string[]): Promise<void> {
  await write(session, (state, key) => withoutPending(state, key, ids));
}

/** The unfinished refreshes that have left nothing active: a list that is not whole proves none. */
export function finishedRefreshes(
  unfinished: readonly Pending[],
  listed: ListedTokens,
): readonly string[] {
  if (isPartial(listed.list)) return [];
  return unfinished
    .filter((pending) => leftoversOf(pending, listed).length === 0)
    .map(({ id }) => id);
}

type Change = (state: StateFile, key: string) => StateFile;

async function write({ context, endpoint, workspace }: Session, change: Change): Promise<void> {
  const key = stateKey(endpoint.url, workspace.id);
  try {
    await updateState(context, (state) => change(state, key));
  } catch (error) {
    context.log.warn(`the progress of this refresh could not be recorded: ${reasonOf(error)}`);
  }
}
