import { Injectable } from '@nestjs/common';
import { isFailure, RUN_STATES, type RunState } from '../../../core/run-state.js';
import type { Tx } from '../../../database/tx.js';
import type { Cursor } from '../cursor.js';
import type { FoundPage, FoundRun, RunCount } from './found-run.js';
import { rangesOf, rangesOfTenant, scanOf, type RunFilter } from './run-filter.query.js';
import { findOfTenant, findOfTenants } from './run-ranges.query.js';
import { countsOf, endOf, lastOwnOf, meantOf } from './run-scan.query.js';

/** Runs are counted up to so many where an index has their states. */
const MOST_COUNTED = 10_000;
/** Where runs must be looked at one by one, so many are looked at for a page, and for their number. */
const MOST_LOOKED = 2_000;
/** Nearly always enough for a page. */
const FIRST_LOOK = 500;
/** So many ranges of the queue's index are asked for their next run rather than more runs looked at: about 10 ms. */
const MOST_RANGES = 1_000;

/** Finds and counts runs of a schedule, a tenant or an instance, the latest first, with a bounded effort whatever there is. */
@Injectable()
export class RunPlacesQuery {
  /**
   * Returns the places of the next `limit` runs. Those of a tenant are found by one range of an index for each state, merged.
   * Those of a schedule or an instance are looked at one by one, a bounded number of them: where few are meant, a page
   * may have fewer than `limit` places, or none, and still say where to go on.
   */
  find(tx: Tx, filter: RunFilter, after: Cursor | undefined, limit: number): Promise<FoundPage> {
    if (filter.scheduleId !== undefined) return findOfSchedule(tx, filter, after, limit);
    return filter.scope.kind === 'tenant'
      ? findOfTenant(tx, filter, after, limit)
      : findOfInstance(tx, filter, after, limit);
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
}

async function findOfSchedule(
  tx: Tx,
  filter: RunFilter,
  after: Cursor | undefined,
  limit: number,
): Promise<FoundPage> {
  const looked = await look(tx, filter, { after, limit, looks: [Math.max(FIRST_LOOK, limit), MOST_LOOKED] });
  return looked.page ?? { places: looked.places, after: looked.end };
}

/**
 * Runs of all instances lie in one order. What a page says must name none of another instance's: where the bound is reached, it
 * goes on after the last run of its own that was looked at. Where there is none, or where that is quicker, the tenants are asked.
 */
async function findOfInstance(
  tx: Tx,
  filter: RunFilter,
  after: Cursor | undefined,
  limit: number,
): Promise<FoundPage> {
  const near = await look(tx, filter, { after, limit, looks: [FIRST_LOOK] });
  if (near.page) return near.page;
  if (await haveFewRanges(tx, filter)) return findOfTenants(tx, filter, after, limit);
  const wanted = limit - near.places.length;
  const far = await look(tx, filter, { after: near.end ?? undefined, limit: wanted, looks: [MOST_LOOKED] });
  const places = [...near.places, ...far.places];
  if (far.page) return { places, after: far.page.after };
  const own = await lastOwnOf(tx, scanOf(tx, filter, after), FIRST_LOOK + MOST_LOOKED);
  return own ? { places, after: own } : findOfTenants(tx, filter, after, limit);
}

/**
 * Looks at the next runs one by one, so many and then so many more, until a page is full or none is left. Else there is no page, but
 * what was found and the last run that was looked at, whosever it is.
 */
async function look(
  tx: Tx,
  filter: RunFilter,
  {
    after,
    limit,
    looks,
  }: { readonly after: Cursor | undefined; readonly limit: number; readonly looks: readonly number[] },
): Promise<{
  readonly page: FoundPage | null;
  readonly places: readonly FoundRun[];
  readonly end: Cursor | null;
}> {
  const places: FoundRun[] = [];
  let end: Cursor | null = after ?? null;
  for (const most of looks) {
    const scan = scanOf(tx, filter, end ?? undefined);
    places.push(...(await meantOf(tx, scan, most, limit - places.length)));
    const last = places.at(-1);
    if (places.length === limit && last) return { page: { places, after: last }, places, end };
    end = await endOf(tx, scan, most);
    if (end === null) return { page: { places, after: null }, places, end };
  }
  return { page: null, places, end };
}

async function haveFewRanges(tx: Tx, filter: RunFilter): Promise<boolean> {
  const most = Math.floor(MOST_RANGES / rangesOf(tx, filter, 't.id').length);
  const [row] = await tx.query<{ tenancies: number }>(
    'SELECT COUNT(*) AS tenancies FROM (SELECT t.id FROM tenancy t WHERE t.instance_id = ? LIMIT ?) c',
    [filter.scope.instanceId, most + 1],
  );
  return Number(row?.tenancies ?? 0) <= most;
}

async function countScanned(tx: Tx, filter: RunFilter): Promise<RunCount> {
  const rows = await countsOf(tx, scanOf(tx, filter), MOST_LOOKED + 1);
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
    if (isFailure(state)) failed += count;
  }
  const most = (count: number) => Math.min(count, MOST_COUNTED);
  return { runs: most(runs), failed: most(failed), isMore: runs > MOST_COUNTED, states };
}
