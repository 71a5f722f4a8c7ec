import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../core/instant.js';
import { enumColumn, instantColumn, uuidColumn } from '../columns.js';

export const RUNNER_KINDS = ['cloudfoundry'] as const;
export type RunnerKind = (typeof RUNNER_KINDS)[number];

export const LOGIN_KINDS = ['password', 'client'] as const;
export type LoginKind = (typeof LOGIN_KINDS)[number];

export const RUNNER_STATES = ['ready', 'refused', 'unreachable'] as const;
export type RunnerState = (typeof RUNNER_STATES)[number];

/** A service instance's connection to one space, where its tasks run; unique per (instance, name). */
@Entity('runner')
export class RunnerRow {
  @PrimaryColumn({ ...uuidColumn })
  id!: string;

  @Column({ type: 'integer', name: 'instance_id' })
  instanceId!: number;

  @Column({ type: 'varchar' })
  name!: string;

  @Column({ ...enumColumn(RUNNER_KINDS) })
  kind!: RunnerKind;

  /** URL of the Cloud Controller, without a slash at its end. */
  @Column({ type: 'varchar' })
  api!: string;

  @Column({ ...uuidColumn, name: 'space_id' })
  spaceId!: string;

  @Column({ type: 'varchar', name: 'space_name', nullable: true })
  spaceName!: string | null;

  /** The application of tasks that name none. */
  @Column({ ...uuidColumn, name: 'app_id', nullable: true })
  appId!: string | null;

  @Column({ ...enumColumn(LOGIN_KINDS), name: 'login_kind' })
  loginKind!: LoginKind;

  /** The user, or the client id. */
  @Column({ type: 'varchar', name: 'login_name' })
  loginName!: string;

  /** The identity provider of a user; null for that of the platform. */
  @Column({ type: 'varchar', nullable: true })
  origin!: string | null;

  /** The password or the client secret, sealed. */
  @Column({ type: 'text' })
  secret!: string;

  /** Authorities, in PEM form, that are trusted beside the usual ones. */
  @Column({ type: 'text', name: 'ca_certificate', nullable: true })
  caCertificate!: string | null;

  @Column({ ...enumColumn(RUNNER_STATES) })
  state!: RunnerState;

  @Column({ type: 'text', nullable: true })
  problem!: string | null;

  /** When the state was found. */
  @Column({ ...instantColumn, name: 'checked_at' })
  checkedAt!: Instant;

  /** How many logins in a row were refused. */
  @Column({ type: 'integer', name: 'refused_logins' })
  refusedLogins!: number;

  /** Before this instant nobody logs in again; null where the last login was accepted, or there was none. */
  @Column({ ...instantColumn, name: 'next_login_at', nullable: true })
  nextLoginAt!: Instant | null;

  /** Grows with each change by a user: what was found out about an older version is not about this one. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ ...instantColumn, name: 'created_at' })
  createdAt!: Instant;

  @Column({ ...instantColumn, name: 'modified_at' })
  modifiedAt!: Instant;
}
