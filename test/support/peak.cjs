'use strict';
// Preloaded into a run of the program: tells at its end how much memory it took at most, in MB.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  writeFileSync(process.env.PEAK_TO, String(megabytes));
});
