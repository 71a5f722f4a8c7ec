import { Injectable } from '@nestjs/common';
import { isFinal, RUN_STATES, type RunState } from '../../../core/run-state.js';
import { uuidFromBytes } from '../../../database/columns.js';
import type { Tx } from '../../../database/tx.js';
import type { Cursor } from '../cursor.js';
import { rangesOfTenant, scanOf, TOLD_STATE, type RunFilter, type Scan } from './run-filter.query.js';

/** Runs are counted up to so many where an index has their states. */
const MOST_COUNTED = 10_000;
/** Where runs must be looked at one by one, so many are looked at for a page, and for their number. */
const MOST_LOOKED = 2_000;
/** Nearly always enough for a page. */
const FIRST_LOOK = 500;

/** The place of a run in a list. */
export interface FoundRun extends Cursor {
  readonly key: Buffer;
}

/** The places of a page, and after which of the runs that were looked at the next page begins; null where none follows. */
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

interface PlaceRow {
  id: Buffer;
  at: number;
}

/** Finds and counts runs of a schedule, a tenant or an instance, the latest first, with a bounded effort whatever there is. */
@Injectable()
export class RunPlacesQuery {
  /**
   * Returns the places of the next `limit` runs. Those of a tenant are found by one range of an index for each state, merged.
   * Those of a schedule or an instance are looked at one by one, at most MOST_LOOKED of them: where few are meant, a page
   * may have fewer than `limit` places, or none, and still say where to go on.
   */
  async find(tx: Tx, filter: RunFilter, after: Cursor | undefined, limit: number): Promise<FoundPage> {
    if (filter.scope.kind === 'tenant' && filter.scheduleId === undefined) {
      return this.findOfTenant(tx, filter, after, limit);
    }
    const places: FoundRun[] = [];
    let from = after;
    for (const most of [Math.max(FIRST_LOOK, limit), MOST_LOOKED]) {
      const scan = scanOf(tx, filter, from);
      places.push(...(await meantOf(tx, scan, most, limit - places.length)));
      const last = places.at(-1);
      if (places.length === limit && last) return { places, after: last };
      const end = await endOf(tx, scan, most);
      if (end === null) return { places, after: null };
      from = end;
    }
    return { places, after: from ?? null };
  }

  /** Returns how many runs a filter has, and how many of them have failed. */
  async count(tx: Tx, filter: RunFilter): Promise<RunCount> {
    if (filter.scope.kind !== 'tenant' || filter.scheduleId !== undefined) return countScanned(tx, filter);
    const ranges = rangesOfTenant(tx, filter);
    const rows = await tx.query<{ told: number; n: number }>(
      ranges
        .map(
          ({ told, sql }, place) =>
            `SELECT ${RUN_STATES.indexOf(told)} AS told, COUNT(*) AS n FROM (SELECT r.id ${sql} LIMIT ?) c${place}`,
        )
        .join(' UNION ALL '),
      ranges.flatMap(({ parameters }) => [...parameters, MOST_COUNTED + 1]),
    );
    return counted(rows);
  }

  private async findOfTenant(
    tx: Tx,
    filter: RunFilter,
    after: Cursor | undefined,
    limit: number,
  ): Promise<FoundPage> {
    const ranges = rangesOfTenant(tx, filter, after);
    const rows = await tx.query<PlaceRow>(
      ranges
        .map(
          ({ sql }, place) =>
            `SELECT * FROM (SELECT r.id, r.due_at AS at ${sql} ORDER BY r.due_at DESC, r.id DESC LIMIT ?) p${place}`,
        )
        .join(' UNION ALL '),
      ranges.flatMap(({ parameters }) => [...parameters, limit]),
    );
    rows.sort((a, b) => b.at - a.at || Buffer.compare(b.id, a.id));
    const places = rows.slice(0, limit).map(placeOf);
    return { places, after: rows.length < limit ? null : (places.at(-1) ?? null) };
  }
}

/** Returns the first `limit` of the meant runs among the next `most`. */
async function meantOf(tx: Tx, scan: Scan, most: number, limit: number): Promise<FoundRun[]> {
  const { by, sql, parameters, meant } = scan;
  const rows = await tx.query<PlaceRow>(
    `SELECT p.id, p.at FROM (SELECT r.id, r.${by} AS at, ${meant.sql} AS meant ${sql}) p
     WHERE p.meant = 1 ORDER BY p.at DESC, p.id DESC LIMIT ?`,
    [...meant.parameters, ...parameters, most, limit],
  );
  return rows.map(placeOf);
}

/** Returns the place of the last of the next `most` runs; null where there are no more than these. */
async function endOf(tx: Tx, { by, sql, parameters }: Scan, most: number): Promise<Cursor | null> {
  const rows = await tx.query<PlaceRow>(`SELECT r.id, r.${by} AS at ${sql} OFFSET ?`, [
    ...parameters,
    ...[2, most - 1],
  ]);
  const [last, beyond] = rows;
  return last && beyond ? placeOf(last) : null;
}

async function countScanned(tx: Tx, filter: RunFilter): Promise<RunCount> {
  const { sql, parameters, meant } = scanOf(tx, filter);
  const rows = await tx.query<{ told: number; looked: number; n: number }>(
    `SELECT p.told, COUNT(*) AS looked, SUM(p.meant) AS n
     FROM (SELECT ${meant.sql} AS meant, ${TOLD_STATE} AS told ${sql}) p GROUP BY p.told`,
    [...meant.parameters, ...parameters, MOST_LOOKED + 1],
  );
  const looked = rows.reduce((sum, row) => sum + Number(row.looked), 0);
  return { ...counted(rows), isMore: looked > MOST_LOOKED };
}

function counted(rows: readonly { readonly told: number; readonly n: number }[]): RunCount {
  const states: Partial<Record<RunState, number>> = {};
  let [runs, failed] = [0, 0];
  for (const { told, n } of rows) {
    const [state, count] = [RUN_STATES[told] ?? 'UNKNOWN', Number(n)];
    if (count > 0) states[state] = (states[state] ?? 0) + count;
    runs += count;
    if (isFinal(state) && state !== 'SUCCESS') failed += count;
  }
  const most = (count: number) => Math.min(count, MOST_COUNTED);
  return { runs: most(runs), failed: most(failed), isMore: runs > MOST_COUNTED, states };
}

function placeOf({ id, at }: PlaceRow): FoundRun {
  return { key: id, at: Number(at), id: uuidFromBytes(id) };
}
