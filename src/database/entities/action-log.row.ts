import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, instantColumn, uuidColumn } from '../columns.js';

/** What can happen to a job or a schedule (rest-api.md, "Action logs"): append only, never reorder. */
export const ACTIONS = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'ACTIVATE',
  'DEACTIVATE',
  'DEACTIVATION_ON_COMPLETION',
  'DEACTIVATION_ON_END_TIME',
  'DEACTIVATION_NO_FUTURE_RUN',
  'DEACTIVATION_UNREACHABLE',
  'DELETION_UNUSED_ONE_TIME',
  'MISSED_RUNS_SKIPPED',
  'DEACTIVATION_ON_MAX_RUNS',
  'DEACTIVATION_ON_FAILURES',
] as const;
export type Action = (typeof ACTIONS)[number];

/** One entry of the action log of a job. */
@Entity('action_log')
export class ActionLogRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  @Column({ type: 'bigint', name: 'job_id', transformer: { to: (id: unknown) => id, from: Number } })
  jobId!: number;

  @Column({ ...uuidColumn, name: 'schedule_id', nullable: true })
  scheduleId!: string | null;

  @Column({ ...enumColumn(ACTIONS) })
  action!: Action;

  /** The client id that acted, or `system`. */
  @Column({ type: 'varchar' })
  actor!: string;

  @Column({ ...instantColumn })
  at!: Instant;

  @Column({ type: 'text' })
  details!: string;
}
