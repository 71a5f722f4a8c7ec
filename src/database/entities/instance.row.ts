import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { instantColumn, uuidColumn } from '../columns.js';

/** A service instance: what a provider owns. `uid` is the id that the outside knows. */
@Entity('instance')
export class InstanceRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  @Column({ ...uuidColumn })
  uid!: string;

  @Column({ type: 'varchar' })
  name!: string;

  /** The name of the OAuth resource server: prefix of its scopes, audience of its tokens. */
  @Column({ type: 'varchar' })
  xsappname!: string;

  /** Global parameter ASYNC_EXEC_TIMEOUT: seconds that an application has for its report. */
  @Column({ type: 'integer', name: 'async_timeout_s' })
  asyncTimeoutS!: number;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;
}
