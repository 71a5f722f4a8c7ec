import { Fragment } from 'preact';
import { away } from '../duration.js';
import { FIRINGS } from '../texts/firings.js';
import { firingRows, zonedRows, type Firing } from './firing-rows.js';
import { NextFirings } from './next-firings.js';

/** So many firings are asked for: fewer are all that there are. */
const ASKED = 10;

interface FiringTableProps {
  readonly runs: readonly Firing[];
  /** From when on they are counted: what has passed meanwhile says so. */
  readonly asOf: Date;
  /** When the schedule stops, in milliseconds, where that is known; null where it does not. */
  readonly endAt?: number | null;
  /** The zone in whose local time the schedule is read; null for UTC. */
  readonly zone?: string | null;
}

/**
 * The next firings, as a picture and as a table: in the zone of the schedule and in UTC, else in UTC and in the reader's zone;
 * with what happens to clocks and where they end.
 */
export function FiringTable({ runs, asOf, endAt = null, zone = null }: FiringTableProps) {
  const { rows, heads, isLocalFirst } = columnsOf(runs, zone);
  const from = asOf.getTime();
  const changes = rows.flatMap(({ change }) => change?.at ?? []);
  const isEnd = rows.length < ASKED;
  const columns = heads.length + 1;
  if (rows.length === 0) return null;
  return (
    <>
      <NextFirings runs={runs} from={from} changes={changes} endAt={isEnd ? endAt : null} />
      <table class="firings">
        <caption>{FIRINGS.next(rows.length)}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">{FIRINGS.away}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, utc, local, change, note }) => (
            <Fragment key={at}>
              {change && (
                <tr class="firings-change">
                  <td colSpan={columns}>
                    {FIRINGS.change(change.byMs, change.at, isLocalFirst ? zone : null)}
                  </td>
                </tr>
              )}
              <tr>
                <td>
                  <time dateTime={new Date(at).toISOString()}>{isLocalFirst ? local : utc}</time>
                  {note !== undefined && <span class="firings-note">{note}</span>}
                </td>
                {heads.length > 1 && <td>{isLocalFirst ? utc : local}</td>}
                <td class="quiet">{away(at, from)}</td>
              </tr>
            </Fragment>
          ))}
          {((isEnd && rows.length > 1) || endAt !== null) && (
            <tr class="firings-end">
              <td colSpan={columns}>{isEnd ? FIRINGS.last(rows.length, endAt) : FIRINGS.ends(endAt ?? 0)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}

/** Returns the rows, and what stands above the columns of their times. */
function columnsOf(runs: readonly Firing[], zone: string | null) {
  const zoned = zone === null ? null : zonedRows(runs, zone);
  if (zone !== null && zoned) return { rows: zoned, heads: [zone, FIRINGS.utc], isLocalFirst: true };
  const { rows, zone: own, isUtc } = firingRows(runs, new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const yours = own === null ? FIRINGS.yours : FIRINGS.local(own);
  return { rows, heads: isUtc ? [FIRINGS.utc] : [FIRINGS.utc, yours], isLocalFirst: false };
}
