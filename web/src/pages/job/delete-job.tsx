import { useLocation } from 'preact-iso/router';
import { send } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import type { JobDetail, LogCount } from '../../api/types.js';
import { Dialog } from '../../controls/dialog.js';
import { TypedConfirmation } from '../../controls/typed-confirmation.js';
import { lastChange } from '../../frame/status-bar.js';
import { PATHS } from '../../paths.js';
import { JOB } from '../../texts/job.js';

const { deletion: texts } = JOB;

interface DeleteProps {
  readonly job: JobDetail;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Deletes a job once its name was typed or pasted; a long name is not typed, the number of the job is. */
export function DeleteJob({ job, isOpen, onClose }: DeleteProps) {
  return (
    <Dialog title={texts.title} isOpen={isOpen} onClose={onClose}>
      <Confirmation job={job} onClose={onClose} />
    </Dialog>
  );
}

function Confirmation({ job, onClose }: Omit<DeleteProps, 'isOpen'>) {
  const { route } = useLocation();
  const { body: logs } = useResource<LogCount>(`/dashboard/api/jobs/${job.id}/log-count`);
  const remove = async () => {
    await send(`/scheduler/jobs/${job.id}`, { method: 'DELETE' });
    lastChange.set({ text: texts.done(job.name), isOfNextPage: true });
    route(PATHS.jobs);
  };
  return (
    <TypedConfirmation
      name={job.name}
      instead={String(job.id)}
      keep={texts.cancel}
      remove={remove}
      onClose={onClose}
    >
      {/* Where it is not known how many logs go, it is said that all do. */}
      {texts.text(job.schedules.total, logs)}
    </TypedConfirmation>
  );
}
