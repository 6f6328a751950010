// http.ts loads a Pool alone: undici's index also loads fetch, WebSocket and caches, about 100 ms.
declare module 'undici/lib/dispatcher/pool.js' {
  export { default } from 'undici/types/pool';
}
declare module 'undici/lib/dispatcher/proxy-agent.js' {
  export { default } from 'undici/types/proxy-agent';
}
declare module 'undici/lib/dispatcher/dispatcher.js' {
  export { default } from 'undici/types/dispatcher';
}
declare module 'undici/lib/api/api-connect.js' {
  const connect: unknown;
  export default connect;
}
