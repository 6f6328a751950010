/** What ntcli has stored and would be used, for people who ask. No secret is in it. */
import {
  claimsOf,
  type Context,
  isRevokeError,
  rfc3339,
  type StoredLogin,
  timeClaim,
} from '../../src/contract/index.js';
import { ntcliEndpoint } from './endpoint.js';
import { readNtcli, type Ntcli } from './login.js';
import { timeMs } from './tokens.js';
import { describe, locate } from './workspace.js';

export async function describeLogins(context: Context): Promise<readonly StoredLogin[]> {
  const ntcli = await readNtcli(context);
  const { path, config, broken } = ntcli;
  if (broken !== undefined) {
    return [{ name: 'ntcli', value: `cannot be used: ${broken}`, source: path }];
  }
  if (!config) return [];
  const { bearerToken, expiresAt, user } = config.auth ?? {};
  const lines: StoredLogin[] = [
    { name: 'ntcli server', value: tried(() => ntcliEndpoint(config).url), source: path },
  ];
  if (bearerToken) {
    const end = timeClaim(claimsOf(bearerToken), 'exp') ?? timeMs(expiresAt);
    const until = end === undefined ? '' : `, until ${rfc3339(end)}`;
    const value = `${user?.email ?? 'a user'}${until}`;
    lines.push({ name: 'ntcli login', value, source: path });
  }
  if (config.workspaces?.activeWorkspaceId) {
    lines.push({ name: 'ntcli workspace', value: tried(() => active(ntcli)), source: path });
  }
  return lines;
}

function active(ntcli: Ntcli): string {
  const found = locate(undefined, ntcli);
  return 'wanted' in found ? found.wanted : describe(found);
}

function tried(value: () => string): string {
  try {
    return value();
  } catch (error) {
    if (isRevokeError(error)) return error.message;
    throw error;
  }
}
