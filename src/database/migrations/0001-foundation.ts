import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Instances, tenants, credentials, jobs, schedules, runs and what the replicas share. */
export class Foundation1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [...tenancyTables, ...credentialTables, ...jobTables, ...replicaTables]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const tenancyTables = [
  `CREATE TABLE instance (
    id {smallId}, uid {uuid} NOT NULL, name {name} NOT NULL, xsappname {name} NOT NULL,
    async_timeout_s {int} NOT NULL, created_at {bigint} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX instance_uid ON instance (uid)',
  'CREATE UNIQUE INDEX instance_xsappname ON instance (xsappname)',
  `CREATE TABLE tenant (
    id {uuid} NOT NULL PRIMARY KEY, subdomain {name} NOT NULL, created_at {bigint} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX tenant_subdomain ON tenant (subdomain)',
  `CREATE TABLE tenancy (
    id {smallId}, instance_id {int} NOT NULL, tenant_id {uuid} NOT NULL, is_provider {tiny} NOT NULL,
    suspended_at {bigint}, max_jobs {int}, max_calls {int}, requests_per_minute {int}, created_at {bigint} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX tenancy_place ON tenancy (instance_id, tenant_id)',
  'CREATE INDEX tenancy_tenant ON tenancy (tenant_id)',
  `CREATE TABLE subscription (
    id {smallId}, tenancy_id {int} NOT NULL, app_name {name} NOT NULL, guid {name}, plan {name},
    created_at {bigint} NOT NULL, updated_at {bigint} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX subscription_app ON subscription (tenancy_id, app_name)',
];

const credentialTables = [
  `CREATE TABLE binding (
    id {uuid} NOT NULL PRIMARY KEY, instance_id {int}, name {name} NOT NULL, client_id {name} NOT NULL,
    created_at {bigint} NOT NULL, revoked_at {bigint}
  ) {table}`,
  'CREATE UNIQUE INDEX binding_client ON binding (client_id)',
  'CREATE INDEX binding_instance ON binding (instance_id)',
  `CREATE TABLE binding_secret (
    id {smallId}, binding_id {uuid} NOT NULL, kind {tiny} NOT NULL, proof {name} NOT NULL,
    created_at {bigint} NOT NULL, expires_at {bigint}
  ) {table}`,
  'CREATE INDEX binding_secret_binding ON binding_secret (binding_id)',
  `CREATE TABLE signing_key (
    kid {name} NOT NULL PRIMARY KEY, public_jwk {text} NOT NULL, private_key {text} NOT NULL,
    created_at {bigint} NOT NULL, retired_at {bigint}
  ) {table}`,
];

const jobTables = [
  `CREATE TABLE job (
    id {id}, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL, name {name} NOT NULL,
    description {text} NOT NULL, action {text} NOT NULL, http_method {tiny} NOT NULL, active {tiny} NOT NULL,
    start_at {bigint}, end_at {bigint}, ans_on_success {tiny}, ans_on_error {tiny}, calm_enabled {tiny},
    action_user {text}, action_password {text}, created_at {bigint} NOT NULL, modified_at {bigint} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX job_name ON job (tenancy_id, name)',
  'CREATE INDEX job_instance_name ON job (instance_id, name)',
  `CREATE TABLE schedule (
    id {uuid} NOT NULL PRIMARY KEY, job_id {bigint} NOT NULL, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL,
    kind {tiny} NOT NULL, expression {text} NOT NULL, meaning {bigint}, active {tiny} NOT NULL,
    description {text} NOT NULL, data {text}, start_at {bigint}, end_at {bigint}, unreachable_since {bigint},
    created_at {bigint} NOT NULL, modified_at {bigint} NOT NULL
  ) {table}`,
  'CREATE INDEX schedule_job ON schedule (job_id)',
  // Finds one-time schedules that nobody has used for long.
  'CREATE INDEX schedule_unused ON schedule (kind, modified_at)',
  // The queue: (state, tenancy, planned) finds what is due per tenant, what is held, and what waits for a report.
  `CREATE TABLE run (
    id {uuid} NOT NULL PRIMARY KEY, schedule_id {uuid} NOT NULL, tenancy_id {int} NOT NULL, origin {tiny} NOT NULL,
    state {tiny} NOT NULL, planned_at {bigint} NOT NULL, created_at {bigint} NOT NULL, claimed_by {int},
    executed_at {bigint}, acked_at {bigint}, completed_at {bigint}, http_status {int},
    ack_text {text}, end_text {text}, is_reported {tiny} NOT NULL
  ) {table}`,
  'CREATE UNIQUE INDEX run_schedule ON run (schedule_id, planned_at)',
  'CREATE INDEX run_queue ON run (state, tenancy_id, planned_at)',
  `CREATE TABLE action_log (
    id {id}, job_id {bigint} NOT NULL, schedule_id {uuid}, action {tiny} NOT NULL, actor {name} NOT NULL,
    at {bigint} NOT NULL, details {text} NOT NULL
  ) {table}`,
  'CREATE INDEX action_log_job ON action_log (job_id, id)',
  // Schedules that are gone and whose runs are still to be deleted, in bounded batches.
  'CREATE TABLE run_purge (schedule_id {uuid} NOT NULL PRIMARY KEY) {table}',
];

const replicaTables = [
  `CREATE TABLE replica (
    id {smallId}, name {name} NOT NULL, started_at {bigint} NOT NULL, beat_at {bigint} NOT NULL
  ) {table}`,
  'CREATE TABLE heartbeat (id {int} NOT NULL PRIMARY KEY, beat_at {bigint} NOT NULL) {table}',
  'CREATE TABLE outage (id {smallId}, from_at {bigint} NOT NULL, to_at {bigint} NOT NULL) {table}',
  // What must happen once among all replicas (sweeps, key rotation) is done by the holder of its row.
  'CREATE TABLE chore_lease (name {name} NOT NULL PRIMARY KEY, holder {name} NOT NULL, held_until {bigint} NOT NULL) {table}',
];
