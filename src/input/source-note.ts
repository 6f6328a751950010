/** Where targets came from, so that a resume can find or ask for them again. */
export type SourceNote =
  | { readonly kind: 'arguments'; readonly targets: readonly string[] }
  | FileNote
  | { readonly kind: 'stream'; readonly name: string };

/** A file is compared by its hash where it has one, and by the rest where it is too large. */
export interface FileNote {
  readonly kind: 'file';
  readonly path: string;
  readonly size: number;
  /** Whole numbers of the file system, as text: they exceed what JSON numbers hold. */
  readonly device?: string;
  readonly inode?: string;
  readonly mtime_ns?: string;
  readonly ctime_ns?: string;
  readonly sha256?: string;
}
