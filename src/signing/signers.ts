import { Injectable } from '@nestjs/common';
import { CannotStart } from '../config/cannot-start.js';
import type { Tx } from '../database/tx.js';
import { Sealing } from '../database/sealing/sealing.js';
import { ChangeFeed, type Follower } from '../tenant/change-feed.js';
import { signerOf, type Signer } from './signature.js';
import { SigningKeyStore, WEBHOOK_KEYS, type SigningKey } from './signing-key.store.js';

/** A call that must be signed cannot be; the message says why, and what to do. */
export class CannotSign extends Error {}

const NO_KEY =
  "Nothing was called, because 'signing' is set and the tenant has no signing key: make one with POST /scheduler/signingKeys.";
const UNREADABLE =
  "Nothing was called, because 'signing' is set and a signing key of the tenant cannot be read: replace it under /scheduler/signingKeys, or whoever runs the service adds the value of KEY_ENCRYPTION_SECRET that sealed it.";

/**
 * What signs the calls of each tenancy, in memory: a call costs no statement. It follows the database through the change
 * feed, which every dispatch round looks at, so that a new key signs within a second on every replica.
 */
@Injectable()
export class Signers implements Follower {
  private readonly keys = new Map<number, readonly SigningKey[]>();
  /** Made when they are first needed, and kept with their keys. */
  private readonly signers = new WeakMap<SigningKey, Signer>();

  constructor(
    private readonly feed: ChangeFeed,
    private readonly store: SigningKeyStore,
    private readonly sealing: Sealing,
  ) {
    feed.follow(WEBHOOK_KEYS, this);
  }

  /** Returns what signs the calls of a tenancy now, without a promise where it is known. Throws CannotSign. */
  of(tenancyId: number): readonly Signer[] | Promise<readonly Signer[]> {
    const keys = this.keys.get(tenancyId);
    return keys === undefined ? this.fresh(tenancyId) : this.opened(keys);
  }

  async reloadAll(tx: Tx): Promise<void> {
    const keys = await this.store.listAll(tx, null);
    this.keys.clear();
    for (const key of keys) this.keys.set(key.tenancyId, [...(this.keys.get(key.tenancyId) ?? []), key]);
  }

  async reload(tx: Tx, refs: readonly string[]): Promise<void> {
    const tenancyIds = refs.map(Number);
    const keys = await this.store.listAll(tx, tenancyIds);
    for (const id of tenancyIds) {
      const own = keys.filter(({ tenancyId }) => tenancyId === id);
      if (own.length === 0) this.keys.delete(id);
      else this.keys.set(id, own);
    }
  }

  /** Another replica may have made the first key a moment ago. */
  private async fresh(tenancyId: number): Promise<readonly Signer[]> {
    await this.feed.poll();
    const keys = this.keys.get(tenancyId);
    if (keys === undefined) throw new CannotSign(NO_KEY);
    return this.opened(keys);
  }

  private opened(keys: readonly SigningKey[]): readonly Signer[] {
    return keys.map((key) => {
      const known = this.signers.get(key);
      if (known !== undefined) return known;
      const signer = this.made(key);
      this.signers.set(key, signer);
      return signer;
    });
  }

  private made({ secret }: SigningKey): Signer {
    try {
      return signerOf(this.sealing.open(secret));
    } catch (error) {
      if (error instanceof CannotStart) throw new CannotSign(UNREADABLE);
      throw error;
    }
  }
}
