import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ChangeFeed } from '../../tenant/change-feed.js';
import { BindingIndex } from './binding-index.js';
import type { Binding } from './binding.reader.js';
import { BindingStore } from './binding.store.js';
import { fittingProof, HASH_COST } from './client-secret.js';
import { FailedAttempts, networkOf, type CountedAttempt } from './failed-attempts.js';
import { SecretCache, type PairDigest, type ProvenBinding } from './secret-cache.js';
import { SlowTurns } from './slow-turns.js';

/** A client id and secret, and the address that they came from. */
export interface SecretAttempt {
  readonly clientId: string;
  readonly secret: string;
  readonly address: string;
}

/** The turns of pairs that were right before: no guess is in their way. */
const PROVEN = 'proven';

/** Finds out which binding a client's secret proves. */
@Injectable()
export class ClientAuthentication {
  /** The verifications under way: requests with the same pair share one. */
  private readonly open = new Map<PairDigest, Promise<ProvenBinding | null>>();

  constructor(
    private readonly database: Database,
    private readonly store: BindingStore,
    private readonly bindings: BindingIndex,
    private readonly verified: SecretCache,
    private readonly failed: FailedAttempts,
    private readonly turns: SlowTurns,
    private readonly feed: ChangeFeed,
    @Inject(HASH_COST) private readonly cost: number,
  ) {}

  /** Returns the live binding that a client certificate proves, by its thumbprint; null where it proves none. */
  async authenticateCertificate(clientId: string, thumbprint: string): Promise<Binding | null> {
    const stored = await this.database.read((tx) => this.store.proofsOf(tx, clientId, 'certificate'));
    if (!stored.some((row) => row.proof === thumbprint)) return null;
    await this.feed.poll();
    return this.bindings.find(clientId);
  }

  /**
   * Returns the live binding that a client id and secret prove, null where they prove none. A pair that was
   * verified is remembered for a few minutes; any other costs the same time whether the client exists or not.
   * Throws TooManyAttempts where the address has tried too often.
   */
  async authenticate(attempt: SecretAttempt): Promise<Binding | null> {
    return (await this.prove(attempt))?.binding ?? null;
  }

  /** Like `authenticate`, and says by which secret. */
  async prove(attempt: SecretAttempt): Promise<ProvenBinding | null> {
    const pair = this.verified.digestOf(attempt.clientId, attempt.secret);
    const remembered = this.verified.find(pair);
    if (remembered) return remembered;
    const underWay = this.open.get(pair);
    if (underWay) return (await underWay) ?? this.refused(this.count(attempt));
    // A pair that was right before is no guess: others who guess do not make it wait.
    const isProven = this.verified.wasRight(pair);
    const counted = isProven ? null : this.count(attempt);
    const group = isProven ? PROVEN : networkOf(attempt.address);
    const proven = await this.verifyOnce(attempt, pair, group).catch((error: unknown) => {
      counted?.forgive();
      throw error;
    });
    if (!proven) return this.refused(counted ?? this.count(attempt));
    counted?.forgive();
    return proven;
  }

  private count({ clientId, address }: SecretAttempt): CountedAttempt {
    return this.failed.begin({ clientId, address, isKnown: this.bindings.find(clientId) !== null });
  }

  private refused(counted: CountedAttempt): null {
    counted.refuse();
    return null;
  }

  private verifyOnce(attempt: SecretAttempt, pair: PairDigest, group: string): Promise<ProvenBinding | null> {
    const verification = this.verify(attempt, pair, group).finally(() => this.open.delete(pair));
    this.open.set(pair, verification);
    return verification;
  }

  private async verify(
    attempt: SecretAttempt,
    pair: PairDigest,
    group: string,
  ): Promise<ProvenBinding | null> {
    const { clientId, secret } = attempt;
    const proofs = (await this.proofsOf(clientId)).map((row) => row.proof);
    const place = { group, member: clientId };
    const fitting = await this.turns.run(place, () => fittingProof(secret, proofs, this.cost));
    const proven = fitting === null ? null : await this.provenBy(clientId, fitting);
    if (!proven) {
      this.verified.forget(pair);
      return null;
    }
    const { expiresAt, ...named } = proven;
    this.verified.remember(pair, named, expiresAt);
    return named;
  }

  /** The turn may have taken seconds: what was revoked or replaced meanwhile proves nothing any more. */
  private async provenBy(clientId: string, proof: string) {
    await this.feed.poll();
    const binding = this.bindings.find(clientId);
    const row = (await this.proofsOf(clientId)).find((stored) => stored.proof === proof);
    return binding && row ? { binding, secretId: row.id, expiresAt: row.expiresAt } : null;
  }

  private proofsOf(clientId: string) {
    return this.database.read((tx) => this.store.proofsOf(tx, clientId, 'password'));
  }
}
