/** The man page, made from the command tree at build time; the running program never loads it. */
import { everyCommand, treeData, type CommandNode, type OptionNode } from './command-model.js';
import { EXIT_CODES } from '../contract/exit-codes.js';
import type { Provider } from '../contract/provider.js';
import { escapeControls } from '../contract/text.js';
import { version } from './version.js';

/** @param date of the page, as YYYY-MM-DD; empty: the page carries none */
export function manPage(providers: readonly Provider[], date: string): string {
  const root = treeData(providers);
  const commands = everyCommand(root).slice(1);
  const shared = sharedOptions(root, providers);
  const [examples] = helpTail(root);
  return [
    `.TH REVOKE 1 "${/^[\d-]+$/.test(date) ? date : ''}" ${argument(`revoke ${version}`)} "User Commands"`,
    '.nh',
    '.ad l',
    '.SH NAME',
    'revoke \\- revoke tokens at the provider that issued them',
    '.SH SYNOPSIS',
    ...commands.flatMap((command, index) => [
      ...(index > 0 ? ['.br'] : []),
      `\\fB${inline(command.path)}\\fR ${inline(command.source.usage())}`,
    ]),
    '.SH DESCRIPTION',
    ...paragraph(root.summary),
    ...options(root.options),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandSection(command, shared)),
    '.SH OPTIONS OF EVERY REVOKING COMMAND',
    ...grouped([...shared.values()]),
    '.SH ENVIRONMENT',
    ...environment(providers),
    '.SH FILES',
    ...files(),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(({ code, text }) => entry(code, `${text.replaceAll('`', '')}.`)),
    '.SH EXAMPLES',
    ...examplesOf(examples?.lines ?? []),
    '.SH SEE ALSO',
    ...paragraph('jq(1), curl(1), crontab(5). Every command takes --help.'),
    '',
  ].join('\n');
}

/** The settings of every provider, and what the program itself reads. */
function environment(providers: readonly Provider[]): readonly string[] {
  return [
    ...providers.flatMap(({ settings }) =>
      settings.flatMap(({ env, help, secret }) =>
        entry(env, secret ? `${help}. ${env}_FILE names a file that holds it.` : help),
      ),
    ),
    ...entry('NO_COLOR, FORCE_COLOR', 'Never, or always, write in colour.'),
    ...entry(
      'HTTPS_PROXY, HTTP_PROXY, NO_PROXY',
      'The proxy for requests, and the hosts without one.',
    ),
    ...entry('NODE_EXTRA_CA_CERTS', 'A file of further certificate authorities to trust.'),
    ...entry('REVOKE_PROFILE', 'The profile of the config file, where --profile is not given.'),
    ...entry('REVOKE_PROVIDERS', 'Further providers to load: packages or folders.'),
    ...entry('ABLY_CLI_CONFIG_DIR', 'The folder with the login that the Ably CLI has stored.'),
    ...entry('XDG_CONFIG_HOME, XDG_STATE_HOME', 'Where the config file and the journals are.'),
    ...entry(
      'XDG_CACHE_HOME',
      'Where compiled code of this program is kept, on Node 22 and later.',
    ),
    ...entry('NODE_TLS_REJECT_UNAUTHORIZED', 'Is not obeyed: every certificate is checked.'),
    ...entry('TERM', 'dumb: no colour, and no progress line.'),
  ];
}

function files(): readonly string[] {
  return [
    ...entry(
      '$XDG_CONFIG_HOME/revoke/config.json',
      'The config file (~/.config without the variable).',
    ),
    ...entry(
      '$XDG_STATE_HOME/revoke/journals/',
      'A journal of each run (~/.local/state without the variable).',
    ),
    '.PP',
    ...paragraph(
      'The logins that the own tools of providers have stored are read too: revoke config show names their files.',
    ),
  ];
}

/**
 * The day that the page is dated by, so that two builds of one source are the same: of
 * SOURCE_DATE_EPOCH (seconds), else of the newest dated heading of a changelog, else none.
 */
export function pageDate(epoch: string | undefined, changelog: string): string {
  if (epoch !== undefined && /^\d{1,11}$/.test(epoch)) {
    return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  }
  return /^#+ .*?(\d{4}-\d{2}-\d{2})/m.exec(changelog)?.[1] ?? '';
}

/** Options that every provider's revoking command has in the same words, by those words. */
function sharedOptions(
  root: CommandNode,
  providers: readonly Provider[],
): ReadonlyMap<string, OptionNode> {
  const revoking = root.commands.filter(({ name }) => providers.some(({ id }) => id === name));
  const [first, ...others] = revoking.map((command) => command.options);
  return new Map(
    (first ?? [])
      .filter((option) =>
        others.every((list) => list.some((other) => identity(other) === identity(option))),
      )
      .map((option) => [identity(option), option]),
  );
}

function identity({ flags, summary }: OptionNode): string {
  return `${flags}\n${summary}`;
}

function commandSection(
  command: CommandNode,
  shared: ReadonlyMap<string, OptionNode>,
): readonly string[] {
  const own = command.options.filter((option) => !shared.has(identity(option)));
  const others = command.options.filter((option) => shared.has(identity(option)));
  const names = others.map(({ long, short }) => long ?? short ?? '');
  return [
    `.SS ${argument(command.path)}`,
    ...paragraph(command.summary),
    ...command.operands.flatMap(({ name, summary }) => (summary ? entry(name, summary) : [])),
    ...options(own),
    ...(names.length > 0
      ? ['.PP', ...paragraph(`Shared options, described below: ${names.join(', ')}.`)]
      : []),
    ...helpTail(command).flatMap(({ title, lines }) => [
      '.PP',
      ...paragraph(title),
      ...(title === 'Examples:' ? examplesOf(lines) : lines.flatMap(bullet)),
    ]),
  ];
}

interface Tail {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What help says after the options: titles, and the lines under each. */
function helpTail({ source }: CommandNode): readonly Tail[] {
  let text = '';
  source.configureOutput({ writeOut: (part) => void (text += part) });
  source.outputHelp();
  const tails: { title: string; lines: string[] }[] = [];
  for (const written of text.slice(source.helpInformation().length).split('\n')) {
    if (/^\S.*:$/.test(written)) tails.push({ title: written, lines: [] });
    else if (written.startsWith('  ')) tails.at(-1)?.lines.push(written.slice(2));
  }
  return tails;
}

function grouped(list: readonly OptionNode[]): readonly string[] {
  const groups = [...new Set(list.map(({ group }) => group))];
  return groups.flatMap((group) => [
    `.SS ${argument(group.replace(/:$/, ''))}`,
    ...options(list.filter((option) => option.group === group)),
  ]);
}

function options(list: readonly OptionNode[]): readonly string[] {
  return list.flatMap(({ flags, summary, value }) =>
    entry(
      flags,
      value?.kind === 'choices' && !value.choices.every((choice) => summary.includes(choice))
        ? `${summary}: ${value.choices.join(', ')}`
        : summary,
    ),
  );
}

function entry(term: string, text: string): readonly string[] {
  return ['.TP', `\\fB${inline(term)}\\fR`, ...paragraph(text)];
}

function bullet(text: string): readonly string[] {
  return ['.IP \\(bu 2', ...paragraph(text.replace(/^- /, ''))];
}

/** Lines of help: what a command is for behind `# `, and the command below it. */
function examplesOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    if (line.startsWith('# ')) return [];
    return entry(line, lines[index - 1]?.replace(/^# /, '') ?? '');
  });
}

/** Text as lines of the source, none of them long and none taken for a request. */
function paragraph(text: string): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of inline(text).split(' ')) {
    if (current !== '' && current.length + 1 + word.length > SOURCE_WIDTH) {
      lines.push(current);
      current = '';
    }
    current += current === '' ? word : ` ${word}`;
  }
  return [...lines, current].map((line) => (/^['.]|^$/.test(line) ? `\\&${line}` : line));
}

const SOURCE_WIDTH = 76;

/** Text within a line, with no roff in it; hyphens and quotes stay what they are when copied. */
function inline(text: string): string {
  return escapeControls(text.replace(/\s+/g, ' ').trim())
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replace(/[^\x20-\x7e]/gu, (character) => `\\[u${codeOf(character)}]`);
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** Text as one argument of a request. */
function argument(text: string): string {
  return `"${inline(text).replaceAll('"', '\\(dq')}"`;
}
