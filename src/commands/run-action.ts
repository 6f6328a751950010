/** Another command of a provider than revoking: its report is printed, its errors too. */
import { openCommand } from './open-command.js';
import { listenForSignals, SIGNAL_CODES } from './revoke/interrupt.js';
import { amount } from '../context/option-values.js';
import { isRevokeError, unforeseenError } from '../contract/errors.js';
import { endingOf, exitCodeOf } from '../contract/exit-codes.js';
import type { Action, Provider } from '../contract/provider.js';
import type { World } from '../runtime/world.js';

export interface AskedAction {
  readonly provider: Provider;
  readonly action: Action;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Runs `revoke <provider> <action>` and resolves with the exit code. */
export async function runAction(
  world: World,
  { provider, action, values }: AskedAction,
): Promise<number> {
  const { formats } = action;
  const { options, output, session, stop } = await openCommand(world, provider, {
    values,
    formats,
  });
  const signals = listenForSignals({
    ...{ world, output, stop },
    requestSeconds: amount(options, 'timeout') ?? 10,
    onQuit: () => undefined,
  });
  const codeOfSignal = () => {
    const signal = signals.first();
    return signal && SIGNAL_CODES[signal];
  };
  session.beforeConnect(world.useBaselineCompiler);
  try {
    const report = await action.run(session.context, options);
    await output.report(report);
    return codeOfSignal() ?? exitCodeOf(report.ending ?? 'done');
  } catch (caught) {
    const error = isRevokeError(caught) ? caught : unforeseenError(caught);
    await output.printError(error);
    return codeOfSignal() ?? exitCodeOf(endingOf(error));
  } finally {
    signals.stop();
    await session.close();
  }
}
