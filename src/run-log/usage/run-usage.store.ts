import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { chunks, marks } from '../../database/lists.js';
import { addUp } from '../../database/sums.js';
import type { Tx } from '../../database/tx.js';

/** Runs of a tenancy that were due on one day and were late alike. */
export interface UsageChange {
  readonly tenancyId: number;
  /** The first instant of the day (UTC). */
  readonly day: Instant;
  /** By how much they were called late, as a step of `latenessStep`; null where they were not called. */
  readonly lateMs: number | null;
  readonly runs: number;
  readonly failures: number;
}

/** So many changes are added up in one transaction. */
const BATCH = 2_000;

const OF_DAY = {
  table: 'usage_day',
  columns: ['tenancy_id', 'day', 'instance_id', 'runs', 'failures'],
  keys: ['tenancy_id', 'day'],
  sums: ['runs', 'failures'],
} as const;
const OF_LATENESS = {
  table: 'usage_late',
  columns: ['tenancy_id', 'day', 'late', 'calls'],
  keys: ['tenancy_id', 'day', 'late'],
  sums: ['calls'],
} as const;

interface ChangeRow {
  id: number;
  tenancy_id: number;
  day: number | string;
  late: number | string | null;
  runs: number;
  failures: number;
}

/** All SQL that writes the tables `usage_change`, `usage_day` and `usage_late`: what each tenancy used on each day. */
@Injectable()
export class RunUsageStore {
  /** Notes changes, in one statement that waits for no other. */
  async note(tx: Tx, changes: readonly UsageChange[]): Promise<void> {
    const columns = ['tenancy_id', 'day', 'late', 'runs', 'failures'];
    const rows = changes.map(({ tenancyId, day, lateMs, runs, failures }) => [
      ...[tenancyId, day, lateMs],
      ...[runs, failures],
    ]);
    await tx.dialect.insertIgnore(tx, 'usage_change', columns, rows);
  }

  /** Returns whether there are changes that are not added up. */
  async isAnyToAdd(tx: Tx): Promise<boolean> {
    return (await tx.query('SELECT 1 FROM usage_change LIMIT 1')).length > 0;
  }

  /**
   * Adds noted changes to the sums of their days and returns how many; those of a tenancy that is gone are dropped. Replicas that do
   * so at the same time take different ones; on two nodes of a cluster one of the transactions is run again.
   */
  async addUp(tx: Tx): Promise<number> {
    const rows = await tx.query<ChangeRow>(
      `SELECT id, tenancy_id, day, late, runs, failures FROM usage_change ORDER BY id LIMIT ${BATCH} ${tx.dialect.skipLocked}`,
    );
    const changes = rows.map((row) => ({
      ...{ tenancyId: row.tenancy_id, day: Number(row.day), runs: row.runs, failures: row.failures },
      lateMs: row.late === null ? null : Number(row.late),
    }));
    const instances = await instancesOf(tx, changes);
    const known = changes.filter(({ tenancyId }) => instances.has(tenancyId));
    await addDays(tx, known, instances);
    const called = known.flatMap(({ tenancyId, day, lateMs, runs }) =>
      lateMs === null ? [] : [{ key: [tenancyId, day, lateMs], sums: [runs] }],
    );
    await addUp(tx, OF_LATENESS, summed(called));
    for (const part of chunks(rows.map(({ id }) => id))) {
      await tx.execute(`DELETE FROM usage_change WHERE id IN (${marks(part)})`, part);
    }
    return rows.length;
  }

  /** Notes that tenancies used something on a day, though no run of that day may have ended; one that is gone is left out. */
  async touch(tx: Tx, day: Instant, tenancyIds: readonly number[]): Promise<void> {
    const changes = tenancyIds.map((tenancyId) => ({ tenancyId, day, runs: 0, failures: 0 }));
    await addDays(tx, changes, await instancesOf(tx, changes));
  }

  /** Forgets up to `limit` sums of each kind of the days before an instant; returns how many. */
  async deleteOld(tx: Tx, before: Instant, limit: number): Promise<number> {
    const days = await tx.query<{ tenancy_id: number; day: number }>(
      'SELECT tenancy_id, day FROM usage_day WHERE day < ? ORDER BY day LIMIT ?',
      [before, limit],
    );
    let deleted = 0;
    for (const { tenancy_id: tenancyId, day } of days) {
      deleted += await tx.execute('DELETE FROM usage_late WHERE tenancy_id = ? AND day = ?', [
        tenancyId,
        day,
      ]);
      deleted += await tx.execute('DELETE FROM usage_day WHERE tenancy_id = ? AND day = ?', [tenancyId, day]);
    }
    return deleted;
  }

  /** Forgets a tenancy that is gone; returns how many rows. */
  async deleteOfTenancy(tx: Tx, tenancyId: number): Promise<number> {
    const calls = await tx.execute('DELETE FROM usage_late WHERE tenancy_id = ?', [tenancyId]);
    return calls + (await tx.execute('DELETE FROM usage_day WHERE tenancy_id = ?', [tenancyId]));
  }
}

type DayChange = Omit<UsageChange, 'lateMs'>;
interface Sum {
  readonly key: readonly number[];
  readonly sums: readonly number[];
}

async function addDays(
  tx: Tx,
  changes: readonly DayChange[],
  instances: ReadonlyMap<number, number>,
): Promise<void> {
  const days = changes.flatMap(({ tenancyId, day, runs, failures }) => {
    const instanceId = instances.get(tenancyId);
    return instanceId === undefined ? [] : [{ key: [tenancyId, day, instanceId], sums: [runs, failures] }];
  });
  await addUp(tx, OF_DAY, summed(days));
}

/** Returns the instances of the tenancies, by tenancy, without those that are gone. */
async function instancesOf(
  tx: Tx,
  changes: readonly { readonly tenancyId: number }[],
): Promise<Map<number, number>> {
  const instances = new Map<number, number>();
  for (const part of chunks([...new Set(changes.map(({ tenancyId }) => tenancyId))])) {
    const rows = await tx.query<{ id: number; instance_id: number }>(
      `SELECT id, instance_id FROM tenancy WHERE id IN (${marks(part)})`,
      part,
    );
    for (const row of rows) instances.set(row.id, row.instance_id);
  }
  return instances;
}

/** Returns one row for each key, in the order of the keys. */
function summed(all: readonly Sum[]): number[][] {
  const byKey = new Map<string, { key: readonly number[]; sums: number[] }>();
  for (const { key, sums } of all) {
    const known = byKey.get(key.join());
    byKey.set(key.join(), { key, sums: sums.map((sum, place) => sum + (known?.sums[place] ?? 0)) });
  }
  const rows = [...byKey.values()].map(({ key, sums }) => [...key, ...sums]);
  return rows.sort(
    (a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0),
  );
}
