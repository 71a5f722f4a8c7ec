import type { Sealing } from './sealing.js';
import type { Tx } from '../tx.js';

type Key = readonly (string | number | Buffer)[];

/** A column that holds sealed texts: its table's key, and what of a row's text is sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** A key before that of every row. */
  readonly beforeFirst: Key;
  /** Set where the sealed texts stand within other text. */
  readonly within?: {
    /** Returns the whole text with what is sealed in it sealed anew, null where it stays. */
    resealed(text: string, sealing: Sealing): string | null;
    /** The pattern (LIKE) of a text that may hold some. */
    readonly pattern: string;
  };
}

/** A row whose text may have to be sealed anew. */
export interface SealedText {
  readonly key: Key;
  readonly text: string;
}

/** Rows are looked through in stretches: what is wanted may be none of a million. */
const STRETCH = 2_000;
const MOST_ROWS = 100;
/** Texts that hold more than what is sealed may be large. */
const MOST_WHOLE_ROWS = 5;

type Row = Record<string, string | number | Buffer>;

/**
 * Returns the rows of one stretch after a key whose text is to be sealed anew, a limited number, and the key after which the
 * next look goes on, null where there is nothing more.
 */
export async function listSealedOtherwise(
  tx: Tx,
  column: SealedColumn,
  sealing: Sealing,
  after: Key,
): Promise<{ rows: SealedText[]; next: Key | null }> {
  const keys = column.key.join(', ');
  const marks = column.key.map(() => '?').join(', ');
  const from = `FROM ${column.table} WHERE (${keys}) > (${marks})`;
  const ordered = `ORDER BY ${keys} LIMIT`;
  const [end] = await tx.query<Row>(`SELECT ${keys} ${from} ${ordered} 1 OFFSET ${STRETCH - 1}`, after);
  const last = end === undefined ? null : keyOf(column, end);
  const until = last === null ? '' : ` AND (${keys}) <= (${marks})`;
  const most = column.within === undefined ? MOST_ROWS : MOST_WHOLE_ROWS;
  const isWanted = `${column.column} ${column.within === undefined ? 'NOT LIKE' : 'LIKE'} ?`;
  const pattern = column.within?.pattern ?? `${sealing.wantedStart}%`;
  const found = await tx.query<Row>(
    `SELECT ${keys}, ${column.column} AS text ${from}${until} AND ${isWanted} ${ordered} ${most}`,
    [...after, ...(last ?? []), pattern],
  );
  const rows = found.map((row) => ({ key: keyOf(column, row), text: String(row['text']) }));
  return { rows, next: rows.length === most ? (rows.at(-1)?.key ?? null) : last };
}

/** Stores a text sealed anew, unless the row was changed meanwhile; returns whether it did. */
export async function replaceSealed(
  tx: Tx,
  { table, column, key }: SealedColumn,
  row: SealedText,
  text: string,
): Promise<boolean> {
  const where = key.map((name) => `${name} = ?`).join(' AND ');
  const sql = `UPDATE ${table} SET ${column} = ? WHERE ${where} AND ${column} = ?`;
  return (await tx.execute(sql, [text, ...row.key, row.text])) === 1;
}

const keyOf = ({ key }: SealedColumn, row: Row): Key => key.map((name) => row[name] ?? '');
