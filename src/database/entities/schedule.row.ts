import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, flagColumn, instantColumn, uuidColumn } from '../columns.js';
import { SCHEDULE_KINDS, type ScheduleKind } from './kinds.js';

export { SCHEDULE_KINDS, type ScheduleKind } from './kinds.js';

/** A schedule of a job. Its next run is the one row of `run` in state SCHEDULED that belongs to its plan. */
@Entity('schedule')
export class ScheduleRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  @Column({ type: 'bigint', name: 'job_id', transformer: { to: (id: unknown) => id, from: Number } })
  jobId!: number;

  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ ...enumColumn(SCHEDULE_KINDS) })
  kind!: ScheduleKind;

  /** The timing field as it was sent: the text, or the JSON of a date object. */
  @Column({ type: 'text' })
  expression!: string;

  /** What the expression means where that is one number: interval in ms, time of day in ms, instant; null for cron. */
  @Column({ ...instantColumn, nullable: true })
  meaning!: number | null;

  @Column({ ...flagColumn })
  active!: boolean;

  @Column({ type: 'text' })
  description!: string;

  /** JSON text of an object, or null. */
  @Column({ type: 'text', nullable: true })
  data!: string | null;

  /** How often its data has changed: earlier data is in `schedule_data`. */
  @Column({ type: 'integer', name: 'data_version' })
  dataVersion = 0;

  @Column({ ...instantColumn, name: 'start_at', nullable: true })
  startAt!: Instant | null;

  @Column({ ...instantColumn, name: 'end_at', nullable: true })
  endAt!: Instant | null;

  /** How often it fires an hour, as the limit of its tenant counts it (core/plan/firings); null where a version before made the row. */
  @Column({ type: 'integer', name: 'firings_per_hour', nullable: true })
  firingsPerHour!: number | null;

  /** Since when every run has found the endpoint unreachable; null after any HTTP answer. */
  @Column({ ...instantColumn, name: 'unreachable_since', nullable: true })
  unreachableSince!: Instant | null;

  /** Since when the schedule has its present timing. */
  @Column({ ...instantColumn, name: 'timed_at' })
  timedAt!: Instant;

  /** How much later than its instants of the pattern it is due, in ms, where its settings spread it; else null. */
  @Column({ type: 'integer', name: 'spread_offset', nullable: true })
  spreadOffset!: number | null;

  /** The optional settings, as JSON text (core/run-policy); null where the schedule has none. They override the job's. */
  @Column({ type: 'text', nullable: true })
  policy!: string | null;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'modified_at' })
  modifiedAt!: Instant;
}
