import { Database } from '../../src/database/database.js';
import { uuidToBytes } from '../../src/database/columns.js';
import { newUuid } from '../../src/database/uuid-v7.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { startApp, TENANTS } from '../support/app.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { ManualClock } from '../support/manual-clock.js';
import { build, ServiceProcess } from '../support/service-process.js';
import { spectatorOf } from '../support/spectator.js';

const JOBS = 5_000;

/** Makes a tenant with many jobs that has left, its rows still there; and a neighbour with one job. */
async function setup(kind: DatabaseKind) {
  const env = { DATABASE_URL: await kind.createUrl() };
  const app = await startApp({ env, clock: new ManualClock(Date.now()) });
  const job = (name: string) => ({
    name,
    action: 'http://127.0.0.1:1/x',
    active: true,
    schedules: [{ cron: '* * * * * 0 0', active: true }],
  });
  await app.beta.post('/scheduler/jobs', job('stays')).expect(201);
  const first = await app.acme.post('/scheduler/jobs', job('goes')).expect(201);
  await multiply(app.app.get(Database, { strict: false }), first.body.jobId);
  app.app.get(Offboarding, { strict: false }).onModuleDestroy(); // as if the process died right after the commit
  await app.provider.delete(`/callback/v1.0/tenants/${TENANTS.acme}`).expect(200);
  await app.stop();
  const ask = await spectatorOf(env.DATABASE_URL);
  const count = async (table: string) => {
    const [row] = await ask<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
    return Number(row?.n);
  };
  /** Lets nobody delete the job that comes last by id and by name, and returns how to let them again. */
  const holdLast = async () => {
    await ask('CREATE TABLE held (id BIGINT NOT NULL, FOREIGN KEY (id) REFERENCES job (id))');
    await ask('INSERT INTO held (id) SELECT MAX(id) FROM job');
    return () => ask('DROP TABLE held');
  };
  return { count, holdLast, start: () => ServiceProcess.start({ ...env, DISPATCH: 'off' }) };
}

/** Copies a job, with its schedule and planned run, until there are enough. */
async function multiply(database: Database, jobId: number): Promise<void> {
  const now = Date.now();
  await database.transaction(async (tx) => {
    const copies = Array.from({ length: JOBS - 1 }, (_, n) => n);
    const [job] = await tx.query<Record<string, never>>('SELECT * FROM job WHERE id = ?', [jobId]);
    const [schedule] = await tx.query<Record<string, never>>('SELECT * FROM schedule WHERE job_id = ?', [
      jobId,
    ]);
    const [run] = await tx.query<Record<string, never>>('SELECT * FROM run WHERE schedule_id = ?', [
      schedule?.['id'],
    ]);
    const insert = (table: string, rows: Record<string, unknown>[]) =>
      tx.dialect.insertIgnore(
        tx,
        table,
        Object.keys(rows[0] ?? {}),
        rows.map((row) => Object.values(row) as never),
      );
    const ids = copies.map(() => uuidToBytes(newUuid(now)));
    await insert(
      'job',
      copies.map((n) => ({ ...job, id: jobId + 1_000 + n, name: `goes ${String(n).padStart(5, '0')}` })),
    );
    await insert(
      'schedule',
      copies.map((n) => ({ ...schedule, id: ids[n], job_id: jobId + 1_000 + n })),
    );
    await insert(
      'run',
      copies.map((n) => ({ ...run, id: uuidToBytes(newUuid(now)), schedule_id: ids[n] })),
    );
  });
}

beforeAll(build);

describe('The off-boarding of a tenant', () => {
  const name =
    'goes on after a kill, deletes everything of the tenant and nothing of its neighbour, on $name';
  // Side by side: the second process waits most of the time, for the lease of the first.
  it.concurrent.each(databaseKinds)(name, async (kind) => {
    const { count, holdLast, start } = await setup(kind);
    expect(await count('job')).toBe(JOBS + 1);
    // However late the kill comes, it comes before the end.
    const letGo = await holdLast();
    const first = await start();
    while ((await count('job')) === JOBS + 1);
    expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await count('job')).toBeGreaterThan(1);
    await letGo();
    const second = await start();
    while ((await count('offboarding WHERE emptied_at IS NULL')) > 0);
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });
    for (const table of ['job', 'schedule', 'run'])
      expect({ table, n: await count(table) }).toEqual({ table, n: 1 });
    expect(await count(`action_log WHERE job_id NOT IN (SELECT id FROM job)`)).toBe(0);
  });
});
