/** What ntcli has stored and would be used, for people who ask. No secret is in it. */
import { isFault } from '../../src/contract/errors.js';
import type { Context } from '../../src/contract/provider.js';
import { ntcliEndpoint } from './endpoint.js';
import { claimsOf, timeClaim } from './jwt.js';
import { readNtcli, type Ntcli } from './login.js';
import { rfc3339, timeMs } from './tokens.js';
import { describe, locate } from './workspace.js';

type Line = readonly [string, string, string];

export async function logins(context: Context): Promise<readonly Line[]> {
  const ntcli = await readNtcli(context);
  const { path, config, broken } = ntcli;
  if (broken !== undefined) return [['ntcli', `cannot be used: ${broken}`, path]];
  if (!config) return [];
  const { bearerToken, expiresAt, user } = config.auth ?? {};
  const lines: Line[] = [['ntcli server', tried(() => ntcliEndpoint(config).url), path]];
  if (bearerToken) {
    const end = timeClaim(claimsOf(bearerToken), 'exp') ?? timeMs(expiresAt);
    const until = end === undefined ? '' : `, until ${rfc3339(end)}`;
    lines.push(['ntcli login', `${user?.email ?? 'a user'}${until}`, path]);
  }
  if (config.workspaces?.activeWorkspaceId)
    lines.push(['ntcli workspace', tried(() => active(ntcli)), path]);
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
    if (isFault(error)) return error.message;
    throw error;
  }
}
