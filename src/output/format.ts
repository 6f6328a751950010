/** The format of results: text or JSON. */
import { usageError } from '../contract/errors.js';
import type { Options } from '../contract/provider.js';
import { quoteUnlessSecret } from '../contract/text.js';

export type Format = 'text' | 'json' | 'pretty-json';

/** @param others further words for text (`table`) */
export function formatOf(options: Options, others: readonly string[] = []): Format {
  const asked = new Set<string>();
  const named = options.text('format');
  if (named !== undefined) asked.add(others.includes(named) ? 'text' : named);
  if (options.flag('json')) asked.add('json');
  if (options.flag('prettyJson')) asked.add('pretty-json');
  const [format = 'text', another] = asked;
  if (another !== undefined) {
    throw usageError(
      `two formats are given: ${format} and ${another}`,
      'give one of --format, --json and --pretty-json',
    );
  }
  if (format !== 'text' && format !== 'json' && format !== 'pretty-json') {
    const known = ['text', ...others, 'json', 'pretty-json'].join(', ');
    throw usageError(`invalid --format ${quoteUnlessSecret(format)}`, `use one of ${known}`);
  }
  return format;
}

/** The format that a command line asks for, where its options were not read: an error says why. */
export function formatOfWords(argv: readonly string[]): Format {
  const named = argv.map((word, index) =>
    word === '--format' ? `--format=${argv[index + 1]}` : word,
  );
  const isJson = named.some((word) => /^--(format=)?(pretty-)?json$/.test(word));
  return isJson ? 'json' : 'text';
}
