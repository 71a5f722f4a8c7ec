import { useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { round } from '../../api/resource.js';
import { useAction } from '../../api/use-action.js';
import type { JobDetail } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { JobLinks } from '../../controls/editor-links.js';
import { Problem } from '../../controls/problem.js';
import { lastChange } from '../../frame/status-bar.js';
import { TEXTS } from '../../texts.js';
import { DeleteJob } from './delete-job.js';
import { nextOf } from './verdict.js';

const { job: texts } = TEXTS;

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
  if (!mayChange) return <p class="quiet">{texts.viewer}</p>;
  const nextAt = nextOf(job);
  const drops = nextAt === null ? '' : texts.drops(nextAt);
  return (
    <div class="job-actions">
      <div class="actions">
        <JobLinks job={job} />
        <Button isBusy={isBusy} onPress={() => start(() => switchJob(job, !job.active))}>
          {isBusy ? texts.working : job.active ? texts.deactivate : texts.activate}
        </Button>
        <Button kind="lite" onPress={() => setDeleting(true)}>
          {texts.delete}
        </Button>
        <span class="quiet">{job.active ? drops : texts.begins}</span>
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
    text: active ? texts.activated(name) : texts.deactivated(name),
    undo: async () => {
      await send(path, { method: 'PUT', body: { active: !active } });
      round.set(round.get() + 1);
    },
  });
}
