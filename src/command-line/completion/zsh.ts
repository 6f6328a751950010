/** A completion script for zsh: sourced, or as the file _revoke on the fpath. */
import { offersFunction, quoted, valueFunction } from './bash.js';
import {
  everyCommand,
  everyStep,
  firstWords,
  namesOf,
  runsCommands,
  type CommandNode,
} from '../command-model.js';

export function zshScript(root: CommandNode): string {
  const commands = everyCommand(root);
  const steps = everyStep(root).map(
    ({ from, word, to }) => `        ${quoted(`${from} ${word}`)}) step=${quoted(to)} ;;`,
  );
  return `#compdef revoke
# zsh completion for revoke
#   source <(revoke completion zsh)                      after compinit, or
#   revoke completion zsh > "\${fpath[1]}/_revoke"

# Sets step to the command that the word $2 leads to at the command $1.
_revoke_step() {
    case "$1 $2" in
${steps.join('\n')}
        *) return 1 ;;
    esac
}

${valueFunction(commands)}
${offersFunction(commands, {
  rest: "operand='' runs=''",
  names: (command) => firstWords(command).map(({ name, summary }) => described(name, summary)),
  switches: (command) =>
    command.options.flatMap((option) =>
      namesOf(option).map((name) => described(name, option.summary)),
    ),
  restOf,
})}
${ENGINE}`;
}

/** `name:description` for _describe, which takes colons and backslashes behind a backslash. */
function described(name: string, summary: string): string {
  const safe = (text: string) => text.replace(/[\\:]/g, '\\$&');
  return summary ? `${safe(name)}:${safe(summary)}` : safe(name);
}

function restOf(command: CommandNode): string {
  const operand = command.operands[0]?.name.replaceAll('%', '%%') ?? '';
  const runs = runsCommands(command) ? ' runs=1' : '';
  return operand === '' ? runs.trim() : `operand=${quoted(operand)}${runs}`;
}

const ENGINE = `_revoke_add_value() {
    case $kind in
        choices) compadd -- "\${values[@]}" ;;
        files) _files ;;
        *) _message value ;;
    esac
}

_revoke() {
    local at='revoke' pending='' ended='' word='' step='' kind='' operand='' runs=''
    local -i i operands=0 first=0
    local -a names switches values

    for ((i = 2; i < CURRENT; i++)); do
        word=\${(Q)words[i]}
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
        if ((operands == 0)); then first=$i; fi
        operands+=1
    done

    _revoke_offers "$at"
    if [[ -n $pending ]]; then
        _revoke_value "$at" "$pending"
        _revoke_add_value
    elif [[ -n $runs ]] && ((operands > 0)); then
        words=("\${(@)words[first,-1]}")
        ((CURRENT -= first - 1))
        _normal
    elif [[ -n $runs && ( -n $ended || $PREFIX != -* ) ]]; then
        _command_names -e
    elif [[ -n $ended ]]; then
        _message "\${operand:-no more arguments}"
    elif [[ $PREFIX == --*=* ]]; then
        if _revoke_value "$at" "\${PREFIX%%=*}"; then
            compset -P 1 '*='
            _revoke_add_value
        fi
    elif [[ $PREFIX == -* ]]; then
        _describe -o option switches
    elif ((operands == 0)) && ((\${#names} > 0)); then
        _describe command names
    else
        _message "\${operand:-no more arguments}"
    fi
}

if [[ \${funcstack[1]-} == _revoke ]]; then
    _revoke "$@"
elif ((\${+functions[compdef]})); then
    compdef _revoke revoke
fi
`;
