// `npm run check`: types, format and rules at the same time, each with its own output at its end.
import { spawn } from 'node:child_process';

const CHECKS = ['tsc --noEmit', 'prettier --check .', 'eslint -c .eslint.config.mjs .'];

const failed = (await Promise.all(CHECKS.map(check))).filter((ok) => !ok);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Resolves with whether it found nothing. @param command as a shell takes it */
function check(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      const outcome = code === 0 ? 'nothing found' : `exit ${code}`;
      console.log(
        `${command}: ${outcome}\n${code === 0 ? '' : Buffer.concat(said).toString()}`.trimEnd(),
      );
      resolve(code === 0);
    });
  });
}
