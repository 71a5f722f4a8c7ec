import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { scheduleRoute, type WireSchedule } from '../../api/editor.js';
import { send } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { runsRoute, type RunsPage } from '../../api/runs.js';
import { Button } from '../../controls/button.js';
import { Dialog } from '../../controls/dialog.js';
import { TypedConfirmation } from '../../controls/typed-confirmation.js';
import { lastChange } from '../../frame/status-bar.js';
import { jobPath } from '../../paths.js';
import { EDITOR_BELOW } from '../../texts/editor-below.js';
import { unsaved } from '../../unsaved.js';
import { timingOf } from './form.js';

const { deletion: texts } = EDITOR_BELOW;

/** Deletes the schedule that is shown, once its timing was typed or pasted. */
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
  const { scheduleId } = schedule;
  const { body } = useResource<RunsPage>(runsRoute(`scheduleId=${scheduleId}`));
  const logs = body?.total && { logs: body.total.runs, isMore: body.total.isMore };
  const remove = async () => {
    await send(scheduleRoute(job.jobId, scheduleId), { method: 'DELETE' });
    unsaved.set(false);
    lastChange.set({ text: EDITOR_BELOW.deleted(job.name), isOfNextPage: true });
    route(jobPath(job.jobId));
  };
  return (
    <TypedConfirmation
      name={timingOf(schedule).expression}
      instead={texts.word}
      keep={texts.keep}
      remove={remove}
      onClose={onClose}
    >
      {texts.text(logs ?? undefined)}
    </TypedConfirmation>
  );
}
