// What the engine is measured against: a bare undici Pool, the same requests, each body read.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

const [kind, file, concurrencyText] = process.argv.slice(2);
const concurrency = Number(concurrencyText);
const base = kind === 'ably' ? process.env.ABLY_ENDPOINT : process.env.WORKSPACE_API_URL;
const pool = new Pool(base, { connections: concurrency });

const requests = kind === 'ably' ? ablyRequests() : workspaceRequests();
let done = 0;
await Promise.all(Array.from({ length: concurrency }, work));
await pool.close();
console.log(done);

async function work() {
  for (;;) {
    const next = await requests.next();
    if (next.done) return;
    const { statusCode, body } = await pool.request(next.value);
    await body.text();
    if (statusCode >= 300) throw new Error(String(statusCode));
    done += 1;
  }
}

async function* workspaceRequests() {
  const headers = { authorization: `Bearer ${process.env.WORKSPACE_USER_TOKEN}` };
  for await (const jti of lines()) {
    yield {
      method: 'DELETE',
      path: `/v1/workspaces/${process.env.WORKSPACE_ID}/tokens/${jti}`,
      headers,
    };
  }
}

async function* ablyRequests() {
  const key = process.env.ABLY_API_KEY;
  const headers = {
    authorization: `Basic ${Buffer.from(key).toString('base64')}`,
    'content-type': 'application/json',
    'x-ably-version': '6',
  };
  const path = `/keys/${key.split(':')[0]}/revokeTokens`;
  let targets = [];
  for await (const line of lines()) {
    targets.push(line);
    if (targets.length < 100) continue;
    yield { method: 'POST', path, headers, body: JSON.stringify({ targets }) };
    targets = [];
  }
  if (targets.length > 0)
    yield { method: 'POST', path, headers, body: JSON.stringify({ targets }) };
}

function lines() {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}
