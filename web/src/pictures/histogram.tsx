import { useState } from 'preact/hooks';
import { lasting } from '../duration.js';
import { TIMING } from '../texts/timing.js';
import { counted } from '../time.js';
import './histogram.css';

const STEP = 20;
const GAP = 2;
const HIGH = 64;
/** One run among hundreds is seen all the same. */
const LEAST = 3;
/** What the axis names; the steps between are found in the table. */
const NAMED = [1, 10, 100, 1_000, 600_000];

interface HistogramProps {
  readonly name: string;
  readonly sentence: string;
  readonly steps: readonly (number | null)[];
  readonly counts: readonly number[];
}

/** How many runs fall into which step: drawn, said in a sentence, and as a table. */
export function Histogram({ name, sentence, steps, counts }: HistogramProps) {
  const most = Math.max(1, ...counts);
  const wide = counts.length * STEP;
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(LEAST, (count / most) * HIGH));
  const path = counts
    .map((count, place) => {
      const height = Math.round(10 * heightOf(count)) / 10;
      return height === 0 ? '' : `M${place * STEP + GAP / 2} ${HIGH}v-${height}h${STEP - GAP}v${height}z`;
    })
    .join('');
  return (
    <figure class="histogram">
      <h3>{name}</h3>
      <figcaption>{sentence}</figcaption>
      <svg
        viewBox={`0 0 ${wide} ${HIGH + 1}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <path class="histogram-bars" d={path} />
        <path class="histogram-line" d={`M0 ${HIGH + 0.5}h${wide}`} />
      </svg>
      <Axis steps={steps} />
      <Table name={name} steps={steps} counts={counts} />
    </figure>
  );
}

/** The bounds of some steps, each at the right edge of its own. */
function Axis({ steps }: Pick<HistogramProps, 'steps'>) {
  const named = steps.flatMap((step, place) =>
    step !== null && NAMED.includes(step) ? [{ step, place }] : [],
  );
  return (
    <svg class="histogram-axis" aria-hidden="true" focusable="false">
      {named.map(({ step, place }) => (
        <text key={step} x={`${((place + 1) / steps.length) * 100}%`} y="0.875rem" text-anchor="middle">
          {lasting(step)}
        </text>
      ))}
    </svg>
  );
}

function Table({ name, steps, counts }: Omit<HistogramProps, 'sentence'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{TIMING.asTable}</summary>
      {isOpen && (
        <table class="numbers">
          <caption class="unseen">{name}</caption>
          <thead>
            <tr>
              <th scope="col">{TIMING.step}</th>
              <th scope="col">{TIMING.count}</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((count, place) => (
              <tr key={place}>
                <th scope="row">{boundOf(steps, place)}</th>
                <td>{counted(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

function boundOf(steps: HistogramProps['steps'], place: number): string {
  const step = steps[place] ?? null;
  return step === null ? TIMING.more(steps[place - 1] ?? 0) : lasting(step);
}
