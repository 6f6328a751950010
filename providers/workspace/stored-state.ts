/** This program's own record of workspace tokens: what it stored, and refreshes that did not end. */
import { join } from 'node:path';
import { type Context, parseJson, usageError } from '../../src/contract/index.js';
import { stateFile, type Pending, type SavedToken, type StateFile } from './schema.js';

const EMPTY: StateFile = { version: 1, tokens: {}, pending: {} };

const FILE = 'workspace-tokens.json';

export function statePath(context: Pick<Context, 'stateDir'>): string {
  return join(context.stateDir, FILE);
}

/** The key of one workspace of one service. */
export function stateKey(endpoint: string, workspaceId: string): string {
  return `${endpoint} ${workspaceId}`;
}

/** Throws a usage error where the file is there and is not what this program writes. */
export async function readState(context: Context): Promise<StateFile> {
  return parse(await context.files.read(statePath(context)), statePath(context));
}

/** Changes the file as one step, synced to disk before it resolves. */
export function updateState(
  context: Context,
  change: (state: StateFile) => StateFile,
): Promise<void> {
  const path = statePath(context);
  return context.files.update(
    path,
    (text) => `${JSON.stringify(change(parse(text, path)), null, 2)}\n`,
  );
}

export function withToken(state: StateFile, key: string, token: SavedToken): StateFile {
  return { ...state, tokens: { ...state.tokens, [key]: token } };
}

/** Adds a pending refresh, or replaces the one with its id. */
export function withPending(state: StateFile, key: string, pending: Pending): StateFile {
  const others = (state.pending[key] ?? []).filter(({ id }) => id !== pending.id);
  return { ...state, pending: { ...state.pending, [key]: [...others, pending] } };
}

export function withoutPending(state: StateFile, key: string, ids: readonly string[]): StateFile {
  const pending = Object.entries(state.pending)
    .map(([name, all]): [string, readonly Pending[]] =>
      name === key ? [name, all.filter(({ id }) => !ids.includes(id))] : [name, all],
    )
    .filter(([, all]) => all.length > 0);
  return { ...state, pending: Object.fromEntries(pending) };
}

function parse(text: string | undefined, path: string): StateFile {
  if (text === undefined) return EMPTY;
  const state = stateFile.safeParse(parseJson(text));
  if (state) return state;
  throw usageError(`${path} is damaged; it is not changed`, 'move it away', 'bad_state');
}
