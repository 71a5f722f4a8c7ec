import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { RUN_STATES } from '../../core/run-state.js';
import { OPEN_OPERATIONS, SCHEDULED } from '../../database/entities/stored-values.js';
import { chunks, marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';

/** How far is counted: an operator needs to know that there are many, and the database should not be busy with how many. */
const MOST_DUE = 10_000;
const MOST_OPEN = 100_000;
/** The outbox of the message broker. */
const BROKER_CHANNEL = 'amqp';

/** The states of runs that wait for a report or a task. */
type OpenState = 'ACK_RECVD' | 'ACK_NOT_RECVD';

/** How the whole deployment stands at a moment. */
export interface Standing {
  /** Planned instants that have passed and are not claimed, counted to 10,000. */
  readonly due: number;
  /** 0 where none is due. */
  readonly oldestDueSeconds: number;
  readonly open: Readonly<Record<OpenState, number>>;
  /** How long the run has waited that the throttle of its job keeps longest; 0 where none does. */
  readonly throttledSeconds: number;
  readonly replicas: number;
  readonly operations: number;
  readonly notifications: number;
}

/** What all tenants have together, active or not: what their limits count. */
export interface Sums {
  readonly jobs: number;
  readonly schedules: number;
}

/** Reads how the deployment stands. Every statement goes by an index, and none reads more entries than it says. */
@Injectable()
export class DeploymentReader {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Returns how the deployment stands at an instant: one look for each tenant into the index of the queue, and a few statements more. */
  async standing(tx: Tx, now: Instant): Promise<Standing> {
    const { due, oldestAt } = await this.due(tx, now);
    return {
      due,
      oldestDueSeconds: oldestAt === null ? 0 : (now - oldestAt) / SECOND_MS,
      open: {
        ACK_RECVD: await this.open(tx, 'ACK_RECVD'),
        ACK_NOT_RECVD: await this.open(tx, 'ACK_NOT_RECVD'),
      },
      throttledSeconds: await this.throttledSeconds(tx, now),
      replicas: await this.replicas(tx, now),
      operations: await this.upTo(tx, MOST_OPEN, {
        sql: `operation ${tx.dialect.useIndex('operation_open')} WHERE state IN (${OPEN_OPERATIONS})`,
      }),
      notifications: await this.upTo(tx, MOST_OPEN, {
        sql: `notification ${tx.dialect.useIndex('notification_due')} WHERE channel = ?`,
        parameters: [BROKER_CHANNEL],
      }),
    };
  }

  /** Adds up what is counted for each tenant, in as many rows as there are tenants, or up to 32 times as many. */
  async sums(tx: Tx): Promise<Sums> {
    const [row] = await tx.query<Record<keyof Sums, number | string | null>>(
      `SELECT (SELECT SUM(active + inactive) FROM job_count) AS jobs, (SELECT SUM(schedules) FROM plan_count) AS schedules`,
    );
    return { jobs: Number(row?.jobs ?? 0), schedules: Number(row?.schedules ?? 0) };
  }

  /** The runs of suspended tenants wait for their tenants, and are not due. Of MIN() MariaDB would read all that a tenant has planned. */
  private async due(tx: Tx, now: Instant): Promise<{ due: number; oldestAt: Instant | null }> {
    const index = tx.dialect.useIndex('run_queue');
    const rows = await tx.query<{ id: number; next_at: number }>(
      `SELECT d.id, d.next_at FROM (
         SELECT t.id, (SELECT r.due_at FROM run r ${index}
           WHERE r.state = ${SCHEDULED} AND r.tenancy_id = t.id ORDER BY r.due_at LIMIT 1) AS next_at
         FROM tenancy t WHERE t.suspended_at IS NULL
       ) d WHERE d.next_at <= ? ORDER BY d.next_at`,
      [now],
    );
    const [oldest] = rows;
    let due = 0;
    for (const part of chunks(rows)) {
      if (due >= MOST_DUE) break;
      due += await this.upTo(tx, MOST_DUE - due, {
        sql: `run ${index} WHERE state = ${SCHEDULED} AND tenancy_id IN (${marks(part)}) AND due_at <= ?`,
        parameters: [...part.map(({ id }) => id), now],
      });
    }
    return { due, oldestAt: oldest === undefined ? null : Number(oldest.next_at) };
  }

  private open(tx: Tx, state: OpenState): Promise<number> {
    const sql = `run ${tx.dialect.useIndex('run_queue')} WHERE state = ${RUN_STATES.indexOf(state)}`;
    return this.upTo(tx, MOST_OPEN, { sql });
  }

  private async throttledSeconds(tx: Tx, now: Instant): Promise<number> {
    const [first] = await tx.query<{ since: number }>(
      'SELECT since FROM throttle_wait ORDER BY since LIMIT 1',
    );
    return first === undefined ? 0 : Math.max(0, now - Number(first.since)) / SECOND_MS;
  }

  /** Only one process at a time can open an embedded database: the other rows are of processes that died. */
  private async replicas(tx: Tx, now: Instant): Promise<number> {
    const fresh = await this.upTo(tx, MOST_OPEN, {
      sql: 'replica WHERE beat_at > ?',
      parameters: [now - this.config.leaseMs],
    });
    return tx.dialect.isSerial ? Math.min(1, fresh) : fresh;
  }

  private async upTo(
    tx: Tx,
    most: number,
    { sql, parameters = [] }: { readonly sql: string; readonly parameters?: readonly unknown[] },
  ): Promise<number> {
    const [row] = await tx.query<{ n: number | string }>(
      `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sql} LIMIT ${most}) counted`,
      parameters,
    );
    return Number(row?.n ?? 0);
  }
}
