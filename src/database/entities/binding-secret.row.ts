import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, instantColumn, uuidColumn } from '../columns.js';

export const SECRET_KINDS = ['password', 'certificate'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** One way to prove a binding: the salted slow hash of a client secret, or the thumbprint of a client certificate. */
@Entity('binding_secret')
export class BindingSecretRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  @Column({ ...uuidColumn, name: 'binding_id' })
  bindingId!: string;

  @Column({ ...enumColumn(SECRET_KINDS) })
  kind!: SecretKind;

  @Column({ type: 'varchar' })
  proof!: string;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'expires_at', nullable: true })
  expiresAt!: Instant | null;
}
