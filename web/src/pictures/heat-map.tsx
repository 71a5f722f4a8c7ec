import { useMemo, useState } from 'preact/hooks';
import { PLAN } from '../texts/plan.js';
import { counted, utcMinute } from '../time.js';
import {
  CELL,
  cornerOf,
  DAY_MINUTES,
  HOUR_MINUTES,
  HOUR_MS,
  MINUTE_MS,
  pathsOf,
  SHADES,
} from './heat-shape.js';
import { HeatHours, type HeatHoursProps } from './heat-hours.js';
import './heat-map.css';

const HOURS = Array.from({ length: DAY_MINUTES / HOUR_MINUTES }, (_, hour) => hour);
const SIZE = { width: HOUR_MINUTES * CELL, height: HOURS.length * CELL };
/** By how many minutes a key moves. */
const MOVES: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -HOUR_MINUTES, ArrowDown: HOUR_MINUTES },
  ...{ PageUp: -6 * HOUR_MINUTES, PageDown: 6 * HOUR_MINUTES },
};

interface HeatMapProps extends HeatHoursProps {
  readonly now: number;
  /** Which minute is the fullest, and which one is chosen. */
  readonly fullest: number;
  readonly chosen: number;
  readonly onChoose: (place: number) => void;
  /** Opens the list of the runs of the chosen minute. */
  readonly onOpen: () => void;
}

/** How many runs are planned in each minute of a day: one stop for the keyboard, arrows move and read out, Enter opens. */
export function HeatMap(props: HeatMapProps) {
  const { from, counts, now, fullest, chosen, onChoose, onOpen, hrefOf } = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const paths = useMemo(() => pathsOf(counts), [counts]);
  const most = counts[fullest] ?? 0;
  const wordsOf = (place: number) => PLAN.minute(from + place * MINUTE_MS, counts[place] ?? 0);
  const choose = (place: number) => onChoose(Math.max(0, Math.min(counts.length - 1, place)));
  const press = (event: KeyboardEvent) => {
    const inHour = chosen % HOUR_MINUTES;
    const ends = { Home: -inHour, End: HOUR_MINUTES - 1 - inHour } as Readonly<Record<string, number>>;
    const move = MOVES[event.key] ?? ends[event.key];
    if (move !== undefined) choose(chosen + move);
    else if (event.key === 'Enter') onOpen();
    else return;
    event.preventDefault();
  };
  const placeOf = ({ clientX, clientY, currentTarget }: MouseEvent) => {
    // It is the field itself that listens.
    const { left, top, width, height } = (currentTarget as HTMLElement).getBoundingClientRect();
    const partOf = (share: number, parts: number) =>
      Math.max(0, Math.min(parts - 1, Math.floor(share * parts)));
    const hour = partOf((clientY - top) / height, HOURS.length);
    return hour * HOUR_MINUTES + partOf((clientX - left) / width, HOUR_MINUTES);
  };
  return (
    <figure class="heat" aria-label={PLAN.picture}>
      <figcaption>{wordsOf(pointed ?? chosen)}</figcaption>
      <div class="heat-body">
        <ol class="plain heat-hours" aria-hidden="true">
          {HOURS.map((hour) => (
            <li key={hour}>{utcMinute(new Date(from + hour * HOUR_MS)).slice(0, 5)}</li>
          ))}
        </ol>
        <div
          class="heat-field"
          role="slider"
          tabIndex={0}
          aria-label={PLAN.picture}
          aria-valuemin={1}
          aria-valuemax={counts.length}
          aria-valuenow={chosen + 1}
          aria-valuetext={wordsOf(chosen)}
          onKeyDown={press}
          onClick={(event) => choose(placeOf(event))}
          onPointerMove={(event) => setPointed(placeOf(event))}
          onPointerLeave={() => setPointed(null)}
        >
          <svg
            viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
          >
            {paths.map((path, shade) => (
              <path key={shade} class={`heat-${shade}`} d={path} />
            ))}
            <Cell class="heat-fullest" place={fullest} off={1.5} />
            <Cell class="heat-chosen" place={chosen} />
            {pointed !== null && <Cell class="heat-pointed" place={pointed} />}
            <NowMark place={(now - from) / MINUTE_MS} />
          </svg>
        </div>
        <p class="heat-minutes" aria-hidden="true">
          {[':00', ':15', ':30', ':45'].map((text) => (
            <span key={text}>{text}</span>
          ))}
        </p>
      </div>
      <div class="outcomes-foot">
        <HeatHours {...{ from, counts, hrefOf }} />
        <ul class="plain outcomes-legend heat-legend" aria-hidden="true">
          <li>
            1
            <svg viewBox={`0 0 ${SHADES * CELL} ${CELL}`}>
              {Array.from({ length: SHADES }, (_, shade) => (
                <rect
                  key={shade}
                  class={`heat-${shade + 1}`}
                  x={shade * CELL}
                  width={CELL - 1}
                  height={CELL}
                />
              ))}
            </svg>
            {counted(most)}
          </li>
          <li class="legend-fullest">{PLAN.fullestIs(from + fullest * MINUTE_MS)}</li>
          <li class="legend-now">{PLAN.nowIs(now)}</li>
        </ul>
      </div>
    </figure>
  );
}

/** A cell with a line around it, which may stand off. */
function Cell({
  class: name,
  place,
  off = 0,
}: {
  readonly class: string;
  readonly place: number;
  readonly off?: number;
}) {
  const { x, y } = cornerOf(place);
  const size = CELL - 1 + 2 * off;
  return <rect class={name} x={x - off} y={y - off} width={size} height={size} />;
}

/** A line where it is now. */
function NowMark({ place }: { readonly place: number }) {
  if (place < 0 || place >= DAY_MINUTES) return null;
  const { y } = cornerOf(Math.floor(place));
  return <path class="heat-now" d={`M${(place % HOUR_MINUTES) * CELL} ${y - 1}v${CELL + 1}`} />;
}
