import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { instantColumn, uuidColumn } from '../columns.js';

/** A tenant (zone): a subscriber or a provider's own subaccount. Its subdomain is unique in the deployment. */
@Entity('tenant')
export class TenantRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  @Column({ type: 'varchar' })
  subdomain!: string;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;
}
