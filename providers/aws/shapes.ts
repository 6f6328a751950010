import type { Shape, Vendor } from '../../src/contract/index.js';

/** 40 characters of base64; a commit's hash is none. */
const pair = {
  name: 'secret access key',
  pattern: '(?![0-9a-f]{40}(?![A-Za-z0-9/+]))[A-Za-z0-9/+]{40}',
};
const rest = '[A-Z2-7]{16}';

export const accessKey: Shape = {
  type: 'aws_access_key',
  name: 'AWS access key',
  prefixes: ['AKIA'],
  rest,
  pair,
};

export const vendor: Vendor = {
  id: 'aws',
  hosts: ['.amazonaws.com', '.amazonaws.com.cn', '.aws.amazon.com'],
  revocable: [accessKey],
  unrevocable: [
    {
      type: 'aws_temporary_key',
      name: 'AWS temporary access key',
      prefixes: ['ASIA'],
      rest,
      revocable_by: 'admin',
      manual_url:
        'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html',
      notes: ['its role can be made to refuse all older sessions; one session cannot be revoked'],
    },
    {
      type: 'aws_service_key',
      name: 'AWS service bearer token or context key',
      prefixes: ['ABIA', 'ACCA'],
      rest,
      revocable_by: 'admin',
      manual_url:
        'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids',
    },
  ],
  examples: ['AKIAIOSFODNN7', 'AKIAI44QH8DHB', 'ASIAIOSFODNN7'].map((id) => `${id}EXAMPLE`),
};

/** The account in a key's id, read without asking anybody; ids of before 2019 (`AKIAI`, `AKIAJ`) have none. */
export function accountOf(keyId: string): string | undefined {
  if (/^.{4}[IJ]/.test(keyId)) return undefined;
  let bits = 0n;
  for (const letter of keyId.slice(4, 14)) {
    const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter);
    if (value === -1) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  return (((bits >> 2n) & 0x7fffffffff80n) >> 7n).toString().padStart(12, '0');
}
