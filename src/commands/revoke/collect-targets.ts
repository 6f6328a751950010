/** Which targets a command asks for: words, the provider's options, files, streams, a journal. */
import { isRevokeError, usageError } from '../../contract/errors.js';
import type { PriorRun } from '../../journal/prior-run.js';
import { shardsFrom, shardFrom } from '../../input/shards.js';
import type { Provider, Target } from '../../contract/provider.js';
import { descriptorOf } from '../../input/descriptor-path.js';
import { createCautions } from '../../input/cautions.js';
import { assertOwnTargets, guardShapes, readGuard } from '../../input/shape-guard.js';
import type { InputForm } from '../../input/sniff-list.js';
import type { TargetSource } from '../../input/target-source.js';
import { assertTargets, wordsOf } from './typed-words.js';
import type { Invocation } from './invocation.js';

/** Collects every target that was asked for. Throws a usage error for bad ones; sends nothing. */
export async function collectTargets(
  { world, args, options, session }: Invocation,
  priorRun: PriorRun | undefined,
): Promise<TargetSource> {
  const { context } = session;
  const { provider } = args;
  const from = options.list('from').map((path) => (descriptorOf(path) === 0 ? '-' : path));
  const typed = [...wordsOf(args).filter((word) => word !== '-'), ...args.literal];
  if (typed.length < args.operands.length) from.push('-');
  if (from.filter((path) => path === '-').length > 1)
    throw usageError('stdin is given twice', 'give - once');
  if (from.includes('-') && world.stdin.isTTY) {
    throw usageError('nothing is piped in', 'pipe the targets in, or give --from <file>');
  }
  assertTargets(args);
  if (typed.length > 0 && provider.target.secret) throw secretInArguments(provider);
  const guard = await readGuard(provider, context, options);
  const spec = guardShapes(provider, guard);
  const named = (await provider.targetsFromOptions?.(context, options)) ?? [];
  assertOwnTargets(provider, named, guard);
  const { filesOf, assertUnchanged } = priorRun ? await import('../../journal/resume.js') : {};
  if (priorRun && filesOf) from.unshift(...filesOf(priorRun, from));
  const explicit = [
    ...(priorRun ? targetsOf(priorRun, provider) : []),
    ...named,
    ...typed.map((text) => parseTyped(spec, text)),
  ].sort((a, b) => (a.sendOrder ?? 0) - (b.sendOrder ?? 0));
  const cautions = createCautions(provider.target, context.log.warn);
  for (const target of explicit) cautions(target);
  const part = shardFrom(options.text('shard'));
  assertShardOf(priorRun, options.text('shard'));
  const shards = part ? [part] : shardsFrom(priorRun?.head.shard);
  if (from.length === 0 && shards.length === 0) return fromArguments(explicit);
  await world.boundHeap(provider.target.findTokens !== undefined);
  const { openTargetSource } = await import('../../input/target-source.js');
  const input = await openTargetSource({
    explicit,
    from,
    spec,
    kind: options.text('as'),
    shards,
    strict: options.flag('strict'),
    ...listForm(options, provider),
    onNotice: context.log.warn,
    stdin: world.stdin,
    signal: context.signal,
    onTarget: cautions,
  });
  if (priorRun) assertUnchanged?.(priorRun, input.origins);
  return input;
}

/** How lists are read, where their content is not to tell it. */
function listForm(options: Invocation['options'], { id, target }: Provider) {
  const input = options.text('input');
  const column = options.text('column');
  if (input === 'report' && !target.findTokens)
    throw usageError(
      `revoke ${id} reads no scanner's reports`,
      'for the tokens in one: revoke leaked --from <file>',
    );
  if (column !== undefined && input !== undefined && input !== 'auto' && input !== 'csv')
    throw usageError('--column is for tables', 'leave --column or --input out');
  const includeResolved = options.flag('includeResolved');
  return { input: input as InputForm | undefined, column, includeResolved };
}

/** Targets that were all named on the command line: no stream is needed, and none is loaded. */
export function fromArguments(explicit: readonly Target[]): TargetSource {
  let given = false;
  const distinct = new Set(explicit.map(({ id }) => id)).size;
  return {
    origins: [{ kind: 'arguments', targets: explicit.map(({ id }) => id) }],
    count: distinct,
    mayBeEmpty: () => false,
    sample: explicit.slice(0, 5),
    hasMoreThan: async (most) => distinct > most,
    source: { next: async () => (given ? undefined : ((given = true), explicit)) },
  };
}

function targetsOf(priorRun: PriorRun, provider: Provider): readonly Target[] {
  if (provider.target.secret) return [];
  return priorRun.head.sources.flatMap((source) =>
    source.kind === 'arguments' ? source.targets.map((text) => provider.target.parse(text)) : [],
  );
}

/** Another part than the first run had would revoke what it left to others. */
function assertShardOf(priorRun: PriorRun | undefined, shard: string | undefined): void {
  const before = priorRun?.head.shard;
  if (before === undefined || shard === undefined || before.split(',').includes(shard)) return;
  throw usageError(
    `the journal belongs to part ${before}, not ${shard}`,
    'omit --shard: --resume uses the part of the first run',
    'other_terms',
  );
}

/** A token on the command line stays in the shell's history, whatever is done with it here. */
function parseTyped(spec: Provider['target'], text: string): Target {
  try {
    return spec.parse(text);
  } catch (error) {
    if (!isRevokeError(error) || error.code !== 'foreign_token') throw error;
    throw error.with({
      message: `${error.message}; it is in the shell's history now`,
      hint: 'to be asked for it: revoke leaked; or pipe it in: ... | revoke leaked -',
    });
  }
}

function secretInArguments({ id, target }: Provider) {
  return usageError(
    `a ${target.noun} is a secret: everybody on this machine can read the command line, and it is in the shell's history now`,
    `to be asked for it: revoke ${id}; or pipe it in: ... | revoke ${id} -`,
    'secret_in_argv',
  );
}
