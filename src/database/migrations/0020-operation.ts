import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Asynchronous operations, the events of their ends, who listens to them, and what is to be told to a broker. */
export class Operation1700000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, [
      `CREATE TABLE operation (
        id {uuid} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL,
        is_instance {tiny} NOT NULL, kind {name} NOT NULL, state {tiny} NOT NULL, actor {name} NOT NULL,
        run_id {uuid}, input {text} NOT NULL, work {text}, status_code {int}, reason_code {int}, results {text},
        created_at {bigint} NOT NULL, ended_at {bigint}, held_by {name}, held_until {bigint} NOT NULL
      ) {table}`,
      'CREATE UNIQUE INDEX operation_run ON operation (run_id)',
      'CREATE INDEX operation_open ON operation (state, kind)',
      'CREATE INDEX operation_ended ON operation (ended_at)',
      // Numbers of events are given out per instance, under the lock of its row: they become visible in order.
      'CREATE TABLE event_sequence (instance_id {int} NOT NULL PRIMARY KEY, last {bigint} NOT NULL) {table}',
      `CREATE TABLE operation_event (
        instance_id {int} NOT NULL, seq {bigint} NOT NULL, tenancy_id {int} NOT NULL, operation_id {uuid} NOT NULL,
        at {bigint} NOT NULL, PRIMARY KEY (instance_id, seq)
      ) {table}`,
      'CREATE INDEX operation_event_at ON operation_event (at)',
      'CREATE INDEX operation_event_tenancy ON operation_event (tenancy_id, seq)',
      `CREATE TABLE event_stream (
        id {uuid} NOT NULL PRIMARY KEY, instance_id {int} NOT NULL, tenancy_id {int} NOT NULL,
        is_instance {tiny} NOT NULL, generation {int} NOT NULL, opened_at {bigint} NOT NULL,
        expires_at {bigint} NOT NULL
      ) {table}`,
      'CREATE INDEX event_stream_opened ON event_stream (opened_at)',
      'CREATE INDEX event_stream_expires ON event_stream (expires_at)',
      // What a broker is still to be told; a row goes when the broker has taken it.
      `CREATE TABLE notification (
        id {id}, tenancy_id {int} NOT NULL, type {name} NOT NULL, uri {name} NOT NULL, at {bigint} NOT NULL
      ) {table}`,
    ]);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
