/**
 * The token endpoints of HashiCorp Vault and OpenBao on loopback: both bodies of a 403, batch
 * tokens, tokens of few uses, children and leases that end with their parent, namespaces.
 */
import type { Handler, Reply, SeenRequest } from '../../src/contract/index.js';
import type { FakeTokenType } from '../../src/emulator/fake-tokens.js';
import { createTokenBook, type BookedToken, type NewToken } from '../../src/emulator/token-book.js';
import {
  isoTime,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface VaultEmulatorOptions extends TokenEmulatorOptions {
  /** `openbao`, and Vault before 1.13: one body for every 403. */
  readonly flavor?: 'vault' | 'openbao';
  /** The namespace that tokens live in; the root's without it. */
  readonly namespace?: string;
}

export interface NewVaultToken extends NewToken {
  readonly type?: FakeTokenType;
  /** How often it may be used; any number without it. */
  readonly uses?: number;
  readonly parent?: string;
  /** No policy lets it look at itself or revoke itself. */
  readonly hasNoDefaultPolicy?: boolean;
  readonly leases?: readonly string[];
}

export interface VaultEmulator extends TokenEmulator {
  mintToken(token: NewVaultToken): string;
  /** The leases that are in force. */
  leases(): readonly string[];
  seal(isSealed: boolean): void;
}

interface Rest {
  readonly usesLeft: number;
  readonly uses: number;
  readonly parent: string | undefined;
  readonly hasNoDefaultPolicy: boolean;
  readonly leases: readonly string[];
}

const INVALID = '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n';
const FORBIDDEN = '1 error occurred:\n\t* permission denied\n\n';
const PLAIN = 'permission denied';

export async function startVaultEmulator(
  options: VaultEmulatorOptions = {},
): Promise<VaultEmulator> {
  const book = createTokenBook(options);
  const rest = new Map<string, Rest>();
  let isSealed = false;
  const isOpenBao = options.flavor === 'openbao';
  const restOf = ({ value }: BookedToken) => rest.get(value) ?? NOTHING_SPECIAL;

  const revokeTree = (token: BookedToken): void => {
    book.revoke(token);
    for (const child of book.all()) if (restOf(child).parent === token.value) revokeTree(child);
  };

  const withToken =
    (handler: (token: BookedToken) => Reply): Handler =>
    (request) => {
      if (isSealed) return errors(503, 'Vault is sealed');
      const value = headerOf(request, 'x-vault-token');
      if (value === undefined) return errors(400, 'missing client token');
      const token = book.find(value);
      const isHere = (headerOf(request, 'x-vault-namespace') ?? '') === (options.namespace ?? '');
      if (!token || !isHere || book.stateOf(value) !== 'active')
        return errors(403, isOpenBao ? PLAIN : INVALID);
      const own = restOf(token);
      if (own.uses > 0) {
        rest.set(value, { ...own, usesLeft: own.usesLeft - 1 });
        if (own.usesLeft <= 1) revokeTree(token);
      }
      if (own.hasNoDefaultPolicy) return errors(403, isOpenBao ? PLAIN : FORBIDDEN);
      return handler(token);
    };
  const revokeSelf = withToken((token) => {
    if (isBatch(token)) return errors(400, 'batch tokens cannot be revoked');
    revokeTree(token);
    return { status: 204 };
  });

  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'GET /v1/auth/token/lookup-self': withToken((token) => ({
          status: 200,
          headers: { date: new Date(book.now()).toUTCString() },
          body: { data: describeToken(token, restOf(token), book.now()) },
        })),
        'POST /v1/auth/token/revoke-self': revokeSelf,
        'PUT /v1/auth/token/revoke-self': revokeSelf,
      },
      notFound: () => ({ status: 404, body: { errors: [] } }),
      revokes: /^(?:POST|PUT) .*\/v1\/auth\/token\/revoke-self$/,
      issues: isOpenBao ? 'vault_legacy_service' : 'vault_service',
      token: { owner: 'token-octavia', scopes: ['default', 'web'] },
      environment: (url) => ({
        VAULT_ADDR: url,
        ...(options.namespace !== undefined && { VAULT_NAMESPACE: options.namespace }),
      }),
      samples: { VAULT_SAMPLE_TOKEN: 'vault_service', VAULT_SAMPLE_BATCH_TOKEN: 'vault_batch' },
    },
    options,
  );
  return {
    ...emulator,
    mintToken({ type = 'vault_service', uses, parent, hasNoDefaultPolicy, leases, ...details }) {
      const value = emulator.mint(type, {
        owner: 'token-octavia',
        scopes: ['default'],
        ...details,
      });
      rest.set(value, {
        uses: uses ?? 0,
        usesLeft: uses ?? 0,
        parent,
        hasNoDefaultPolicy: hasNoDefaultPolicy ?? false,
        leases: leases ?? [],
      });
      return value;
    },
    leases: () =>
      book
        .all()
        .filter(({ value }) => book.stateOf(value) === 'active')
        .flatMap((token) => restOf(token).leases),
    seal: (value) => void (isSealed = value),
  };
}

const NOTHING_SPECIAL: Rest = {
  uses: 0,
  usesLeft: 0,
  parent: undefined,
  hasNoDefaultPolicy: false,
  leases: [],
};

function describeToken(token: BookedToken, own: Rest, now: number) {
  return {
    accessor: '8609694a-cdbc-db9b-d345',
    display_name: token.owner,
    policies: token.scopes,
    path: 'auth/token/create',
    meta: null,
    ttl: token.expiresAt === undefined ? 0 : Math.floor((token.expiresAt - now) / 1000),
    expire_time: isoTime(token.expiresAt),
    creation_time: Math.floor(token.createdAt / 1000),
    num_uses: own.usesLeft,
    orphan: own.parent === undefined,
    type: isBatch(token) ? 'batch' : 'service',
    entity_id: '',
    renewable: false,
  };
}

function isBatch({ type }: BookedToken): boolean {
  return type === 'vault_batch' || type === 'vault_legacy_batch';
}

function headerOf({ headers }: SeenRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function errors(status: number, message: string): Reply {
  return { status, body: { errors: [message] } };
}
