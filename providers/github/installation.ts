/** Installation tokens of apps, which end themselves. They have no user to show. */
import { active, inactive, unclear, type CheckResult } from '../../src/contract/index.js';
import {
  accepted,
  isDenied,
  notActive,
  reasonOf,
  textAt,
  unexpected,
  valueAt,
  type FamilyTools,
  type TokenResult,
} from '../../src/families/index.js';
import { API_VERSION } from './batch.js';

export async function checkInstallation(
  token: string,
  { send }: FamilyTools,
): Promise<CheckResult> {
  const path = '/installation/repositories?per_page=1';
  const answer = await send({ method: 'GET', path, bearer: token, headers: API_VERSION });
  const { status, json } = answer;
  if (status === 200 && Array.isArray(valueAt(json, 'repositories')))
    return active({ owner: textAt(valueAt(json, 'repositories.0'), 'owner.login') });
  if (status === 401 && textAt(json, 'message') === 'Bad credentials') return inactive();
  return unclear(reasonOf('GitHub', answer));
}

export async function deleteInstallation(
  token: string,
  { send }: FamilyTools,
): Promise<TokenResult> {
  const path = '/installation/token';
  const answer = await send({ method: 'DELETE', path, bearer: token, headers: API_VERSION });
  if (answer.status === 204) return accepted();
  if (isDenied(answer)) return notActive('GitHub');
  return unexpected('GitHub', answer);
}
