import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomUUID,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { exportJWK, type JWK } from 'jose';
import { Clock } from '../../core/clock.js';
import type { Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import type { Tx } from '../../database/tx.js';
import type { SigningKeyRow } from '../../database/entities/signing-key.row.js';
import { Sealing } from '../../database/sealing/sealing.js';
import { ChangeFeed, type Follower } from '../../tenant/change-feed.js';
import { signerAt } from './key-times.js';
import { SigningKeyStore } from './signing-key.store.js';

/** A key pair in memory. */
export interface SigningKey {
  readonly kid: string;
  readonly createdAt: Instant;
  readonly retiredAt: Instant | null;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: JWK;
}

const generateRsa = promisify(generateKeyPair);

/** The keys that sign and verify access tokens: in the database for all replicas, in memory for each. */
@Injectable()
export class KeyRing implements Follower {
  private keys: readonly SigningKey[] = [];
  private lost = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    private readonly sealing: Sealing,
    private readonly store: SigningKeyStore,
  ) {
    feed.follow('key', this);
  }

  /** How often keys went: who remembers what they signed compares. */
  get losses(): number {
    return this.lost;
  }

  /** Makes the first key where there is none; of several replicas that start at once only one does. */
  async ensureKey(): Promise<void> {
    if (this.keys.length > 0) return;
    const row = await this.newKey();
    await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      if (await this.store.isAny(tx)) return;
      await this.insert(tx, row);
    });
    // A replica that was not the first announced nothing: it learns of the other's key here, before it serves.
    await this.feed.poll();
  }

  /** Makes a key that is not stored yet, its private half sealed. */
  async newKey(): Promise<SigningKeyRow> {
    const { privateKey, publicKey } = await this.newPair();
    return {
      kid: `key-${randomUUID()}`,
      publicJwk: JSON.stringify(await exportJWK(publicKey)),
      privateKey: this.sealing.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
      createdAt: this.clock.now(),
      retiredAt: null,
    };
  }

  /** Stores a new key and announces it; it signs only once every replica has had the time to publish it. */
  async insert(tx: Tx, row: SigningKeyRow): Promise<void> {
    await this.store.insert(tx, row);
    await this.feed.append(tx, 'key', row.kid);
  }

  /**
   * Puts a new key beside the newest one where that is `olderThanMs` old. The new key is published at once and
   * signs a minute later; the old one, retired, goes on to verify.
   */
  async rotate(olderThanMs: number): Promise<void> {
    const isDue = () => (this.keys.at(-1)?.createdAt ?? 0) + olderThanMs <= this.clock.now();
    if (!isDue()) return;
    const row = await this.newKey();
    await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      const keys = await this.store.list(tx);
      const newest = keys.at(-1)?.createdAt ?? 0;
      if (newest + olderThanMs > this.clock.now()) return;
      for (const { kid } of keys.filter((key) => key.retiredAt === null)) {
        await this.store.retire(tx, kid, this.clock.now());
      }
      await this.insert(tx, row);
    });
  }

  /**
   * Puts a new key in the place of all others, which verify nothing any more: here at once, in other replicas within 5 s.
   * The new one signs at once, as the only one. `note` writes down, in the same transaction, that it was done. Returns its id.
   */
  async replaceAll(note: (tx: Tx, kid: string) => Promise<void>): Promise<string> {
    const row = await this.newKey();
    await this.database.transaction(async (tx) => {
      await this.feed.lock(tx);
      for (const { kid } of await this.store.list(tx)) {
        await this.store.delete(tx, kid);
        await this.feed.append(tx, 'key', kid);
      }
      await this.insert(tx, row);
      await note(tx, row.kid);
    });
    return row.kid;
  }

  /** Drops the keys that were retired more than `afterMs` ago: no token that they signed lives any more. */
  async dropRetired(afterMs: number): Promise<void> {
    const before = this.clock.now() - afterMs;
    const dropped = this.keys.filter((key) => key.retiredAt !== null && key.retiredAt < before);
    if (dropped.length === 0) return;
    await this.database.transaction(async (tx) => {
      for (const { kid } of dropped) {
        await this.store.delete(tx, kid);
        await this.feed.append(tx, 'key', kid);
      }
    });
  }

  /** Returns the key that signs now. */
  signer(): SigningKey {
    const key = signerAt(this.keys, this.clock.now());
    if (!key) throw new Error('There is no signing key: the key ring was used before it was loaded.');
    return key;
  }

  /** Returns the public key of a key id without I/O, null where this process knows none. */
  find(kid: string): KeyObject | null {
    return this.keys.find((key) => key.kid === kid)?.publicKey ?? null;
  }

  /** Returns every key that may have signed a token that still lives. */
  list(): readonly SigningKey[] {
    return this.keys;
  }

  async reload(tx: Tx): Promise<void> {
    await this.reloadAll(tx);
  }

  async reloadAll(tx: Tx): Promise<void> {
    const rows = await this.store.list(tx);
    const known = new Map(this.keys.map((key) => [key.kid, key]));
    const stored = new Set(rows.map(({ kid }) => kid));
    if (this.keys.some(({ kid }) => !stored.has(kid))) this.lost++;
    this.keys = rows.map((row) => {
      const key = known.get(row.kid) ?? this.opened(row);
      return { ...key, retiredAt: row.retiredAt };
    });
  }

  /** Makes a pair of 2048 bits. Takes some 150 ms of another thread. */
  protected newPair(): Promise<KeyPairKeyObjectResult> {
    return generateRsa('rsa', { modulusLength: 2048 });
  }

  private opened(row: SigningKeyRow): SigningKey {
    const privateKey = createPrivateKey(this.sealing.open(row.privateKey));
    const publicKey = createPublicKey(privateKey);
    const { kid, createdAt, retiredAt } = row;
    const publicJwk = JSON.parse(row.publicJwk) as JWK; // written by newKey alone
    return { kid, createdAt, retiredAt, privateKey, publicKey, publicJwk };
  }
}
