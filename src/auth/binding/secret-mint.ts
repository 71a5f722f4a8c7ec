import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { DAY_MS } from '../../core/instant.js';
import type { SecretKind } from '../../database/entities/binding-secret.row.js';
import { selfSigned, thumbprintOf } from '../../http/tls/self-signed.js';
import type { StoredProof } from './binding.store.js';
import { SlowTurns } from './slow-turns.js';
import { HASH_COST, newSalt, newSecret, proofOf } from './client-secret.js';

/** A secret in clear: it is shown once, to whom it is made for. */
export type ClearSecret =
  | { readonly kind: 'password'; readonly clientSecret: string }
  | { readonly kind: 'certificate'; readonly certificate: string; readonly privateKey: string };

/** A new secret: what is shown of it, and what is kept. */
export interface FreshSecret {
  readonly clear: ClearSecret;
  readonly stored: StoredProof;
}

/** The credentials of a new binding before they are stored. */
export interface FreshCredentials extends FreshSecret {
  readonly bindingId: string;
  readonly clientId: string;
}

/** Whom a new secret is for. */
export interface SecretHolder {
  readonly clientId: string;
  /** Who has it made: the owners of bindings take turns at the slow hash. */
  readonly owner: string;
}

const CERTIFICATE_MS = 365 * DAY_MS;

/** Makes secrets: 256 random bits, or a client certificate that signs itself and is known by its thumbprint. */
@Injectable()
export class SecretMint {
  constructor(
    private readonly clock: Clock,
    private readonly turns: SlowTurns,
    @Inject(HASH_COST) private readonly cost: number,
  ) {}

  /** Makes the credentials of a new binding, `label` part of the client id, `owner` as in SecretHolder. A password costs a slow hash: not within a transaction. */
  async newCredentials(label: string, kind: SecretKind, owner: string): Promise<FreshCredentials> {
    const bindingId = randomUUID();
    const slug = label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const clientId = `sb-${slug}-${bindingId.slice(0, 8)}`;
    return { bindingId, clientId, ...(await this.newSecret({ clientId, owner }, kind, null)) };
  }

  /** Makes one more secret of a client; `salt` is that of its other passwords, null where it has none. */
  async newSecret(
    { clientId, owner }: SecretHolder,
    kind: SecretKind,
    salt: string | null,
  ): Promise<FreshSecret> {
    switch (kind) {
      case 'password': {
        const clientSecret = newSecret();
        const place = { group: `owner ${owner}`, member: clientId };
        const proof = await this.turns.run(place, () => proofOf(clientSecret, salt ?? newSalt(this.cost)));
        return { clear: { kind, clientSecret }, stored: { kind, proof, expiresAt: null } };
      }
      case 'certificate': {
        const from = this.clock.now();
        const until = from + CERTIFICATE_MS;
        const keyed = selfSigned({ name: clientId, use: 'client', from, until });
        const proof = thumbprintOf(keyed.certificate);
        return { clear: { kind, ...keyed }, stored: { kind, proof, expiresAt: until } };
      }
    }
  }
}
