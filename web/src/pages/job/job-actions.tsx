import { useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { undoing } from '../../api/undoing.js';
import { useAction } from '../../api/use-action.js';
import type { JobDetail } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { JobLinks } from '../../controls/editor-links.js';
import { Problem } from '../../controls/problem.js';
import { lastChange } from '../../frame/status-bar.js';
import { JOB } from '../../texts/job.js';
import { DeleteJob } from './delete-job.js';
import { nextOf } from './verdict.js';

interface ActionsProps {
  readonly job: JobDetail;
  /** Null until it is known. */
  readonly mayChange: boolean | null;
}

/** Switches a job on or off, and deletes it; says before what follows. */
export function JobActions({ job, mayChange }: ActionsProps) {
  const { isBusy, error, start } = useAction();
  const [isDeleting, setDeleting] = useState(false);
  if (mayChange === null) return null;
  if (!mayChange) return <p class="quiet">{JOB.viewer}</p>;
  const nextAt = nextOf(job);
  const drops = nextAt === null ? '' : JOB.drops(nextAt);
  return (
    <div class="job-actions">
      <div class="actions">
        <JobLinks job={job} />
        <Button isBusy={isBusy} onPress={() => start(() => switchJob(job, !job.active))}>
          {isBusy ? JOB.working : job.active ? JOB.deactivate : JOB.activate}
        </Button>
        <Button kind="lite" onPress={() => setDeleting(true)}>
          {JOB.delete}
        </Button>
        <span class="quiet">{job.active ? drops : JOB.begins}</span>
      </div>
      {error && <Problem error={error} isNews />}
      <DeleteJob job={job} isOpen={isDeleting} onClose={() => setDeleting(false)} />
    </div>
  );
}

async function switchJob({ id, name }: JobDetail, active: boolean): Promise<void> {
  const path = `/scheduler/jobs/${id}`;
  await send(path, { method: 'PUT', body: { active } });
  lastChange.set({
    text: active ? JOB.activated(name) : JOB.deactivated(name),
    undo: undoing<{ active: boolean }>({
      path,
      isStill: (now) => now.active === active,
      undo: () => send(path, { method: 'PUT', body: { active: !active } }),
    }),
  });
}
