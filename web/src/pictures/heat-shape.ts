export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;
/** How many shades there are. */
export const SHADES = 5;
/** A cell of the drawing, and what is left free between two. */
export const CELL = 10;
const GAP = 1;

/** Returns the shade of a minute, 0 where nothing is planned. They go by the logarithm: a full minute must not hide the usual ones. */
export function shadeOf(count: number, most: number): number {
  if (count <= 0) return 0;
  return Math.max(1, Math.ceil((SHADES * Math.log(1 + count)) / Math.log(1 + most) - 1e-9));
}

/** Returns the cells of each shade as one path, those without runs first: an hour is a row, a minute a column. */
export function pathsOf(counts: readonly number[]): string[] {
  const most = Math.max(0, ...counts);
  const paths = Array.from({ length: SHADES + 1 }, () => '');
  counts.forEach((count, place) => {
    const { x, y } = cornerOf(place);
    paths[shadeOf(count, most)] += `M${x} ${y}h${CELL - GAP}v${CELL - GAP}h${GAP - CELL}z`;
  });
  return paths;
}

/** Returns where the cell of a place begins. */
export function cornerOf(place: number): { readonly x: number; readonly y: number } {
  return { x: (place % HOUR_MINUTES) * CELL, y: Math.floor(place / HOUR_MINUTES) * CELL };
}
