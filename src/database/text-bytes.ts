import { marks } from './lists.js';
import type { Tx } from './tx.js';

/** Rows whose texts have more bytes together are not read at once. */
export const MOST_READ_BYTES = 1_048_576;

/** Texts of any length, by table. All other columns are small. */
const TEXTS = {
  job: ['name', 'description', 'action', 'action_user'],
  schedule: ['expression', 'description', 'data'],
  run: ['ack_text', 'end_text'],
} as const;

/** Returns the expression for the number of bytes in the texts of a row. */
export function textBytes(table: keyof typeof TEXTS, alias: string): string {
  return TEXTS[table].map((column) => `COALESCE(OCTET_LENGTH(${alias}.${column}), 0)`).join(' + ');
}

/**
 * Returns how many of these rows, from the first, may be read at once: at least one, where there is one. Databases know
 * the length of a text without handing it over.
 */
export async function countWithinBytes(
  tx: Tx,
  table: keyof typeof TEXTS,
  ids: readonly (number | Buffer)[],
): Promise<number> {
  if (ids.length <= 1) return ids.length;
  const rows = await tx.query<{ id: number | Buffer; bytes: number }>(
    `SELECT t.id, ${textBytes(table, 't')} AS bytes FROM ${table} t WHERE t.id IN (${marks(ids)})`,
    ids,
  );
  const bytesOf = new Map(rows.map((row) => [keyOf(row.id), Number(row.bytes)]));
  return Math.max(1, countWithin(ids.map((id) => bytesOf.get(keyOf(id)) ?? 0)));
}

/** Returns how many of these sizes, from the first, are together within what may be read at once. */
export function countWithin(sizes: readonly number[], most = MOST_READ_BYTES): number {
  let sum = 0;
  const tooMany = sizes.findIndex((size) => (sum += size) > most);
  return tooMany < 0 ? sizes.length : tooMany;
}

function keyOf(id: number | Buffer): string {
  return typeof id === 'object' ? id.toString('hex') : String(id);
}
