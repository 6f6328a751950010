/** Who runs the program. */
import { userInfo } from 'node:os';

/** A user that the system has no name for is known by no name. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
