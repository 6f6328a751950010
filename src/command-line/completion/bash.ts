/** A completion script for bash, from version 3.2 (macOS) on. */
import {
  everyCommand,
  everyStep,
  firstWords,
  namesOf,
  runsCommands,
  type CommandNode,
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
# Sets what stands at the command $1: names, switches, and whether its operands are a command line.
_revoke_offers() {
    names=() switches=() runs=''
    case $1 in
${commands.map(offersOf).join('\n')}
    esac
}
`;
}

/** `_revoke_value`, which zsh reads too. */
export function valueFunction(commands: readonly CommandNode[]): string {
  return `# Sets kind (choices, files, any) and values for the option $2 of the command $1; fails where it takes none.
_revoke_value() {
    kind='' values=()
    case $1 in
${commands.map(valuesOf).join('')}    esac
    [[ -n $kind ]]
}
`;
}

function valuesOf({ path, options }: CommandNode): string {
  const arms = options.flatMap((option) => {
    const { value } = option;
    if (!value) return [];
    const pattern = namesOf(option).map(quoted).join('|');
    const values =
      value.kind === 'choices' ? ` values=(${value.choices.map(quoted).join(' ')})` : '';
    return `            ${pattern}) kind=${value.kind}${values} ;;\n`;
  });
  if (arms.length === 0) return '';
  return `        ${quoted(path)}) case $2 in\n${arms.join('')}        esac ;;\n`;
}

function offersOf(command: CommandNode): string {
  const names = firstWords(command).map(({ name }) => quoted(name));
  const switches = command.options.flatMap(namesOf).map(quoted);
  return `        ${quoted(command.path)})
            names=(${names.join(' ')})
            switches=(${switches.join(' ')})
            runs=${runsCommands(command) ? '1' : "''"} ;;`;
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
