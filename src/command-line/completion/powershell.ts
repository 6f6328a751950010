/** A completion script for PowerShell, from version 5.1 on. */
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

export function powershellScript(root: CommandNode): string {
  const commands = everyCommand(root);
  const steps = everyStep(root).map(
    ({ from, word, to }) => `    $steps[${quoted(`${from} ${word}`)}] = ${quoted(to)}\n`,
  );
  return `# PowerShell completion for revoke
#   revoke completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'revoke' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The ways down the tree.
    $steps = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${steps.join('')}    # What stands at each command: name, description.
    $names = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${sharedRows(commands, firstWords)
  .map((shared) => table('names', shared))
  .join('')}    $switches = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${sharedRows(commands, optionRows)
  .map((shared) => table('switches', shared))
  .join('')}    # The options that take a value: its choices, or 'files' or 'any'.
    $values = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${sharedRows(commands, valueRows).map(valueTable).join('')}    # The commands whose operands are a command line.
    $runs = @(${commands
      .filter(runsCommands)
      .map(({ path }) => quoted(path))
      .join(', ')})

${ENGINE}}
`;
}

/** One literal string of PowerShell, to which the typographic quotes are quotes as well. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

interface ValueRow {
  readonly name: string;
  /** Its choices, or what kind of value it is, in the words of PowerShell. */
  readonly text: string;
}

interface Row {
  readonly name: string;
  readonly summary: string;
}

/** What many commands have stands once. */
function table(variable: string, { paths, rows }: Shared<Row>): string {
  const lines = rows.map(
    ({ name, summary }) => `        ,@(${quoted(name)}, ${quoted(summary || name)})\n`,
  );
  return `    $rows = @(\n${lines.join('')}    )\n    foreach ($path in ${listOf(paths)}) { $${variable}[$path] += $rows }\n`;
}

function listOf(words: readonly string[]): string {
  return words.map(quoted).join(', ');
}

function optionRows(command: CommandNode): readonly Row[] {
  return command.options.flatMap((option) =>
    namesOf(option).map((name) => ({ name, summary: option.summary })),
  );
}

function valueRows({ options }: CommandNode): readonly ValueRow[] {
  return options.flatMap((option) => {
    const { value } = option;
    if (!value) return [];
    const text =
      value.kind === 'choices' ? `@(${value.choices.map(quoted).join(', ')})` : quoted(value.kind);
    return namesOf(option).map((name) => ({ name, text }));
  });
}

function valueTable({ paths, rows }: Shared<ValueRow>): string {
  const lines = rows.map(({ name, text }) => `        $values["$path ${name}"] = ${text}\n`);
  return `    foreach ($path in ${listOf(paths)}) {\n${lines.join('')}    }\n`;
}

const ENGINE = `    $at = 'revoke'
    $pending = ''
    $ended = $false
    $operands = 0
    $elements = $commandAst.CommandElements
    for ($i = 1; $i -lt $elements.Count; $i++) {
        if ($elements[$i].Extent.EndOffset -ge $cursorPosition) { break }
        $word = $elements[$i].Extent.Text
        if ($pending) { $pending = ''; continue }
        if (-not $ended) {
            if ($word -ceq '--') { $ended = $true; continue }
            if ($word.Length -gt 1 -and $word[0] -eq '-') {
                if ($values.ContainsKey("$at $word")) { $pending = $word }
                continue
            }
            if ($operands -eq 0 -and $steps.ContainsKey("$at $word")) {
                $at = $steps["$at $word"]
                continue
            }
        }
        if ($operands -eq 0 -and $word -ceq 'revoke' -and $runs -ccontains $at) {
            $at = 'revoke'
            $ended = $false
            continue
        }
        $operands++
    }

    function Get-Value($key, $before, $typed) {
        $value = $values[$key]
        if ($value -is [array]) {
            $value | Where-Object { $_.StartsWith($typed, 'Ordinal') } | ForEach-Object {
                New-Result ($before + $_) $_ 'ParameterValue' $_
            }
        } elseif ($value -ceq 'files') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed)
        }
    }

    # A word that PowerShell would read as more than a word is given in quotes.
    function New-Result($text, $shown, $kind, $about) {
        if ($text -notmatch '^[\\w/.:=-]+$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($text) + "'"
        }
        [System.Management.Automation.CompletionResult]::new($text, $shown, $kind, $about)
    }

    if ($pending) {
        Get-Value "$at $pending" '' $wordToComplete
    } elseif ($runs -ccontains $at -and ($ended -or $operands -gt 0 -or -not $wordToComplete.StartsWith('-'))) {
        if ($operands -eq 0) {
            [System.Management.Automation.CompletionCompleters]::CompleteCommand($wordToComplete)
        }
    } elseif ($ended) {
        return
    } elseif ($wordToComplete -cmatch '^(--[^=]+)=(.*)$') {
        Get-Value "$at $($Matches[1])" "$($Matches[1])=" $Matches[2]
    } elseif ($wordToComplete.StartsWith('-')) {
        $switches[$at] | Where-Object { $_[0].StartsWith($wordToComplete, 'Ordinal') } | ForEach-Object {
            New-Result $_[0] $_[0] 'ParameterName' $_[1]
        }
    } elseif ($operands -eq 0) {
        $names[$at] | Where-Object { $_[0].StartsWith($wordToComplete, 'Ordinal') } | ForEach-Object {
            New-Result $_[0] $_[0] 'ParameterValue' $_[1]
        }
    }
`;
