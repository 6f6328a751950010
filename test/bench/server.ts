/** An emulator in a process of its own, for the benchmark: prints its environment, ends with stdin. */
import { startAblyEmulator } from '../../providers/ably/emulator.js';
import { writeFileSync } from 'node:fs';
import { startGithubEmulator } from '../../providers/github/emulator.js';
import { startWorkspaceEmulator } from '../../providers/workspace/emulator.js';

const [kind, count, tokensTo] = process.argv.slice(2);
const emulator =
  kind === 'ably'
    ? await startAblyEmulator({ record: false })
    : kind === 'github'
      ? await startGithubEmulator({ record: false })
      : await startWorkspaceEmulator({ record: false });
if (tokensTo !== undefined && 'mint' in emulator) {
  const tokens = Array.from({ length: Number(count) }, () => emulator.mint('github_pat_classic'));
  writeFileSync(tokensTo, `${tokens.join('\n')}\n`);
}
if ('issueBare' in emulator) emulator.issueBare(Number(count ?? 0), 'jti_bench_');
console.log(JSON.stringify({ url: emulator.server.url, environment: emulator.environment }));
process.stdin.on('end', () => void emulator.close().then(() => process.exit(0)));
process.stdin.resume();
setTimeout(() => process.exit(1), 15 * 60_000).unref();
