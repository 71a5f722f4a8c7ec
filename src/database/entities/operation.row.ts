import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, flagColumn, instantColumn, uuidColumn } from '../columns.js';

/** Where an operation stands, stored as its place in this list: append only, never reorder. */
export const OPERATION_STATES = ['running', 'cancel-pending', 'canceled', 'complete'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** One asynchronous operation from its start until some hours after its end. */
@Entity('operation')
export class OperationRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  /** Whose operation it is: this tenant sees it, and the provider of the instance. */
  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  /** True where it was started with provider credentials, and so works on every tenant's rows of the instance. */
  @Column({ ...flagColumn, name: 'is_instance' })
  isInstance!: boolean;

  @Column({ type: 'varchar' })
  kind!: string;

  @Column({ ...enumColumn(OPERATION_STATES) })
  state!: OperationState;

  /** The client id that started it. */
  @Column({ type: 'varchar' })
  actor!: string;

  /** The run that it waits for; null for every other kind. */
  @Column({ ...uuidColumn, name: 'run_id', nullable: true })
  runId!: string | null;

  /** JSON text: what was asked for. */
  @Column({ type: 'text' })
  input!: string;

  /** JSON text: how far the work has come, in the executor's own shape; null before its first batch. */
  @Column({ type: 'text', nullable: true })
  work!: string | null;

  /** The HTTP status that the operation would have had synchronously; null until its end. */
  @Column({ type: 'integer', name: 'status_code', nullable: true })
  statusCode!: number | null;

  /** Which of the refusals that share a status; null where the status is 2xx. */
  @Column({ type: 'integer', name: 'reason_code', nullable: true })
  reasonCode!: number | null;

  /** JSON text of an object with wire names; null until its end. */
  @Column({ type: 'text', nullable: true })
  results!: string | null;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'ended_at', nullable: true })
  endedAt!: Instant | null;

  /** The process that works on it, and until when it alone may. */
  @Column({ type: 'varchar', name: 'held_by', nullable: true })
  heldBy!: string | null;

  @Column({ ...instantColumn, name: 'held_until' })
  heldUntil!: Instant;
}
