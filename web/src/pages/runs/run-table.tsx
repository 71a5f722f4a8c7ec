import type { Run } from '../../api/runs.js';
import { Instant } from '../../controls/instant.js';
import { State } from '../../controls/run-state.js';
import { lasting } from '../../duration.js';
import { jobPath, runPath } from '../../paths.js';
import { useSeesTenants } from '../../session.js';
import { RUNS } from '../../texts/runs.js';

interface RunTableProps {
  readonly runs: readonly Run[];
  /** True while they are those of a former question. */
  readonly isFormer: boolean;
  /** Without a column for what is the same everywhere. */
  readonly isOfSchedule?: boolean;
}

/** Runs, a row each; on a phone a card each. */
export function RunTable({ runs, isFormer, isOfSchedule = false }: RunTableProps) {
  const { table } = RUNS;
  // Whoever sees one tenant only need not be told which.
  const isOfInstance = useSeesTenants();
  return (
    <table class="runs-table" aria-busy={isFormer || undefined}>
      <caption class="unseen">{table.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{table.due}</th>
          {!isOfSchedule && <th scope="col">{table.job}</th>}
          <th scope="col">{table.result}</th>
          <th scope="col">{table.answer}</th>
          <th scope="col" class="number">
            {table.took}
          </th>
          <th scope="col" class="number">
            {table.late}
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId}>
            <th scope="row">
              <a href={runPath(run.runId)}>
                <Instant at={run.dueAt} />
              </a>{' '}
              {run.origin !== 'plan' && <span class="quiet">{table.origins[run.origin]}</span>}
            </th>
            {!isOfSchedule && (
              <td data-label={table.job}>
                <a href={jobPath(run.job.id)}>{run.job.name}</a>{' '}
                {isOfInstance && run.tenant && (
                  <span class="quiet">{table.tenant(run.tenant.subdomain)}</span>
                )}
              </td>
            )}
            <td data-label={table.result}>
              <State state={run.state} />
            </td>
            <td data-label={table.answer}>{answerOf(run)}</td>
            <td data-label={table.took} class="number">
              {run.calledAt !== null && run.endedAt !== null && lasting(run.endedAt - run.calledAt)}
            </td>
            <td data-label={table.late} class="number">
              {run.lateMs !== null && lasting(run.lateMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function answerOf({ httpStatus, state }: Run): string {
  if (httpStatus !== null) return String(httpStatus);
  return state === 'REQUEST_ERROR' ? RUNS.table.none : '';
}
