/** Paths that stand for a descriptor that is open already. */

/** The descriptor that a path stands for: `/dev/fd/3`. Opening the path would forget where it stands. */
export function descriptorOf(path: string): number | undefined {
  if (path === '/dev/stdin') return 0;
  const digits = /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
