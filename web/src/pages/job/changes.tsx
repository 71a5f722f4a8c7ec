import type { Resource } from '../../api/resource.js';
import type { ActionLog, ActionLogs, JobDetail } from '../../api/types.js';
import { PageProblem } from '../../controls/problem.js';
import { Moment } from '../../controls/time.js';
import { schedulePath } from '../../paths.js';
import { JOBS } from '../../texts/jobs.js';
import { JOB } from '../../texts/job.js';
import { wireInstant } from '../../time.js';

const MOST = 10;

/** Returns the request for the last changes of a job. */
export const changesRoute = (jobId: string) => `/scheduler/actionLogs?jobId=${jobId}&page_size=${MOST}`;

/** Returns when something was changed, in milliseconds. */
export const changedAt = ({ timestamp }: ActionLog) => wireInstant(timestamp);

interface ChangesProps {
  readonly job: JobDetail;
  readonly changes: Resource<ActionLogs>;
}

/** What was done to a job and its schedules, when and by whom. */
export function Changes({ job, changes: { body: changes, error } }: ChangesProps) {
  const all = changes?.results ?? [];
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{JOB.changes}</h2>
      <PageProblem error={error} hasBody={changes !== undefined} />
      {changes && all.length === 0 && <p class="quiet">{JOB.noChanges}</p>}
      {all.length > 0 && (
        <table class="list">
          <caption class="unseen">{JOB.changes}</caption>
          <thead>
            <tr>
              <th scope="col">{JOB.when}</th>
              <th scope="col">{JOB.what}</th>
              <th scope="col">{JOB.who}</th>
              <th scope="col">{JOB.details}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((change, place) => (
              <tr key={`${change.timestamp} ${place}`}>
                <th scope="row">
                  <Moment at={changedAt(change)} />
                </th>
                <td data-label={JOB.what}>
                  {JOB.actions[change.action] ?? change.action}{' '}
                  {change.scheduleId && (
                    <a href={schedulePath(job.id, change.scheduleId)}>{JOB.ofSchedule}</a>
                  )}
                </td>
                <td data-label={JOB.who}>{change.actor}</td>
                <td data-label={JOB.details}>{change.details || JOBS.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
