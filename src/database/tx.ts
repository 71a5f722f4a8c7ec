import type { EntityManager } from 'typeorm';
import type { Dialect } from './dialects/dialect.js';
import type { Sql } from './sql.js';

/**
 * The right to speak SQL, handed to the work of a transaction or a read and worthless after it.
 * `manager` is TypeORM's, for ordinary rows; `query` and `execute` are for the hot paths.
 */
export interface Tx extends Sql {
  readonly manager: EntityManager;
  readonly dialect: Dialect;
  /**
   * Runs `work` once the transaction has committed, before its caller gets the result; never after a rollback, and
   * never for an attempt that is repeated. The same function given twice runs once. What it returns is awaited; it may
   * open other database work. What it throws is logged: the transaction has happened. A read commits nothing: there
   * this throws.
   */
  afterCommit(work: AfterCommit): void;
}

/** What follows a commit: a hint to somebody who would find out later by themselves. */
export type AfterCommit = () => unknown;

/**
 * Whose work it is. A caller gets its share of the places for requests, however much of its work waits: give the scope
 * of the request. Work that is `alone` has no place and no connection while other work of the caller with the same word is under way:
 * such work would wait for a row lock anyway. What is left is the service's own; some connections are kept for its
 * upkeep, which may not wait: a replica that cannot beat loses what it holds.
 */
export type Lane = 'requests' | 'upkeep' | Caller;

/** A caller of the API, by its tenancy. */
export interface Caller {
  readonly tenancyId: number;
  readonly alone?: string;
}
