/** What is used of smol-toml, by name: a bundle holds no more of it. */
export { parse } from 'smol-toml';
