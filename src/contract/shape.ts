/**
 * What tokens look like, as data. A provider lists the shapes that it takes; the table of what has no
 * provider here lists the rest. Nothing in it is secret, and nothing of it sends anything.
 */
import type { ChecksumName } from './checksum.js';

/** How the end of a token can be read from the token itself. */
export type ExpirySource = 'jwt' | 'jfrog-reference' | 'pypi-macaroon';

export interface Shape {
  /** The id for programs, the vendor's id first: `github_pat_classic`. */
  readonly type: string;
  /** The same for people: `GitHub personal access token (classic)`. */
  readonly name: string;
  /** How such a token begins; one character at least. Empty only beside `near`. */
  readonly prefixes: readonly string[];
  /** What follows the prefix: the source of a regular expression. */
  readonly rest: string;
  /** What may not stand before it, as a character class, where word characters and `-` are too few. */
  readonly notAfter?: string;
  /**
   * Too plain a shape to be told alone: a name that must stand before it in the same line, as the
   * source of a regular expression (case does not matter).
   */
  readonly near?: string;
  /** A JWT, told by its issuer: the source of a regular expression. */
  readonly issuer?: string;
  readonly checksum?: {
    readonly name: ChecksumName;
    /** A mismatch makes it a bad target; else a mismatch is only noted. */
    readonly enforced: boolean;
  };
  /** The token is one half: what the other half is called, and its shape. */
  readonly pair?: { readonly name: string; readonly pattern: string };
  /** The prefix is four characters or longer and yet no vendor's own. */
  readonly distinct?: false;
  readonly expiry?: ExpirySource;
  /** What people should know of such a token. */
  readonly notes?: readonly string[];
}

/** One form of an answer: all that is given must hold. */
export interface LookAnswer {
  readonly status: number;
  /** A text that stands in the body. */
  readonly contains?: string;
  /** A value of the JSON body, by its path: `['valid', true]`, `['result.status', 'active']`. */
  readonly json?: readonly [string, string | number | boolean];
}

/** One harmless request that says whether a token is active. Any other answer leaves it open. */
export interface Look {
  readonly method: 'GET' | 'POST';
  /** `{token}` stands for the token, `{base}` for the base URL of a vendor with instances. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly active: readonly LookAnswer[];
  readonly inactive: readonly LookAnswer[];
}

/** A shape that this program knows and cannot revoke. */
export interface UnrevocableShape extends Shape {
  /** Who can: `holder` where only this program lacks the way. */
  readonly revocable_by: 'owner' | 'admin' | 'expiry' | 'holder';
  /** The vendor's page for it. */
  readonly manual_url?: string;
  readonly look?: Look;
}

/** The shapes of one vendor. */
export interface Vendor {
  /** The provider's id where there is one, else the vendor's: each type begins with it. */
  readonly id: string;
  /** The hosts that people write for the provider's default endpoint; `.x.y` stands for all below it. */
  readonly hosts: readonly string[];
  /** What the provider of this id revokes. */
  readonly revocable: readonly Shape[];
  readonly unrevocable: readonly UnrevocableShape[];
  /** Values from documentation that were never anybody's. */
  readonly examples?: readonly string[];
}
