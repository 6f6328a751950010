/** `revoke-cli`: the library, and the contract that a provider is written against. */
export { createRevoke, type Revoke, type RevokeRun } from './library/create-revoke.js';
export type { RawTarget } from './library/target-stream.js';
export type { EmulatorOptions } from './emulator/emulator.js';
export * from './contract/index.js';
export type { CreateRevokeOptions } from './library/create-options.js';
export * from './families/index.js';
