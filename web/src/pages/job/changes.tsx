import type { ActionLog, ActionLogs, JobDetail } from '../../api/types.js';
import { Moment } from '../../controls/time.js';
import { schedulePath } from '../../paths.js';
import { TEXTS } from '../../texts.js';

const MOST = 10;
const { job: texts } = TEXTS;

/** Returns the request for the last changes of a job. */
export const changesRoute = (jobId: string) => `/scheduler/actionLogs?jobId=${jobId}&page_size=${MOST}`;

/** Returns when something was changed, in milliseconds. */
export const changedAt = ({ timestamp }: ActionLog) => Date.parse(`${timestamp.replace(' ', 'T')}Z`);

interface ChangesProps {
  readonly job: JobDetail;
  /** Undefined until they have come. */
  readonly changes: ActionLogs | undefined;
}

/** What was done to a job and its schedules, when and by whom. */
export function Changes({ job, changes }: ChangesProps) {
  const all = changes?.results ?? [];
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{texts.changes}</h2>
      {changes && all.length === 0 && <p class="quiet">{texts.noChanges}</p>}
      {all.length > 0 && (
        <table class="list">
          <caption class="unseen">{texts.changes}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.when}</th>
              <th scope="col">{texts.what}</th>
              <th scope="col">{texts.who}</th>
              <th scope="col">{texts.details}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((change, place) => (
              <tr key={`${change.timestamp} ${place}`}>
                <th scope="row">
                  <Moment at={changedAt(change)} />
                </th>
                <td data-label={texts.what}>
                  {texts.actions[change.action] ?? change.action}{' '}
                  {change.scheduleId && (
                    <a href={schedulePath(job.id, change.scheduleId)}>{texts.ofSchedule}</a>
                  )}
                </td>
                <td data-label={texts.who}>{change.actor}</td>
                <td data-label={texts.details}>{change.details || TEXTS.jobs.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
