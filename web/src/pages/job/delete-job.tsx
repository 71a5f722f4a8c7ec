import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { useAction } from '../../api/use-action.js';
import type { JobDetail, LogCount } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { Dialog } from '../../controls/dialog.js';
import { Field } from '../../controls/field.js';
import { Problem } from '../../controls/problem.js';
import { lastChange } from '../../frame/status-bar.js';
import { PATHS } from '../../paths.js';
import { TEXTS } from '../../texts.js';

const { deletion: texts } = TEXTS.job;
/** A longer name is not typed: the number of the job is. */
const MOST_TYPED = 40;

interface DeleteProps {
  readonly job: JobDetail;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Deletes a job once its name was typed or pasted: nothing brings it back. */
export function DeleteJob({ job, isOpen, onClose }: DeleteProps) {
  return (
    <Dialog title={texts.title} isOpen={isOpen} onClose={onClose}>
      <Confirmation job={job} onClose={onClose} />
    </Dialog>
  );
}

function Confirmation({ job, onClose }: Omit<DeleteProps, 'isOpen'>) {
  const { route } = useLocation();
  const { isBusy, error, start } = useAction();
  const { body: logs } = useResource<LogCount>(`/dashboard/api/jobs/${job.id}/log-count`);
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const wanted = job.name.length > MOST_TYPED ? String(job.id) : job.name;
  const remove = async () => {
    await send(`/scheduler/jobs/${job.id}`, { method: 'DELETE' });
    lastChange.set({ text: texts.done(job.name), isOfNextPage: true });
    route(PATHS.jobs);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const isRight = compared(typed) === compared(wanted);
    setWrong(!isRight);
    if (isRight) start(remove);
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      {/* Where it is not known how many logs go, it is said that all do. */}
      <p>{texts.text(job.schedules.total, logs)}</p>
      <Field
        id="typed-name"
        label={texts.type(wanted)}
        value={typed}
        onValue={setTyped}
        error={isWrong ? texts.mismatch(wanted) : undefined}
      />
      {error && <Problem error={error} isNews />}
      <div class="actions">
        <Button kind="emphasized" type="submit" isBusy={isBusy}>
          {isBusy ? texts.deleting : texts.confirm}
        </Button>
        <Button onPress={onClose}>{texts.cancel}</Button>
      </div>
    </form>
  );
}

/** What is pasted may have blanks around it, and letters that are composed otherwise. */
const compared = (text: string) => text.trim().normalize('NFC');
