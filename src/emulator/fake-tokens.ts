/**
 * Tokens that look real and are not: the right shape, length and checksum, made from a seed. An
 * emulator treats one as live because it put it into its own state; no vendor ever issued it.
 * They are made in code, so that no scanner finds one in the repository.
 */
import { createHash } from 'node:crypto';
import {
  crc32Base62,
  crc32Hex,
  crc32HexReversed,
  cratesXor,
  gitlabRoutable,
  inBase,
  sha256Base32,
} from '../contract/checksum.js';

const DIGIT = '0123456789';
const HEX = `${DIGIT}abcdef`;
const LOWER = `${DIGIT}abcdefghijklmnopqrstuvwxyz`;
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTER = `${UPPER}abcdefghijklmnopqrstuvwxyz`;
const ALNUM = DIGIT + LETTER;
const URL_SAFE = `${ALNUM}-_`;

/** Characters of an alphabet, the same for the same seed. */
type Draw = (alphabet: string, length: number) => string;

function drawFrom(seed: string): Draw {
  let block = 0;
  let bytes: number[] = [];
  const next = (limit: number): number => {
    for (;;) {
      if (bytes.length === 0) {
        bytes = [...createHash('sha256').update(`${seed}/${block++}`).digest()];
      }
      const byte = bytes.pop() as number;
      if (byte < 256 - (256 % limit)) return byte % limit;
    }
  };
  return (alphabet, length) =>
    Array.from({ length }, () => alphabet[next(alphabet.length)] as string).join('');
}

function withCrc(prefix: string, length: number, alphabet = ALNUM): (draw: Draw) => string {
  return (draw) => {
    const body = draw(alphabet, length);
    return prefix + body + crc32Base62(body);
  };
}

function plain(prefix: string, alphabet: string, length: number): (draw: Draw) => string {
  return (draw) => prefix + draw(alphabet, length);
}

function fineGrained(draw: Draw): string {
  const before = `github_pat_11${draw(UPPER + DIGIT, 9)}0${draw(ALNUM, 10)}_${draw(ALNUM, 43)}`;
  return before + sha256Base32(before) + draw(ALNUM, 8);
}

/** The payload names an organization and a user, as GitLab's do. */
function routable(draw: Draw): string {
  const facts = `o:1\nu:${draw(LOWER.slice(1), 1)}${draw(LOWER, 3)}`;
  const bytes = Buffer.concat([
    Buffer.from(draw(HEX, 32), 'hex'),
    Buffer.from(facts),
    Buffer.from([facts.length]),
  ]);
  const payload = bytes.toString('base64url');
  const before = `glpat-${payload}.01.${inBase(payload.length, LOWER, 2)}`;
  return before + gitlabRoutable(before);
}

const MAKERS = {
  github_pat_classic: withCrc('ghp_', 30),
  github_pat_fine_grained: fineGrained,
  github_oauth: withCrc('gho_', 30),
  github_app_user: withCrc('ghu_', 30),
  github_refresh: withCrc('ghr_', 70),
  github_app_installation: plain('ghs_', ALNUM, 36),
  /** The form of 2026: an app's id and a signed JWT, about 520 characters. */
  github_app_installation_stateless: (draw: Draw) =>
    `ghs_${draw('123456789', 7)}_eyJ${draw(URL_SAFE, 60)}.eyJ${draw(URL_SAFE, 97)}.${draw(URL_SAFE, 342)}`,
  gitlab_pat: plain('glpat-', ALNUM, 20),
  gitlab_pat_routable: routable,
  huggingface_user: plain('hf_', LETTER, 34),
  huggingface_organization: plain('api_org_', LETTER, 34),
  slack_bot: (draw: Draw) =>
    `xoxb-${draw('123456789', 12)}-${draw('123456789', 13)}-${draw(ALNUM, 24)}`,
  slack_user: (draw: Draw) =>
    `xoxp-${draw('123456789', 12)}-${draw('123456789', 12)}-${draw('123456789', 13)}-${draw(HEX, 32)}`,
  slack_rotated_bot: plain('xoxe.xoxb-1-', ALNUM, 166),
  slack_rotated_user: plain('xoxe.xoxp-1-', ALNUM, 166),
  vault_service: plain('hvs.CAES', URL_SAFE, 92),
  vault_batch: plain('hvb.AAAAAQ', URL_SAFE, 160),
  vault_legacy_service: plain('s.', ALNUM, 24),
  vault_legacy_batch: plain('b.AAAAAQ', ALNUM, 160),
  discord_webhook: (draw: Draw) =>
    `https://discord.com/api/webhooks/1${draw(DIGIT, 18)}/${draw(URL_SAFE, 68)}`,
  vercel_personal: withCrc('vcp_', 50),
  vercel_integration: withCrc('vci_', 50),
  vercel_ai_gateway: withCrc('vck_', 50),
  digitalocean_personal: plain('dop_v1_', HEX, 64),
  digitalocean_oauth: plain('doo_v1_', HEX, 64),
  doppler_cli: plain('dp.ct.', ALNUM, 40),
  doppler_personal: plain('dp.pt.', ALNUM, 43),
  doppler_service: plain('dp.st.dev.', ALNUM, 43),
  buildkite_user: plain('bkua_', LOWER, 40),
  jfrog_reference: (draw: Draw) =>
    Buffer.from(`reftkn:01:0000000000:${draw(ALNUM, 27)}`).toString('base64'),
  crates_api: plain('cio', ALNUM, 32),
  crates_trusted_publishing: (draw: Draw) => {
    const body = draw(ALNUM, 31);
    return `cio_tp_${body}${cratesXor(body)}`;
  },
  google_access: plain('ya29.a0', URL_SAFE, 200),
  google_refresh: plain('1//0', URL_SAFE, 98),
  npm_access: withCrc('npm_', 30),
  /** The ID and its secret. */
  aws_access_key: (draw: Draw) => `AKIA${draw(`${UPPER}234567`, 16)}:${draw(`${ALNUM}/+`, 40)}`,
  cloudflare_user_token: (draw: Draw) => {
    const body = draw(ALNUM, 40);
    return `cfut_${body}${crc32Hex(body)}`;
  },
  grafana_service_account: (draw: Draw) => {
    const body = `glsa_${draw(ALNUM, 32)}`;
    return `${body}_${crc32HexReversed(body)}`;
  },
} as const satisfies Record<string, (draw: Draw) => string>;

/** The types that a fake token can be made of: those of the shapes that recognise them. */
export type FakeTokenType = keyof typeof MAKERS;

export const FAKE_TOKEN_TYPES = Object.keys(MAKERS) as readonly FakeTokenType[];

/** A token of that type; the same seed makes the same token, another seed another one. */
export function makeToken(type: FakeTokenType, seed: string | number = 0): string {
  return MAKERS[type](drawFrom(`${type}/${seed}`));
}
