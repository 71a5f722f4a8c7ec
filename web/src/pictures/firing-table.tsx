import { Fragment } from 'preact';
import { away } from '../duration.js';
import { FIRINGS } from '../texts/firings.js';
import { firingRows, type Firing } from './firing-rows.js';
import { NextFirings } from './next-firings.js';

/** So many firings are asked for: fewer are all that there are. */
const ASKED = 10;

interface FiringTableProps {
  readonly runs: readonly Firing[];
  /** From when on they are counted: what has passed meanwhile says so. */
  readonly asOf: Date;
  /** When the schedule stops, in milliseconds, where that is known; null where it does not. */
  readonly endAt?: number | null;
}

/** The next firings, as a picture and as a table: in UTC and in the reader's zone, with what happens to clocks and where they end. */
export function FiringTable({ runs, asOf, endAt = null }: FiringTableProps) {
  const { rows, zone, isUtc } = firingRows(runs, new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const from = asOf.getTime();
  const changes = rows.flatMap(({ change }) => change?.at ?? []);
  const isEnd = rows.length < ASKED;
  const columns = isUtc ? 2 : 3;
  if (rows.length === 0) return null;
  return (
    <>
      <NextFirings runs={runs} from={from} changes={changes} endAt={isEnd ? endAt : null} />
      <table class="firings">
        <caption>{FIRINGS.next(rows.length)}</caption>
        <thead>
          <tr>
            <th scope="col">{FIRINGS.utc}</th>
            {!isUtc && <th scope="col">{zone === null ? FIRINGS.yours : FIRINGS.local(zone)}</th>}
            <th scope="col">{FIRINGS.away}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, utc, local, change }) => (
            <Fragment key={at}>
              {change && (
                <tr class="firings-change">
                  <td colSpan={columns}>{FIRINGS.change(change.byMs, change.at)}</td>
                </tr>
              )}
              <tr>
                <td>
                  <time dateTime={new Date(at).toISOString()}>{utc}</time>
                </td>
                {!isUtc && <td>{local}</td>}
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
