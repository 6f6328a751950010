// Whether HTTP/2 would be quicker: the same requests over TLS, on sixteen connections of HTTP/1.1 and
// on one of HTTP/2, against a server in another process that does nothing but answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { alternate } from './measure.mjs';

const here = fileURLToPath(import.meta.url);
const tls = (name) => readFileSync(new URL(`../support/tls/${name}`, import.meta.url));
const CONCURRENCY = 16;
const BODY = JSON.stringify({ status: 'revoked', revoked_at: '2026-11-29T00:00:00Z' });

if (process.argv[1] === here) serve();

/** Answers both protocols on one port, which it prints; ends with its stdin. */
function serve() {
  const server = createSecureServer({
    key: tls('server.key'),
    cert: tls('server.pem'),
    allowHTTP1: true,
  });
  server.on('request', (request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(BODY);
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit());
  setTimeout(() => process.exit(1), 5 * 60_000).unref();
}

/** Milliseconds of so many requests in each way, the first of them as we send them. */
export async function compareProtocols(times, count) {
  const server = spawn(process.execPath, [here], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  const origin = `https://localhost:${Number(port)}`;
  const ca = tls('ca.pem');
  const time = (options) => () => timeOfRequests(origin, { ...options, connect: { ca } }, count);
  try {
    return await alternate(times, {
      'HTTP/1.1 on 16 connections': time({ connections: CONCURRENCY }),
      'HTTP/2 on one connection': time({ connections: 1, allowH2: true }),
      'HTTP/2 on 16 connections': time({ connections: CONCURRENCY, allowH2: true }),
    });
  } finally {
    server.stdin.end();
  }
}

async function timeOfRequests(origin, options, count) {
  const pool = new Pool(origin, { ...options, maxConcurrentStreams: CONCURRENCY });
  const begun = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left-- > 0) {
        const { body } = await pool.request({ method: 'DELETE', path: `/tokens/jti_${left}` });
        await body.text();
      }
    }),
  );
  const ms = performance.now() - begun;
  await pool.close();
  return ms;
}
