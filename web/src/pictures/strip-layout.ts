import type { StripRun } from './strip-runs.js';

/** So many runs a strip has room for; fewer stand at its right. */
export const STRIP_ROOM = 50;
/** So many columns an axis that several strips share has at most, as long as each may have two. */
const SHARED_ROOM = 100;
const LEAST_EACH = 2;

/** Where the runs of a strip stand: in which of its columns, the oldest left. */
export interface StripLayout {
  readonly room: number;
  /** The column of each run. */
  readonly columns: readonly number[];
  /** Before which columns something was changed. */
  readonly edits: readonly number[];
}

/** The moments at which some strips have runs, oldest first: each has a column, in all of them the same. */
export interface StripAxis {
  readonly moments: readonly number[];
  /** The runs of each strip that stand on it. */
  readonly strips: ReadonlyMap<string, readonly StripRun[]>;
}

/** Returns where the runs of a strip stand that is looked at by itself. */
export function layoutOf(runs: readonly StripRun[]): StripLayout {
  const first = STRIP_ROOM - runs.length;
  return { room: STRIP_ROOM, columns: runs.map((_run, place) => first + place), edits: [] };
}

/**
 * Returns the axis of several strips. A column for each moment, and not for each minute, leaves every run its bar, however
 * far they are apart. Each strip has as many of its last runs as the axis has room for, so that one that runs every second
 * leaves one that runs every night its own.
 */
export function axisOf(strips: ReadonlyMap<string, readonly StripRun[]>): StripAxis {
  const each = Math.max(LEAST_EACH, Math.floor(SHARED_ROOM / Math.max(1, strips.size)));
  const shown = new Map([...strips].map(([id, runs]) => [id, runs.slice(-each)]));
  const moments = new Set([...shown.values()].flat().map(({ plannedAt }) => plannedAt));
  return { moments: [...moments].sort((a, b) => a - b), strips: shown };
}

/** Returns where the runs of a strip stand on an axis, and where the edits do that were made since its first moment. */
export function layoutOn({ moments }: StripAxis, runs: readonly StripRun[], edits: readonly number[]) {
  const room = Math.max(STRIP_ROOM, moments.length);
  const first = room - moments.length;
  const places = new Map(moments.map((at, place) => [at, first + place]));
  const columnAfter = (at: number) => {
    const place = moments.findIndex((moment) => moment > at);
    return place < 0 ? room : first + place;
  };
  return {
    room,
    columns: runs.map(({ plannedAt }) => places.get(plannedAt) ?? first),
    edits: [...new Set(edits.map(columnAfter))].filter((column) => moments.length > 0 && column > first),
  };
}

/** Returns which run stands nearest to a column. */
export function nearest({ columns }: StripLayout, column: number): number {
  const distance = (place: number) => Math.abs((columns[place] ?? Infinity) - column);
  return columns.reduce((best, _column, place) => (distance(place) < distance(best) ? place : best), 0);
}
