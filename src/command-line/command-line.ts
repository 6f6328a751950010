/** What every run but `--version` needs to understand its words, loaded as one. */
export { CommanderError } from 'commander';
export { buildTree } from './command-tree.js';
export { firstUnlessKnown, spellOutRevoke } from './literal-words.js';
