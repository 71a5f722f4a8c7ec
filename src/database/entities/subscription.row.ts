import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { instantColumn } from '../columns.js';

/** One application of an instance that a tenant is subscribed to; unique per (tenancy, application). */
@Entity('subscription')
export class SubscriptionRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ type: 'varchar', name: 'app_name' })
  appName!: string;

  @Column({ type: 'varchar', nullable: true })
  guid!: string | null;

  @Column({ type: 'varchar', nullable: true })
  plan!: string | null;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'updated_at' })
  updatedAt!: Instant;
}
