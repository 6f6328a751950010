'use strict';
// Every suite runs as if it were elsewhere: in UTC, in English and with the usual umask a wrong zone,
// a word made for one language or a mode that is left to the umask shows nothing. `npm run
// test:elsewhere` has places of its own.
module.exports = function elsewhere() {
  if (process.env.REVOKE_TEST_PLACE !== undefined) return;
  process.env.TZ = 'America/New_York';
  // A shell complains of an LC_ALL that the machine does not have.
  delete process.env.LC_ALL;
  process.env.LANG = 'tr_TR.UTF-8';
  process.umask(0o002);
};
