import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { HOLDS, type Hold } from '../../core/protection/hold.js';
import { RUN_STATES, type RunState } from '../../core/run-state.js';
import { enumColumn, flagColumn, instantColumn, uuidColumn } from '../columns.js';
import { RUN_ORIGINS, type RunOrigin } from './kinds.js';

export { RUN_ORIGINS, type RunOrigin } from './kinds.js';

/**
 * One run from birth to death, and the queue at once: rows in state SCHEDULED are what is to be done.
 * Unique per (schedule, planned_at), so that planning is idempotent.
 */
@Entity('run')
export class RunRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  @Column({ ...uuidColumn, name: 'schedule_id' })
  scheduleId!: string;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ ...enumColumn(RUN_ORIGINS) })
  origin!: RunOrigin;

  @Column({ ...enumColumn(RUN_STATES) })
  state!: RunState;

  @Column({ ...instantColumn, name: 'planned_at' })
  plannedAt!: Instant;

  /** When it is to be called: the planned instant, or later. The queue goes by it. */
  @Column({ ...instantColumn, name: 'due_at' })
  dueAt!: Instant;

  /** When the run was planned, that is, when this row came to be. */
  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  /** The replica that holds the run while it is TRIGGERED; its heartbeat is the lease. */
  @Column({ type: 'integer', name: 'claimed_by', nullable: true })
  claimedBy!: number | null;

  /** When the action was called; null until the outcome of the call is recorded. */
  @Column({ ...instantColumn, name: 'executed_at', nullable: true })
  executedAt!: Instant | null;

  /** When the application's 202 came (or the wait for any answer was given up). */
  @Column({ ...instantColumn, name: 'acked_at', nullable: true })
  ackedAt!: Instant | null;

  @Column({ ...instantColumn, name: 'completed_at', nullable: true })
  completedAt!: Instant | null;

  @Column({ type: 'integer', name: 'http_status', nullable: true })
  httpStatus!: number | null;

  /** Text of the acknowledgement: body of the 202. */
  @Column({ type: 'text', name: 'ack_text', nullable: true })
  ackText!: string | null;

  /** Text of the end: the response, the error or the application's message. */
  @Column({ type: 'text', name: 'end_text', nullable: true })
  endText!: string | null;

  /** The number of its next or latest call: 1 for the first (schedule-extensions.md, "Retries"). */
  @Column({ type: 'integer' })
  attempt = 1;

  /** The calls that failed and were followed by another: JSON text (core/policy/attempts), null where there are none. */
  @Column({ type: 'text', nullable: true })
  attempts!: string | null;

  /** The instant that it stands for where that is not `plannedAt`: of a run that runs another one again, or makes up a past instant. */
  @Column({ ...instantColumn, name: 'original_at', nullable: true })
  originalAt!: Instant | null;

  /** The ended run that it runs again; null for any other. */
  @Column({ ...uuidColumn, name: 'replay_of', nullable: true })
  replayOf!: string | null;

  /** The operation that makes it as one of many, little by little; null for any other. No run of others waits for it. */
  @Column({ ...uuidColumn, name: 'paced_by', nullable: true })
  pacedBy!: string | null;

  /** Which data of its schedule it was called with: 0 where that has never changed. */
  @Column({ type: 'integer', name: 'data_version' })
  dataVersion = 0;

  /** What keeps it from its endpoint, and since when; null where nothing does. */
  @Column({ ...enumColumn(HOLDS), nullable: true })
  hold!: Hold | null;

  @Column({ ...instantColumn, name: 'held_since', nullable: true })
  heldSince!: Instant | null;

  /** True when the end was reported by the application. */
  @Column({ ...flagColumn, name: 'is_reported' })
  isReported!: boolean;
}
