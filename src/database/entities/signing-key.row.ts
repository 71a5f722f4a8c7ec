import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { instantColumn } from '../columns.js';

/** A key pair that signs access tokens, shared by all replicas. */
@Entity('signing_key')
export class SigningKeyRow {
  @PrimaryColumn({ type: 'varchar' })
  kid!: string;

  /** The public half as a JWK (JSON). */
  @Column({ type: 'text', name: 'public_jwk' })
  publicJwk!: string;

  /** The private half as PKCS #8, sealed when a key-encryption secret is configured. */
  @Column({ type: 'text', name: 'private_key' })
  privateKey!: string;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  /** Since when the key signs no more; its public half is served until the last token that it signed has expired. */
  @Column({ ...instantColumn, name: 'retired_at', nullable: true })
  retiredAt!: Instant | null;
}
