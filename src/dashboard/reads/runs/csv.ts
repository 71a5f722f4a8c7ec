/** How a text begins that a spreadsheet would take for a formula, or from which it would take away what hides one. */
const FORMULA = /^[=+\-@\t\r\n\0]/;
/**
 * Where a spreadsheet begins a cell of its own within a text: many split by semicolons or tabs, and then quotes that stand within what
 * they take for a cell protect nothing, not even the end of a line.
 */
const HIDDEN_FORMULA = /([;\t\r\n]"*)(?=[=+\-@])/g;
const QUOTED = /[",;\t\r\n]/;

/**
 * Returns a cell of a CSV file (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it, whichever character
 * it splits cells by: tenants and endpoints wrote it.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = value.replace(HIDDEN_FORMULA, "$1'");
  const text = FORMULA.test(harmless) ? `'${harmless}` : harmless;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Returns a line of a CSV file. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
