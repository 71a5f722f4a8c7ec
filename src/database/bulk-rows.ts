import type { Cell } from './dialect.js';

/**
 * Answers the JSON text of the rows of a bulk update; UUIDs travel as hexadecimal digits. Half of a character
 * (a text that was cut within a surrogate pair) becomes U+FFFD: JSON cannot carry it, and one such text would
 * make the database refuse the rows of everyone else in the statement.
 */
export function bulkRows(rows: readonly (readonly Cell[])[]): string {
  return JSON.stringify(rows.map((row) => row.map(jsonCell)));
}

function jsonCell(cell: Cell): Cell {
  if (Buffer.isBuffer(cell)) return cell.toString('hex');
  return typeof cell === 'string' ? cell.toWellFormed() : cell;
}
