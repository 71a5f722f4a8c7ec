import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { instantColumn, uuidColumn } from '../columns.js';

/** Credentials for a service instance; its secrets are rows of their own, so that two may live during a rotation. */
@Entity('binding')
export class BindingRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  /** Null for the operator's client, which belongs to the deployment and to no instance. */
  @Column({ type: 'integer', name: 'instance_id', nullable: true })
  instanceId!: number | null;

  @Column({ type: 'varchar' })
  name!: string;

  @Column({ type: 'varchar', name: 'client_id' })
  clientId!: string;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'revoked_at', nullable: true })
  revokedAt!: Instant | null;
}
