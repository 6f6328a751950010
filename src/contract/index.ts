/** Everything that a provider is written against: the one module that it imports. */
export * from './checksum.js';
export * from './distinct-shape.js';
export * from './emulator.js';
export * from './errors.js';
export * from './fingerprint.js';
export * from './http.js';
export * from './judge-status.js';
export * from './parser.js';
export * from './provider.js';
export * from './retry-after.js';
export * from './secure-origin.js';
export * from './shape.js';
export * from './text.js';
export * from './url-path.js';
