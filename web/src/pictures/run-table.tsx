import { useState } from 'preact/hooks';
import { Moment } from '../controls/time.js';
import { runPath } from '../paths.js';
import { TEXTS } from '../texts.js';
import { RUN_STATES } from '../texts/run-states.js';
import '../controls/list.css';
import { durationOf, type StripRun } from './strip-runs.js';

/** The runs of a strip as a table, which is drawn when it is asked for. */
export function RunTable({ runs, name }: { readonly runs: readonly StripRun[]; readonly name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{TEXTS.strip.asTable}</summary>
      {isOpen && <Runs runs={runs.toReversed()} name={name} />}
    </details>
  );
}

/** Runs, the newest first. */
export function Runs({ runs, name }: { readonly runs: readonly StripRun[]; readonly name: string }) {
  const { runs: texts } = TEXTS;
  return (
    <table class="list">
      <caption class="unseen">{name}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.planned}</th>
          <th scope="col">{texts.result}</th>
          <th scope="col">{texts.took}</th>
          <th scope="col">{texts.late}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId}>
            <th scope="row">
              <a href={runPath(run.runId)}>
                <Moment at={run.plannedAt} isExact />
              </a>
            </th>
            <td data-label={texts.result}>
              <span class={`outcome outcome-${run.outcome}`}>{RUN_STATES[run.state]}</span>
            </td>
            <td data-label={texts.took}>{TEXTS.tookOrNot(durationOf(run))}</td>
            <td data-label={texts.late}>
              {TEXTS.tookOrNot(run.calledAt === null ? null : Math.max(0, run.calledAt - run.plannedAt))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
