import { useState } from 'preact/hooks';
import { Moment } from '../controls/time.js';
import { PLAN } from '../texts/plan.js';
import { counted, utcMinute } from '../time.js';
import { HOUR_MINUTES, HOUR_MS, MINUTE_MS } from './heat-shape.js';

export interface HeatHoursProps {
  /** The beginning of the first hour, and how many runs there are in each minute from then. */
  readonly from: number;
  readonly counts: readonly number[];
  /** Where the runs of a span are listed. */
  readonly hrefOf: (from: number, to: number) => string;
}

/** The hours in which anything is planned; drawn when they are asked for. */
export function HeatHours({ from, counts, hrefOf }: HeatHoursProps) {
  const [isOpen, setOpen] = useState(false);
  const hours = Array.from({ length: counts.length / HOUR_MINUTES }, (_, hour) => hour);
  const rows = hours
    .map((hour) => {
      const own = counts.slice(hour * HOUR_MINUTES, (hour + 1) * HOUR_MINUTES);
      const most = Math.max(0, ...own);
      const start = from + hour * HOUR_MS;
      return {
        ...{ start, most, total: own.reduce((sum, count) => sum + count, 0) },
        fullest: start + own.indexOf(most) * MINUTE_MS,
      };
    })
    .filter(({ total }) => total > 0);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{PLAN.asTable}</summary>
      {isOpen && (
        <>
          <table class="numbers">
            <caption class="unseen">{PLAN.picture}</caption>
            <thead>
              <tr>
                {Object.values(PLAN.columns).map((text) => (
                  <th key={text} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ start, total, fullest, most }) => (
                <tr key={start}>
                  <th scope="row">
                    <a href={hrefOf(start, start + HOUR_MS)}>
                      <Moment at={start} />
                    </a>
                  </th>
                  <td>{counted(total)}</td>
                  <td>
                    <a href={hrefOf(fullest, fullest + MINUTE_MS)}>{utcMinute(new Date(fullest))}</a>
                  </td>
                  <td>{counted(most)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="quiet">{PLAN.emptyHours}</p>
        </>
      )}
    </details>
  );
}
