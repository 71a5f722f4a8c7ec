import type { BulkUpdate, Cell } from './dialect.js';

/** A bulk update whose columns that hold the same in every row are set once, not sent with each. */
export interface SplitUpdate {
  /** Names of the columns that differ, the key first; `rows` holds their cells. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly constants: readonly { readonly name: string; readonly cell: Cell }[];
}

/** Returns a bulk update without what is the same in all its rows: the statement gets shorter to send, to parse and to join. */
export function splitConstants({ columns, rows }: BulkUpdate): SplitUpdate {
  const names = Object.keys(columns);
  const first = rows[0] ?? [];
  const differs = names.map((_, place) => place === 0 || rows.some((row) => row[place] !== first[place]));
  const isKept = (_: unknown, place: number) => differs[place];
  return {
    names: names.filter(isKept),
    rows: rows.map((row) => row.filter(isKept)),
    constants: names.flatMap((name, place) =>
      differs[place] ? [] : [{ name, cell: wellFormed(first[place] ?? null) }],
    ),
  };
}

/**
 * Returns the JSON text of the rows of a bulk update; UUIDs travel as hexadecimal digits. Half of a character
 * (a text that was cut within a surrogate pair) becomes U+FFFD: JSON cannot carry it, and one such text would
 * make the database refuse the rows of everyone else in the statement.
 */
export function bulkRows(rows: readonly (readonly Cell[])[]): string {
  return JSON.stringify(rows.map((row) => row.map(jsonCell)));
}

function jsonCell(cell: Cell): Cell {
  return Buffer.isBuffer(cell) ? cell.toString('hex') : wellFormed(cell);
}

/** Returns the cell; half of a character in it becomes U+FFFD. */
export function wellFormed(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.toWellFormed() : cell;
}
