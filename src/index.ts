/** `revoke-cli`: the library, and the contract that a provider is written against. */
export {
  createRevoke,
  type CreateRevokeOptions,
  type Revoke,
  type RevokeRun,
} from './library/create-revoke.js';
export type { RawTarget } from './library/target-stream.js';
export { CONTRACT } from './contract/provider.js';
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
  StoredLogin,
  Table,
  Target,
  TargetKind,
  TargetSpec,
  Verdict,
  Verification,
} from './contract/provider.js';
export type { Http, Request, Response } from './contract/http.js';
export {
  credentialsError,
  RevokeError,
  isRevokeError,
  refusedError,
  inDoubtError,
  usageError,
  type RevokeErrorDetails,
  type Affects,
} from './contract/errors.js';
export { json, errorFromStatus, excerpt, type ServerAnswer } from './contract/judge-status.js';
export { parser, type Parser, type Validate } from './contract/parser.js';
export { isSafeSegment, path } from './contract/url-path.js';
export type {
  Emulator,
  EmulatorOptions,
  EmulatorServer,
  Handler,
  Issued,
  Reply,
  SeenRequest,
} from './emulator/emulator.js';
