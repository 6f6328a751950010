import { CHECKSUMS } from '../contract/checksum.js';
import { FAKE_TOKEN_TYPES, makeToken, type FakeTokenType } from './fake-tokens.js';

const SHAPES: Partial<Record<FakeTokenType, RegExp>> = {
  github_pat_classic: /^ghp_[A-Za-z0-9]{36}$/,
  github_pat_fine_grained: /^github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}$/,
  github_refresh: /^ghr_[A-Za-z0-9]{76}$/,
  github_app_installation_stateless: /^ghs_\d{7}_[\w-]+\.[\w-]+\.[\w-]+$/,
  gitlab_pat: /^glpat-[\w-]{20}$/,
  gitlab_pat_routable: /^glpat-[\w-]{27,300}\.01\.[0-9a-z]{9}$/,
  huggingface_user: /^hf_[A-Za-z]{34}$/,
  slack_bot: /^xoxb-\d{12}-\d{13}-[A-Za-z0-9]{24}$/,
  slack_user: /^xoxp(-\d{10,13}){3}-[0-9a-f]{32}$/,
  vault_service: /^hvs\.[\w-]{90,120}$/,
  vault_legacy_service: /^s\.[A-Za-z0-9]{24}$/,
  jfrog_reference: /^cmVmd[A-Za-z0-9]{59}$/,
};

describe('fake tokens', () => {
  test.each(Object.entries(SHAPES))('a fake %s has the documented shape', (type, shape) => {
    for (let seed = 0; seed < 50; seed++) {
      expect(makeToken(type as FakeTokenType, seed)).toMatch(shape);
    }
  });

  test.each(['github_pat_classic', 'github_oauth', 'github_app_user', 'github_refresh'] as const)(
    'a fake %s has a matching checksum',
    (type) => {
      expect(CHECKSUMS['crc32-base62'](makeToken(type, 'any'))).toBe(true);
    },
  );

  test('a fake routable GitLab token has a matching checksum and names its length', () => {
    const token = makeToken('gitlab_pat_routable');
    const payload = token.slice('glpat-'.length, token.indexOf('.'));
    expect(CHECKSUMS['gitlab-routable'](token)).toBe(true);
    expect(Number.parseInt(token.slice(-9, -7), 36)).toBe(payload.length);
  });

  test('the same seed makes the same token, another seed another one, for every type', () => {
    for (const type of FAKE_TOKEN_TYPES) {
      expect(makeToken(type, 1)).toBe(makeToken(type, 1));
      expect(makeToken(type, 1)).not.toBe(makeToken(type, 2));
    }
  });
});
