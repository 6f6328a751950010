/** `revoke-cli/testing`: what a provider's author tests with. */
export { contractClauses, type ContractClause } from './contract.js';
export type { ContractOptions } from './trial.js';
export { fakeWorld, type FakeWorld, type FakeWorldOptions } from './fake-world.js';
export { main } from '../main.js';
export { jsonBody, startEmulator, type EmulatorOptions } from '../emulator/emulator.js';
export type {
  Emulator,
  EmulatorServer,
  Fault,
  FaultKind,
  Handler,
  Issued,
  Reply,
  SeenRequest,
} from '../contract/emulator.js';
