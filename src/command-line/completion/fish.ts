/** A completion script for fish, from version 3.0 on. */
import {
  everyCommand,
  everyStep,
  firstWords,
  namesOf,
  runsCommands,
  sharedRows,
  type CommandNode,
  type OptionNode,
} from '../command-model.js';

export function fishScript(root: CommandNode): string {
  const commands = everyCommand(root);
  const steps = everyStep(root).map(
    ({ from, word, to }) =>
      `        case ${quoted(`${from} ${word}`)}\n            echo ${quoted(to)}\n`,
  );
  const valued = commands.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value)
      .flatMap(namesOf)
      .map((name) => quoted(`${path} ${name}`)),
  );
  const running = commands.filter(runsCommands).map(({ path }) => quoted(path));
  return `# fish completion for revoke
#   revoke completion fish | source

# Prints the command that the word $argv[2] leads to at the command $argv[1].
function __revoke_step
    switch "$argv[1] $argv[2]"
${steps.join('')}    end
end

# Whether the option $argv[2] of the command $argv[1] takes a value.
function __revoke_valued
    contains -- "$argv[1] $argv[2]" ${valued.join(' ')}
end

# Whether the operands of the command $argv[1] are a command line.
function __revoke_runs
    contains -- $argv[1] ${running.join(' ')}
end

${ENGINE}
complete -c revoke -e
complete -c revoke -f
complete -c revoke -n __revoke_inside -a '(__revoke_complete_inside)'
${linesOf(commands)}`;
}

/** One literal word of fish. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** What many commands have stands once: with it, the list of those commands. */
function linesOf(commands: readonly CommandNode[]): string {
  const names = sharedRows(commands, firstWords).map(({ paths, rows }) => ({
    ...{ place: 'name', paths },
    words: rows.map(({ name, summary }) => ` -a ${evaluated([name])}${describe(summary)}`),
  }));
  const options = sharedRows(commands, (command) => command.options.map(optionWords)).map(
    ({ paths, rows }) => ({ place: 'option', paths, words: rows }),
  );
  return [...names, ...options]
    .map(({ place, paths, words }, index) => {
      const list = `__revoke_commands_${index}`;
      const lines = words.map((each) => `complete -c revoke -n $at${each}\n`);
      return `set -g ${list} ${paths.map(quoted).join(' ')}
set -l at ${quoted(`__revoke_at ${place} $${list}`)}
${lines.join('')}`;
    })
    .join('');
}

function optionWords({ long, short, summary, value }: OptionNode): string {
  const words = [];
  if (short)
    words.push(
      short.length > 2 ? ` -o ${quoted(short.slice(1))}` : ` -s ${quoted(short.slice(1))}`,
    );
  if (long) words.push(` -l ${quoted(long.slice(2))}`);
  if (value?.kind === 'files') words.push(' -r -F');
  else if (value?.kind === 'choices') words.push(` -x -a ${evaluated(value.choices)}`);
  else if (value) words.push(' -x');
  return words.join('') + describe(summary);
}

/** What -a takes is evaluated before it is offered, so it is quoted once more. */
function evaluated(words: readonly string[]): string {
  return quoted(words.map((word) => (/^[\w-]+$/.test(word) ? word : quoted(word))).join(' '));
}

function describe(summary: string): string {
  return summary ? ` -d ${quoted(summary)}` : '';
}

const ENGINE = `# Prints the command, "ended" or "open" for whether -- came, and the words from the first operand on.
function __revoke_walk
    set -l at revoke
    set -l pending ''
    set -l ended open
    set -l operands
    set -l line (commandline -opc)
    for word in $line[2..-1]
        if test -n "$pending"
            set pending ''
            continue
        end
        if test $ended = open
            if test "$word" = --
                set ended ended
                continue
            end
            if string match -q -- '-?*' "$word"
                if __revoke_valued $at "$word"
                    set pending $word
                end
                continue
            end
            if test (count $operands) -eq 0
                set -l step (__revoke_step $at "$word")
                if test -n "$step"
                    set at $step
                    continue
                end
            end
        end
        set operands $operands "$word"
    end
    printf '%s\\n' $at $ended $operands
end

# Whether a name or an option (the place $argv[1]) of the commands that follow may stand at the cursor.
function __revoke_at
    set -l state (__revoke_walk)
    contains -- "$state[1]" $argv[2..-1]; and test "$state[2]" = open; or return 1
    test (count $state) -eq 2; and return 0
    test $argv[1] = option; and not __revoke_runs $state[1]
end

# Whether the cursor is in a command line that revoke would run.
function __revoke_inside
    set -l state (__revoke_walk)
    __revoke_runs $state[1]; or return 1
    test "$state[2]" = ended; and return 0
    test (count $state) -gt 2; or not string match -q -- '-*' (commandline -ct)
end

function __revoke_complete_inside
    set -l state (__revoke_walk)
    set -l token (commandline -ct)
    if test (count $state) -gt 2
        complete -C (string join ' ' -- (string escape -- $state[3..-1]) "$token")
    else
        complete -C "$token"
    end
end
`;
