/** What a scanner's report is, as data: how its records are told, and where each thing stands in them. */
import type { Location } from '../../contract/provider.js';

export type { Location };
export type LocationField = keyof Location;

/** Marks of the report itself that take a row out of the list. What a scanner found out about a token is none. */
export type LeftOut = 'resolved' | 'suppressed' | 'absent';

/**
 * The place of a value in a record: keys with dots between; `*` is any key; a leading `^` is the
 * object around the record, `^^` the one around that. Of several places the first that is filled counts.
 */
export type Places = readonly string[];

export interface ReportFormat {
  /** As people know it: it stands in messages. */
  readonly name: string;
  /** How its records are recognised. */
  readonly record: {
    /** The lists that they stand in, where they are in some: the end of the path. */
    readonly path?: string;
    /** Keys that each of them has. */
    readonly has: readonly string[];
    /** Keys of which each has one, where there are such. */
    readonly hasOneOf?: readonly string[];
  };
  /** Keys that tell a document of this format that has no records. */
  readonly document?: readonly string[];
  /** Where such a document says how many findings it has. */
  readonly total?: Places;
  /** The keys of the lists that records or what is around them stand in. */
  readonly lists?: readonly string[];
  /** The fields that hold the secret, the best first. No other field is ever taken for one. */
  readonly secret: Places;
  /** Fields that the format gives for the host of the token. */
  readonly host?: Places;
  /** Fields that hold the token and its host in one text. */
  readonly hostBeside?: Places;
  readonly location: Readonly<Partial<Record<LocationField, Places>>>;
  /** Fields that are given by the number of an item in a list of the object around the record. */
  readonly numbered?: Readonly<Partial<Record<LocationField, Numbered>>>;
  /** Texts of the object around the record that stand for a hidden secret. */
  readonly masks?: string;
  /** The tool's name, where the format is one of several tools. */
  readonly tool?: string;
  readonly leftOut?: (record: unknown) => LeftOut | undefined;
  /** Why a record is not a finding of a secret. */
  readonly otherKind?: (record: unknown) => string | undefined;
  /** How to get a report that holds the secrets. */
  readonly unmask: string;
  /** What holds for every report of this format, and people do not expect. */
  readonly note?: string;
  /** Numbers of rows that are one full page: there may be more pages. */
  readonly pages?: readonly number[];
}

export interface Numbered {
  /** Where the number stands, from 0. */
  readonly number: Places;
  /** The list, and where the value stands in its item. */
  readonly list: string;
  readonly value: string;
}
