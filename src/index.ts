/** `revoke-cli`: the library, and the contract that a provider is written against. */
export { createRevoke, type Revoke, type RevokeRun } from './library/create-revoke.js';
export type { RawTarget } from './library/target-stream.js';
export type { EmulatorOptions } from './emulator/emulator.js';
export * from './contract/index.js';
export type { CreateRevokeOptions } from './library/create-options.js';
export * from './families/index.js';
export {
  readJournal,
  type JournalEntry,
  type ReadOptions as ReadJournalOptions,
} from './journal/reader.js';
export type {
  Counts,
  Intent,
  JournalHead,
  ProviderNote,
  RunEnd,
  SeenBefore,
  Settled,
  Terms,
} from './journal/format.js';
export type { FileNote, SourceNote } from './input/source-note.js';
