/**
 * Clients that the vendors wrote and that nobody here did: the call that each is made for succeeds
 * against our emulator before its token is revoked, and fails after it.
 */
import { REST } from '@discordjs/rest';
import { Gitlab } from '@gitbeaker/rest';
import { whoAmI } from '@huggingface/hub';
import { Octokit } from '@octokit/core';
import { WebClient } from '@slack/web-api';
import vault from 'node-vault';
import { startDiscordEmulator } from '../providers/discord/emulator.js';
import { startGithubEmulator } from '../providers/github/emulator.js';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { startHuggingfaceEmulator } from '../providers/huggingface/emulator.js';
import { startSlackEmulator } from '../providers/slack/emulator.js';
import { startVaultEmulator } from '../providers/vault/emulator.js';
import type { FakeTokenType } from '../src/emulator/fake-tokens.js';
import type { TokenEmulator } from '../src/emulator/token-emulator.js';
import { revokeTokens } from './support/run-tokens.js';

interface Client {
  readonly name: string;
  readonly start: () => Promise<TokenEmulator>;
  readonly type: FakeTokenType;
  /** Its own call with the token, to the base URL; whose the token is. */
  readonly ask: (token: string, url: string) => Promise<unknown>;
}

const CLIENTS: readonly Client[] = [
  {
    name: '@octokit/core',
    start: startGithubEmulator,
    type: 'github_pat_classic',
    async ask(auth, baseUrl) {
      const { data } = await new Octokit({ auth, baseUrl, log: SILENT }).request('GET /user');
      return data.login;
    },
  },
  {
    name: '@gitbeaker/rest',
    start: startGitlabEmulator,
    type: 'gitlab_pat_routable',
    async ask(token, host) {
      return (await new Gitlab({ host, token }).Users.showCurrentUser()).username;
    },
  },
  {
    name: '@slack/web-api',
    start: startSlackEmulator,
    type: 'slack_user',
    async ask(token, url) {
      const client = new WebClient(token, { slackApiUrl: `${url}/api/`, logger: QUIET });
      return (await client.auth.test()).user;
    },
  },
  {
    name: '@huggingface/hub',
    start: startHuggingfaceEmulator,
    type: 'huggingface_user',
    async ask(accessToken, hubUrl) {
      return (await whoAmI({ accessToken, hubUrl })).name;
    },
  },
  {
    name: 'node-vault',
    start: startVaultEmulator,
    type: 'vault_service',
    async ask(token, endpoint) {
      const { data } = (await vault({ endpoint, token }).tokenLookupSelf()) as {
        data: { display_name: string };
      };
      return data.display_name;
    },
  },
  {
    name: '@discordjs/rest',
    start: startDiscordEmulator,
    type: 'discord_webhook',
    async ask(webhook, url) {
      const options = { api: `${url}/api`, handlerSweepInterval: 0, hashSweepInterval: 0 };
      const path = `/${webhook.slice(webhook.indexOf('webhooks/'))}` as const;
      const shown = (await new REST(options).get(path, { auth: false })) as { name: string };
      return shown.name;
    },
  },
];

const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const QUIET = { ...SILENT, setLevel: nothing, setName: nothing, getLevel: () => 'error' as never };

const running: TokenEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** The client's call before and after `revoke leaked`. */
async function prove({ type, ask }: Client, emulator: TokenEmulator): Promise<void> {
  const token = emulator.mint(type);
  const { url } = emulator.server;
  expect(await ask(token, url)).toContain('octavia');
  const { outcomes } = await revokeTokens('leaked', { emulators: [emulator], lines: [token] });
  expect(outcomes).toMatchObject([{ token_type: type, status: 'revoked' }]);
  await expect(ask(token, url)).rejects.toThrow();
}

async function begin({ start }: Client): Promise<TokenEmulator> {
  const emulator = await start();
  running.push(emulator);
  return emulator;
}

describe.each(CLIENTS.map((client) => [client.name, client] as const))('%s', (_name, client) => {
  test('its call succeeds with a live token, and fails once the token is revoked', async () => {
    await prove(client, await begin(client));
  });

  test('an emulator that does not revoke is found out', async () => {
    const emulator = await begin(client);
    emulator.book.revoke = () => true;
    await expect(prove(client, emulator)).rejects.toThrow('revoked');
  });
});
