/**
 * The contract between the program and a provider. A provider is data (what it takes, which options
 * and settings it has) and a few functions that talk to one revocation API. It is one folder with
 * this as its default export, and one line in the registry.
 */
import type { Emulator } from './emulator.js';
import type { Ending } from './exit-codes.js';
import type { Http } from './http.js';
import type { Facts, Lane } from './lane.js';
import type { FindTokens, Target } from './target.js';
import type { Outcome, OutcomeError } from './verdict.js';

/** The version of this contract; a plugin made for another one is refused. */
export const CONTRACT = 2;

export * from './target.js';
export * from './verdict.js';

/** A way to name a target. */
export interface TargetKind {
  readonly name: string;
  /** The keys of a JSON object that carry it. */
  readonly keys: readonly string[];
}

export interface TargetSpec {
  /** What one target is called: `JTI`, `specifier`. */
  readonly noun: string;
  /** The name of the positional argument in help: `jti`. */
  readonly argument: string;
  /** Targets are credentials: never taken from argv. */
  readonly secret?: boolean;
  readonly kinds: readonly TargetKind[];
  /** Keys under which another command's JSON document lists targets: `tokens`. */
  readonly lists: readonly string[];
  /** It recognises tokens by their shape, and takes none of another vendor: it reads scanners' reports. */
  readonly findTokens?: FindTokens;
  /** Reads one target from text; `kind` is set where the input named it. Throws a usage error. */
  parse(text: string, kind?: string): Target;
  /** Reads a JSON object that holds several targets or details beside them; undefined: not such. */
  parseObject?(object: Readonly<Record<string, unknown>>): readonly Target[] | undefined;
  /** Two lines, one after the other, that are the halves of one target. */
  readonly halves?: {
    /** Whether a line may be one of them: cheap, for it is asked of every line. */
    mayBe(line: string): boolean;
    make(first: string, second: string): boolean;
  };
  /** What is odd about a valid target, as a sentence; it is said, and the target is revoked. */
  caution?(target: Target): string | undefined;
}

/** One option, as data. `flags` is written as help shows it: `--client-id <id>`. */
export interface OptionSpec {
  readonly flags: string;
  readonly help: string;
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  /** Usual values: completion offers them, and others are taken too. */
  readonly usualValues?: readonly string[];
  /** Its value is the path of a file: completion offers files. */
  readonly value?: 'file';
  /** It decides what is revoked: the journal keeps it, and a resume takes it from there. */
  readonly isTerm?: boolean;
}

/** The options that were given, by their long name in camelCase. */
export interface Options {
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** `--no-<name>` was given. */
  isOff(name: string): boolean;
}

/** A value that comes from an option, the environment, a file or the config file, in that order. */
export interface SettingSpec {
  /** The key in the config file: `api_key`; a secret may also stand as `api_key_file`. */
  readonly name: string;
  /** The environment variable; for a secret, `<env>_FILE` names a file too. */
  readonly env: string;
  /** The option that beats it, in camelCase; never for a secret. */
  readonly option?: string;
  readonly secret?: boolean;
  readonly help: string;
}

/** A setting's value and where it came from, in words. */
export interface Setting {
  readonly value: string;
  readonly source: string;
  /** Given for this run by option or environment, rather than found in a file. */
  readonly explicit: boolean;
}

export interface Clock {
  /** Milliseconds since the epoch: for dates. Somebody may set it, forward or back. */
  now(): number;
  /** Milliseconds since some moment, which nobody can set: for waits. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** People read this, on stderr. */
export interface Log {
  warn(text: string): void;
  /** Said only with --verbose. */
  verbose(text: string): void;
}

export interface Files {
  /** The text of a file, or undefined where there is none. Other errors are thrown. */
  read(path: string): Promise<string | undefined>;
  /** Reads a secret: trimmed, masked from now on; warns when others can read the file. */
  readSecret(path: string): Promise<string>;
  /** Replaces a file as one step: lock, temporary file 0600, fsync, rename. */
  update(path: string, change: (text: string | undefined) => string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
}

/** The world as a provider may see it. */
export interface Context {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly signal: AbortSignal;
  /** Absolute folders: the user's home, and this program's own state. */
  readonly home: string;
  readonly stateDir: string;
  /** Writes one line of credentials on stderr unmasked: only for a token that would else be lost. */
  printUnmasked(text: string): void;
  /** The value of one of the provider's declared settings. */
  setting(name: string): Promise<Setting | undefined>;
  /** An environment variable that is no setting: another tool's folder, a variable named by an option. */
  env(name: string): string | undefined;
  /** From now on this text never shows. */
  mask(secret: string): void;
}

/** A provider that is logged in and knows where it acts. */
export interface Revoker {
  /** The ways in which its targets are revoked, at least one. */
  readonly lanes: readonly [Lane, ...Lane[]];
  /** The lanes that a target goes down, once each; all of them without it. */
  lanesOf?(target: Target): readonly Lane[];
  /** What the prompt says of it: label and value. Never a secret. */
  readonly promptDetails: readonly (readonly [string, string])[];
  /** The prompt's last lines before its question: what will happen, in documented words. */
  consequences(sample: readonly Target[], count: number): readonly string[];
  /** Options that decide what is revoked, where their words mean another thing later (`10m`). */
  readonly terms?: Readonly<Record<string, string>>;
  /**
   * Lines for the question about the first few targets: whose they are. It may check them; it is
   * called only where somebody can be asked.
   */
  preview?(sample: readonly Target[]): Promise<readonly string[]>;
  /** Why a token of a report is not sent, where that is known before: its row names another host. */
  refusal?(target: Target): OutcomeError | undefined;
  /**
   * Asks the service whether it takes the login, by requests that change nothing. Throws where it
   * refuses it; false: no such request can tell.
   */
  tryLogin?(): Promise<boolean>;
  /** Words that name something here (workspaces): a target that is nearly one must follow `--`. */
  readonly reservedNames?: ReadonlySet<string>;
  /** A line for people after an outcome: what to do next. */
  nextStep?(outcome: Outcome): string | undefined;
  /** The facts that every outcome of a target carries, also where nothing was answered: its JTI. */
  targetFacts?(target: Target): Facts;
  /** More facts of a planned outcome. */
  plannedFacts?(target: Target): Facts;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Titles of columns, the most important first, for a terminal with no room for the boxes. */
  readonly priority?: readonly string[];
  /** The column whose text marks the current row: there it is a star before the row. */
  readonly mark?: string;
  /** The column that is coloured by its word. */
  readonly status?: string;
}

/** What another command than revoking answers. */
export interface Report {
  readonly json: unknown;
  /** The same for people. Lines are made harmless by the output layer. */
  readonly text: readonly (string | Table)[];
  /** The one secret that this command exists to print. */
  readonly secretToPrint?: string;
  /** What the command came to; `done` without it. */
  readonly ending?: Ending;
}

export interface Example {
  readonly command: string;
  readonly why: string;
}

/** A command beside revoking: list, create … */
export interface Action {
  readonly summary: string;
  /** `list --format table`: other words for text. */
  readonly formats?: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly notes?: readonly string[];
  readonly examples: readonly Example[];
  run(context: Context, options: Options): Promise<Report>;
}

/** One fact about a login of another tool that would be used. */
export interface StoredLogin {
  readonly name: string;
  /** Never a secret. */
  readonly value: string;
  /** The file it stands in. */
  readonly source: string;
}

/** Targets of one kind, where a provider takes or knows several: for `revoke providers`. */
export interface FamilySummary {
  /** The types of its tokens: `github_pat_classic`. */
  readonly types: readonly string[];
  /** How they begin; empty where only a name beside them tells them. */
  readonly prefixes: readonly string[];
  /** Targets in one request; absent where none is sent. */
  readonly batch?: number;
  /** It can be seen whether one is active. */
  readonly isChecked: boolean;
  readonly revocableBy: 'holder' | 'owner' | 'admin' | 'expiry';
}

export interface Provider {
  readonly contract: typeof CONTRACT;
  /** The word after `revoke`: lower case, a-z and digits. */
  readonly id: string;
  readonly summary: string;
  /**
   * Who revokes: a login of its own that must be there (`required`, as without it), each token by
   * itself (`self`), or anybody (`none`).
   */
  readonly login?: 'none' | 'self' | 'required';
  /** Everything to set, or the command to log in with, where no login is there: `set X, or log in: y`. */
  readonly loginHelp?: string;
  /** What people must know before they use it; shown in help. */
  readonly notes: readonly string[];
  readonly target: TargetSpec;
  readonly settings: readonly SettingSpec[];
  /** Options of revoking that are this provider's own. */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** Targets in one request where a lane does not say, and requests in flight of all lanes. */
  readonly limits: { readonly batch: number; readonly concurrency: number };
  /** How --verify checks targets; absent: it cannot. */
  readonly verifyHelp?: string;
  /** What it takes and what it only names, where that is more than one kind. */
  readonly families?: readonly FamilySummary[];
  /** Pages that its outcomes may name (`manual_url`, `audit_url`): a report links to no others. */
  readonly pages?: readonly string[];
  /** Targets that the provider's own options name. Throws a usage error. Sends nothing. */
  targetsFromOptions?(context: Context, options: Options): Promise<readonly Target[]>;
  /**
   * The host that targets are sent to, where a person chooses it: a token with the shape of another
   * vendor's is taken where that vendor names the host as its own. Sends nothing.
   */
  hostOf?(context: Context, options: Options): Promise<string | undefined>;
  /** Finds credentials and names, with reads only. Throws an error where it cannot act for sure. */
  open(context: Context, options: Options): Promise<Revoker>;
  /** The sentence for people about one outcome; the output layer has one for each status. */
  formatOutcome?(outcome: Outcome): string | undefined;
  /** What people call a kind of target, by the `token_type` of its outcome. */
  nameOfType?(type: string): string | undefined;
  readonly actions?: Readonly<Record<string, Action>>;
  /** Logins of other tools that would be used, for `config show`. */
  storedLogins?(context: Context): Promise<readonly StoredLogin[]>;
  /** The same provider for one run, where it remembers what that run was given. */
  forRun?(): Provider;
  /** Starts the emulator of this provider on loopback. */
  startEmulator?(options: { port?: number; record?: boolean }): Promise<Emulator>;
}
