// undici asks it for one class, which is never met here, and one number, which it is given.
exports.IncomingMessage = class {};
exports.maxHeaderSize = 16384;
