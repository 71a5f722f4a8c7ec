import { uuidFromBytes } from './columns.js';
import { listRows } from './entity-rows.js';
import { JobRow } from './entities/job.row.js';
import { RunRow } from './entities/run.row.js';
import { ScheduleRow } from './entities/schedule.row.js';
import { marks } from './lists.js';
import type { Tx } from './tx.js';

/** Rows whose texts have more bytes together are not read at once. */
export const MOST_READ_BYTES = 1_048_576;

/** Texts of any length, by table. All other columns are small. */
const TEXTS = {
  job: ['name', 'description', 'action', 'action_user', 'headers', 'policy'],
  schedule: ['expression', 'description', 'data'],
  run: ['ack_text', 'end_text', 'attempts'],
} as const;

/** Returns the expression for the number of bytes in the texts of a row. */
export function textBytes(table: keyof Tables, alias: string): string {
  return TEXTS[table].map((column) => `COALESCE(OCTET_LENGTH(${alias}.${column}), 0)`).join(' + ');
}

/** The rows of a table with texts, and the ids by which a query finds them. */
interface Tables {
  job: { row: JobRow; id: number };
  schedule: { row: ScheduleRow; id: Buffer };
  run: { row: RunRow; id: Buffer };
}

const ROWS = { job: JobRow, schedule: ScheduleRow, run: RunRow } as const;

/**
 * Returns the rows of these ids in the order of the ids: as many, from the first, as may be read at once, and at least
 * one. `isCut` says that ids were left out for that. An id without a row is passed over.
 */
export async function readWithinBytes<T extends keyof Tables>(
  tx: Tx,
  table: T,
  ids: readonly Tables[T]['id'][],
): Promise<{ rows: Tables[T]['row'][]; isCut: boolean }> {
  if (ids.length === 0) return { rows: [], isCut: false };
  const few = ids.slice(0, await countWithinBytes(tx, table, ids));
  // The map says so: TypeScript does not follow it from the name of a table to its class.
  const entity = ROWS[table] as new () => Tables[T]['row'];
  const found = await listRows(tx, entity, `t.id IN (${marks(few)})`, few);
  const byId = new Map(found.map((row) => [row.id, row]));
  const rows = few.flatMap((id) => byId.get(rowId(id)) ?? []);
  return { rows, isCut: few.length < ids.length };
}

/** Databases know the length of a text without handing it over. */
async function countWithinBytes(
  tx: Tx,
  table: keyof Tables,
  ids: readonly (number | Buffer)[],
): Promise<number> {
  if (ids.length <= 1) return ids.length;
  const rows = await tx.query<{ id: number | Buffer; bytes: number }>(
    `SELECT t.id, ${textBytes(table, 't')} AS bytes FROM ${table} t WHERE t.id IN (${marks(ids)})`,
    ids,
  );
  const bytesOf = new Map(rows.map((row) => [rowId(row.id), Number(row.bytes)]));
  return Math.max(1, countWithin(ids.map((id) => bytesOf.get(rowId(id)) ?? 0)));
}

/** Returns how many of these sizes, from the first, are together within what may be read at once. */
export function countWithin(sizes: readonly number[], most = MOST_READ_BYTES): number {
  let sum = 0;
  const tooMany = sizes.findIndex((size) => (sum += size) > most);
  return tooMany < 0 ? sizes.length : tooMany;
}

/** Returns an id as rows have it. */
function rowId(id: number | Buffer): number | string {
  return typeof id === 'object' ? uuidFromBytes(id) : Number(id);
}
