import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { CIRCUIT_STATES, closedCircuit, isSound, type Circuit } from '../../../core/protection/breaker.js';
import { uuidFromBytes, uuidToBytes } from '../../../database/columns.js';
import { marks } from '../../../database/lists.js';
import type { Tx } from '../../../database/tx.js';
import type { CircuitKey } from './circuit-id.js';

export const CLOSED = CIRCUIT_STATES.indexOf('closed');

/** A circuit as it is stored. */
export interface StoredCircuit extends CircuitKey {
  readonly circuit: Circuit;
  /** For how long the run that was kept from it last may wait. */
  readonly holdForMs: number;
  /** When somebody is to see to it; null while there is nothing to do before the next firing or call. */
  readonly nextAt: Instant | null;
}

interface BreakerRecord {
  id: Buffer;
  tenancy_id: number;
  origin: string;
  state: number;
  failures: number;
  since: number;
  probes: number;
  probe_at: number | null;
  probe_run: Buffer | null;
  place: number;
  unanswered: number;
  answered: number;
  moved_at: number;
  hold_for: number;
  next_at: number | null;
}

const COLUMNS = {
  id: 'uuid',
  state: 'integer',
  failures: 'integer',
  since: 'integer',
  probes: 'integer',
  probe_at: 'integer',
  probe_run: 'uuid',
  place: 'integer',
  unanswered: 'integer',
  answered: 'integer',
  moved_at: 'integer',
  hold_for: 'integer',
  next_at: 'integer',
} as const;

/** Circuits, in the table `breaker`: there is a row only for endpoints that fail, or have failed a moment ago. */
@Injectable()
export class BreakerStore {
  /** Returns those of these circuits that are not closed, by their ids, without locking them. */
  async listUnclosed(tx: Tx, ids: readonly string[]): Promise<StoredCircuit[]> {
    const rows = await tx.query<BreakerRecord>(
      `SELECT * FROM breaker WHERE id IN (${marks(ids)}) AND state <> ${CLOSED}`,
      ids.map(uuidToBytes),
    );
    return rows.map(circuitIn);
  }

  /** Returns those of these circuits that have a row, by their ids, and locks them until commit, always in the same order. */
  async lock(tx: Tx, ids: readonly string[]): Promise<Map<string, StoredCircuit>> {
    const sorted = [...new Set(ids)].sort().map(uuidToBytes);
    const locked = await tx.dialect.lockById(tx, 'breaker', sorted, { skipsHeld: false });
    if (locked.length === 0) return new Map();
    const rows = await tx.query<BreakerRecord>(
      `SELECT * FROM breaker WHERE id IN (${marks(locked)})`,
      locked,
    );
    return new Map(rows.map(circuitIn).map((stored) => [stored.id, stored]));
  }

  /** Returns some circuits that somebody is to see to, the longest due first, and locks them until commit; not those that others have. */
  async lockDue(tx: Tx, now: Instant, limit: number): Promise<StoredCircuit[]> {
    const rows = await tx.query<BreakerRecord>(
      `SELECT * FROM breaker ${tx.dialect.useIndex('breaker_next')} WHERE next_at <= ? ORDER BY next_at LIMIT ? ${tx.dialect.skipLocked}`,
      [now, limit],
    );
    return rows.map(circuitIn);
  }

  /** Returns when the next circuit is to be seen to; Infinity where there is none. */
  async earliest(tx: Tx): Promise<Instant> {
    const [row] = await tx.query<{ at: number | null }>('SELECT MIN(next_at) AS at FROM breaker');
    return row === undefined || row.at === null ? Infinity : Number(row.at);
  }

  /** Makes rows for circuits that have none. */
  async insert(tx: Tx, keys: readonly CircuitKey[], now: Instant): Promise<void> {
    const { since, movedAt } = closedCircuit(now);
    await tx.dialect.insertIgnore(
      tx,
      'breaker',
      [
        ...['id', 'tenancy_id', 'origin', 'state', 'failures', 'since', 'probes', 'place', 'unanswered'],
        ...['answered', 'moved_at', 'hold_for'],
      ],
      keys.map(({ id, tenancyId, origin }) => [
        ...[uuidToBytes(id), tenancyId, origin, CLOSED, 0, since, 0, 0, 0],
        ...[0, movedAt, 0],
      ]),
    );
  }

  /** Writes locked circuits, in one statement; one of which nothing bad is known any more goes. */
  async save(tx: Tx, stored: readonly StoredCircuit[]): Promise<void> {
    const sound = stored.filter(({ circuit }) => isSound(circuit));
    const rows = stored.filter(({ circuit }) => !isSound(circuit)).map(cellsOf);
    if (rows.length > 0) {
      const guard = { guard: '1 = 1', guardParameters: [] };
      await tx.dialect.bulkUpdate(tx, { table: 'breaker', columns: COLUMNS, rows, ...guard });
    }
    await this.delete(
      tx,
      sound.map(({ id }) => id),
    );
  }

  /** Deletes circuits. */
  async delete(tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.execute(`DELETE FROM breaker WHERE id IN (${marks(ids)})`, ids.map(uuidToBytes));
  }

  /** Deletes the circuits of a tenancy that is gone, and returns how many they were: at most one for each of its jobs. */
  deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    return tx.execute('DELETE FROM breaker WHERE tenancy_id = ?', [tenancyId]);
  }

  /** Returns circuits that no call and no firing has moved since an instant, after one of them. */
  async listIdle(tx: Tx, before: Instant, after: string | null, limit: number): Promise<StoredCircuit[]> {
    const rows = await tx.query<BreakerRecord>(
      `SELECT b.* FROM breaker b WHERE b.id > ? AND b.moved_at < ?
       AND NOT EXISTS (SELECT 1 FROM breaker_wait w WHERE w.breaker_id = b.id) ORDER BY b.id LIMIT ?`,
      [after === null ? Buffer.alloc(0) : uuidToBytes(after), before, limit],
    );
    return rows.map(circuitIn);
  }

  /** Returns the actions of a tenancy's jobs that have a breaker and are switched on. */
  async listActions(tx: Tx, tenancyId: number): Promise<string[]> {
    const rows = await tx.query<{ action: string }>(
      `SELECT DISTINCT action FROM job WHERE tenancy_id = ? AND active = 1 AND policy LIKE '%"breaker"%'`,
      [tenancyId],
    );
    return rows.map(({ action }) => action);
  }
}

function circuitIn(row: BreakerRecord): StoredCircuit {
  return {
    id: uuidFromBytes(row.id),
    tenancyId: Number(row.tenancy_id),
    origin: row.origin,
    holdForMs: Number(row.hold_for),
    nextAt: instantOf(row.next_at),
    circuit: {
      state: CIRCUIT_STATES[row.state] ?? 'closed',
      failures: row.failures,
      since: Number(row.since),
      probes: row.probes,
      probeAt: instantOf(row.probe_at),
      probeRun: row.probe_run === null ? null : uuidFromBytes(row.probe_run),
      place: Number(row.place),
      unanswered: row.unanswered,
      answered: row.answered,
      movedAt: Number(row.moved_at),
    },
  };
}

function cellsOf({ id, circuit, holdForMs, nextAt }: StoredCircuit) {
  return [
    uuidToBytes(id),
    CIRCUIT_STATES.indexOf(circuit.state),
    circuit.failures,
    circuit.since,
    circuit.probes,
    circuit.probeAt,
    circuit.probeRun === null ? null : uuidToBytes(circuit.probeRun),
    circuit.place,
    circuit.unanswered,
    circuit.answered,
    circuit.movedAt,
    holdForMs,
    nextAt,
  ];
}

function instantOf(stored: number | null): Instant | null {
  return stored === null ? null : Number(stored);
}
