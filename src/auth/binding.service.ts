import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Instant } from '../core/instant.js';
import { Database, type Tx } from '../database/database.js';
import { BindingSecretRow } from '../database/entities/binding-secret.row.js';
import { BindingRow } from '../database/entities/binding.row.js';
import { ChangeFeed } from '../tenant/change-feed.js';
import type { Binding } from './binding-index.js';
import { fittingProof, newSalt, newSecret, proofOf } from './client-secret.js';
import { VerifiedSecrets } from './verified-secrets.js';

/** New credentials before they are stored. `clientSecret` is to be shown once: only `proof` is kept. */
export interface FreshCredentials {
  readonly bindingId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly proof: string;
}

/** The only writer of bindings and their secrets. */
@Injectable()
export class BindingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    private readonly verified: VerifiedSecrets,
  ) {}

  /** Makes credentials for a new binding, `label` part of the client id; storing them is `create`. Costs a slow hash: call it outside a transaction. */
  async mint(label: string): Promise<FreshCredentials> {
    const bindingId = randomUUID();
    const clientSecret = newSecret();
    const clientId = `sb-${label.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${bindingId.slice(0, 8)}`;
    return { bindingId, clientId, clientSecret, proof: await proofOf(clientSecret, newSalt()) };
  }

  /** Stores a binding of an instance, or, with null, an operator's client; `feed.poll` after the commit makes it usable in this process. */
  async create(tx: Tx, instanceId: number | null, name: string, fresh: FreshCredentials): Promise<void> {
    const createdAt = this.clock.now();
    await tx.manager.insert(BindingRow, {
      id: fresh.bindingId,
      instanceId,
      name,
      clientId: fresh.clientId,
      createdAt,
      revokedAt: null,
    });
    await tx.manager.insert(BindingSecretRow, {
      bindingId: fresh.bindingId,
      kind: 'password',
      proof: fresh.proof,
      createdAt,
      expiresAt: null,
    });
    await this.feed.append(tx, 'binding', fresh.bindingId);
  }

  /**
   * Answers the live binding that a client id and secret prove, null where they prove none. A pair that was
   * verified is remembered for a few minutes; any other costs the same time whether the client exists or not.
   */
  async authenticate(clientId: string, secret: string): Promise<Binding | null> {
    const remembered = this.verified.find(clientId, secret);
    if (remembered) return remembered;
    const stored = await this.proofsOf(clientId);
    const fitting = await fittingProof(
      secret,
      stored.map((row) => row.proof),
    );
    const proven = stored.find((row) => row.proof === fitting);
    if (!proven) return null;
    await this.feed.poll();
    return this.verified.remember(
      clientId,
      secret,
      proven.expires_at === null ? null : Number(proven.expires_at),
    );
  }

  private proofsOf(clientId: string): Promise<{ proof: string; expires_at: Instant | string | null }[]> {
    return this.database.read((tx) =>
      tx.query(
        `SELECT s.proof, s.expires_at FROM binding b JOIN binding_secret s ON s.binding_id = b.id
         WHERE b.client_id = ? AND b.revoked_at IS NULL AND s.kind = 0
           AND (s.expires_at IS NULL OR s.expires_at > ?)`,
        [clientId, this.clock.now()],
      ),
    );
  }
}
