import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { scheduleRoute, type WireSchedule } from '../../api/editor.js';
import { send } from '../../api/request.js';
import { useAction } from '../../api/use-action.js';
import { Button } from '../../controls/button.js';
import { Dialog } from '../../controls/dialog.js';
import { Field } from '../../controls/field.js';
import { Problem } from '../../controls/problem.js';
import { lastChange } from '../../frame/status-bar.js';
import { jobPath } from '../../paths.js';
import { EDITOR } from '../../texts/editor.js';
import { unsaved } from '../../unsaved.js';
import { timingOf } from './form.js';

const { deletion: texts } = EDITOR;
const MOST_TYPED = 40;

/** Deletes the schedule that is shown, once its timing was typed or pasted: nothing brings it back. */
export function DeleteSchedule({ job, schedule }: Omit<ConfirmationProps, 'onClose'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="lite" onPress={() => setOpen(true)}>
        {texts.open}
      </Button>
      <Dialog title={texts.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Confirmation job={job} schedule={schedule} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

interface ConfirmationProps {
  readonly job: { readonly jobId: number; readonly name: string };
  readonly schedule: WireSchedule;
  readonly onClose: () => void;
}

function Confirmation({ job, schedule, onClose }: ConfirmationProps) {
  const { route } = useLocation();
  const { isBusy, error, start } = useAction();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { expression } = timingOf(schedule);
  const wanted = expression.length > MOST_TYPED ? texts.word : expression;
  const remove = async () => {
    await send(scheduleRoute(job.jobId, schedule.scheduleId), { method: 'DELETE' });
    unsaved.set(false);
    lastChange.set({ text: EDITOR.done.deleted(job.name), isOfNextPage: true });
    route(jobPath(job.jobId));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const isRight = typed.trim() === wanted.trim();
    setWrong(!isRight);
    if (isRight) start(remove);
  };
  return (
    <form class="form" noValidate onSubmit={submit}>
      <p>{texts.text}</p>
      <Field
        id="typed-schedule"
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
        <Button onPress={onClose}>{texts.keep}</Button>
      </div>
    </form>
  );
}
