import type { Tx } from '../../../database/tx.js';
import type { Cursor } from '../cursor.js';
import { placeOf, type FoundPage, type PlaceRow } from './found-run.js';
import { rangesOf, rangesOfTenant, type RunFilter, type RunRange } from './run-filter.query.js';

interface HeadRow {
  readonly part: number;
  readonly tenancy: number;
}

/** Returns the next `limit` runs of a tenant: one range of the queue's index for each state, merged. */
export function findOfTenant(
  tx: Tx,
  filter: RunFilter,
  after: Cursor | undefined,
  limit: number,
): Promise<FoundPage> {
  return merged(tx, rangesOfTenant(tx, filter, after), limit);
}

/**
 * Returns the next `limit` runs of all tenants of an instance. Each range of a tenant and a state is asked for its next run: the
 * runs that are wanted are all in the `limit` ranges whose next run comes first, and these are merged.
 */
export async function findOfTenants(
  tx: Tx,
  filter: RunFilter,
  after: Cursor | undefined,
  limit: number,
): Promise<FoundPage> {
  const parts = rangesOf(tx, filter, 't.id', after);
  const heads = await tx.query<HeadRow>(
    `SELECT h.part, h.tenancy FROM (${parts
      .map(
        ({ sql }, part) =>
          `SELECT ${part} AS part, t.id AS tenancy,
             (SELECT r.id ${sql} ORDER BY r.due_at DESC, r.id DESC LIMIT 1) AS head
           FROM tenancy t WHERE t.instance_id = ?`,
      )
      .join(' UNION ALL ')}) h
     ${tx.dialect.orderedJoin} run x ON x.id = h.head ORDER BY x.due_at DESC, x.id DESC LIMIT ?`,
    [...parts.flatMap(({ parameters }) => [...parameters, filter.scope.instanceId]), limit],
  );
  const ranges = heads.flatMap(
    ({ part, tenancy }) => rangesOf(tx, filter, Number(tenancy), after)[part] ?? [],
  );
  return ranges.length === 0 ? { places: [], after: null } : merged(tx, ranges, limit);
}

/** Returns the next `limit` runs of some ranges together. */
async function merged(tx: Tx, ranges: readonly RunRange[], limit: number): Promise<FoundPage> {
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
