import { useEffect, useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { round, useResource } from '../../api/resource.js';
import { useAction } from '../../api/use-action.js';
import type { JobDetail, Operation } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { Problem } from '../../controls/problem.js';
import { runPath } from '../../paths.js';
import { JOB } from '../../texts/job.js';
import { RunWithData } from './run-with-data.js';
import './run-now.css';

/** Where the service does not say when to ask again. */
const EVERY_MS = 1_000;

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
        {isBusy ? JOB.starting : JOB.runNow}
      </Button>
      {error && <Problem error={error} isNews />}
      {operation !== null && <Progress key={operation} path={operation} onEnded={onEnded} />}
      <RunWithData job={job} scheduleId={scheduleId} onEnded={onEnded} />
    </div>
  );
}

function Progress({ path, onEnded }: { readonly path: string } & Pick<RunNowProps, 'onEnded'>) {
  const [isOver, setOver] = useState(false);
  const { body, error } = useResource<Operation>(path, { everyMs: EVERY_MS, isPaused: isOver });
  const hasEnded = body?.status === 'complete' || body?.status === 'canceled';
  const runId = body?.['job-results']?.['run-id'];
  useEffect(() => {
    if (!hasEnded) return;
    setOver(true);
    if (runId !== undefined) onEnded(runId);
    // What it came to is shown elsewhere on the page too.
    round.set(round.get() + 1);
  }, [hasEnded]);
  if (error && !body) return <Problem error={error} isNews />;
  return (
    <p>
      <span role="status">{body && hasEnded ? outcomeText(body) : JOB.runWaits}</span>{' '}
      {hasEnded && runId && <a href={runPath(runId)}>{JOB.openRun}</a>}
    </p>
  );
}

function outcomeText({ status, ...ended }: Operation): string {
  if (status === 'canceled') return JOB.runCanceled;
  const code = ended['job-status-code'] ?? 0;
  return code >= 200 && code < 300 ? JOB.runDone : JOB.runFailed(ended['job-results']?.message ?? '');
}
