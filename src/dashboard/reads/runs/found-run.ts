import type { RunState } from '../../../core/run-state.js';
import { uuidFromBytes } from '../../../database/columns.js';
import type { Cursor } from '../cursor.js';

/** The place of a run in a list. */
export interface FoundRun extends Cursor {
  readonly key: Buffer;
}

/** The places of a page, and after which run of the scope the next page begins; null where none follows. */
export interface FoundPage {
  readonly places: readonly FoundRun[];
  readonly after: Cursor | null;
}

/** A number of runs; `isMore` says that there are more, because no more were counted. */
export interface RunCount {
  readonly runs: number;
  readonly failed: number;
  readonly isMore: boolean;
  /** How many are in each state; states without any are left out. */
  readonly states: Partial<Record<RunState, number>>;
}

/** A row that says where a run is. */
export interface PlaceRow {
  readonly id: Buffer;
  readonly at: number;
}

/** Returns the place of a run. */
export function placeOf({ id, at }: PlaceRow): FoundRun {
  return { key: id, at: Number(at), id: uuidFromBytes(id) };
}
