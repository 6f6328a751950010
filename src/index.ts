/** `revoke-cli`: the library, and the contract that a provider is written against. */
export {
  createRevoke,
  type CreateRevokeOptions,
  type Revoke,
  type RevokeRun,
} from './create-revoke.js';
export type { TargetInput } from './target-stream.js';
export { CONTRACT } from './provider.js';
export type {
  Action,
  Attempt,
  Clock,
  Context,
  Example,
  Files,
  Log,
  ObservedState,
  Observer,
  Options,
  OptionSpec,
  Outcome,
  OutcomeError,
  Provider,
  Report,
  Revoker,
  Setting,
  SettingSpec,
  Status,
  Table,
  Target,
  TargetKind,
  TargetSpec,
  Verdict,
  Verification,
} from './provider.js';
export type { Http, Request, Response } from './request.js';
export {
  credentials,
  Fault,
  isFault,
  refused,
  unclear,
  usage,
  type FaultDetails,
  type Reach,
} from './errors.js';
export { json, judgeStatus, quote, type Said } from './answers.js';
export { parser, type Parser, type Validate } from './parser.js';
export { isSafeSegment, path } from './path.js';
export type {
  Emulator,
  EmulatorOptions,
  EmulatorServer,
  Handler,
  Issued,
  Reply,
  SeenRequest,
} from './emulator.js';
