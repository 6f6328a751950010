// Loaded before the program: a second after its start somebody sets the clock back by an hour.
const real = Date.now;
const start = real();
Date.now = () => real() - (real() - start > 1000 ? 3_600_000 : 0);
