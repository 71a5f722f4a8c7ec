import { Column, Entity, PrimaryColumn } from 'typeorm';
import { uuidColumn } from '../columns.js';

/** What a Cloud Foundry task has beyond its job, whose `action` is its command. */
@Entity('task')
export class TaskRow {
  @PrimaryColumn({ type: 'bigint', name: 'job_id', transformer: { to: (id: unknown) => id, from: Number } })
  jobId!: number;

  /** The instance and the tenancy of its job, so that lists of tasks begin here. */
  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ ...uuidColumn, name: 'runner_id' })
  runnerId!: string;

  /** The GUID of the application. */
  @Column({ ...uuidColumn, name: 'app_id' })
  appId!: string;

  /** Its name when it was looked up: an application may be renamed since. */
  @Column({ type: 'varchar', name: 'app_name' })
  appName!: string;

  /** The GUID of the process that is the template; null where there is none. */
  @Column({ ...uuidColumn, name: 'process_id', nullable: true })
  processId!: string | null;

  /** JSON text of the options (core/task); null where there are none. */
  @Column({ type: 'text', nullable: true })
  options!: string | null;
}
