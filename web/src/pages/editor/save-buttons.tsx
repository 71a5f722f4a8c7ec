import { Button, ButtonLink } from '../../controls/button.js';
import { jobPath, PATHS } from '../../paths.js';
import { EDITOR } from '../../texts/editor.js';
import { consequenceLine } from './first-line.js';
import { othersOf } from './requests.js';
import type { EditorForm, Subject } from './form.js';
import type { Meaning } from './meaning.js';

interface SaveButtonsProps {
  readonly subject: Subject;
  readonly form: EditorForm;
  readonly meaning: Meaning;
  readonly isBusy: boolean;
}

/** Saves, and says what follows. */
export function SaveButtons({ subject, form, meaning, isBusy }: SaveButtonsProps) {
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
        {form.schedule && <span class="quiet">{consequenceLine(subject, form, meaning)}</span>}
      </div>
    </div>
  );
}
