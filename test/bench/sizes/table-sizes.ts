import { openDatabase } from '../../../src/database/open-database.js';
import type { Sql } from '../../../src/database/sql.js';

/** How large a database is: bytes by table and by index (`run`, `run.run_queue`), and how many runs it holds. */
export interface Sizes {
  readonly bytes: Readonly<Record<string, number>>;
  readonly runs: number;
}

/** Measures a database that no service uses now. */
export async function sizesOf(databaseUrl: string): Promise<Sizes> {
  const database = await openDatabase(databaseUrl);
  try {
    return await database.read(async (tx) => {
      const [row] = await tx.query<{ runs: number }>('SELECT COUNT(*) AS runs FROM run');
      const pages = tx.dialect.isSerial ? await pagesOfFile(tx) : await pagesOfServer(tx);
      return {
        runs: Number(row?.runs),
        bytes: Object.fromEntries(pages.map(([name, bytes]) => [name, bytes])),
      };
    });
  } finally {
    await database.close();
  }
}

async function pagesOfFile(sql: Sql): Promise<[string, number][]> {
  const rows = await sql.query<{ name: string; owner: string; bytes: number }>(
    `SELECT s.name, m.tbl_name AS owner, SUM(s.pgsize) AS bytes FROM dbstat s
     JOIN sqlite_master m ON m.name = s.name GROUP BY s.name, m.tbl_name`,
  );
  return rows.map(({ name, owner, bytes }) => [name === owner ? name : `${owner}.${name}`, Number(bytes)]);
}

async function pagesOfServer(sql: Sql): Promise<[string, number][]> {
  const tables = await sql.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  await sql.query(
    `ANALYZE TABLE ${tables.map(({ name }) => name).join(', ')} PERSISTENT FOR COLUMNS () INDEXES ()`,
  );
  const rows = await sql.query<{ name: string; part: string; bytes: number }>(
    `SELECT table_name AS name, index_name AS part, stat_value * @@innodb_page_size AS bytes
     FROM mysql.innodb_index_stats WHERE database_name = DATABASE() AND stat_name = 'size'`,
  );
  return rows.map(({ name, part, bytes }) => [part === 'PRIMARY' ? name : `${name}.${part}`, Number(bytes)]);
}
