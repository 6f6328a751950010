/** An emulator in a process of its own, for the benchmark: prints its environment, ends with stdin. */
import { startAblyEmulator } from '../../providers/ably/emulator.js';
import { startWorkspaceEmulator } from '../../providers/workspace/emulator.js';

const [kind, count] = process.argv.slice(2);
const emulator =
  kind === 'ably'
    ? await startAblyEmulator({ record: false })
    : await startWorkspaceEmulator({ record: false });
if ('issueBare' in emulator) emulator.issueBare(Number(count ?? 0), 'jti_bench_');
console.log(JSON.stringify({ url: emulator.server.url, environment: emulator.environment }));
process.stdin.on('end', () => void emulator.close().then(() => process.exit(0)));
process.stdin.resume();
setTimeout(() => process.exit(1), 15 * 60_000).unref();
