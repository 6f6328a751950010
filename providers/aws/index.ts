/** AWS access keys, which make themselves inactive where their policies allow it. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { isCanary } from './canaries.js';
import { callAws, elementOf, errorCodeOf, halvesOf } from './request.js';
import { accessKey, accountOf, vendor } from './shapes.js';

const STS = 'sts_url';
const CONSOLE = 'https://console.aws.amazon.com/iam/home#/users';
const CANARY = 'it is a canary (canarytokens.org): using it raises an alarm';

export default family.defineTokenProvider({
  id: 'aws',
  service: 'AWS',
  summary: 'make AWS access keys inactive, by their ID and secret',
  vendor,
  endpoint: {
    env: 'REVOKE_AWS_IAM_URL',
    default: 'https://iam.amazonaws.com',
    others: [
      {
        name: STS,
        env: 'REVOKE_AWS_STS_URL',
        default: 'https://sts.amazonaws.com',
        help: 'the base URL of STS, which says whose a key is',
      },
    ],
  },
  notes: [
    'An access key ID is half of a pair: give it with its secret, as <id>:<secret>, on one line or as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    'A key is made inactive, which its owner can undo; --delete deletes it. The default is the partition aws: set both URLs for another one.',
    'A key of a known canary account is named, and not used without --force.',
  ],
  options: [{ flags: '--delete', help: 'delete access keys for good', isTerm: true }],
  pages: [CONSOLE],
  auditUrl: 'https://console.aws.amazon.com/cloudtrailv2/home#/events',
  families: () => [
    {
      name: 'access keys',
      shapes: [accessKey],
      concurrency: 2,
      consequences: [
        'An AWS key becomes inactive for all that uses it. Sessions that were made with it stay active until they expire.',
      ],
      refuses: (pair, tools) =>
        isHeldBack(pair, tools)
          ? family.refused('canary', CANARY, { hint: 'use --force to use it all the same' })
          : undefined,
      async check(pair, tools) {
        if (isHeldBack(pair, tools)) return unclear(CANARY, 'use --force to check it all the same');
        const call = { at: STS, service: 'sts', action: 'GetCallerIdentity' } as const;
        const answer = await callAws(pair, tools, call);
        const [arn, account] = ['Arn', 'Account'].map((name) => elementOf(answer, name));
        if (answer.status === 200 && arn !== undefined)
          return active({ owner: arn, facts: { access_key_id: halvesOf(pair).id, account } });
        const code = errorCodeOf(answer);
        if (answer.status === 403 && code === 'InvalidClientTokenId') return inactive();
        return unclear(reasonOf(answer));
      },
      async revoke(pair, tools) {
        if (isHeldBack(pair, tools))
          return family.refused('canary', CANARY, { hint: 'use --force to use it all the same' });
        const isDeletion = tools.isOn('delete');
        const action = isDeletion ? 'DeleteAccessKey' : 'UpdateAccessKey';
        const parameters = {
          AccessKeyId: halvesOf(pair).id,
          ...(!isDeletion && { Status: 'Inactive' }),
        };
        const answer = await callAws(pair, tools, { service: 'iam', action, parameters });
        return judge(answer, action);
      },
    },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startAwsEmulator(options),
});

function isHeldBack(pair: string, tools: Pick<family.FamilyTools, 'isOn'>): boolean {
  return isCanary(accountOf(halvesOf(pair).id)) && !tools.isOn('force');
}

function judge(answer: family.Answer, action: string): family.TokenResult {
  if (answer.status === 200 && answer.text.includes(`</${action}Response>`))
    return family.accepted();
  switch (`${answer.status} ${errorCodeOf(answer)}`) {
    case '403 InvalidClientTokenId':
      return family.notActive('AWS');
    case '404 NoSuchEntity':
      return family.refused('not_found', 'AWS has no such access key');
    case '403 AccessDenied':
      return family.refused('cannot_revoke', 'its policies do not let it; it is active', {
        providerCode: 'AccessDenied',
        hint: `an administrator of the account can: ${CONSOLE}`,
        facts: { revocable_by: 'admin', manual_url: CONSOLE },
      });
    case '403 SignatureDoesNotMatch':
      return family.refused('request_refused', reasonOf(answer), {
        providerCode: 'SignatureDoesNotMatch',
      });
    default:
      return family.unexpected('AWS', answer);
  }
}

function reasonOf(answer: family.Answer): string {
  const code = errorCodeOf(answer);
  if (code === 'SignatureDoesNotMatch')
    return 'AWS says that the secret is not the one of this key';
  return code === undefined || !/^\w{1,60}$/.test(code)
    ? `AWS answered ${answer.status}, not as documented`
    : `AWS answered ${answer.status}: ${code}`;
}
