/** Revocation rules: which tokens of a key are dead, and from when on. */

/** What one request says of all its targets. Times in ms. */
export interface Terms {
  /** Tokens issued before this are met. */
  readonly issuedBefore: number;
  /** From this time on, as the caller was told. */
  readonly appliesAt: number;
  /** When the data plane really begins to refuse. */
  readonly enforcedAt: number;
}

export interface Rule extends Terms {
  readonly keyName: string;
  readonly type: string;
  readonly value: string;
}

export interface Rules {
  /** Adds a rule for `type:value` and drops those that it makes pointless. */
  add(keyName: string, target: string, terms: readonly [Terms], now: number): void;
  of(keyName: string, target: string): readonly Terms[];
  readonly count: number;
  list(): Rule[];
}

/** No rules yet. Targets of one request share its terms, so that millions of them fit. */
export function createRules(): Rules {
  const byKey = new Map<string, Map<string, readonly Terms[]>>();
  let count = 0;
  return {
    add(keyName, target, terms, now) {
      let ofKey = byKey.get(keyName);
      if (!ofKey) byKey.set(keyName, (ofKey = new Map()));
      const before = ofKey.get(target) ?? [];
      const kept = before.filter((old) => !outdoes(terms[0], old, now));
      ofKey.set(target, kept.length === 0 ? terms : [...kept, ...terms]);
      count += kept.length + 1 - before.length;
    },
    of: (keyName, target) => byKey.get(keyName)?.get(target) ?? [],
    get count() {
      return count;
    },
    list: () =>
      [...byKey].flatMap(([keyName, ofKey]) =>
        [...ofKey].flatMap(([target, all]) =>
          all.map((terms) => ({ keyName, ...splitTarget(target), ...terms })),
        ),
      ),
  };
}

/** Parts `type:value` at its first colon; without one the type is empty. */
export function splitTarget(target: string): { type: string; value: string } {
  const colon = target.indexOf(':');
  return { type: target.slice(0, Math.max(colon, 0)), value: target.slice(colon + 1) };
}

/** Whether terms are in force for a token that was issued then. All times in ms. */
export function meets(terms: Terms, issued: number, now: number): boolean {
  return issued < terms.issuedBefore && now >= terms.enforcedAt;
}

function outdoes(terms: Terms, old: Terms, now: number): boolean {
  return (
    terms.issuedBefore >= old.issuedBefore && terms.enforcedAt <= Math.max(old.enforcedAt, now)
  );
}
