import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, instantColumn, uuidColumn } from '../columns.js';

/**
 * What is done with the schedules of a job after a change, in the order in which the numbers are stored: the job was
 * switched off or on; its window moved; its action moved; both; its schedules go; the job is gone; its schedules are
 * switched on or off.
 */
export const WORK_KINDS = [
  'drop',
  'activate',
  'edit',
  'forget',
  'move',
  'remove',
  'erase',
  'switchOn',
  'switchOff',
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** What a change of a job has decided, and how far its schedules have followed. A job has at most one. */
@Entity('job_work')
export class JobWorkRow {
  @PrimaryColumn({ type: 'bigint', name: 'job_id', transformer: { to: (id: unknown) => id, from: Number } })
  jobId!: number;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ ...enumColumn(WORK_KINDS) })
  kind!: WorkKind;

  /** When it was decided: schedules are planned as they would have been at that instant. */
  @Column({ ...instantColumn })
  at!: Instant;

  @Column({ type: 'varchar' })
  actor!: string;

  /** The last schedule that has followed; null before the first. */
  @Column({ ...uuidColumn, name: 'after_id', nullable: true })
  afterId!: string | null;

  /** The last schedule that is meant; null where all are. */
  @Column({ ...uuidColumn, name: 'up_to', nullable: true })
  upTo!: string | null;
}
