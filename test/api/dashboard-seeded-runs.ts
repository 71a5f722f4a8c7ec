import { uuidFromBytes } from '../../src/database/columns.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { runRow, uuid, uuidBytes } from '../database/rows.js';
import type { Stage } from './dashboard-setup.js';

export type SeededRuns = Awaited<ReturnType<typeof seededRuns>>;

/** Makes a job that never runs, for runs that are put down as rows: each has a number, by which it was due so many ms after `from`. */
export async function seededRuns(here: Stage) {
  const { database, createJob, clock, acme, sweeper } = here;
  const job = await createJob({ cron: '2099 * * * * 0 0' });
  const from = clock.now();
  const [row] = await database.read((tx) =>
    tx.query<{ id: Buffer; tenancy_id: number; instance_id: number }>(
      'SELECT id, tenancy_id, instance_id FROM schedule WHERE job_id = ?',
      [job.jobId],
    ),
  );
  if (!row) throw new Error('The job has a schedule.');
  const ownRun = (n: number, state: 'SUCCESS' | 'TIMEOUT' = 'SUCCESS', tenancyId = row.tenancy_id) =>
    runRow(0, {
      ...{ id: uuid(0x7000_0000 + n), scheduleId: uuidFromBytes(row.id), tenancyId, state },
      ...{ plannedAt: from + n, dueAt: from + n, executedAt: from + n, completedAt: from + n },
    });
  const store = async (rows: readonly RunRow[]) => {
    for (let at = 0; at < rows.length; at += 500) {
      await database.transaction((tx) => tx.manager.insert(RunRow, rows.slice(at, at + 500)));
    }
    clock.advance(60_000);
  };
  const end = async () => {
    await acme.delete(job.job).expect(200);
    await sweeper.purge();
  };
  return { ...here, from, instanceId: row.instance_id, ownRun, store, end };
}

/** Does something while the instance has so many tenants that not each of them can be asked; they have ids from 500,000 on. */
export async function amongManyTenants({ database, instanceId }: SeededRuns, work: () => Promise<void>) {
  const columns = ['id', 'instance_id', 'tenant_id', 'is_provider', 'created_at'];
  const rows = Array.from({ length: 1_001 }, (_, n) => [500_000 + n, instanceId, uuidBytes(n), 0, 0]);
  await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'tenancy', columns, rows));
  await work();
  await database.transaction((tx) => tx.execute('DELETE FROM tenancy WHERE id >= 500000'));
}
