import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { flagColumn, instantColumn, uuidColumn } from '../columns.js';

/** One tenant's place in one service instance: its jobs, limits and suspension hang on this row. */
@Entity('tenancy')
export class TenancyRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  @Column({ ...uuidColumn, name: 'tenant_id' })
  tenantId!: string;

  /** True for the provider's own tenancy, which exists as long as the instance does. */
  @Column({ ...flagColumn, name: 'is_provider' })
  isProvider!: boolean;

  /** Set while the tenant is suspended: its runs are not started, its API answers 403. */
  @Column({ ...instantColumn, name: 'suspended_at', nullable: true })
  suspendedAt!: Instant | null;

  /** Limits of this tenant; null takes the deployment's default. */
  @Column({ type: 'integer', name: 'max_jobs', nullable: true })
  maxJobs!: number | null;

  @Column({ type: 'integer', name: 'max_calls', nullable: true })
  maxCalls!: number | null;

  @Column({ type: 'integer', name: 'requests_per_minute', nullable: true })
  requestsPerMinute!: number | null;

  @Column({ type: 'integer', name: 'max_schedules_per_job', nullable: true })
  maxSchedulesPerJob!: number | null;

  @Column({ type: 'integer', name: 'max_schedules', nullable: true })
  maxSchedules!: number | null;

  @Column({ type: 'integer', name: 'max_firings_per_minute', nullable: true })
  maxFiringsPerMinute!: number | null;

  @Column({ type: 'integer', name: 'max_calls_per_host_per_second', nullable: true })
  maxCallsPerHostPerSecond!: number | null;

  @Column({ ...instantColumn, name: 'max_log_bytes_per_day', nullable: true })
  maxLogBytesPerDay!: number | null;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;
}
