declare const REVOKE_VERSION: string | undefined;

/** The version of the package; the build writes it in. */
export const version = typeof REVOKE_VERSION === 'string' ? REVOKE_VERSION : '0.0.0-source';
