import type { TargetedMouseEvent } from 'preact';
import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import type { OutcomeSteps } from '../api/overview.js';
import { Moment } from '../controls/time.js';
import { OUTCOMES } from '../texts/home.js';
import { counted, utcDay } from '../time.js';
import { ABOVE, BELOW, countsAt, pathsOf, STEP, sumsOf } from './outcomes-shape.js';

const KINDS = ['success', 'failure', 'unknown'] as const;
const HOUR_MS = 3_600_000;

interface OutcomesProps {
  readonly steps: OutcomeSteps;
  readonly name: string;
  readonly isAbout: boolean;
  /** Where the runs of a step are listed. */
  readonly hrefOf?: ((from: number, to: number) => string) | undefined;
  /** The span of the steps in words, and where its end is; without it they are the latest ones. */
  readonly span?: { readonly when: string; readonly end: string } | undefined;
}

/** How many runs came out how, by minute or hour: drawn, said in a sentence, and as a table. */
export function Outcomes({ steps, name, isAbout, hrefOf, span: told }: OutcomesProps) {
  const { route } = useLocation();
  const { from, stepMs, called } = steps;
  const paths = pathsOf(steps);
  const sums = sumsOf(steps);
  const wide = called.length * STEP;
  const spans = OUTCOMES.spans;
  const span = stepMs < HOUR_MS ? spans.hour : called.length > 24 ? spans.week : spans.day;
  // A short way for a pointer: the table has links for everybody.
  const open = ({ clientX, currentTarget }: TargetedMouseEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const place = Math.floor(((clientX - left) / width) * called.length);
    if (hrefOf && !isEmpty(steps, place)) route(hrefOf(from + place * stepMs, from + (place + 1) * stepMs));
  };
  return (
    <figure class="outcomes" aria-label={name}>
      <figcaption>{OUTCOMES.sentence({ ...sums, isAbout, span, when: told?.when })}</figcaption>
      <svg
        class={hrefOf && 'outcomes-open'}
        onClick={open}
        viewBox={`0 0 ${wide} ${ABOVE + BELOW + 2}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        <path class="outcomes-line" d={`M0 ${ABOVE}h${wide}`} />
        {KINDS.map((kind) => paths[kind] && <path key={kind} class={`outcomes-${kind}`} d={paths[kind]} />)}
      </svg>
      <p class="outcomes-axis" aria-hidden="true">
        <span>{utcDay(new Date(from))}</span>
        <span>{told?.end ?? OUTCOMES.now}</span>
      </p>
      <div class="outcomes-foot">
        <Steps steps={steps} name={name} hrefOf={hrefOf} />
        <ul class="plain outcomes-legend" aria-hidden="true">
          {sums.most > 0 && <li>{OUTCOMES.most(sums.most, stepMs < HOUR_MS ? 'minute' : 'hour')}</li>}
          {KINDS.map((kind) => (
            <li key={kind} class={`legend legend-${kind}`}>
              {OUTCOMES.legend[kind]}
            </li>
          ))}
        </ul>
      </div>
    </figure>
  );
}

/** The steps in which anything ran, the newest first; drawn when they are asked for. */
function Steps({ steps, name, hrefOf }: Omit<OutcomesProps, 'isAbout' | 'span'>) {
  const [isOpen, setOpen] = useState(false);
  const { from, stepMs, called } = steps;
  const places = called.flatMap((_, place) => (isEmpty(steps, place) ? [] : [place])).reverse();
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{OUTCOMES.asTable}</summary>
      {isOpen && (
        <>
          <table class="numbers">
            <caption class="unseen">{name}</caption>
            <thead>
              <tr>
                <th scope="col">{stepMs < HOUR_MS ? OUTCOMES.minute : OUTCOMES.hour}</th>
                <th scope="col">{OUTCOMES.called}</th>
                <th scope="col">{OUTCOMES.failed}</th>
                <th scope="col">{OUTCOMES.unknown}</th>
              </tr>
            </thead>
            <tbody>
              {places.map((place) => {
                const { failed, unknown } = countsAt(steps, place);
                const at = from + place * stepMs;
                return (
                  <tr key={place}>
                    <th scope="row">
                      {hrefOf ? (
                        <a href={hrefOf(at, at + stepMs)}>
                          <Moment at={at} />
                        </a>
                      ) : (
                        <Moment at={at} />
                      )}
                    </th>
                    <td>{counted(called[place] ?? 0)}</td>
                    <td>{counted(failed)}</td>
                    <td>{counted(unknown)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p class="quiet">{OUTCOMES.emptySteps}</p>
        </>
      )}
    </details>
  );
}

function isEmpty({ called, failed, unknown }: OutcomeSteps, place: number): boolean {
  return [called, failed, unknown].every((counts) => (counts[place] ?? 0) === 0);
}
