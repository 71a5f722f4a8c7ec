import type { RunDetail } from '../api/runs.js';
import { lasting } from '../duration.js';
import { RUNS } from '../texts/runs.js';
import { utcMs } from '../time.js';
import { failedCallsOf, timesOf, type Phase, type RunTimes } from './run-phases.js';

const WIDE = 1_000;
const HIGH = 24;
/** A bar that is thinner is not seen. */
const THINNEST = 4;

/** Planned, called, acknowledged, ended: who waited for whom, and how long. Drawn, said in a sentence, and as a table. */
export function RunTimeline({ run, now }: { readonly run: RunDetail; readonly now: number }) {
  const { run: words } = RUNS;
  const times = timesOf(run, now);
  const { phases, limit } = times;
  return (
    <figure class="timeline">
      <figcaption>
        {sentenceOf(times, run)}{' '}
        {limit &&
          (limit.isWithin || run.endedAt === null) &&
          (limit.isWithin ? words.limit : words.limitBeyond)(lasting(limit.ms))}
      </figcaption>
      {phases.length > 0 && (
        <div class="timeline-rows" aria-hidden="true">
          {phases.map((phase) => (
            <Row key={phase.name} phase={phase} times={times} isTask={run.action === 'cf_task'} />
          ))}
        </div>
      )}
      <Table times={times} />
    </figure>
  );
}

interface RowProps {
  readonly phase: Phase;
  readonly times: RunTimes;
  readonly isTask: boolean;
}

function Row({ phase, times, isTask }: RowProps) {
  const { run: words } = RUNS;
  const { name, from, to, isOpen } = phase;
  const span = Math.max(1, times.to - times.from);
  const place = (at: number) => ((at - times.from) / span) * WIDE;
  const width = Math.max(THINNEST, place(to) - place(from));
  const x = Math.min(place(from), WIDE - width);
  const length = lasting(to - from);
  return (
    <div class="timeline-row">
      <span class="timeline-name">{(isTask ? words.taskPhases : words.phases)[name]}</span>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" focusable="false">
        <path class="axis" d={`M0 ${HIGH - 1}H${WIDE}`} />
        <rect
          class={`phase-${name}${isOpen ? ' phase-open' : ''}`}
          x={x}
          y={5}
          width={width}
          height={HIGH - 10}
        />
        {times.limit?.isWithin && <path class="limit" d={`M${place(times.limit.at) - 1} 0V${HIGH}`} />}
      </svg>
      <span class="timeline-length">{isOpen ? words.soFar(length) : length}</span>
    </div>
  );
}

function Table({ times: { steps } }: { readonly times: RunTimes }) {
  const { run: words } = RUNS;
  return (
    <details class="as-table">
      <summary>{words.asTable}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col">{words.at}</th>
            <th scope="col">{words.gap}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ name, at }, place) => {
            const before = steps[place - 1];
            return (
              <tr key={name}>
                <th scope="row">{words.steps[name]}</th>
                <td>{utcMs(new Date(at))}</td>
                <td>{before && lasting(at - before.at)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

/** Returns `Called 4 ms late, answered after 1.2 s.` */
function sentenceOf({ phases }: RunTimes, run: RunDetail): string {
  const { sentence } = RUNS.run;
  const { state, isReported } = run;
  if (state === 'SKIPPED') return sentence.skipped;
  if (phases.length === 0) return sentence.notYet;
  const hasReport = phases.some(({ name }) => name === 'report');
  const said = phases.map(({ name, from, to, isOpen }) => {
    const length = lasting(to - from);
    if (name === 'calls') {
      const count = failedCallsOf(run);
      return isOpen ? sentence.callsSoFar(count, run.dueAt) : sentence.calls(count, length);
    }
    if (name === 'late') return isOpen ? sentence.open(length) : sentence.late(length);
    if (isOpen) return sentence.open(length);
    if (name === 'answer') return hasReport ? sentence.answer(length) : sentence.ended(length);
    if (state === 'UNKNOWN') return sentence.overdue(length);
    return (isReported ? sentence.report : sentence.over)(length);
  });
  const text = said.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
