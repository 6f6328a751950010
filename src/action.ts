/** Another command of a provider than revoking: its report is printed, its faults are told. */
import { openSession, wireFrom } from './context.js';
import { isFault } from './errors.js';
import { formatOf, optionsOf } from './options.js';
import { createOutput } from './output.js';
import type { Action, Provider } from './provider.js';
import { createRedactor } from './redact.js';
import type { World } from './world.js';

/** Runs `revoke <provider> <action>` and resolves with the exit code. */
export async function act(
  world: World,
  provider: Provider,
  action: Action,
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const options = optionsOf(values);
  const format = formatOf(options, action.formats);
  const redactor = createRedactor();
  const output = createOutput(world, { format, verbose: options.flag('verbose'), redactor });
  const stop = new AbortController();
  const off = world.onSignal((name) =>
    stop.signal.aborted ? world.dieBy(name) : stop.abort(name),
  );
  const wire = await wireFrom(world.env, options, provider.limits.concurrency);
  const session = openSession({
    world,
    provider,
    options,
    wire,
    output,
    redactor,
    signal: stop.signal,
  });
  session.beforeConnect(world.preferQuickStart);
  try {
    const report = await action.run(session.context, options);
    await output.report(report);
    if (stop.signal.aborted) return stop.signal.reason === 'SIGTERM' ? 143 : 130;
    return report.exit ?? 0;
  } catch (error) {
    if (!isFault(error)) throw error;
    await output.fault(error);
    return stop.signal.aborted ? 130 : error.exit;
  } finally {
    off();
    await session.close();
  }
}
