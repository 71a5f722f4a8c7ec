import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { InvalidInput, NotFound, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import { isUuid } from '../core/uuid.js';
import { uuidFromBytes, uuidToBytes } from '../database/columns.js';
import { countWhere } from '../database/count.js';
import { RUNNER_STATES, RunnerRow, type RunnerState } from '../database/entities/runner.row.js';
import { holdRows } from '../database/row-lock.js';
import type { Tx } from '../database/tx.js';
import type { Page, Part } from '../http/page.js';

/** One version of a runner: what is found out about it is stored only while it is the present one. */
export type RunnerVersion = Pick<RunnerRow, 'id' | 'version'>;

/** What is known of a runner by a look at its platform. */
export interface RunnerFinding {
  readonly state: RunnerState;
  readonly problem: string | null;
  /** Undefined: it stays. */
  readonly spaceName?: string | undefined;
}

/** What decides whether a runner may log in. */
export interface LoginRecord {
  readonly refusedLogins: number;
  readonly nextLoginAt: Instant | null;
  readonly problem: string | null;
}

const placeOf = (state: RunnerState) => RUNNER_STATES.indexOf(state);
const OF_VERSION = 'id = ? AND version = ?';
const version = ({ id, version }: RunnerVersion) => [uuidToBytes(id), version];

/** All SQL on the table `runner`. */
@Injectable()
export class RunnerStore {
  constructor(private readonly clock: Clock) {}

  /** Inserts a runner. */
  async insert(tx: Tx, row: RunnerRow): Promise<void> {
    await tx.manager.insert(RunnerRow, row);
  }

  /** Stores what a user changed. */
  async update(tx: Tx, id: string, changes: Partial<RunnerRow>): Promise<void> {
    await tx.manager.update(RunnerRow, { id }, changes);
  }

  /** Deletes a runner. */
  async delete(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(RunnerRow, { id });
  }

  /** Returns a runner by its id, null where there is none. */
  find(tx: Tx, id: string): Promise<RunnerRow | null> {
    return tx.manager.findOneBy(RunnerRow, { id });
  }

  /** Returns a runner of an instance. Throws NotFound where it has none with this id. */
  async get(tx: Tx, instanceId: number, id: string): Promise<RunnerRow> {
    const row = isUuid(id) ? await tx.manager.findOneBy(RunnerRow, { id, instanceId }) : null;
    if (row !== null) return row;
    throw new NotFound(`There is no runner with the id ${shown(id)}.`);
  }

  /** Returns a runner of an instance by its name, null where there is none. */
  findByName(tx: Tx, instanceId: number, name: string): Promise<RunnerRow | null> {
    return tx.manager.findOneBy(RunnerRow, { instanceId, name });
  }

  /**
   * Returns a runner of an instance that a request names in its body, and holds it until commit, so that it is not
   * deleted meanwhile. Throws InvalidInput where the instance has no such runner.
   */
  async hold(tx: Tx, instanceId: number, id: string): Promise<RunnerRow> {
    const isHeld =
      isUuid(id) &&
      (await holdRows(tx, 'runner', 'id = ? AND instance_id = ?', [uuidToBytes(id), instanceId])) === 1;
    const row = isHeld ? await this.find(tx, id) : null;
    if (row !== null) return row;
    throw new InvalidInput(`There is no runner with the id ${shown(id)}: create it first.`, 'runnerId');
  }

  /** Returns a part of the runners of an instance, by name. */
  async page(tx: Tx, instanceId: number, { offset, pageSize }: Page): Promise<Part<RunnerRow>> {
    const order = { name: 'ASC' } as const;
    const [results, total] = await tx.manager.findAndCount(RunnerRow, {
      where: { instanceId },
      order,
      skip: offset,
      take: pageSize,
    });
    return { total, results };
  }

  /** Returns how many runners an instance has. */
  count(tx: Tx, instanceId: number): Promise<number> {
    return countWhere(tx, 'runner', 'instance_id = ?', [instanceId]);
  }

  /** Returns the ids of some runners whose instance is gone. */
  async listLeftBehind(tx: Tx, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: Buffer }>(
      `SELECT r.id FROM runner r LEFT JOIN instance i ON i.id = r.instance_id
       WHERE i.id IS NULL ORDER BY r.id LIMIT ?`,
      [limit],
    );
    return rows.map((row) => uuidFromBytes(row.id));
  }

  /** Notes what a look found out; returns whether the state has changed by it. */
  async note(tx: Tx, of: RunnerVersion, { state, problem, spaceName }: RunnerFinding): Promise<boolean> {
    const was = await tx.execute(`UPDATE runner SET state = ? WHERE ${OF_VERSION} AND state <> ?`, [
      placeOf(state),
      ...version(of),
      placeOf(state),
    ]);
    await tx.execute(
      `UPDATE runner SET problem = ?, checked_at = ?, space_name = COALESCE(?, space_name) WHERE ${OF_VERSION}`,
      [problem, this.clock.now(), spaceName ?? null, ...version(of)],
    );
    return was === 1;
  }

  /** Returns what decides whether a runner may log in, null where this version of it is gone. */
  async findLogin(tx: Tx, of: RunnerVersion): Promise<LoginRecord | null> {
    const [row] = await tx.query<{ refused: number; next: number | string | null; problem: string | null }>(
      `SELECT refused_logins AS refused, next_login_at AS next, problem FROM runner WHERE ${OF_VERSION}`,
      version(of),
    );
    if (row === undefined) return null;
    const nextLoginAt = row.next === null ? null : Number(row.next);
    return { refusedLogins: Number(row.refused), nextLoginAt, problem: row.problem };
  }

  /** Takes the one login that is permitted at `nextLoginAt`, and puts the next one off; returns whether nobody else has. */
  async takeLogin(tx: Tx, of: RunnerVersion, nextLoginAt: Instant, until: Instant): Promise<boolean> {
    const sql = `UPDATE runner SET next_login_at = ? WHERE ${OF_VERSION} AND next_login_at = ?`;
    return (await tx.execute(sql, [until, ...version(of), nextLoginAt])) === 1;
  }

  /** Notes how many logins in a row were refused and when the next one is permitted; 0 and null after one that was accepted. */
  async noteLogin(tx: Tx, of: RunnerVersion, refusedLogins: number, next: Instant | null): Promise<void> {
    const sql = `UPDATE runner SET refused_logins = ?, next_login_at = ? WHERE ${OF_VERSION}`;
    await tx.execute(sql, [refusedLogins, next, ...version(of)]);
  }
}
