import type { Preview } from '../../api/editor.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { jobPath, PATHS } from '../../paths.js';
import { EDITOR } from '../../texts/editor.js';
import { isActive } from './first-line.js';
import { othersOf } from './requests.js';
import type { EditorForm, Subject } from './form.js';

interface SaveButtonsProps {
  readonly subject: Subject;
  readonly form: EditorForm;
  readonly preview: Preview | null;
  readonly isBusy: boolean;
}

/** Saves, and says what follows. */
export function SaveButtons({ subject, form, preview, isBusy }: SaveButtonsProps) {
  const next = preview?.runs[0]?.at;
  const { consequence } = EDITOR;
  const isNew = subject.kind === 'new job' || subject.kind === 'new schedule';
  const copied = othersOf(subject).length;
  return (
    <div class="save">
      {copied > 0 && <p>{EDITOR.copied(copied)}</p>}
      <div class="actions">
        <Button kind="emphasized" type="submit" isBusy={isBusy}>
          {isBusy ? EDITOR.saving : EDITOR.save[subject.kind]}
        </Button>
        <ButtonLink href={subject.kind === 'new job' ? PATHS.jobs : jobPath(subject.job.jobId)}>
          {EDITOR.cancel}
        </ButtonLink>
        {form.schedule && (
          <span class="quiet">
            {!isActive(subject, form)
              ? consequence.off
              : next && (isNew ? consequence.first(next) : consequence.next(next))}
          </span>
        )}
      </div>
    </div>
  );
}
