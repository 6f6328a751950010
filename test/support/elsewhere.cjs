'use strict';
// Every suite runs as if it were elsewhere: in UTC, in English and with the usual umask a wrong zone,
// a word made for one language or a mode that is left to the umask shows nothing. A zone that was
// chosen (npm run test:elsewhere) comes with its own language and umask.
module.exports = function elsewhere() {
  if (process.env.TZ !== undefined) return;
  process.env.TZ = 'America/New_York';
  // A shell complains of an LC_ALL that the machine does not have.
  delete process.env.LC_ALL;
  process.env.LANG = 'tr_TR.UTF-8';
  process.umask(0o002);
};
