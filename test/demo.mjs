// The main job on the sandbox, for `npm start`: every line is a real run of the built program.
import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.cjs');

if (process.env.WORKSPACE_CURRENT_JTI) await demo();
else outside();

/** Starts the sandbox, and this file again inside it. */
function outside() {
  const { status } = spawnSync(
    process.execPath,
    [bin, 'sandbox', '--', process.execPath, fileURLToPath(import.meta.url)],
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}

async function demo() {
  const {
    WORKSPACE_OTHER_JTI: jti,
    WORKSPACE_OTHER_TOKEN: token,
    WORKSPACE_MCP_URL: mcp,
    ABLY_SAMPLE_TOKEN: ably,
    ABLY_ENDPOINT: rest,
    GITHUB_SAMPLE_TOKEN: github,
    GITLAB_SAMPLE_TOKEN: gitlab,
    SLACK_SAMPLE_TOKEN: slack,
  } = process.env;

  say('1. Which workspace tokens are there?');
  show('workspace', 'list');
  say(`2. The data plane takes ${jti} …`);
  await call(mcp, token);
  show('workspace', jti, '--force');
  say('   … and now it refuses it:');
  await call(mcp, token);

  const channel = `${rest}/channels/demo/messages`;
  const bearer = Buffer.from(ably).toString('base64');
  say('3. Ably takes the token of the client "bob" …');
  await call(channel, bearer);
  show('ably', '--client-id', 'bob', '--force');
  say('   … and now it refuses it, with code 40141:');
  await call(channel, bearer);

  say('4. Three leaked tokens of three providers: each is told by its shape, revoked and proven:');
  pipe([github, gitlab, slack], 'leaked', '-', '--force');

  say('Done. Try it yourself: node dist/bin.cjs sandbox -- bash');
}

function show(...args) {
  console.log(`$ revoke ${args.join(' ')}`);
  execFileSync(process.execPath, [bin, ...args], { stdio: 'inherit' });
}

/** Tokens are secrets: they are piped in, never written on the command line. */
function pipe(tokens, ...args) {
  console.log(`$ printf … | revoke ${args.join(' ')}`);
  const input = tokens.join('\n');
  execFileSync(process.execPath, [bin, ...args], { input, stdio: ['pipe', 'inherit', 'inherit'] });
}

async function call(url, bearer) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  const text = await response.text();
  const { error, detail } = JSON.parse(text);
  const code = error?.code ? ` (code ${error.code})` : '';
  console.log(
    `GET ${new URL(url).pathname} → ${response.status}${code}${detail ? ` ${detail}` : ''}`,
  );
}

function say(text) {
  console.log(`\n${text}`);
}
