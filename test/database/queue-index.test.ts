import type { Database } from '../../src/database/database.js';
import type { RunState } from '../../src/core/run-state.js';
import type { Tx } from '../../src/database/tx.js';
import { RetentionStore, RUN_LOG_RETENTION_MS } from '../../src/run-log/retention.store.js';
import { OpenRunStore } from '../../src/run-log/open-run.store.js';
import { HeldRunStore } from '../../src/run-log/queue/held-run.store.js';
import { DueTenancyStore } from '../../src/run-log/queue/due-tenancy.store.js';
import { NextRunsQuery } from '../../src/dashboard/reads/overview/next-runs.query.js';
import { BEGUN_STATES } from '../../src/dashboard/reads/runs/run-filter.query.js';
import { findOfTenants } from '../../src/dashboard/reads/runs/run-ranges.query.js';
import { RunPlacesQuery } from '../../src/dashboard/reads/runs/run-places.query.js';
import { mariaDb } from '../support/databases.js';
import { reads } from './reads.js';
import { runRow, storeRuns } from './rows.js';

const NOW = RUN_LOG_RETENTION_MS * 2;
const TENANCIES = 10;
const PER_TENANCY: readonly (readonly [RunState, count: number])[] = [
  ['SCHEDULED', 100],
  ['TRIGGERED', 5],
  ['ACK_RECVD', 20],
  ['ACK_NOT_RECVD', 5],
  ['SUCCESS', 200],
  ['ERROR', 50],
];
/** Bytes of the index that a look goes by: state and tenancy, and the due instant beside them. */
const UP_TO_TENANCY = 5;
const WHOLE = 13;

interface Step {
  readonly table: string | null;
  readonly type: string | null;
  readonly key: string | null;
  readonly key_len: string | null;
  readonly Extra: string | null;
}

describe('the statements on the queue on MariaDB', () => {
  let database: Database;
  beforeAll(async () => {
    database = await mariaDb.open();
    let made = 0;
    const runs = Array.from({ length: TENANCIES }, (_, tenancy) =>
      PER_TENANCY.flatMap(([state, count]) =>
        Array.from({ length: count }, (_, place) =>
          runRow(++made, {
            tenancyId: tenancy + 1,
            state,
            plannedAt: NOW - 50_000 + place * 1_000,
            executedAt: NOW,
          }),
        ),
      ),
    );
    for (const some of runs) await storeRuns(database, some);
    await database.transaction(async (tx) => {
      await tx.execute(
        `INSERT INTO instance (uid, name, xsappname, async_timeout_s, created_at) VALUES (?, '', 'x', 1800, 0)`,
        [Buffer.alloc(16)],
      );
      const tenancies = Array.from({ length: TENANCIES }, (_, n) => [1, Buffer.alloc(16, n + 1), 0, 0]);
      const columns = ['instance_id', 'tenant_id', 'is_provider', 'created_at'];
      await tx.dialect.insertIgnore(tx, 'tenancy', columns, tenancies);
      await tx.query('ANALYZE TABLE run, tenancy, instance');
    });
  });

  /** How the database goes about the first statement that the work runs on the table of runs. */
  const stepsOf = (work: (tx: Tx) => Promise<unknown>): Promise<Step[]> =>
    database.read(async (tx) => {
      const said: { sql: string; parameters: readonly unknown[] }[] = [];
      const query: Tx['query'] = (sql, parameters = []) => {
        said.push({ sql, parameters });
        return Promise.resolve([]);
      };
      await work({ ...tx, query });
      const [first] = said.filter(({ sql }) => /\brun\b/.test(sql));
      return tx.query<Step>(`EXPLAIN ${first?.sql ?? ''}`, first?.parameters);
    });
  const onRuns = (steps: readonly Step[]) =>
    steps
      .filter(({ table }) => table === 'run' || table === 'r')
      .map(({ type, key, key_len: length, Extra }) => ({
        type,
        key,
        length: Number(length),
        extra: Extra ?? '',
      }));

  const byIndex = { key: 'run_queue', length: WHOLE, type: 'range' };

  it('claim what is due by the index alone, in its order', async () => {
    const quotas = [1, 2, 3].map((tenancyId) => ({ tenancyId, limit: 20 }));
    const steps = onRuns(await stepsOf((tx) => tx.dialect.claimDue(tx, quotas, NOW)));
    expect(steps).toHaveLength(3);
    for (const step of steps) {
      expect(step).toMatchObject(byIndex);
      expect(step.extra).not.toContain('filesort');
    }
  });

  it('find the next due run of each tenancy by the index alone', async () => {
    const steps = onRuns(await stepsOf((tx) => new DueTenancyStore().list(tx, NOW).catch(() => null)));
    expect(steps).toEqual([
      { key: 'run_queue', length: UP_TO_TENANCY, type: 'ref', extra: expect.stringContaining('Using index') },
      // What waits: hardly ever anything.
      { key: 'run_queue', length: 1, type: 'range', extra: expect.stringContaining('Using index') },
    ]);
  });

  it('read one planned run of each tenancy to find the next, however many it has', async () => {
    const { result, entries } = await database.read((tx) =>
      reads(tx, () => new DueTenancyStore().list(tx, NOW)),
    );
    expect(result.due).toHaveLength(TENANCIES);
    // 100 are planned for each.
    expect(entries).toBeLessThan(10 * TENANCIES);
  });

  it('look for runs whose report is overdue by the index, up to the limit of their instance', async () => {
    const steps = onRuns(await stepsOf((tx) => new OpenRunStore().listOverdue(tx, NOW, 1)));
    expect(steps).toEqual([expect.objectContaining({ key: 'run_queue' })]);
  });

  it('look for runs that nobody holds among those that are called, in whatever order they are wanted', async () => {
    const held = new HeldRunStore();
    const claim = { listLive: () => Promise.resolve([1]), replicaId: 1, limit: 500 };
    const steps = onRuns(await stepsOf((tx) => held.takeOver(tx, claim)));
    expect(steps).toEqual([expect.objectContaining({ key: 'run_queue' })]);
  });

  it('find old runs by the index, up to the day that they are kept from', async () => {
    const steps = onRuns(await stepsOf((tx) => new RetentionStore().deleteOldRuns(tx, 1, NOW, 500)));
    expect(steps).toEqual([{ ...byIndex, extra: expect.not.stringContaining('filesort') }]);
  });

  const instance = { kind: 'instance', instanceId: 1, tenancyId: 1 } as const;
  it('find the latest runs of the tenants of an instance by the index of the queue, in its order', async () => {
    const filter = { scope: instance, states: BEGUN_STATES, to: NOW };
    const steps = onRuns(await stepsOf((tx) => findOfTenants(tx, filter, undefined, 50)));
    // A run that is called again is stored in two ways: it waits, or it is claimed.
    expect(steps).toHaveLength(BEGUN_STATES.length + 1);
    for (const step of steps) {
      expect(step).toMatchObject({ key: 'run_queue', type: expect.stringMatching(/^(ref|range)$/) });
      expect(step.extra).not.toMatch(/filesort|temporary/);
    }
  });

  it.each([
    [
      'list the runs of an instance',
      (tx: Tx) => new RunPlacesQuery().find(tx, { scope: instance, states: BEGUN_STATES }, undefined, 50),
    ],
    [
      'count the runs of an instance',
      (tx: Tx) => new RunPlacesQuery().count(tx, { scope: instance, states: ['ERROR'] }),
    ],
    ['list the next runs of an instance', (tx: Tx) => new NextRunsQuery().list(tx, instance, NOW, 10)],
  ])('%s in the order of the index, however few tenancies there are', async (_name, work) => {
    const steps = onRuns(await stepsOf(work));
    expect(steps).toMatchObject([{ key: 'run_due', type: 'range' }]);
    expect(steps[0]?.extra).not.toMatch(/filesort|temporary/);
  });
});
