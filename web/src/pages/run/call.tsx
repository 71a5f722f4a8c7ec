import { useResource } from '../../api/resource.js';
import { jobRoute, scheduleRoute, type Job, type RunDetail, type Schedule } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { PageProblem } from '../../controls/problem.js';
import { RUNS } from '../../texts/runs.js';
import { curlOf } from './curl.js';

/** The call of a run, to be repeated in a terminal. It loads and fails by itself. */
export function Call({ run }: { readonly run: RunDetail }) {
  const { run: words } = RUNS;
  const job = useResource<Job>(jobRoute(run.job.id));
  const schedule = useResource<Schedule>(scheduleRoute(run.job.id, run.scheduleId));
  const parts = job.body && schedule.body && { job: job.body, schedule: schedule.body };
  const code = parts && curlOf({ ...parts, run, origin: window.location.origin });
  return (
    <section aria-labelledby="call">
      <h2 id="call">{words.call}</h2>
      <PageProblem error={job.error ?? schedule.error} hasBody={parts !== undefined} />
      {code === null && <p class="quiet">{words.callTask}</p>}
      {code && (
        <>
          <p class="quiet">{words.callText}</p>
          <CodeBlock name={words.callName} code={code} />
        </>
      )}
    </section>
  );
}
