/** Whether standard output was closed (`>&-`) by the shell that started this process. */
import { fstatSync, readFileSync, readlinkSync } from 'node:fs';

const NULL_DEVICE = (1 << 8) | 3;
const ACCESS_MODE = 3;
const READ_WRITE = 2;
const SHELL = /^(?:ba|da|z|k|mk|a)?sh$|^fish$/;

/**
 * Node puts /dev/null, opened for reading and writing, where a descriptor was closed. Programs that
 * discard output on purpose open it likewise; a shell opens it for writing alone, so that below a
 * shell, whose own output goes elsewhere, it can only have been closed. Known on Linux alone.
 * @param parent the process id of who started this
 */
export function isStdoutClosed(parent: number): boolean {
  try {
    const { rdev } = fstatSync(1);
    if (rdev !== NULL_DEVICE) return false;
    const [, flags = '0'] =
      /^flags:\s*([0-7]+)/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8')) ?? [];
    if ((Number.parseInt(flags, 8) & ACCESS_MODE) !== READ_WRITE) return false;
    if (!SHELL.test(readFileSync(`/proc/${parent}/comm`, 'utf8').trim())) return false;
    return readlinkSync(`/proc/${parent}/fd/1`) !== '/dev/null';
  } catch (error) {
    // No /proc, or a parent that may not be read: nothing is known, and output is tried.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) return false;
    throw error;
  }
}
