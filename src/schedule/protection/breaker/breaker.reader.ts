import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import type { Instant } from '../../../core/instant.js';
import { CIRCUIT_STATES, type CircuitState } from '../../../core/protection/breaker.js';
import { uuidToBytes } from '../../../database/columns.js';
import { Database } from '../../../database/database.js';
import type { JobRow } from '../../../database/entities/job.row.js';
import { getJob } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import type { Page, Part } from '../../../http/page.js';
import { TenancyIndex } from '../../../tenant/tenancy-index.js';
import { CLOSED } from './breaker.store.js';
import { circuitOf } from './circuit-id.js';

/** A circuit as its owners see it. */
export interface ShownCircuit {
  readonly origin: string;
  readonly tenantId: string;
  readonly state: CircuitState;
  readonly failures: number;
  readonly since: Instant;
  /** When the next probe is due; null where it is not open, and where a probe is under way. */
  readonly nextProbeAt: Instant | null;
  readonly waiting: number;
  /** How long the run may wait that was kept from it last; null where none was. */
  readonly holdForMs: number | null;
}

interface ShownRecord {
  origin: string;
  tenancy_id: number;
  state: number;
  failures: number;
  since: number;
  probe_at: number | null;
  probe_run: Buffer | null;
  hold_for: number;
  waiting: number;
}

/** How many circuits of the whole deployment stand so, and how many runs wait for them. */
export interface CircuitCounts {
  readonly open: number;
  readonly releasing: number;
  readonly waiting: number;
}

/** Which circuits are asked for. */
export interface CircuitQuery {
  /** The job whose endpoint it is of; undefined for those of all. */
  readonly jobId: number | undefined;
  readonly page: Page;
}

/** Further than this is not counted: who waits so often knows enough. */
const MOST_COUNTED = 100_000;

/** Reads how the circuits of endpoints stand. */
@Injectable()
export class BreakerReader {
  constructor(
    private readonly database: Database,
    private readonly tenancies: TenancyIndex,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns a part of the circuits of a scope that fail, are open or release what waited, those that are not closed
   * first. Throws NotFound for a job that is not there.
   */
  list(scope: AccessScope, { jobId, page: { offset, pageSize } }: CircuitQuery): Promise<Part<ShownCircuit>> {
    return this.database.read(async (tx) => {
      const [condition, parameter] =
        jobId === undefined ? ofScope(scope) : ofJob(await getJob(tx, scope, jobId));
      const [count] = await tx.query<{ total: number }>(
        `SELECT COUNT(*) AS total FROM breaker b WHERE ${condition}`,
        [parameter],
      );
      const rows = await tx.query<ShownRecord>(
        `SELECT b.origin, b.tenancy_id, b.state, b.failures, b.since, b.probe_at, b.probe_run, b.hold_for,
           (SELECT COUNT(*) FROM breaker_wait w WHERE w.breaker_id = b.id) AS waiting
         FROM breaker b WHERE ${condition}
         ORDER BY CASE WHEN b.state = ${CLOSED} THEN 1 ELSE 0 END, b.origin, b.id LIMIT ? OFFSET ?`,
        [parameter, pageSize, offset],
      );
      return { total: Number(count?.total ?? 0), results: rows.map((row) => this.shown(row)) };
    }, scope);
  }

  /** Returns how many circuits of the deployment are not closed, by state, and how many runs wait: by indexes, and counted to 100,000. */
  async count(tx: Tx): Promise<CircuitCounts> {
    const rows = await tx.query<{ state: number; number: number }>(
      'SELECT state, COUNT(*) AS number FROM breaker GROUP BY state',
    );
    const of = (state: CircuitState) =>
      Number(rows.find((row) => CIRCUIT_STATES[row.state] === state)?.number ?? 0);
    const [waits] = await tx.query<{ number: number }>(
      `SELECT COUNT(*) AS number FROM (SELECT 1 AS one FROM breaker_wait LIMIT ${MOST_COUNTED}) AS some`,
    );
    return { open: of('open'), releasing: of('releasing'), waiting: Number(waits?.number ?? 0) };
  }

  private shown(row: ShownRecord): ShownCircuit {
    const probeAt = row.probe_at === null ? null : Number(row.probe_at);
    // A run is chosen as the probe some seconds before it is called.
    const isUnderWay = row.probe_run !== null && (probeAt ?? 0) <= this.clock.now();
    const holdForMs = Number(row.hold_for);
    return {
      origin: row.origin,
      tenantId: this.tenancies.find(Number(row.tenancy_id))?.tenantId ?? '',
      state: CIRCUIT_STATES[row.state] ?? 'closed',
      failures: row.failures,
      since: Number(row.since),
      nextProbeAt: isUnderWay ? null : probeAt,
      waiting: Number(row.waiting),
      holdForMs: holdForMs === 0 ? null : holdForMs,
    };
  }
}

type Condition = readonly [sql: string, parameter: number | Buffer | null];

function ofScope({ kind, instanceId, tenancyId }: AccessScope): Condition {
  return kind === 'instance'
    ? ['b.tenancy_id IN (SELECT t.id FROM tenancy t WHERE t.instance_id = ?)', instanceId]
    : ['b.tenancy_id = ?', tenancyId];
}

/** Those of the endpoint of a job: one at most, and none for a task or an action that is no URL. */
function ofJob(job: JobRow): Condition {
  const circuit = job.kind === 'http' ? circuitOf({ tenancyId: job.tenancyId, job }) : null;
  return ['b.id = ?', circuit && uuidToBytes(circuit.id)];
}
