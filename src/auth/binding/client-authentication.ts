import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ChangeFeed } from '../../tenant/change-feed.js';
import { BindingIndex } from './binding-index.js';
import type { Binding } from './binding.reader.js';
import { BindingStore } from './binding.store.js';
import { fittingProof } from './client-secret.js';
import { FailedAttempts } from './failed-attempts.js';
import { SecretCache } from './secret-cache.js';

/** A client id and secret, and the address that they came from. */
export interface SecretAttempt {
  readonly clientId: string;
  readonly secret: string;
  readonly address: string;
}

/** Finds out which binding a client's secret proves. */
@Injectable()
export class ClientAuthentication {
  constructor(
    private readonly database: Database,
    private readonly store: BindingStore,
    private readonly bindings: BindingIndex,
    private readonly verified: SecretCache,
    private readonly failed: FailedAttempts,
    private readonly feed: ChangeFeed,
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
   * Throws TooManyAttempts where the address has failed too often.
   */
  async authenticate(attempt: SecretAttempt): Promise<Binding | null> {
    const { clientId, secret, address } = attempt;
    const remembered = this.verified.find(clientId, secret);
    if (remembered) return remembered;
    this.failed.check(clientId, address);
    const stored = await this.database.read((tx) => this.store.proofsOf(tx, clientId, 'password'));
    const proofs = stored.map((row) => row.proof);
    const fitting = await fittingProof(secret, proofs);
    const proven = stored.find((row) => row.proof === fitting);
    if (!proven) {
      this.failed.note(clientId, address);
      return null;
    }
    await this.feed.poll();
    return this.verified.remember(clientId, secret, proven.expiresAt);
  }
}
