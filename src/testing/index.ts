/** `revoke-cli/testing`: what a provider's author tests with. */
export { contractClauses, type ContractClause } from './contract.js';
export type { ContractOptions } from './trial.js';
export { fakeWorld, type FakeWorld, type FakeWorldOptions } from './fake-world.js';
export { main } from '../main.js';
export {
  jsonBody,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type EmulatorServer,
  type Fault,
  type FaultKind,
  type Handler,
  type Issued,
  type Reply,
  type SeenRequest,
} from '../emulator/emulator.js';
