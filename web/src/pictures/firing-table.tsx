import { away } from '../duration.js';
import { FIRINGS } from '../texts/firings.js';
import { NextFirings, type Firing } from './next-firings.js';

const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

interface FiringTableProps {
  readonly runs: readonly Firing[];
  /** From when on these are the next. */
  readonly asOf: Date;
}

/** The next firings, as a picture and as a table: in UTC, and in the zone of the reader. */
export function FiringTable({ runs, asOf }: FiringTableProps) {
  const zone = zoneOf(new Date(runs[0]?.at ?? asOf));
  return (
    <>
      <NextFirings runs={runs} from={asOf.getTime()} />
      {runs.length > 0 && (
        <table class="firings">
          <caption>{FIRINGS.next(runs.length)}</caption>
          <thead>
            <tr>
              <th scope="col">{FIRINGS.utc}</th>
              <th scope="col">{zone === null ? FIRINGS.away : FIRINGS.local(zone)}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ at }) => (
              <tr key={at}>
                <td>
                  <time dateTime={at}>{utcText(new Date(at))}</time>
                </td>
                <td class="quiet">
                  {zone === null ? away(Date.parse(at), asOf.getTime()) : localText(new Date(at))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** `Fri 2026-11-27 09:00:00` */
const utcText = (at: Date) => `${WEEKDAY.format(at)} ${at.toISOString().slice(0, 19).replace('T', ' ')}`;

/** `Fri 27 Nov, 10:00:00` */
const localText = (at: Date) =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).format(at);

/** Returns the reader's zone as it is then, null where it is UTC itself. */
function zoneOf(at: Date): string | null {
  if (at.getTimezoneOffset() === 0 && new Intl.DateTimeFormat().resolvedOptions().timeZone === 'UTC')
    return null;
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? null;
}
