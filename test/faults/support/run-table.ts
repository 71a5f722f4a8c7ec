import { createConnection } from 'mysql2/promise';
import { isFinal, RUN_STATES, type RunState } from '../../../src/core/run-state.js';
import type { StoredRun } from '../oracle/oracle.js';

/** A row of the table `run`; ids are lower case hexadecimal digits. */
export interface RunRecord {
  readonly id: string;
  readonly schedule_id: string;
  readonly state: number;
  readonly planned_at: number;
  readonly claimed_by: number | null;
  readonly executed_at: number | null;
  readonly completed_at: number | null;
}

/** What is called sooner than this may be called before anything is done about it, and what was due before it has been. */
const MOMENT_MS = 150;

const FINALS = RUN_STATES.flatMap((state, place) => (isFinal(state) ? [place] : [])).join(',');

/** Reads what the service has on record, past any proxy, over a connection of its own. */
export class RunTable {
  constructor(private readonly databaseUrl: string) {}

  /** Returns every run. */
  async list(): Promise<StoredRun[]> {
    const rows = await this.query<RunRecord>(
      `SELECT LOWER(HEX(id)) AS id, LOWER(HEX(schedule_id)) AS schedule_id, state, planned_at, claimed_by, executed_at,
         completed_at FROM run`,
    );
    return rows.map(storedRunOf);
  }

  /** Returns how many runs have not ended. */
  async countOpen(): Promise<number> {
    const [row] = await this.query<{ open: number }>(
      `SELECT COUNT(*) AS open FROM run WHERE state NOT IN (${FINALS})`,
    );
    return row?.open ?? 0;
  }

  /** Returns how many runs have ended, and how many ends are counted as usage. */
  async countEnded(): Promise<{ ended: number; counted: number }> {
    const [row] = await this.query<{ ended: number; added: number | null; noted: number | null }>(
      `SELECT (SELECT COUNT(*) FROM run WHERE state IN (${FINALS})) AS ended,
         (SELECT SUM(runs) FROM usage_day) AS added, (SELECT SUM(runs) FROM usage_change) AS noted`,
    );
    return { ended: row?.ended ?? 0, counted: Number(row?.added ?? 0) + Number(row?.noted ?? 0) };
  }

  /** Returns how many runs each replica holds: those whose time has come, which are being called, and those ahead. */
  async listHolders(): Promise<{ pid: number; due: number; ahead: number }[]> {
    const now = Date.now();
    const rows = await this.query<{ name: string; due: number; ahead: number }>(
      `SELECT p.name, COUNT(CASE WHEN r.planned_at < ${now - MOMENT_MS} THEN 1 END) AS due,
         COUNT(CASE WHEN r.planned_at > ${now + MOMENT_MS} THEN 1 END) AS ahead
       FROM replica p JOIN run r ON r.claimed_by = p.id AND r.state = ${RUN_STATES.indexOf('TRIGGERED')}
       GROUP BY p.name`,
    );
    return rows.map(({ name, due, ahead }) => ({ pid: pidOf(name), due: Number(due), ahead: Number(ahead) }));
  }

  /** Returns when the replica of a process last renewed its lease; 0 where it never did. */
  async beatOf(pid: number): Promise<number> {
    const rows = await this.query<{ name: string; beat_at: number }>('SELECT name, beat_at FROM replica');
    return Math.max(0, ...rows.filter(({ name }) => pidOf(name) === pid).map((row) => row.beat_at));
  }

  /** Runs a statement and returns its rows. */
  async query<Row>(sql: string): Promise<Row[]> {
    const connection = await createConnection({ uri: this.databaseUrl });
    try {
      const [rows] = await connection.query(sql);
      // The caller names the row's shape beside its SQL: nothing else knows it.
      return rows as Row[];
    } finally {
      await connection.end();
    }
  }
}

/** Returns a row as the oracle takes it. */
export function storedRunOf(row: RunRecord): StoredRun {
  return {
    scheduleId: row.schedule_id,
    runId: row.id,
    plannedAtMs: row.planned_at,
    isFinal: isFinal(stateOf(row)),
    claimedBy: row.claimed_by,
    executedAtMs: row.executed_at,
    completedAtMs: row.completed_at,
  };
}

/** A replica is named host/pid/uuid. */
function pidOf(name: string): number {
  return Number(name.split('/').at(-2));
}

function stateOf(row: RunRecord): RunState {
  const state = RUN_STATES[row.state];
  if (state === undefined) throw new Error(`A run is in state ${row.state}, which does not exist.`);
  return state;
}
