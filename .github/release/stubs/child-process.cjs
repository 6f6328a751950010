// commander starts other programs for subcommands of their own, which this program has none of.
module.exports = {};
