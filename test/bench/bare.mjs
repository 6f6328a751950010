// What the engine is measured against: a bare undici Pool, the same requests, each body read.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

const [kind, file, concurrencyText] = process.argv.slice(2);
const concurrency = Number(concurrencyText);
const { ABLY_ENDPOINT, GITHUB_API_URL, WORKSPACE_API_URL } = process.env;
const base = { ably: ABLY_ENDPOINT, github: GITHUB_API_URL, workspace: WORKSPACE_API_URL }[kind];
const pool = new Pool(base, { connections: concurrency });

const requests = {
  ably: ablyRequests,
  github: githubRequests,
  workspace: workspaceRequests,
}[kind]();
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
  for await (const targets of batches(100))
    yield { method: 'POST', path, headers, body: JSON.stringify({ targets }) };
}

async function* githubRequests() {
  const headers = { 'content-type': 'application/json', 'user-agent': 'bare' };
  for await (const credentials of batches(1000))
    yield {
      method: 'POST',
      path: '/credentials/revoke',
      headers,
      body: JSON.stringify({ credentials }),
    };
}

async function* batches(size) {
  let batch = [];
  for await (const line of lines()) {
    batch.push(line);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function lines() {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}
