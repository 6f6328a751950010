/** Where targets came from, so that a resume can find or ask for them again. */
export type SourceNote =
  | { readonly kind: 'arguments'; readonly targets: readonly string[] }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly sha256: string }
  | { readonly kind: 'stream'; readonly name: string };
