import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, flagColumn, instantColumn } from '../columns.js';
import { ACTION_KINDS, HTTP_METHODS, type ActionKind, type HttpMethod } from './kinds.js';

export { ACTION_KINDS, HTTP_METHODS, type ActionKind, type HttpMethod } from './kinds.js';

/** A job: an action and what its schedules have in common. */
@Entity('job')
export class JobRow {
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  id!: number;

  /** The instance of the tenancy, kept here too so that a provider's lists need no join; it never changes. */
  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  @Column({ type: 'integer', name: 'tenancy_id' })
  tenancyId!: number;

  @Column({ type: 'varchar' })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  /** What is run: of a task there is more in the table `task`. */
  @Column({ ...enumColumn(ACTION_KINDS) })
  kind!: ActionKind;

  /** The URL that is called; of a task its command, '' where it has none of its own. */
  @Column({ type: 'text' })
  action!: string;

  /** Means nothing for a task. */
  @Column({ ...enumColumn(HTTP_METHODS), name: 'http_method' })
  httpMethod!: HttpMethod;

  @Column({ ...flagColumn })
  active!: boolean;

  @Column({ ...instantColumn, name: 'start_at', nullable: true })
  startAt!: Instant | null;

  @Column({ ...instantColumn, name: 'end_at', nullable: true })
  endAt!: Instant | null;

  /** Alert settings: null where the job has none. */
  @Column({ ...flagColumn, name: 'ans_on_success', nullable: true })
  ansOnSuccess!: boolean | null;

  @Column({ ...flagColumn, name: 'ans_on_error', nullable: true })
  ansOnError!: boolean | null;

  @Column({ ...flagColumn, name: 'calm_enabled', nullable: true })
  calmEnabled!: boolean | null;

  /** Basic credentials for the action; the password is sealed (see database/sealing.ts) and never answered. */
  @Column({ type: 'text', name: 'action_user', nullable: true })
  actionUser!: string | null;

  @Column({ type: 'text', name: 'action_password', nullable: true })
  actionPassword!: string | null;

  /** The values of its headers, as one sealed text (database/sealing/sealed-headers); their names stand among the settings. */
  @Column({ type: 'text', nullable: true })
  headers!: string | null;

  /** The optional settings, as JSON text (core/run-policy); null where the job has none. */
  @Column({ type: 'text', nullable: true })
  policy!: string | null;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'modified_at' })
  modifiedAt!: Instant;
}
