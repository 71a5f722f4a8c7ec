import type { Database } from '../../src/database/database.js';
import { JobRow } from '../../src/database/entities/job.row.js';
import { openDatabase } from '../../src/database/open-database.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { migrateKilled, migrationFiles, migrationSource } from '../support/migrations.js';
import { uuidBytes } from './rows.js';

const marksFor = (row: object) =>
  Object.keys(row)
    .map(() => '?')
    .join(',');

/** The last migration that was released: what is stored by it must be there after the present ones. */
const RELEASED = 21;
const RUNS = 3;

describe.each(databaseKinds)('a database of the released version on $name', (kind) => {
  /** A database as the released version left it, with a job, its schedule and runs of each state that matters. */
  async function setup() {
    const url = await kind.createEmptyUrl();
    const source = await migrationSource(url, RELEASED);
    await source.runMigrations({ transaction: 'each' });
    const insert = (table: string, row: Record<string, unknown>) =>
      source.query(
        `INSERT INTO ${table} (${Object.keys(row).join(',')}) VALUES (${marksFor(row)})`,
        Object.values(row),
      );
    const place = { instance_id: 1, tenancy_id: 1 };
    const made = { created_at: 1, modified_at: 1 };
    const texts = { description: '', action: 'http://127.0.0.1' };
    await insert('job', { ...place, ...made, ...texts, name: 'job', http_method: 1, active: 1 });
    const schedule = { ...place, ...made, id: uuidBytes(1), job_id: 1, kind: 0, expression: '* * * * * * 0' };
    await insert('schedule', { ...schedule, active: 1, description: '' });
    for (let n = 1; n <= RUNS; n++) {
      const run = { id: uuidBytes(n), schedule_id: uuidBytes(1), tenancy_id: 1, origin: 0, state: n - 1 };
      await insert('run', { ...run, planned_at: n * 1_000, created_at: n, is_reported: 0, end_text: 'text' });
    }
    for (const uri of ['/api/jobs/a', '/api/jobs/b']) {
      await insert('notification', { tenancy_id: 1, type: 'job-completion', uri, at: 7 });
    }
    for (const [path, tenancy] of [
      ['/first', 1],
      ['/second', null],
    ]) {
      const report = { path, body: '{"status":"SUCCEEDED"}', tenancy_id: tenancy };
      await insert('status_callback', { ...report, created_at: 8, next_at: 9, tries: 3 });
    }
    return { url, source };
  }

  async function open(url: string): Promise<Database> {
    const database = await openDatabase(url);
    atEndOfFile(() => database.close());
    return database;
  }

  /** What the new columns hold, and whether the queue finds its oldest run. */
  const stored = (database: Database) =>
    database.read(async (tx) => ({
      runs: await tx.query('SELECT planned_at, due_at, end_text FROM run ORDER BY planned_at'),
      policies: await tx.query(
        'SELECT j.policy AS job, s.policy AS schedule FROM job j JOIN schedule s ON s.job_id = j.id',
      ),
      messages: (
        await tx.query<{ payload: string }>(
          'SELECT channel, tenancy_id, waits_for, payload, created_at, next_at, tries FROM notification ORDER BY id',
        )
      ).map((row) => ({ ...row, payload: JSON.parse(row.payload) as unknown })),
      due: await tx.dialect.claimDue(tx, [{ tenancyId: 1, limit: 9 }], 1_000),
    }));
  const expected = {
    runs: [1_000, 2_000, 3_000].map((at) => ({ planned_at: at, due_at: at, end_text: 'text' })),
    policies: [{ job: null, schedule: null }],
    messages: [
      ...['a', 'b'].map((name) => ({
        ...{ channel: 'amqp', tenancy_id: 1, waits_for: null, created_at: 7, next_at: 7, tries: 0 },
        payload: { type: 'job-completion', uri: `/api/jobs/${name}` },
      })),
      ...[
        { path: '/first', waits: 1 },
        { path: '/second', waits: null },
      ].map(({ path, waits }) => ({
        ...{
          channel: 'status-callback',
          tenancy_id: null,
          waits_for: waits,
          created_at: 8,
          next_at: 9,
          tries: 3,
        },
        payload: { path, body: '{"status":"SUCCEEDED"}' },
      })),
    ],
    due: [uuidBytes(1)],
  };

  it('counts the schedules that are there, and how often they fire', async () => {
    const { url, source } = await setup();
    await source.destroy();
    const database = await open(url);
    const counts = await database.read((tx) => tx.query('SELECT * FROM plan_count'));
    expect(counts.map((row) => Object.values(row as object).map(Number))).toEqual([[1, 0, 1, 60]]);
  });

  it('is brought up to date with all that is in it: runs are due when they are planned, nothing has settings', async () => {
    const { url, source } = await setup();
    await source.destroy();
    expect(await stored(await open(url))).toEqual(expected);
  });

  it('has jobs that call an endpoint, and no task', async () => {
    const { url, source } = await setup();
    await source.destroy();
    const database = await open(url);
    const jobs = await database.read((tx) => tx.manager.find(JobRow));
    expect(jobs.map(({ kind, action }) => ({ kind, action }))).toEqual([
      { kind: 'http', action: 'http://127.0.0.1' },
    ]);
    expect(await database.read((tx) => tx.query('SELECT * FROM task'))).toEqual([]);
  });

  it('has one outbox in place of the tables for brokers and registries', async () => {
    const { url, source } = await setup();
    const tables = async () => {
      const runner = source.createQueryRunner();
      const names = ['notification', 'status_callback', 'old_notification', 'new_notification'];
      const found = await Promise.all(names.map((name) => runner.hasTable(name)));
      await runner.release();
      return names.filter((_, place) => found[place]);
    };
    expect(await tables()).toEqual(['notification', 'status_callback']);
    await open(url);
    expect(await tables()).toEqual(['notification']);
  });

  it('keeps a schedule to one run per planned instant, whenever they are due', async () => {
    const { url, source } = await setup();
    await source.destroy();
    const database = await open(url);
    const columns = [
      'id',
      'schedule_id',
      'tenancy_id',
      'origin',
      'state',
      'planned_at',
      'due_at',
      'created_at',
      'is_reported',
    ];
    const row = (n: number, ...at: number[]) => [uuidBytes(n), uuidBytes(1), 1, 0, 0, ...at, 0, 0];
    const inserted = (cells: ReturnType<typeof row>) =>
      database.transaction((tx) => tx.dialect.insertIgnore(tx, 'run', columns, [cells]));
    expect(await inserted(row(8, 1_000, 9_000))).toBe(0);
    expect(await inserted(row(9, 9_000, 9_000))).toBe(1);
  });

  it('is brought up to date by another start where the first one was killed, after whichever statement', async () => {
    const { url, source } = await setup();
    await source.destroy();
    const present = await migrationSource(url);
    expect(await migrateKilled(present)).toBeGreaterThan(
      migrationFiles().length - migrationFiles(RELEASED).length,
    );
    await present.destroy();
    expect(await stored(await open(url))).toEqual(expected);
  });
});
