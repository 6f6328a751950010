/**
 * A command that revokes tokens by their value: of one provider, or of all (`leaked`). It is made
 * anew for each run, for it counts what was given to it.
 */
import {
  CONTRACT,
  type Context,
  type Options,
  type OptionSpec,
  type Provider,
} from '../contract/index.js';
import { createRecogniser } from '../recognition/recogniser.js';
import { openTokens } from './open-tokens.js';
import { createPairs } from './pairs.js';
import { settingsOf, type TokenCommandSpec, type TokenProviderSpec } from './types.js';
import { shapesByType } from './unrevocable-lane.js';
import { findTokens, namedTokens, tokenTarget, type TokenTarget } from './token-target.js';

export function createTokenCommand(spec: TokenCommandSpec): Provider {
  const { id, isMixed = false } = spec;
  const recogniser = createRecogniser(spec.vendors);
  const pairs = createPairs(recogniser, spec.vendors);
  const given = new Map<string, TokenTarget>();
  let checksum = true;
  let shapes: ReturnType<typeof shapesByType> | undefined;
  const parse = (text: string): TokenTarget => {
    const only = isMixed ? {} : { only: id };
    const target = tokenTarget(recogniser, text, { ...only, checksum });
    if (given.size < MOST_COUNTED) given.set(target.dedupKey, target);
    return target;
  };
  return {
    contract: CONTRACT,
    id,
    summary: spec.summary,
    notes: [...NOTES, ...spec.notes],
    login: 'self',
    target: {
      noun: 'token',
      argument: 'token',
      secret: true,
      findTokens: (text) => findTokens(recogniser, text, { checksum }),
      kinds: [{ name: 'token', keys: ['token', 'secret'] }],
      lists: ['tokens'],
      parse,
      parseObject(object) {
        const pair = pairs.ofObject(object);
        return pair === undefined ? undefined : [parse(pair)];
      },
      halves: pairs.halves,
    },
    settings: isMixed ? [] : settingsOf(spec.providers[0] as TokenProviderSpec),
    options: isMixed
      ? [...OPTIONS, ...MIXED_OPTIONS]
      : [...OPTIONS, OWNER, ...(spec.providers[0]?.options ?? [])],
    examples: examplesOf(spec),
    pages: pagesOf(spec),
    limits: { batch: isMixed ? 1 : (spec.providers[0]?.families()[0].batch ?? 1), concurrency: 8 },
    verifyHelp: 'a request with the token itself: active before and inactive after',
    async targetsFromOptions(context: Context, options: Options) {
      checksum = !options.isOff('checksum');
      return namedTokens(context, options, { parse, halves: pairs.halves });
    },
    nameOfType: (type) => (shapes ??= shapesByType(spec.vendors)).get(type)?.shape.name,
    open: (context, options) => openTokens({ ...spec, isMixed }, { context, options, given }),
  };
}

/** Those of the default base URLs: another base URL is not ours. */
function pagesOf({ vendors, providers }: TokenCommandSpec): readonly string[] {
  return [
    ...vendors.flatMap(({ unrevocable }) => unrevocable.map((shape) => shape.manual_url)),
    ...providers.map(({ auditUrl, endpoint }) =>
      auditUrl?.startsWith('{base}')
        ? endpoint.default && auditUrl.replace('{base}', endpoint.default)
        : auditUrl,
    ),
    ...providers.flatMap(({ pages }) => pages ?? []),
  ].filter((page) => page !== undefined);
}

/** How many tokens are counted for the question; a run may have more. */
const MOST_COUNTED = 100_000;

const NOTES: readonly string[] = [
  'Tokens come from stdin, --from, --token-file or --token-env, or are typed at a terminal (not shown). Only a fingerprint is shown or stored.',
  'Where the service allows it, each token is checked before and after with the token itself, which counts as a use of it. --no-verify does not check.',
];

const OWNER: OptionSpec = {
  flags: '--owner <text>',
  help: 'revoke only tokens whose owner contains this text',
  repeatable: true,
};

const OPTIONS: readonly OptionSpec[] = [
  { flags: '--token-file <path>', help: 'a file with tokens, one a line', repeatable: true },
  { flags: '--token-env <name>', help: 'an environment variable with a token', repeatable: true },
  { flags: '--no-checksum', help: 'accept tokens whose checksum does not match' },
];

const MIXED_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--only <provider,...>',
    help: 'revoke only tokens of these providers',
    repeatable: true,
  },
  OWNER,
];

function examplesOf({ id, providers }: TokenCommandSpec) {
  const sample = `${providers[0]?.id.toUpperCase()}_SAMPLE_TOKEN`;
  return [
    {
      command: `revoke ${id} --token-env ${sample} --dry-run`,
      why: 'show whose it is and whether it is active',
    },
    {
      command: `revoke ${id} --token-env ${sample}`,
      why: 'revoke the token in a variable (asks first)',
    },
  ];
}
