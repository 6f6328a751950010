/** What the shell runs: the program from the chunks beside it. */
import { join } from 'node:path';
import { cacheName, launch } from './chunk-loader.js';

// The built file is CommonJS.
declare const __dirname: string;

launch(__dirname, 'main.cjs', join(__dirname, cacheName(process.versions, process.arch)));
