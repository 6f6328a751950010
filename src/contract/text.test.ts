import { escapeControlsInLine, safeJson } from './text.js';

const COMMANDS = [
  '##vso[task.setvariable variable=x]y',
  '##[error]no',
  "##teamcity[buildStatus text='x']",
  '::set-output name=x::y',
  '::add-mask::x',
];

test.each(COMMANDS)('%s is broken wherever it stands in a line of text', (command) => {
  for (const line of [command, `  ${command}`, `the server said: ${command}`, `\t${command}`]) {
    const shown = escapeControlsInLine(line);
    expect(shown).not.toContain(command);
    expect(shown).not.toMatch(/##[\w-]*\[|^\s*::/);
  }
});

test.each(COMMANDS)('%s is broken inside JSON, which still says the same', (command) => {
  for (const text of [command, `said: ${command}`, `\\${command}`, `"${command}`]) {
    const json = safeJson({ text });
    expect(json).not.toMatch(/##[\w-]*\[/);
    expect(json).not.toContain(command);
    expect(JSON.parse(json)).toEqual({ text });
  }
});

test.each(['http://[::1]:8080/x', 'std::vec', '# heading', 'C## [x]', 'clientId:a:b', 'a::b'])(
  '%s is no command, and stays as it is',
  (text) => {
    expect(escapeControlsInLine(text)).toBe(text);
    expect(safeJson(text)).toBe(`"${text}"`);
  },
);
