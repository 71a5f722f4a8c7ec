import { runNowRoute } from '../../api/again.js';
import type { JobDetail } from '../../api/types.js';
import { OrderRun } from '../../controls/order-run.js';
import { JOB } from '../../texts/job.js';
import { RunWithData } from './run-with-data.js';
import './run-now.css';

interface RunNowProps {
  readonly job: Pick<JobDetail, 'id' | 'kind' | 'active'>;
  readonly scheduleId: string;
  readonly onEnded: (runId: string) => void;
}

/** Runs a schedule now, with its data or with other data, and says in place what comes of it. */
export function RunNow({ job, scheduleId, onEnded }: RunNowProps) {
  return (
    <div class="run-now">
      <OrderRun path={runNowRoute(job.id, scheduleId)} onEnded={onEnded}>
        {JOB.runNow}
      </OrderRun>
      <RunWithData job={job} scheduleId={scheduleId} onEnded={onEnded} />
    </div>
  );
}
