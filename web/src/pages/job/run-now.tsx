import { useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { useAction } from '../../api/use-action.js';
import type { JobDetail } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { OrderedRun } from '../../controls/ordered-run.js';
import { Problem } from '../../controls/problem.js';
import { JOB } from '../../texts/job.js';
import { ORDERED_RUN } from '../../texts/ordered-run.js';
import { RunWithData } from './run-with-data.js';
import './run-now.css';

interface RunNowProps {
  readonly job: Pick<JobDetail, 'id' | 'kind' | 'active'>;
  readonly scheduleId: string;
  readonly onEnded: (runId: string) => void;
}

/** Runs a schedule now, with its data or with other data, and says in place what comes of it. */
export function RunNow({ job, scheduleId, onEnded }: RunNowProps) {
  const { isBusy, error, start } = useAction();
  const [operation, setOperation] = useState<string | null>(null);
  const path = `/scheduler/jobs/${job.id}/schedules/${scheduleId}/runs`;
  const begin = async () => {
    setOperation(null);
    const { body } = await send<{ 'job-uri': string }>(path, { method: 'POST' });
    setOperation(body?.['job-uri'] ?? null);
  };
  return (
    <div class="run-now">
      <Button icon="play" isBusy={isBusy} onPress={() => start(begin)}>
        {isBusy ? ORDERED_RUN.starting : JOB.runNow}
      </Button>
      {error && <Problem error={error} isNews />}
      {operation !== null && <OrderedRun key={operation} path={operation} onEnded={onEnded} />}
      <RunWithData job={job} scheduleId={scheduleId} onEnded={onEnded} />
    </div>
  );
}
