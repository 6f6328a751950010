'use strict';
// Preloaded into a run of the program: a connection is asked for, and nothing ever comes of it.
require('node:net').Socket.prototype.connect = function connect() {
  return this;
};
