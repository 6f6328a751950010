/** A completion script for bash, from version 3.2 (macOS) on. */
import {
  everyCommand,
  everyStep,
  firstWords,
  namesOf,
  runsCommands,
  sharedRows,
  type CommandNode,
  type Shared,
} from '../command-model.js';

export function bashScript(root: CommandNode): string {
  return `# bash completion for revoke
#   source <(revoke completion bash)

${functions(root)}
${ENGINE}`;
}

/** One literal word of bash. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The tree as three functions in the words that bash and zsh share. */
function functions(root: CommandNode): string {
  const commands = everyCommand(root);
  const steps = everyStep(root).map(
    ({ from, word, to }) => `        ${quoted(`${from} ${word}`)}) step=${quoted(to)} ;;`,
  );
  return `# Sets step to the command that the word $2 leads to at the command $1.
_revoke_step() {
    case "$1 $2" in
${steps.join('\n')}
        *) return 1 ;;
    esac
}

${valueFunction(commands)}
${offersFunction(commands, {
  rest: "runs=''",
  names: (command) => firstWords(command).map(({ name }) => name),
  switches: (command) => command.options.flatMap(namesOf),
  restOf: (command) => (runsCommands(command) ? 'runs=1' : ''),
})}`;
}

/** What `_revoke_offers` sets, as bash and zsh tell it. */
export interface Offers {
  /** What is set beside names and switches, where a command says nothing else. */
  readonly rest: string;
  readonly names: (command: CommandNode) => readonly string[];
  readonly switches: (command: CommandNode) => readonly string[];
  readonly restOf: (command: CommandNode) => string;
}

/** `_revoke_offers`: what many commands have stands once. */
export function offersFunction(commands: readonly CommandNode[], offers: Offers): string {
  const parts = [
    ...sharedRows(commands, offers.names).map((shared) => offered('names', shared)),
    ...sharedRows(commands, offers.switches).map((shared) => offered('switches', shared)),
    ...sharedRows(commands, (command) => [offers.restOf(command)].filter(Boolean)).map(
      ({ paths, rows }) => `    case $1 in ${patternOf(paths)}) ${rows.join(' ')} ;; esac\n`,
    ),
  ];
  return `# Sets what stands at the command $1: names, switches, and what its operands are.
_revoke_offers() {
    names=() switches=() ${offers.rest}
${parts.join('')}}
`;
}

function offered(variable: string, { paths, rows }: Shared<string>): string {
  const lines = rows.map((row) => `        ${quoted(row)}\n`);
  return `    case $1 in ${patternOf(paths)}) ${variable}+=(\n${lines.join('')}    ) ;; esac\n`;
}

function patternOf(paths: readonly string[]): string {
  return paths.map(quoted).join('|');
}

/** `_revoke_value`, which zsh reads too. */
export function valueFunction(commands: readonly CommandNode[]): string {
  const parts = sharedRows(commands, valuesOf).map(
    ({ paths, rows }) =>
      `    case $1 in ${patternOf(paths)}) case $2 in\n${rows.join('')}    esac ;; esac\n`,
  );
  return `# Sets kind (choices, files, any) and values for the option $2 of the command $1; fails where it takes none.
_revoke_value() {
    kind='' values=()
${parts.join('')}    [[ -n $kind ]]
}
`;
}

function valuesOf({ options }: CommandNode): readonly string[] {
  return options.flatMap((option) => {
    const { value } = option;
    if (!value) return [];
    const pattern = namesOf(option).map(quoted).join('|');
    const values =
      value.kind === 'choices' ? ` values=(${value.choices.map(quoted).join(' ')})` : '';
    return [`        ${pattern}) kind=${value.kind}${values} ;;\n`];
  });
}

const ENGINE = `# Adds the words after $1 that begin with what was typed.
_revoke_add() {
    local word
    for word in "$@"; do
        if [[ $word == "$cur"* ]]; then
            printf -v word '%q' "$before\${word#"$typed"}"
            COMPREPLY+=("$word")
        fi
    done
}

# Adds what compgen finds: files (-f) or commands (-c).
_revoke_find() {
    local word
    while IFS= read -r word; do
        if [[ -n $word ]]; then COMPREPLY+=("$before\${word#"$typed"}"); fi
    done <<< "$(compgen "$1" -- "$cur")"
    if [[ $1 == -f ]]; then compopt -o filenames 2> /dev/null; fi
    return 0
}

_revoke_add_value() {
    case $kind in
        choices) _revoke_add "\${values[@]}" ;;
        files) _revoke_find -f ;;
    esac
}

_revoke() {
    local at='revoke' pending='' ended='' glued='' before='' typed='' cur='' tail='' word='' step='' kind='' runs=''
    local -i i last=-1 operands=0 first=0
    local -a line=() starts=() names=() switches=() values=()
    COMPREPLY=()

    # Bash cuts words at = and : too; here they are whole again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]-}
        if ((i > 1)) && [[ -n $word && -z \${word//[:=]/} ]]; then
            line[last]+=$word glued=1
        elif [[ -n $glued && -n $word && $word != -* ]]; then
            line[last]+=$word glued=''
        else
            last+=1
            line[last]=$word starts[last]=$i glued=''
        fi
    done

    for ((i = 1; i < last; i++)); do
        word=\${line[i]}
        if [[ -n $pending ]]; then
            pending=''
            continue
        fi
        if [[ -z $ended ]]; then
            if [[ $word == -- ]]; then
                ended=1
                continue
            fi
            if [[ $word == -?* ]]; then
                if _revoke_value "$at" "$word"; then pending=$word; fi
                continue
            fi
            if ((operands == 0)) && _revoke_step "$at" "$word"; then
                at=$step
                continue
            fi
        fi
        if ((operands == 0)); then
            _revoke_offers "$at"
            if [[ -n $runs && $word == revoke ]]; then
                at='revoke' ended=''
                continue
            fi
            first=$i
        fi
        operands+=1
    done

    cur=\${line[last]} tail=\${COMP_WORDS[COMP_CWORD]-}
    if [[ -z \${tail//[:=]/} ]]; then tail=''; fi
    _revoke_offers "$at"
    if [[ -n $pending ]]; then
        _revoke_value "$at" "$pending"
        typed=\${cur%"$tail"}
        _revoke_add_value
    elif [[ -n $runs && ( -n $ended || $cur != -* || $operands -gt 0 ) ]]; then
        if ((operands == 0)); then
            _revoke_find -c
        elif declare -F _comp_command_offset > /dev/null; then
            _comp_command_offset "\${starts[first]}"
        elif declare -F _command_offset > /dev/null; then
            _command_offset "\${starts[first]}"
        else
            _revoke_find -f
        fi
    elif [[ -n $ended ]]; then
        :
    elif [[ $cur == --*=* ]]; then
        if _revoke_value "$at" "\${cur%%=*}"; then
            if [[ $tail == --*=* ]]; then before=\${cur%%=*}= tail=\${cur#*=}; fi
            cur=\${cur#*=}
            typed=\${cur%"$tail"}
            _revoke_add_value
        fi
    elif [[ $cur == -* ]]; then
        _revoke_add "\${switches[@]}"
    elif ((operands == 0)) && ((\${#names[@]} > 0)); then
        _revoke_add "\${names[@]}"
    fi
    return 0
}

complete -F _revoke revoke
`;
