import { OF_REPLAY } from '../../database/entities/stored-values.js';
import { marks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRecord } from './claimed-run.js';

/**
 * Sees to it that claimed runs are called with the data that is meant, and are stored with its version: that of the schedule as
 * it is now, or, of a run that runs another one again, that of the other one. Of schedules whose data has never
 * changed it costs nothing; else at most one statement, and one more where earlier data is read.
 */
export async function withCalledData(tx: Tx, claimed: readonly ClaimedRecord[]): Promise<void> {
  const changed = claimed.filter((row) => row.data_version !== row.schedule_version);
  if (changed.length === 0) return;
  await readEarlier(tx, changed.filter(isReplay));
  await noteVersions(
    tx,
    changed.filter((row) => !isReplay(row)),
  );
}

async function readEarlier(tx: Tx, rows: readonly ClaimedRecord[]): Promise<void> {
  if (rows.length === 0) return;
  const found = await tx.query<{ id: Buffer; data: string | null }>(
    `SELECT r.id, d.data FROM run r ${tx.dialect.orderedJoin} schedule_data d
       ON d.schedule_id = r.schedule_id AND d.version = r.data_version WHERE r.id IN (${marks(rows)})`,
    rows.map(({ id }) => id),
  );
  const dataOf = new Map(found.map(({ id, data }) => [id.toString('hex'), data]));
  for (const row of rows) {
    const data = dataOf.get(row.id.toString('hex'));
    row.data = data ?? null;
    row.is_data_gone = data === undefined;
  }
}

async function noteVersions(tx: Tx, rows: readonly ClaimedRecord[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.dialect.bulkUpdate(tx, {
    table: 'run',
    columns: { id: 'uuid', data_version: 'integer' },
    rows: rows.map(({ id, schedule_version: version }) => [id, version]),
    guard: '1 = 1',
    guardParameters: [],
  });
}

function isReplay({ origin }: ClaimedRecord): boolean {
  return origin === OF_REPLAY;
}
