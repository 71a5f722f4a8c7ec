import type { Failing, JobDetail } from '../../api/types.js';
import { Message } from '../../controls/message.js';
import { runPath } from '../../paths.js';
import { JOB } from '../../texts/job.js';
import { causeOfLast } from './reason.js';

/** What the endpoint or the application said when a schedule failed last, what ends that, and the way to the run. */
export function LastFailure({ job }: { readonly job: JobDetail }) {
  const failing = job.results.flatMap((schedule) => schedule.failing ?? []);
  const plannedAt = ({ lastRun }: Failing) => lastRun?.plannedAt ?? 0;
  const last = failing.toSorted((a, b) => plannedAt(b) - plannedAt(a))[0];
  const cause = last && causeOfLast(last);
  if (!last?.lastRun || !cause) return null;
  const said = (last.lastRun.text ?? '').replace(PREFIX, '');
  return (
    <Message kind="error" title={said === '' ? capital(cause.short) : JOB.said}>
      {said !== '' && <p class="said">{said}</p>}
      <p>
        {JOB.ends[cause.owner]} <a href={runPath(last.lastRun.id)}>{JOB.advice}</a>
      </p>
    </Message>
  );
}

/** What a run log writes before the words of the endpoint, and of a call that reached none. */
const PREFIX = /^(Response: |Request Error: Code:-\w+, Message:-)/;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
