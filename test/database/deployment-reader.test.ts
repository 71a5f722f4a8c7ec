import type { Config } from '../../src/config/config.js';
import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { DeploymentReader } from '../../src/health/deployment/deployment.reader.js';
import { databaseKinds } from '../support/databases.js';
import { runCells } from './rows.js';

const NOW = 1_000_000;
const TENANCIES = 20;
const PLANNED = 600;
/** Of the first two tenancies together: more than is counted. */
const OVERDUE = 5_100;
const ENDED = 4;
const ACKNOWLEDGED = 2;

interface Step {
  readonly table?: string | null;
  readonly type?: string | null;
  readonly key?: string | null;
  readonly Extra?: string | null;
  readonly detail?: string;
}

describe.each(databaseKinds)('What is read of the whole deployment on $name', (kind) => {
  const reader = new DeploymentReader({ leaseMs: 20_000 } as Config);
  let database: Database;
  beforeAll(async () => {
    database = await kind.open();
    let made = 0;
    const store = async (count: number, change: Parameters<typeof runCells>[1]) => {
      const rows = Array.from({ length: count }, () => {
        const number = ++made;
        return runCells(number, { planned_at: number, ...change });
      });
      const columns = Object.keys(rows[0] ?? {});
      for (let from = 0; from < rows.length; from += 1_000) {
        const cells = rows
          .slice(from, from + 1_000)
          .map((row) => columns.map((column) => row[column] ?? null));
        await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', columns, cells));
      }
    };
    for (let tenancy = 1; tenancy <= TENANCIES; tenancy++) {
      await store(PLANNED / TENANCIES, { tenancy_id: tenancy, due_at: NOW + 1 });
      await store(50, { tenancy_id: tenancy, state: ENDED, due_at: NOW - 9_000 });
    }
    for (const tenancy of [1, 2])
      await store(OVERDUE, { tenancy_id: tenancy, due_at: NOW - tenancy * 1_000 });
    await store(3, { state: ACKNOWLEDGED, executed_at: NOW });
    await database.transaction(async (tx) => {
      const tenancies = Array.from({ length: TENANCIES }, (_, n) => [1, Buffer.alloc(16, n + 1), 0, 0]);
      const columns = ['instance_id', 'tenant_id', 'is_provider', 'created_at'];
      await tx.dialect.insertIgnore(tx, 'tenancy', columns, tenancies);
      for (const [name, at] of [
        ['alive', NOW],
        ['dead', NOW - 20_000],
      ] as const) {
        await tx.execute('INSERT INTO replica (name, started_at, beat_at) VALUES (?, 0, ?)', [name, at]);
      }
      if (kind.name === 'MariaDB') await tx.query('ANALYZE TABLE run, tenancy');
    });
  });

  it('is right, and what is due is counted to 10,000', async () => {
    const standing = await database.read((tx) => reader.standing(tx, NOW));
    expect(standing).toEqual({
      ...{ due: 10_000, oldestDueSeconds: 2, open: { ACK_RECVD: 3, ACK_NOT_RECVD: 0 } },
      ...{ replicas: 1, operations: 0, notifications: 0, throttledSeconds: 0 },
    });
    await database.transaction((tx) =>
      tx.execute('UPDATE tenancy SET suspended_at = 1 WHERE tenant_id = ?', [Buffer.alloc(16, 2)]),
    );
    const one = await database.read((tx) => reader.standing(tx, NOW));
    expect([one.due, one.oldestDueSeconds]).toEqual([OVERDUE, 1]);
    await database.transaction((tx) => tx.execute('UPDATE tenancy SET suspended_at = NULL'));
  });

  it('goes by the index of the queue, and by those of operations and messages', async () => {
    const steps = await database.read(async (tx) => {
      const found: Step[] = [];
      const query: Tx['query'] = async (sql, parameters = []) => {
        const explain = kind.name === 'SQLite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
        found.push(...(await tx.query<Step>(`${explain} ${sql}`, parameters)));
        return tx.query(sql, parameters);
      };
      await reader.standing({ ...tx, query }, NOW);
      return found;
    });
    if (kind.name === 'SQLite') {
      const details = steps.map(({ detail = '' }) => detail).filter((detail) => /SCAN|SEARCH/.test(detail));
      const onRuns = details.filter((detail) => detail.includes('run_queue'));
      expect(onRuns.length).toBeGreaterThanOrEqual(4);
      for (const detail of onRuns) expect(detail).toMatch(/^SEARCH \w+ USING COVERING INDEX run_queue/);
      expect(
        details.filter((detail) => /^S\w+ (run|r) /.test(detail) && !detail.includes('run_queue')),
      ).toEqual([]);
      expect(details.join('\n')).toMatch(/INDEX operation_open[^]*INDEX notification_due/);
      return;
    }
    const onRuns = steps.filter(({ table }) => table === 'run' || table === 'r');
    expect(onRuns.length).toBeGreaterThanOrEqual(4);
    for (const { key, type, Extra } of onRuns) {
      expect([key, String(Extra)]).toEqual(['run_queue', expect.stringContaining('Using index')]);
      expect(['ref', 'range']).toContain(type);
    }
    const keys = steps.map(({ table, key }) => `${table} ${key}`);
    expect(keys).toEqual(
      expect.arrayContaining(['operation operation_open', 'notification notification_due']),
    );
  });
});
