import { lasting } from '../duration.js';
import { FIRINGS } from '../texts/firings.js';
import type { Firing } from './firing-rows.js';
import './firings.css';

const WIDTH = 340;
const HEIGHT = 46;
const EDGE = 12;
const LINE_Y = 14;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Marks of the axis, of which those stand that are not too near to each other. */
const MARKS = [
  ...[SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS],
  ...[7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS, 3_650 * DAY_MS],
];
const MARK_WIDTH = 62;

/** An end that is further away than so many times the last firing would leave no room for them. */
const MOST_STRETCH = 10;

interface NextFiringsProps {
  readonly runs: readonly Firing[];
  readonly from: number;
  /** When the reader's clocks change between them. */
  readonly changes: readonly number[];
  /** When the schedule ends, where no further firing comes before. */
  readonly endAt: number | null;
}

/** The next firings as dots on a logarithmic axis of time: what is near stands wide, what is far stands close. */
export function NextFirings({ runs, from, changes, endAt }: NextFiringsProps) {
  const away = runs.map(({ at }) => Math.max(0, Date.parse(at) - from));
  const [first, last] = [away[0], away.at(-1)];
  if (first === undefined || last === undefined) return null;
  const endMs = endAt === null || endAt - from > MOST_STRETCH * last ? null : Math.max(last, endAt - from);
  const placeOf = scale(Math.min(first, SECOND_MS * 10), Math.max(endMs ?? last, SECOND_MS));
  return (
    <svg
      class="dots"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={FIRINGS.dots(runs.length, first, last)}
    >
      <path class="dots-axis" d={`M${EDGE} ${LINE_Y}H${WIDTH - EDGE}`} />
      {marksUpTo(last, placeOf).map((ms) => (
        <g key={ms}>
          <path class="dots-axis" d={`M${placeOf(ms)} ${LINE_Y}v7`} />
          <text x={placeOf(ms)} y={HEIGHT - 8} text-anchor={ms === 0 ? 'start' : 'middle'}>
            {ms === 0 ? FIRINGS.now : FIRINGS.in(lasting(ms))}
          </text>
        </g>
      ))}
      {changes.map((at) => (
        <path key={at} class="dots-change" d={`M${placeOf(at - from)} ${LINE_Y - 10}v20`} />
      ))}
      {endMs !== null && <path class="dots-end" d={`M${placeOf(endMs)} ${LINE_Y - 10}v20`} />}
      {away.map((ms, place) => (
        <circle key={place} class={place === 0 ? 'dots-next' : ''} cx={placeOf(ms)} cy={LINE_Y} r="4.5" />
      ))}
    </svg>
  );
}

/** Returns where a distance in time stands. */
function scale(unit: number, most: number): (ms: number) => number {
  const depth = Math.log1p(most / unit);
  return (ms) => Math.round((EDGE + ((WIDTH - 2 * EDGE) * Math.log1p(ms / unit)) / depth) * 10) / 10;
}

/** Returns the marks that have room, the far ones first. */
function marksUpTo(last: number, placeOf: (ms: number) => number): number[] {
  const shown = [0];
  let limit = WIDTH - MARK_WIDTH / 2;
  for (const ms of MARKS.filter((mark) => mark <= last).reverse()) {
    if (placeOf(ms) > limit || placeOf(ms) < EDGE + MARK_WIDTH) continue;
    shown.push(ms);
    limit = placeOf(ms) - MARK_WIDTH;
  }
  return shown;
}
