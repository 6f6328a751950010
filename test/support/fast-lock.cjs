'use strict';
// Preloaded into a run of the program: a lock's heartbeat comes every 100 ms for every 10 s, and is
// looked for as much more often. Deadlines of requests and pauses of other lengths stay as they are.
const { setInterval, setTimeout } = globalThis;
globalThis.setInterval = (act, ms, ...rest) => setInterval(act, ms === 10_000 ? 100 : ms, ...rest);
globalThis.setTimeout = (act, ms, ...rest) => setTimeout(act, ms === 1000 ? 10 : ms, ...rest);
