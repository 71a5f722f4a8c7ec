import { Database } from '../../src/database/database.js';
import { Offboarding } from '../../src/subscription/offboarding.js';
import { startApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';

/** Tables with rows of tenancies that off-boarding leaves alone, and what becomes of those rows. */
const LEFT: Readonly<Record<string, string>> = {
  subscription: 'deleted in the transaction that ends the tenancy',
  notification:
    'what is still to be told: without its tenant told to nobody, and given up by its channel in time',
  operation: 'ends as canceled without its tenant, and is kept for 4 hours after its end like any other',
  operation_event: 'is kept as long as the status of its operation, 4 hours',
  usage_change: 'is added up every few seconds, and dropped there without its tenant',
  task: 'belongs to the provider, whose own tenancy does not end',
  event_stream: 'cannot be opened without its tenant, and expires within 5 minutes',
};

/** Enumerations: any number but a first one may be none of theirs. */
const ENUMERATED = /^(state|kind|origin)$/;
const GONE = 4_001;
const STAYS = 4_002;

interface Column {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

/** The tables of a migrated database that say whose their rows are, each with a row of two tenancies. */
async function setup(...extraTables: readonly string[]) {
  const [kind] = databaseKinds.filter(({ name }) => name === 'SQLite');
  if (!kind) throw new Error('The embedded database is not among those of the tests.');
  const app = await startApp({ env: { DATABASE_URL: await kind.createUrl() } });
  const database = app.app.get(Database, { strict: false });
  for (const statement of extraTables) await database.transaction((tx) => tx.execute(statement));
  const tables = await database.read((tx) =>
    tx.query<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"),
  );
  const ofTenancies: string[] = [];
  for (const { name } of tables) {
    const columns = await database.read((tx) => tx.query<Column>(`PRAGMA table_info(${name})`));
    if (!columns.some((column) => column.name === 'tenancy_id')) continue;
    ofTenancies.push(name);
    for (const tenancyId of [GONE, STAYS]) await fill(database, name, columns, tenancyId);
  }
  const count = (tenancyId: number) => countIn(database, ofTenancies, tenancyId);
  /** The tables that still have a row of the tenancy that is gone. */
  const leftAfterOffboarding = async () => {
    await app.app.get(Offboarding, { strict: false }).finish(GONE);
    const left = await count(GONE);
    return Object.keys(left).filter((table) => left[table] !== 0);
  };
  /** Deletes the job as its tenant would have, while the number of its jobs, now 0, is still kept. */
  const deleteJob = () =>
    database.transaction(async (tx) => {
      for (const table of ['job', 'schedule', 'search_text']) {
        await tx.execute(`DELETE FROM ${table} WHERE tenancy_id = ?`, [GONE]);
      }
    });
  return {
    count,
    deleteJob,
    leftAfterOffboarding,
    all: Object.fromEntries(ofTenancies.map((table) => [table, 1])),
  };
}

/** Adds a row whose ids are all those of its tenancy, so that what hangs on a job hangs on the one of the same tenancy. */
async function fill(database: Database, table: string, columns: readonly Column[], tenancyId: number) {
  const needed = columns.filter(({ name, notnull, pk }) => notnull === 1 || pk > 0 || name === 'tenancy_id');
  const cells = needed.map(({ name, type }) => {
    if (ENUMERATED.test(name)) return type === 'TEXT' ? 'any' : 0;
    if (type === 'BLOB') return Buffer.alloc(16, tenancyId % 251);
    return type === 'TEXT' ? String(tenancyId) : tenancyId;
  });
  const marks = cells.map(() => '?').join(',');
  await database.transaction((tx) =>
    tx.execute(`INSERT INTO ${table} (${needed.map(({ name }) => name).join(',')}) VALUES (${marks})`, cells),
  );
}

async function countIn(database: Database, tables: readonly string[], tenancyId: number) {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await database.read((tx) =>
      tx.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE tenancy_id = ?`, [tenancyId]),
    );
    counts[table] = Number(row?.n);
  }
  return counts;
}

describe('the rows of a tenancy', () => {
  it('go with its off-boarding, from every table that no reason is given for', async () => {
    const { count, leftAfterOffboarding, all } = await setup();
    expect(await count(GONE)).toEqual(all);
    expect(await leftAfterOffboarding()).toEqual(Object.keys(LEFT).sort());
    expect(await count(STAYS)).toEqual(all);
  });

  it('go where the tenant had no job any more', async () => {
    const { deleteJob, leftAfterOffboarding } = await setup();
    await deleteJob();
    expect(await leftAfterOffboarding()).toEqual(Object.keys(LEFT).sort());
  });

  it('are missed where a new table has neither a verb nor a reason', async () => {
    const table = 'CREATE TABLE forgotten (id INTEGER PRIMARY KEY, tenancy_id INTEGER NOT NULL)';
    const { leftAfterOffboarding } = await setup(table);
    expect(await leftAfterOffboarding()).toEqual([...Object.keys(LEFT), 'forgotten'].sort());
  });
});
